// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/formats/array.h"
#include "core/base/formats/bytes.h"
#include "core/base/labels.h"

namespace exitscope::formats {

/// One array in NumPy's .npy format (versions 1 to 3), in C order. The data are checked to be complete.
struct NpyArray {
    BytesPtr bytes;
    std::uint64_t data_offset = 0;
    char kind = 'u';  ///< as ElementType::kind
    unsigned item_bytes = 1;
    bool big_endian = false;
    std::vector<std::uint64_t> shape;

    /// "float32 [100,3,32,32]"
    [[nodiscard]] std::string describe() const;
};
/// An array in Fortran order is brought into C order in memory. Errors: damaged, not numbers or texts, an array in
/// Fortran order of more than 2 GiB.
[[nodiscard]] Expected<NpyArray> parse_npy(BytesPtr bytes);

/// Replaces the data, which are stored in Fortran order, by data in C order in memory. Errors: unreadable, above 2 GiB.
[[nodiscard]] Expected<void> bring_into_c_order(NpyArray& array);

/// Fills in kind, size and byte order from a type such as "<f4". Errors: types other than plain numbers and texts.
[[nodiscard]] Expected<void> parse_npy_type(const std::string& descr, NpyArray& array);

/// The array as labels: integers [N] or [N,1].
[[nodiscard]] Expected<Labels> npy_labels(const NpyArray& array);

}  // namespace exitscope::formats
