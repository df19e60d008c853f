// SPDX-License-Identifier: GPL-3.0-or-later
// How a convolution is cut into positions of equal windows, and its weights in the order in which the loops of
// convolution_vnni.cpp read them.
#include <algorithm>
#include <map>
#include <utility>

#include "core/network/engine/kernels/convolution_vnni.h"
#include "core/network/engine/kernels/onednn.h"

namespace exitscope::engine::kernels {
namespace {

constexpr std::size_t most_classes = 64;
constexpr std::size_t few_images = 4;

}  // namespace

bool VnniConvolution::available()
{
    return instruction_set() == InstructionSet::avx512_vnni;
}

bool VnniConvolution::suits(const ConvolutionShape& shape)
{
    constexpr std::size_t most = std::size_t{1} << 30;
    return (shape.groups == 1 || shape.group_outputs() >= lanes / 2) && shape.image_bytes() < most &&
           shape.positions() * shape.out_channels < most &&
           shape.group_inputs() * shape.kernel_height * shape.kernel_width < most / lanes;
}

VnniConvolution::VnniConvolution(const ConvolutionShape& shape, std::span<const std::int8_t> weights,
                                 std::size_t images)
    : shape_(shape), frame_height_(shape.height), frame_width_(shape.width)
{
    const auto reach = [](std::size_t outputs, std::ptrdiff_t stride, std::size_t kernel, std::ptrdiff_t dilation) {
        return static_cast<std::size_t>((static_cast<std::ptrdiff_t>(outputs) - 1) * stride +
                                        (static_cast<std::ptrdiff_t>(kernel) - 1) * dilation + 1);
    };
    const std::size_t height = reach(shape.out_height, shape.stride_y, shape.kernel_height, shape.dilation_y);
    const std::size_t width = reach(shape.out_width, shape.stride_x, shape.kernel_width, shape.dilation_x);
    const bool pads = shape.pad_y > 0 || shape.pad_x > 0 || height > shape.height || width > shape.width;
    // A frame where taps are no whole words, and where classes would be too small to fill a tile.
    framed_ = pads && (shape.group_inputs() % word != 0 || images < few_images);
    if (!framed_ && pads) {
        classify();
        framed_ = classes_.size() > most_classes;
    }
    if (framed_) {
        frame_height_ = std::max(height, shape.height + static_cast<std::size_t>(shape.pad_y));
        frame_width_ = std::max(width, shape.width + static_cast<std::size_t>(shape.pad_x));
    }
    joined_ = (framed_ || !pads) && shape.groups == 1 && shape.dilation_x == 1;
    unit_columns_ = joined_ ? 1 : shape.kernel_width;
    unit_words_ = (shape.group_inputs() * (joined_ ? shape.kernel_width : 1) + word - 1) / word;
    group_blocks_ = (shape.group_outputs() + lanes - 1) / lanes;
    block_bytes_ = shape.kernel_height * unit_columns_ * unit_words_ * word * lanes;
    classify();
    for (Class& made : classes_)
        made.runs = runs(made);
    pack(weights);
    start(weights);
}

void VnniConvolution::release()
{
    packed_ = {};
    starts_ = {};
}

std::size_t VnniConvolution::scratch_bytes() const
{
    return framed_ ? frame_height_ * frame_width_ * shape_.channels + slack_bytes : 0;
}

void VnniConvolution::classify()
{
    const auto window = [this](std::size_t at, std::ptrdiff_t stride, std::ptrdiff_t pad, std::size_t kernel,
                               std::ptrdiff_t dilation, std::size_t extent) {
        Window inside{0, kernel};
        if (framed_)
            return inside;
        const std::ptrdiff_t origin = static_cast<std::ptrdiff_t>(at) * stride - pad;
        const auto position = [&](std::size_t tap) { return origin + static_cast<std::ptrdiff_t>(tap) * dilation; };
        while (inside.first < kernel && position(inside.first) < 0)
            ++inside.first;
        while (inside.end > inside.first && position(inside.end - 1) >= static_cast<std::ptrdiff_t>(extent))
            --inside.end;
        return inside;
    };
    const ConvolutionShape& s = shape_;
    const std::ptrdiff_t pad_y = framed_ ? 0 : s.pad_y;
    const std::ptrdiff_t pad_x = framed_ ? 0 : s.pad_x;
    classes_.clear();
    std::map<std::pair<Window, Window>, std::size_t> known;
    for (std::size_t y = 0; y < s.out_height; ++y) {
        const Window rows = window(y, s.stride_y, s.pad_y, s.kernel_height, s.dilation_y, s.height);
        for (std::size_t x = 0; x < s.out_width; ++x) {
            Window columns = window(x, s.stride_x, s.pad_x, s.kernel_width, s.dilation_x, s.width);
            const auto [found, fresh] = known.try_emplace({rows, columns}, classes_.size());
            if (fresh)
                classes_.push_back({rows, columns, {}, {}, {}});
            std::ptrdiff_t input = 0;
            if (rows.first < rows.end && columns.first < columns.end) {
                const auto first = [](std::size_t at, std::ptrdiff_t stride, std::ptrdiff_t pad, std::size_t tap,
                                      std::ptrdiff_t dilation) {
                    return static_cast<std::ptrdiff_t>(at) * stride - pad + static_cast<std::ptrdiff_t>(tap) * dilation;
                };
                input =
                    (first(y, s.stride_y, pad_y, rows.first, s.dilation_y) * static_cast<std::ptrdiff_t>(frame_width_) +
                     first(x, s.stride_x, pad_x, columns.first, s.dilation_x)) *
                    static_cast<std::ptrdiff_t>(s.channels);
            }
            classes_[found->second].inputs.push_back(static_cast<std::int32_t>(input));
            classes_[found->second].outputs.push_back(
                static_cast<std::int32_t>((y * s.out_width + x) * s.out_channels));
        }
    }
}

std::vector<VnniConvolution::Run> VnniConvolution::runs(const Class& made) const
{
    std::vector<Run> result;
    const std::size_t last = joined_ ? made.columns.first + 1 : made.columns.end;
    if (made.columns.first >= made.columns.end)
        return result;
    const std::size_t unit_bytes = unit_words_ * word;
    for (std::size_t ky = made.rows.first; ky < made.rows.end; ++ky)
        for (std::size_t kx = made.columns.first; kx < last; ++kx) {
            const std::size_t row = (ky - made.rows.first) * static_cast<std::size_t>(shape_.dilation_y) * frame_width_;
            const std::size_t column = (kx - made.columns.first) * static_cast<std::size_t>(shape_.dilation_x);
            const std::size_t input = (row + column) * shape_.channels;
            const std::size_t weights = (ky * unit_columns_ + kx) * unit_bytes * lanes;
            const bool continues =
                !result.empty() &&
                static_cast<std::size_t>(result.back().input) + static_cast<std::size_t>(result.back().words) * word ==
                    input &&
                static_cast<std::size_t>(result.back().weights) +
                        static_cast<std::size_t>(result.back().words) * word * lanes ==
                    weights;
            if (continues)
                result.back().words += static_cast<std::int32_t>(unit_words_);
            else
                result.push_back({static_cast<std::int32_t>(input), static_cast<std::int32_t>(weights),
                                  static_cast<std::int32_t>(unit_words_)});
        }
    return result;
}

void VnniConvolution::pack(std::span<const std::int8_t> weights)
{
    const std::size_t inputs = shape_.group_inputs();
    const std::size_t outputs = shape_.group_outputs();
    const std::size_t taps = shape_.kernel_height * shape_.kernel_width;
    packed_.assign(shape_.groups * group_blocks_ * block_bytes_, 0);
    for (std::size_t oc = 0; oc < shape_.out_channels; ++oc) {
        const std::size_t block = oc / outputs * group_blocks_ + oc % outputs / lanes;
        const std::size_t lane = oc % outputs % lanes;
        for (std::size_t tap = 0; tap < taps; ++tap) {
            const std::size_t unit = joined_ ? tap / shape_.kernel_width : tap;
            const std::size_t before = joined_ ? tap % shape_.kernel_width * inputs : 0;
            for (std::size_t i = 0; i < inputs; ++i) {
                const std::size_t byte = before + i;
                packed_[block * block_bytes_ + ((unit * unit_words_ + byte / word) * lanes + lane) * word +
                        byte % word] = weights[(oc * inputs + i) * taps + tap];
            }
        }
    }
}

void VnniConvolution::start(std::span<const std::int8_t> weights)
{
    const std::size_t inputs = shape_.group_inputs();
    const std::size_t outputs = shape_.group_outputs();
    const std::size_t taps = shape_.kernel_height * shape_.kernel_width;
    const std::size_t each = shape_.groups * group_blocks_ * lanes;
    starts_.assign(classes_.size() * each, 0);
    std::vector<std::int32_t> sums(taps);
    for (std::size_t group = 0; group < shape_.groups; ++group)
        for (std::size_t output = 0; output < outputs; ++output) {
            const std::int8_t* filter = weights.data() + (group * outputs + output) * inputs * taps;
            std::fill(sums.begin(), sums.end(), 0);
            for (std::size_t i = 0; i < inputs; ++i)
                for (std::size_t tap = 0; tap < taps; ++tap)
                    sums[tap] += filter[i * taps + tap];
            const std::size_t at = (group * group_blocks_ + output / lanes) * lanes + output % lanes;
            for (std::size_t c = 0; c < classes_.size(); ++c) {
                std::int32_t outside = 0;
                for (std::size_t tap = 0; tap < taps; ++tap) {
                    const std::size_t ky = tap / shape_.kernel_width;
                    const std::size_t kx = tap % shape_.kernel_width;
                    const bool inside = ky >= classes_[c].rows.first && ky < classes_[c].rows.end &&
                                        kx >= classes_[c].columns.first && kx < classes_[c].columns.end;
                    outside += inside ? 0 : sums[tap];
                }
                starts_[c * each + at] = outside * shape_.zero_point;
            }
        }
}

}  // namespace exitscope::engine::kernels
