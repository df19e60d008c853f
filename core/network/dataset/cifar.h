// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/network/dataset/dataset.h"
#include "core/network/dataset/packed.h"

namespace exitscope::dataset {

/// CIFAR-10 or CIFAR-100: the facts that differ. Both come as binary files and as Python pickles.
struct CifarKind {
    const char* title;
    std::size_t classes;
    std::uint64_t label_bytes;  ///< before the pixels of a binary record (CIFAR-100: coarse label, then fine)
    const char* names_file;     ///< file of class names beside binary files, one per line
    const char* pickled_names_file;
    const char* pickled_names;   ///< its entry with the class names
    const char* pickled_labels;  ///< entry of a batch with the labels
};
inline constexpr CifarKind cifar10{"CIFAR-10", 10, 1, "batches.meta.txt", "batches.meta", "label_names", "labels"};
inline constexpr CifarKind cifar100{"CIFAR-100",        100,          2, "fine_label_names.txt", "meta",
                                    "fine_label_names", "fine_labels"};

inline constexpr int cifar_side = 32;
inline constexpr std::uint64_t cifar_pixel_bytes = 3 * cifar_side * cifar_side;  ///< planar RGB

/// The kind that a file name belongs to ("data_batch_1.bin" with the ending ".bin"); null for other names.
[[nodiscard]] const CifarKind* cifar_kind_named(const std::string& file, std::string_view ending);
/// A data set of CIFAR images, to which files are still to be added.
[[nodiscard]] Packed cifar_packed(Info info);
/// Adds a label. Error when it is not a class of this kind; `place` as in Labels::add().
[[nodiscard]] Expected<void> add_cifar_label(Labels& labels, const CifarKind& kind, std::int64_t label,
                                             const std::string& file, const std::string& place);

/// Files of records, and files of pickled batches, one after another as one data set.
[[nodiscard]] Expected<DatasetPtr> open_cifar_records(const std::vector<std::filesystem::path>& paths, Info info);
[[nodiscard]] Expected<DatasetPtr> open_cifar_pickles(const std::vector<std::filesystem::path>& paths, Info info);

}  // namespace exitscope::dataset
