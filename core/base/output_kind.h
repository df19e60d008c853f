// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace exitscope {

/// What the numbers of an exit's output are, and so how they become probabilities.
enum class OutputKind : std::uint8_t {
    logits,         ///< by softmax
    probabilities,  ///< they are: not negative, and of sum 1 for every image
    scores,         ///< between 0 and 1 for every class by itself (sigmoid): divided by their sum
};

/// "logits", "probabilities", "scores".
[[nodiscard]] std::string_view name(OutputKind kind);
/// The inverse of name(); nullopt for any other text.
[[nodiscard]] std::optional<OutputKind> parse_output_kind(std::string_view text);

}  // namespace exitscope
