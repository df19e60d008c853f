// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/head.h"

#include <algorithm>
#include <array>

namespace exitscope::exits {
namespace {

constexpr std::array<std::string_view, std::size(all_head_kinds)> kind_names = {"linear", "mlp", "grid2", "grid4",
                                                                                "conv"};

}  // namespace

std::optional<FeatureShape> feature_shape(const model::Shape& shape)
{
    if (shape.size() < 2 || shape.size() > 4 || std::any_of(shape.begin(), shape.end(), [](auto d) { return d < 1; }))
        return std::nullopt;
    const auto extent = [&](std::size_t axis) { return static_cast<std::size_t>(shape[axis]); };
    switch (shape.size()) {
    case 4: return FeatureShape{FeatureShape::Layout::map, extent(1), extent(2), extent(3)};
    case 3: return FeatureShape{FeatureShape::Layout::tokens, extent(2), extent(1), 1};
    default: return FeatureShape{FeatureShape::Layout::vector, extent(1), 1, 1};
    }
}

std::string_view name(HeadKind kind)
{
    return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<HeadKind> parse_head_kind(std::string_view text)
{
    for (const HeadKind kind : all_head_kinds)
        if (name(kind) == text)
            return kind;
    return std::nullopt;
}

Cells cells_over(std::size_t size, std::size_t cells)
{
    const std::size_t stride = size / cells;
    return {size - (cells - 1) * stride, stride};
}

FeatureShape HeadSpec::gridded() const
{
    if (input.layout == FeatureShape::Layout::tokens)
        return {FeatureShape::Layout::vector, 2 * input.channels, 1, 1};
    FeatureShape map = input;
    map.height /= pool;
    map.width /= pool;
    if (conv_channels > 0) {
        map.channels = conv_channels;
        map.height = (map.height - 1) / conv_stride + 1;
        map.width = (map.width - 1) / conv_stride + 1;
    }
    return map;
}

std::size_t HeadSpec::pooled_values() const
{
    return gridded().channels * grid * grid;
}

std::int64_t HeadSpec::macs() const
{
    const FeatureShape map = gridded();
    std::size_t count = conv_channels > 0 ? map.values() * input.channels * 9 : 0;
    count += hidden > 0 ? pooled_values() * hidden + hidden * classes : pooled_values() * classes;
    return static_cast<std::int64_t>(count);
}

Head::Head(const HeadSpec& s) : spec(s), output(s.classes, s.hidden > 0 ? s.hidden : s.pooled_values())
{
    if (s.conv_channels > 0)
        convolution.emplace(s.conv_channels, s.input.channels * 9);
    if (s.hidden > 0)
        hidden.emplace(s.hidden, s.pooled_values());
}

std::vector<Linear*> Head::layers()
{
    std::vector<Linear*> all;
    if (convolution)
        all.push_back(&*convolution);
    if (hidden)
        all.push_back(&*hidden);
    all.push_back(&output);
    return all;
}

std::vector<const Linear*> Head::layers() const
{
    const std::vector<Linear*> all = const_cast<Head*>(this)->layers();
    return {all.begin(), all.end()};
}

}  // namespace exitscope::exits
