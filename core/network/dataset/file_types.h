// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace exitscope::dataset {

/// A kind of file that open() reads, and the endings of its names, in lower case ("-ubyte", ".tar.gz").
struct FileType {
    std::string_view title;  ///< translatable: "Arrays"
    std::span<const std::string_view> endings;
};
/// Every kind that is known by its name. Files with other names are recognised by their content.
[[nodiscard]] std::span<const FileType> file_types();

/// Lists of images and labels, in the order of file_types().
[[nodiscard]] const FileType& list_files();
[[nodiscard]] const FileType& array_files();
[[nodiscard]] const FileType& tar_files();

/// Whether the name ends, in upper or lower case, as files of this type do.
[[nodiscard]] bool is_named_as(const FileType& type, std::string_view name);

}  // namespace exitscope::dataset
