// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/base/formats/npy.h"

namespace exitscope::formats {

/// Fills `out` with the array's values from element `first` on (C order), converted; the range lies inside the array.
/// Integers, bools and floats of 16 to 64 bits are read. Error: unreadable.
[[nodiscard]] Expected<void> read_values(const NpyArray& array, std::uint64_t first, std::span<float> out);
[[nodiscard]] Expected<void> read_values(const NpyArray& array, std::uint64_t first, std::span<double> out);

/// The array of a .npy file. Of an .npz archive: the first of `names` that it holds, else its only array.
/// Errors: unreadable; an archive with several arrays of other names.
[[nodiscard]] Expected<NpyArray> open_array(const std::filesystem::path& path, std::span<const std::string_view> names);

}  // namespace exitscope::formats
