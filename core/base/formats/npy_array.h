// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/formats/array.h"
#include "core/base/formats/npy.h"

namespace exitscope::formats {

/// NumPy's array as one of numbers or texts.
[[nodiscard]] ArrayPtr as_array(NpyArray array);

/// The arrays of an .npz archive. Errors: not a zip archive, damaged directory.
[[nodiscard]] Expected<ArrayFilePtr> open_npz_file(BytesPtr archive);

}  // namespace exitscope::formats
