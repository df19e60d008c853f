// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/formats/array.h"
#include "core/base/formats/bytes.h"

namespace exitscope::formats {

/// Whether an HDF5 file begins here, or after the block that MATLAB and others put before it.
[[nodiscard]] bool is_hdf5(const Bytes& bytes);

/// The data sets of an HDF5 file, at most four groups deep. They are read in parts when they are asked for; all calls
/// into the library are one after the other, whatever the number of threads, because it keeps global state.
/// Errors: damaged, links only, a file of another purpose (a run of Exitscope, weights of Keras), which is named.
[[nodiscard]] Expected<ArrayFilePtr> open_hdf5_file(const std::filesystem::path& path);

}  // namespace exitscope::formats
