// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "core/base/formats/bytes.h"

namespace exitscope::formats {

/// The bytes from the start of a file that the functions below look at.
inline constexpr std::size_t kind_bytes = 512;

/// What a file of pictures is that is not decoded, with what to do, after its first bytes: "is a GIF image: convert it
/// to PNG or JPEG". nullopt when it is none of the kinds that are known.
[[nodiscard]] std::optional<std::string> foreign_image(std::span<const std::byte> start);

/// What a picture is that is not decoded: "GIF image". nullopt for files that are no picture, or one that is decoded.
[[nodiscard]] std::optional<std::string> picture_kind(std::span<const std::byte> start);

/// What stands in the place of a file that was not fetched: nothing, a pointer, a web page.
[[nodiscard]] std::optional<std::string> missing_content(std::span<const std::byte> start);

/// The same as foreign_image() of other files that people take for data sets: models, tables, databases, archives, pointers to files.
[[nodiscard]] std::optional<std::string> foreign_data(const Bytes& file);

}  // namespace exitscope::formats
