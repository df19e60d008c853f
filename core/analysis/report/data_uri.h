// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace exitscope::report {

/// A PNG file as a data URI.
[[nodiscard]] std::string png_uri(const std::vector<unsigned char>& png);

/// Base64 of RFC 4648, with padding.
[[nodiscard]] std::string base64(const unsigned char* bytes, std::size_t count);

}  // namespace exitscope::report
