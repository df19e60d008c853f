// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/augment.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/base/random.h"

namespace exitscope::exits {
namespace {

using dataset::Image;

constexpr std::array<std::string_view, 3> augmentation_names = {"none", "flip", "flip-shift"};

struct Move {
    bool flip = false;
    int down = 0;
    int right = 0;
};

/// `from` and the result are [planes, height, width, inner].
template <class T>
std::vector<T> moved(const std::vector<T>& from, std::size_t planes, int height, int width, std::size_t inner,
                     const Move& move)
{
    std::vector<T> to(from.size(), T{});
    const auto offset = [&](std::size_t plane, int y, int x) {
        const auto row = plane * static_cast<std::size_t>(height) + static_cast<std::size_t>(y);
        return (row * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * inner;
    };
    for (std::size_t plane = 0; plane < planes; ++plane)
        for (int y = std::max(move.down, 0); y < std::min(height + move.down, height); ++y)
            for (int x = std::max(move.right, 0); x < std::min(width + move.right, width); ++x) {
                const int source = x - move.right;
                const std::size_t at = offset(plane, y - move.down, move.flip ? width - 1 - source : source);
                std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), inner,
                            to.begin() + static_cast<std::ptrdiff_t>(offset(plane, y, x)));
            }
    return to;
}

class View final : public dataset::Dataset {
public:
    View(dataset::DatasetPtr data, Augmentation how, std::size_t number, std::uint64_t seed)
        : data_(std::move(data)), how_(how), number_(number), seed_(mix64(seed) ^ mix64(number))
    {
    }

    const dataset::Info& info() const override { return data_->info(); }
    std::size_t size() const override { return data_->size(); }
    Expected<Image> image(SampleIndex index) const override
    {
        Expected<Image> image = data_->image(index);
        if (image) {
            const auto channels = static_cast<std::size_t>(image->channels);
            const Move move = move_of(index, *image);
            if (image->is_float())
                image->values = moved(image->values, channels, image->height, image->width, 1, move);
            else
                image->pixels = moved(image->pixels, 1, image->height, image->width, channels, move);
        }
        return image;
    }
    std::optional<ClassIndex> label(SampleIndex index) const override { return data_->label(index); }
    std::string origin(SampleIndex index) const override { return data_->origin(index); }
    SampleIndex source_position(SampleIndex index) const override { return data_->source_position(index); }
    std::string content_hash() const override { return data_->content_hash(); }

private:
    Move move_of(SampleIndex index, const Image& image) const
    {
        if (how_ == Augmentation::flip)
            return {number_ % 2 == 1, 0, 0};
        Random random(seed_ ^ mix64(index.value));
        const auto shift = [&random](int size) {
            const int most = size / 8;
            return static_cast<int>(random.below(2 * static_cast<std::uint64_t>(most) + 1)) - most;
        };
        Move move;
        move.flip = number_ == 1 || random.uniform() < 0.5;
        move.down = shift(image.height);
        move.right = shift(image.width);
        return move;
    }

    dataset::DatasetPtr data_;
    Augmentation how_;
    std::size_t number_;
    std::uint64_t seed_;
};

}  // namespace

std::string_view name(Augmentation how)
{
    return augmentation_names[static_cast<std::size_t>(how)];
}

std::optional<Augmentation> parse_augmentation(std::string_view text)
{
    for (std::size_t i = 0; i < augmentation_names.size(); ++i)
        if (augmentation_names[i] == text)
            return static_cast<Augmentation>(i);
    return std::nullopt;
}

dataset::DatasetPtr view(dataset::DatasetPtr data, Augmentation how, std::size_t number, std::uint64_t seed)
{
    if (number == 0 || how == Augmentation::none)
        return data;
    return std::make_shared<View>(std::move(data), how, number, seed);
}

}  // namespace exitscope::exits
