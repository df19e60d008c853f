// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace exitscope::model {

/// What a file is that is no ONNX model, with the remedy, as the end of a sentence ("is a TensorFlow Lite model; ..."):
/// recognised by its bytes, else by its name. Empty when nothing is known.
[[nodiscard]] std::string what_it_is_instead(std::span<const std::byte> bytes, const std::filesystem::path& path);

/// The same for a directory.
[[nodiscard]] std::string what_it_is_instead(const std::filesystem::path& directory);

}  // namespace exitscope::model
