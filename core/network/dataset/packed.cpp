// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/packed.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <span>
#include <utility>

namespace exitscope::dataset {
namespace {

/// [channels, positions] -> [positions, channels]
void interleave(std::span<const std::byte> planar, std::size_t channels, std::span<std::uint8_t> out)
{
    const std::size_t positions = planar.size() / channels;
    if (channels == 3) {
        const std::byte* r = planar.data();
        const std::byte* g = r + positions;
        const std::byte* b = g + positions;
        for (std::size_t i = 0; i < positions; ++i) {
            out[3 * i] = static_cast<std::uint8_t>(r[i]);
            out[3 * i + 1] = static_cast<std::uint8_t>(g[i]);
            out[3 * i + 2] = static_cast<std::uint8_t>(b[i]);
        }
        return;
    }
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t i = 0; i < positions; ++i)
            out[i * channels + c] = static_cast<std::uint8_t>(planar[c * positions + i]);
}

class PackedDataset final : public Dataset {
public:
    explicit PackedDataset(Packed packed) : packed_(std::move(packed))
    {
        for (const Packed::Part& part : packed_.parts)
            ends_.push_back((ends_.empty() ? 0 : ends_.back()) + part.count);
        values_ = static_cast<std::size_t>(packed_.channels) * static_cast<std::size_t>(packed_.height) *
                  static_cast<std::size_t>(packed_.width);
    }

    const Info& info() const override { return packed_.info; }
    std::size_t size() const override { return ends_.back(); }
    std::optional<ClassIndex> label(SampleIndex index) const override { return packed_.labels.at(index); }

    Expected<Image> image(SampleIndex index) const override
    {
        Image made;
        if (Expected<void> done = read(index, made); !done)
            return forward(done);
        return made;
    }

    Expected<void> read(SampleIndex index, Image& into) const override
    {
        if (index.at() >= size())
            return bad_input(packed_.info.name, "has no sample #" + std::to_string(index.value));
        const auto [part, position] = locate(index);
        const std::uint64_t offset = part->offset + part->stride * position;
        into.channels = packed_.channels;
        into.height = packed_.height;
        into.width = packed_.width;
        into.values.clear();
        into.pixels.resize(values_);
        if (packed_.layout == PixelLayout::u8_hwc)
            return part->bytes->read(offset, std::as_writable_bytes(std::span(into.pixels)));
        return read_planar(*part->bytes, offset, into);
    }

    std::string origin(SampleIndex index) const override
    {
        if (index.at() >= size())
            return packed_.info.name;
        const auto [part, position] = locate(index);
        return std::filesystem::path(part->bytes->name()).filename().string() + " #" + std::to_string(position);
    }

    std::string content_hash() const override
    {
        ContentHash hash;
        packed_.labels.add_to_hash(hash);
        for (const Packed::Part& part : packed_.parts)
            add_to_hash(hash, *part.bytes);
        return hash.hex();
    }

private:
    std::pair<const Packed::Part*, std::size_t> locate(SampleIndex index) const
    {
        const auto end = std::upper_bound(ends_.begin(), ends_.end(), index.at());
        const Packed::Part& part = packed_.parts[static_cast<std::size_t>(end - ends_.begin())];
        return {&part, index.at() - (*end - part.count)};
    }

    Expected<void> read_planar(const formats::Bytes& bytes, std::uint64_t offset, Image& into) const
    {
        std::array<std::byte, 16384> small;
        std::vector<std::byte> large(values_ > small.size() ? values_ : 0);
        const std::span<std::byte> planar = large.empty() ? std::span(small).first(values_) : std::span(large);
        if (Expected<void> done = bytes.read(offset, planar); !done)
            return done;
        interleave(planar, static_cast<std::size_t>(packed_.channels), into.pixels);
        return {};
    }

    Packed packed_;
    std::vector<std::size_t> ends_;  ///< samples up to the end of each part
    std::size_t values_;             ///< per image
};

}  // namespace

std::uint64_t image_bytes(std::uint64_t channels, std::uint64_t height, std::uint64_t width)
{
    return formats::saturating_product(formats::saturating_product(channels, height), width);
}

Expected<DatasetPtr> make_packed(Packed packed)
{
    constexpr std::uint64_t max_image_bytes = 1 << 30;
    const std::string& name = packed.parts.front().bytes->name();
    const std::uint64_t one =
        image_bytes(static_cast<std::uint64_t>(packed.channels), static_cast<std::uint64_t>(packed.height),
                    static_cast<std::uint64_t>(packed.width));
    if (one == 0 || one > max_image_bytes)
        return bad_input(name, "declares images of " + std::to_string(packed.width) + "x" +
                                   std::to_string(packed.height) + " with " + std::to_string(packed.channels) +
                                   " channels, which is not a usable size");
    std::size_t samples = 0;
    for (const Packed::Part& part : packed.parts) {
        const std::uint64_t size = part.bytes->size();
        const std::uint64_t tail = part.count == 0 ? 0 : formats::saturating_product(part.count - 1, part.stride);
        if (part.count > 0 && (part.offset > size || tail > size - part.offset || one > size - part.offset - tail))
            return bad_input(part.bytes->name(), "ends at byte " + std::to_string(size) + ", too early for the " +
                                                     std::to_string(part.count) + " images it declares");
        samples += part.count;
    }
    if (samples == 0)
        return bad_input(name, "holds no images");
    if (samples > std::numeric_limits<std::uint32_t>::max())
        return bad_input(name, "holds more than 2^32 - 1 images");
    if (!packed.labels.empty() && packed.labels.size() != samples)
        return bad_input(name, "has " + std::to_string(packed.labels.size()) + " labels for " +
                                   std::to_string(samples) + " images");
    packed.info.labelled = !packed.labels.empty();
    packed.info.class_count = packed.labels.class_count();
    if (packed.info.labelled)
        packed.info.class_count = std::max(packed.info.class_count, packed.info.class_names.size());
    return std::make_shared<PackedDataset>(std::move(packed));
}

}  // namespace exitscope::dataset
