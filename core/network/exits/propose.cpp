// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/propose.h"

#include <algorithm>
#include <utility>

namespace exitscope::exits {
namespace {

constexpr std::size_t most_channels = 128;
constexpr std::size_t channel_step = 16;

std::size_t hidden_units(std::size_t classes)
{
    return std::clamp<std::size_t>(2 * classes, 128, 512);
}

/// Sets pooling and stride so that about `side` x `side` positions remain, then as many channels as `budget` allows.
bool size_convolution(HeadSpec& spec, std::size_t side, std::int64_t budget)
{
    const std::size_t height = spec.input.height;
    const std::size_t width = spec.input.width;
    const std::size_t ratio = std::min(height, width) / side;
    if (ratio == 0)
        return false;
    spec.conv_stride = ratio >= 4 || (ratio >= 2 && side == 4) ? 2 : 1;
    spec.pool = std::max<std::size_t>(ratio / spec.conv_stride, 1);
    while (height % spec.pool != 0 || width % spec.pool != 0)
        --spec.pool;
    spec.conv_channels = 0;
    for (std::size_t channels = channel_step; channels <= most_channels; channels += channel_step) {
        HeadSpec tried = spec;
        tried.conv_channels = channels;
        if (tried.macs() > budget)
            break;
        spec.conv_channels = channels;
    }
    return spec.conv_channels > 0;
}

}  // namespace

std::optional<HeadSpec> propose_head(HeadKind kind, const FeatureShape& input, std::size_t classes,
                                     std::int64_t network_macs)
{
    HeadSpec spec;
    spec.kind = kind;
    spec.input = input;
    spec.classes = classes;
    spec.hidden = kind == HeadKind::linear ? 0 : hidden_units(classes);
    if (kind == HeadKind::linear)
        return spec;
    const bool map = input.layout == FeatureShape::Layout::map && std::min(input.height, input.width) > 1;
    if (kind == HeadKind::mlp)
        return map ? std::nullopt : std::optional(spec);
    spec.grid = kind == HeadKind::grid2 ? 2 : 4;
    if (!map || std::min(input.height, input.width) < spec.grid)
        return std::nullopt;
    if (kind != HeadKind::conv)
        return spec;
    const auto budget = static_cast<std::int64_t>(largest_head_share * double(network_macs));
    HeadSpec coarse = spec;
    const bool fits = size_convolution(spec, 8, budget);
    if (fits && 2 * spec.conv_channels >= input.channels)
        return spec;
    if (size_convolution(coarse, 4, budget))
        return coarse;
    return fits ? std::optional(spec) : std::nullopt;
}

std::vector<HeadSpec> propose_heads(const FeatureShape& input, std::size_t classes, std::int64_t network_macs)
{
    std::vector<HeadSpec> specs;
    for (const HeadKind kind : all_head_kinds)
        if (const auto spec = propose_head(kind, input, classes, network_macs))
            specs.push_back(*spec);
    return specs;
}

}  // namespace exitscope::exits
