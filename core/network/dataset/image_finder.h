// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace exitscope::dataset {

/// Finds the files that a list names: lists come with names without extension, with backslashes, with absolute paths of
/// another machine, and beside or above the folder of the images. How names become files is settled once, by the first
/// of the names for which a file exists.
class ImageFinder {
public:
    /// `list`: the list's path. `root`: the only folder to look in, or empty.
    ImageFinder(const std::filesystem::path& list, const std::string& root);

    /// False when a file exists for none of `names`, in the list's folder or below, nor for all of them above it.
    [[nodiscard]] bool settle(const std::vector<std::string>& names);
    /// The path that a name stands for, as it was settled; it need not exist.
    [[nodiscard]] std::string find(std::string_view name) const;

    /// The folder that names start from.
    [[nodiscard]] const std::filesystem::path& folder() const { return folders_[folder_]; }
    /// Another folder that holds a file of the same name; empty when there is none or `folder()` is the list's own.
    [[nodiscard]] const std::filesystem::path& rival() const { return rival_; }
    /// The folders that are looked through, for messages.
    [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return folders_; }

private:
    [[nodiscard]] std::string relative(std::string_view name) const;
    [[nodiscard]] bool settle_on(const std::string& name, std::size_t begin, std::size_t end);
    [[nodiscard]] bool has_file(std::size_t folder, const std::string& name) const;

    std::vector<std::filesystem::path> folders_;
    std::size_t inner_ = 0;  ///< so many of the folders are the list's own or lie in it
    std::filesystem::path rival_;
    std::size_t folder_ = 0;
    std::size_t dropped_ = 0;   ///< leading folders that names lose
    bool backslashes_ = false;  ///< they separate folders
    std::string extension_;     ///< that names gain
};

}  // namespace exitscope::dataset
