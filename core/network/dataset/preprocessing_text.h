// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/network/dataset/preprocessing_choice.h"

/// Names of the settings of Preprocessing, the same on the command line, in JSON and in messages.
namespace exitscope::dataset {

[[nodiscard]] std::string_view name(ChannelOrder order);  ///< gray, rgb, bgr
[[nodiscard]] std::string_view name(ValueRange range);    ///< 0..1, 0..255, -1..1
[[nodiscard]] std::string_view name(Fit fit);             ///< stretch, crop, pad
[[nodiscard]] std::string_view name(Filter filter);       ///< nearest, bilinear, bicubic, area, lanczos
[[nodiscard]] std::string_view exif_name(bool upright);   ///< apply, ignore

/// nullopt for other words. "grey" is "gray", "box" is "area".
[[nodiscard]] std::optional<ChannelOrder> parse_order(std::string_view text);
[[nodiscard]] std::optional<ValueRange> parse_range(std::string_view text);
[[nodiscard]] std::optional<Fit> parse_fit(std::string_view text);
[[nodiscard]] std::optional<Filter> parse_filter(std::string_view text);
[[nodiscard]] std::optional<bool> parse_exif(std::string_view text);

/// "320x256": width x height in pixels, 1 to 65,536; "256" for both; nullopt for anything else.
[[nodiscard]] std::optional<Extent> parse_extent(std::string_view text);
[[nodiscard]] std::string to_text(Extent extent);

/// "256" (shorter side), "320x256", "input" or "none"; nullopt for anything else.
[[nodiscard]] std::optional<Resize> parse_resize(std::string_view text);

}  // namespace exitscope::dataset
