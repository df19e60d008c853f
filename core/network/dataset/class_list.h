// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace exitscope::dataset {

/// Names of one class: "n01440764 tench, Tinca tinca" has an identifier, words and two synonyms.
struct ClassEntry {
    std::string text;                   ///< as it stands in the file
    std::string id;                     ///< WordNet identifier, "n01440764"; may be empty
    std::string words;                  ///< the text without the identifier
    std::vector<std::string> synonyms;  ///< the words between commas
};
[[nodiscard]] ClassEntry class_entry(std::string_view text);

/// Class names in the order of their numbers.
struct ClassList {
    std::string source;  ///< "classes.txt", "the model": for messages
    std::vector<ClassEntry> entries;
};
[[nodiscard]] ClassList class_list(const std::vector<std::string>& names, std::string source);

/// Reads a file of class names: one per line, in order (`synset_words.txt`, `classes.txt`), also with a running number
/// before each ("0 cat", "1: dog", "2,bird"); or JSON: a list, numbers to names (also pairs of identifier and name as
/// in `imagenet_class_index.json`), names to numbers, or an object with `id2label`. Errors: unreadable, no names, gaps.
[[nodiscard]] Expected<ClassList> read_class_list(const std::filesystem::path& path);

/// Files in `folder` that usually hold class names, the surest first; those that exist. `stem` is the name of a model
/// without its ending, or empty.
[[nodiscard]] std::vector<std::filesystem::path> class_files_in(const std::filesystem::path& folder,
                                                                const std::string& stem);

}  // namespace exitscope::dataset
