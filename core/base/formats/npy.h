// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/formats/bytes.h"
#include "core/base/labels.h"

namespace exitscope::formats {

/// One array in NumPy's .npy format (versions 1 to 3): little-endian, C order. The data are checked to be complete.
struct NpyArray {
    BytesPtr bytes;
    std::uint64_t data_offset = 0;
    char kind = 'u';  ///< 'u' unsigned, 'i' signed, 'f' floating point, 'b' bool
    unsigned item_bytes = 1;
    std::vector<std::uint64_t> shape;

    /// "float32 [100,3,32,32]"
    [[nodiscard]] std::string describe() const;
};
[[nodiscard]] Expected<NpyArray> parse_npy(BytesPtr bytes);

/// Fills in kind and size from a type such as "<f4". Errors: big-endian, types other than plain numbers.
[[nodiscard]] Expected<void> parse_npy_type(const std::string& descr, NpyArray& array);

/// The array as labels: integers [N] or [N,1].
[[nodiscard]] Expected<Labels> npy_labels(const NpyArray& array);

}  // namespace exitscope::formats
