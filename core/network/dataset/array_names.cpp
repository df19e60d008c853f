// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/array_names.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>

namespace exitscope::dataset {
namespace {

// The more usual name first.
constexpr std::array<std::string_view, 14> image_words{"x",        "images",  "image",   "data",    "imgs",
                                                       "img",      "arr0",    "input",   "inputs",  "pixels",
                                                       "features", "feature", "samples", "pictures"};
constexpr std::array<std::string_view, 14> label_words{"y",         "labels", "label", "targets", "target",
                                                       "classes",   "class",  "arr1",  "answers", "finelabels",
                                                       "finelabel", "lbls",   "lbl",   "gt"};
constexpr std::array<std::string_view, 6> name_words{"classnames", "labelnames", "listclasses",
                                                     "categories", "names",      "classes"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> split_words{{{"train", "train"},
                                                                                    {"training", "train"},
                                                                                    {"val", "val"},
                                                                                    {"valid", "valid"},
                                                                                    {"validation", "validation"},
                                                                                    {"fit", "fit"},
                                                                                    {"dev", "val"},
                                                                                    {"test", "test"},
                                                                                    {"testing", "test"}}};

std::string lower(std::string_view text)
{
    std::string made(text);
    std::transform(made.begin(), made.end(), made.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return made;
}

std::string_view split_of(std::string_view word)
{
    for (const auto& [spelling, split] : split_words)
        if (word == spelling)
            return split;
    return {};
}

/// A name taken apart: the split that one of its words is, and what remains, without separators.
struct Parts {
    std::string split;
    std::string rest;
};

Parts parts_of(std::string_view name)
{
    Parts parts;
    std::string word;
    const auto take = [&] {
        if (const std::string_view split = split_of(word); !split.empty() && parts.split.empty())
            parts.split = split;
        else if (word != "set" && word != "orig")  // train_set_x_orig
            parts.rest += word;
        word.clear();
    };
    for (const char c : lower(name)) {
        if (std::string_view("_/.- ").find(c) == std::string_view::npos)
            word += c;
        else
            take();
    }
    take();
    // XTrain, ytest: a letter before the split's name.
    if (parts.split.empty() && parts.rest.size() > 1 && (parts.rest[0] == 'x' || parts.rest[0] == 'y'))
        if (const std::string_view split = split_of(std::string_view(parts.rest).substr(1)); !split.empty())
            parts = {std::string(split), parts.rest.substr(0, 1)};
    return parts;
}

/// Place of the array's word in the list; nullopt when it is none of these.
std::optional<std::size_t> rank(const std::string& rest, std::span<const std::string_view> words)
{
    const auto found = std::find(words.begin(), words.end(), rest);
    return found == words.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - words.begin()));
}

/// The best array of a split by the order of the words; empty when there is none.
std::string best(const std::vector<std::string>& arrays, const std::string& split,
                 std::span<const std::string_view> words)
{
    std::string found;
    std::size_t found_rank = words.size();
    for (const std::string& array : arrays) {
        const Parts parts = parts_of(array);
        const std::optional<std::size_t> at = parts.split == split ? rank(parts.rest, words) : std::nullopt;
        if (at && *at < found_rank) {
            found = array;
            found_rank = *at;
        }
    }
    return found;
}

}  // namespace

std::vector<ArrayNames> find_images(const std::vector<std::string>& arrays)
{
    std::vector<ArrayNames> found;
    std::vector<std::string> splits{""};
    for (const auto& [spelling, split] : split_words)
        if (std::find(splits.begin(), splits.end(), split) == splits.end())
            splits.emplace_back(split);
    for (const std::string& split : splits)
        if (std::string images = best(arrays, split, image_words); !images.empty())
            found.push_back({split, std::move(images), best(arrays, split, label_words)});
    return found;
}

std::optional<std::string> find_labels(const std::vector<std::string>& arrays)
{
    if (arrays.size() == 1)
        return arrays.front();
    if (std::string labels = best(arrays, {}, label_words); !labels.empty())
        return labels;
    std::optional<std::string> only;
    for (const std::string& array : arrays) {
        if (!rank(parts_of(array).rest, label_words))
            continue;
        if (only)
            return std::nullopt;
        only = array;
    }
    return only;
}

std::optional<std::string> find_class_names(const std::vector<std::string>& arrays)
{
    for (const std::string& array : arrays)
        if (rank(parts_of(array).rest, name_words))
            return array;
    return std::nullopt;
}

std::vector<std::string> label_file_names(std::string_view stem)
{
    const std::string text(stem);
    std::vector<std::string> names{text + "_labels", text + "-labels", text + "_y"};
    const auto replace = [&](std::size_t at, std::size_t size, std::initializer_list<const char*> words) {
        for (const char* word : words)
            names.push_back(std::string(text).replace(at, size, word));
    };
    if (text.starts_with('x') || text.starts_with('X'))
        replace(0, 1, {"y", "Y"});
    if (text.ends_with("_x") || text.ends_with("-x") || text.ends_with("_X") || text.ends_with("-X"))
        replace(text.size() - 1, 1, {"y", "Y"});
    for (const std::string_view word : {"images", "imgs", "image", "img", "data"})
        if (const std::size_t at = text.rfind(word); at != std::string::npos)
            replace(at, word.size(), {"labels", "label", "targets"});
    return names;
}

}  // namespace exitscope::dataset
