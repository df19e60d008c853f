// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/network/dataset/class_list.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

/// Gives the labels the numbers that the options and the network ask for, and says what is doubtful about them in
/// `notices`: label 0 never occurs, other counts of classes, names that are none of the network's, an order of text
/// that is not that of the numbers in the names. Where names or numbers of the network are known, `class_names` has one
/// name per class of the network: the data's where it has the class, else the network's.
/// Errors: labels beyond the network's classes; names of which some but not all are the network's; those of the files.
[[nodiscard]] Expected<DatasetPtr> number_classes(DatasetPtr data, const OpenOptions& options);

/// The number of each class by a table of lines `from,to`: class numbers or names of the data (`names`, or `count`
/// numbers), then class numbers or names of `lists`; an empty `to` takes the label away. `seen[c]` says which classes
/// occur. Errors: unreadable, an unknown name, an occurring class without line.
[[nodiscard]] Expected<std::vector<std::int32_t>> read_class_map(const std::string& path,
                                                                 const std::vector<ClassEntry>& names,
                                                                 const std::vector<bool>& seen,
                                                                 const std::vector<ClassList>& lists);

/// The same images with the labels of a file: one per line, a column called label, or an integer array. `data` may lack
/// images that were skipped. Error: another number of labels than images.
[[nodiscard]] Expected<DatasetPtr> with_labels_of(DatasetPtr data, const std::string& path);

}  // namespace exitscope::dataset
