// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exitscope::dataset {

/// Which arrays of a file hold images and labels, by their names.
struct ArrayNames {
    std::string split;  ///< "train", "test", "val", ...; empty where the names say none
    std::string images;
    std::string labels;  ///< empty: none
};

/// One entry for each split whose images the names tell, "test" last; in each the name that is used most for images and
/// for labels ("x", "images", "data"; "y", "labels", "targets"). Splits are words of the name or groups: "x_train",
/// "train_images", "train/images", "XTrain". Upper and lower case do not differ.
[[nodiscard]] std::vector<ArrayNames> find_images(const std::vector<std::string>& arrays);

/// The array that holds labels, or the only one; nullopt when there is none, or the names leave it open.
[[nodiscard]] std::optional<std::string> find_labels(const std::vector<std::string>& arrays);

/// The array that lists names of classes; nullopt when there is none.
[[nodiscard]] std::optional<std::string> find_class_names(const std::vector<std::string>& arrays);

/// Names, without their extension, that a file of labels may have beside the images `stem`, the most specific first.
[[nodiscard]] std::vector<std::string> label_file_names(std::string_view stem);

}  // namespace exitscope::dataset
