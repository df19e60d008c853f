// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/formats/array.h"
#include "core/base/labels.h"

namespace exitscope::dataset {

/// Labels that stood in an array.
struct ArrayLabels {
    Labels labels;
    std::vector<std::string> class_names;  ///< of texts; else empty
    std::size_t class_count = 0;
};

/// One rule for arrays of every file format: whole numbers of any type, bools or texts [N], [N,1] or [1,N], or one-hot
/// rows [N,classes]. Texts are numbered by number_labels(). `images` names the array that the labels belong to and
/// `samples` says how many images it holds. Errors: another count (both are named), fractions, rows that are not
/// one-hot.
[[nodiscard]] Expected<ArrayLabels> read_array_labels(const formats::Array& array, std::uint64_t samples,
                                                      const std::string& images);

/// The labels in a .npy, .npz or HDF5 file of their own. Errors: also an archive whose names do not say which array
/// holds them.
[[nodiscard]] Expected<ArrayLabels> read_label_array(const std::filesystem::path& path, std::uint64_t samples,
                                                     const std::string& images);

}  // namespace exitscope::dataset
