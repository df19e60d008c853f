// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/quantized_constants.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/base/number_text.h"

namespace exitscope::model {
namespace {

/// An axis of a tensor: its number (never negative), its length, and how many elements one step along it passes.
struct Axis {
    std::int64_t number = 0, length = 1, stride = 1;
};
Expected<Axis> along(const Shape& shape, std::int64_t axis)
{
    const auto rank = static_cast<std::int64_t>(shape.size());
    axis = axis < 0 ? axis + rank : axis;
    if (axis < 0 || axis >= rank)
        return bad_input({}, "its axis is outside the tensor");
    Axis found{axis, shape[static_cast<std::size_t>(axis)], 1};
    for (std::int64_t d = axis + 1; d < rank; ++d)
        found.stride *= shape[static_cast<std::size_t>(d)];
    return found;
}

/// For every element of a constant, the position of its scale (and zero point).
Expected<std::vector<std::size_t>> positions(const Node& node, const Tensor& tensor, const Tensor& scales)
{
    const std::size_t count = std::max(tensor.ints.size(), tensor.floats.size());
    std::vector<std::size_t> at(count, 0);
    if (scales.floats.size() == 1)
        return at;
    const Expected<Axis> axis = along(tensor.shape, node.integer("axis", 1));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    const std::int64_t block = node.integer("block_size", 0);
    const std::int64_t steps = block > 0 ? (axis->length + block - 1) / block : axis->length;
    Shape expected = tensor.shape;
    expected[static_cast<std::size_t>(axis->number)] = steps;
    if (block < 0 || (block > 0 ? scales.shape != expected : scales.shape != Shape{axis->length}))
        return bad_input({}, "its scales " + to_text(scales.shape) + " do not fit a tensor " + to_text(tensor.shape));
    for (std::size_t i = 0; i < count; ++i) {
        const auto e = static_cast<std::int64_t>(i);
        const std::int64_t index = e / axis->stride % axis->length;
        const std::int64_t outer = e / (axis->stride * axis->length);
        at[i] = static_cast<std::size_t>(block > 0 ? (outer * steps + index / block) * axis->stride + e % axis->stride
                                                   : index);
    }
    return at;
}

/// Zero points fit when there are as many as scales.
bool fit(const Tensor& scales, const Tensor* zeros)
{
    return !scales.is_int && (!zeros || zeros->ints.size() == scales.floats.size());
}

}  // namespace

std::optional<LevelRange> level_range(ElementType type)
{
    switch (type) {
    case ElementType::int2: return LevelRange{-2, 1};
    case ElementType::int4: return LevelRange{-8, 7};
    case ElementType::int8: return LevelRange{-128, 127};
    case ElementType::uint2: return LevelRange{0, 3};
    case ElementType::uint4: return LevelRange{0, 15};
    case ElementType::uint8: return LevelRange{0, 255};
    case ElementType::int16: return LevelRange{-32768, 32767};
    case ElementType::uint16: return LevelRange{0, 65535};
    default: return std::nullopt;
    }
}

std::uint8_t bits_of(LevelRange range)
{
    return static_cast<std::uint8_t>(std::bit_width(static_cast<std::uint64_t>(range.high - range.low)));
}

Expected<DequantizedConstant> dequantized(const Node& node, const Tensor& integers, const Tensor& scales,
                                          const Tensor* zeros)
{
    if (!level_range(integers.element) && integers.element != ElementType::int32)
        return unsupported({}, "it reads a constant of the type " + type_name(integers.type()));
    if (!integers.is_int || !fit(scales, zeros))
        return bad_input({}, "its scales and zero points do not fit each other");
    const Expected<std::vector<std::size_t>> at = positions(node, integers, scales);
    if (!at)
        return tl::unexpected<Error>(at.error());
    DequantizedConstant made;
    made.reals.shape = integers.shape;
    made.reals.floats.resize(integers.ints.size());
    for (std::size_t i = 0; i < integers.ints.size(); ++i) {
        const std::int64_t zero = zeros ? narrowed(zeros->ints[(*at)[i]], integers.element) : 0;
        made.reals.floats[i] = static_cast<float>(integers.ints[i] - zero) * scales.floats[(*at)[i]];
    }
    if (scales.floats.size() == 1 || node.integer("block_size", 0) == 0)
        made.stored.scales = scales.floats;
    if (const std::optional<LevelRange> range = level_range(integers.element))
        made.stored.bits = bits_of(*range);
    if (scales.floats.size() > 1)
        made.stored.axis = static_cast<std::size_t>(along(integers.shape, node.integer("axis", 1))->number);
    return made;
}

Expected<Tensor> quantized(const Node& node, const Tensor& reals, const Tensor& scales, const Tensor* zeros,
                           ElementType type)
{
    const std::optional<LevelRange> range = level_range(type);
    if (!range)
        return unsupported({}, "it quantizes to a type other than integers of 2, 4, 8 and 16 bits");
    if (reals.is_int || !fit(scales, zeros))
        return bad_input({}, "its scales and zero points do not fit each other");
    const Expected<std::vector<std::size_t>> at = positions(node, reals, scales);
    if (!at)
        return tl::unexpected<Error>(at.error());
    Tensor result;
    result.shape = reals.shape;
    result.is_int = true;
    result.element = type;
    for (std::size_t i = 0; i < reals.floats.size(); ++i) {
        const double level = std::nearbyint(reals.floats[i] / scales.floats[(*at)[i]]) +
                             static_cast<double>(zeros ? narrowed(zeros->ints[(*at)[i]], type) : 0);
        const double kept = std::clamp(level, double(range->low), double(range->high));
        result.ints.push_back(std::isnan(level) ? range->low : static_cast<std::int64_t>(kept));
    }
    return result;
}

Expected<void> check_scales(const Tensor* scales, bool of_constant)
{
    if (!scales)
        return {};
    for (const float scale : scales->floats)
        if (!std::isfinite(scale) || scale < 0.0F || (scale == 0.0F && !of_constant))
            return bad_input({}, "its scale " + shortest_text(scale) + " is not a positive number");
    return {};
}

}  // namespace exitscope::model
