// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "core/base/formats/image_header.h"
#include "core/network/dataset/file_types.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_shards = 100000;
constexpr std::array split_words{"train", "val", "valid", "validation", "fit", "test"};

std::vector<std::string> tar_names(const Listing& listing)
{
    std::vector<std::string> names;
    std::copy_if(listing.files.begin(), listing.files.end(), std::back_inserter(names),
                 [](const std::string& name) { return is_tar_name(name); });
    return names;
}

/// The split that a file's name says ("cifar-train-000001.tar"); empty when it says none.
std::string split_of(const std::string& name)
{
    std::string found;
    for (const char* word : split_words)
        if (name.find(word) != std::string::npos)
            found = word;
    return found;
}

/// "000003" after "000002", as wide as `pattern`.
std::string padded(std::uint64_t number, std::size_t width)
{
    std::string text = std::to_string(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

/// What stands in braces, as a list: "000..012" or "a,b". Empty when it is neither, or too long.
std::vector<std::string> alternatives(std::string_view inside)
{
    std::vector<std::string> made;
    if (const std::size_t dots = inside.find(".."); dots != std::string_view::npos) {
        const std::string_view first = inside.substr(0, dots);
        const std::string_view last = inside.substr(dots + 2);
        std::uint64_t low = 0;
        std::uint64_t high = 0;
        const auto parse = [](std::string_view text, std::uint64_t& value) {
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            return error == std::errc() && end == text.data() + text.size();
        };
        if (!parse(first, low) || !parse(last, high) || high < low || high - low >= most_shards)
            return {};
        for (std::uint64_t number = low; number <= high; ++number)
            made.push_back(padded(number, first.size()));
        return made;
    }
    for (std::size_t at = 0; at <= inside.size();) {
        const std::size_t end = std::min(inside.find(',', at), inside.size());
        made.emplace_back(inside.substr(at, end - at));
        at = end + 1;
    }
    return made;
}

/// All paths that a pattern stands for; empty when it is damaged or stands for too many.
std::vector<std::string> expand(const std::string& pattern)
{
    const std::size_t open = pattern.find('{');
    if (open == std::string::npos)
        return {pattern};
    const std::size_t close = pattern.find('}', open);
    if (close == std::string::npos)
        return {};
    std::vector<std::string> made;
    const std::vector<std::string> rests = expand(pattern.substr(close + 1));
    for (const std::string& word : alternatives(std::string_view(pattern).substr(open + 1, close - open - 1)))
        for (const std::string& rest : rests) {
            if (made.size() == most_shards)
                return {};
            made.push_back(pattern.substr(0, open) + word + rest);
        }
    return made;
}

/// The folders of a directory that are splits and hold tar files.
std::vector<std::string> split_folders(const fs::path& path, const Listing& listing)
{
    std::vector<std::string> found;
    for (const char* word : split_words) {
        if (std::find(listing.folders.begin(), listing.folders.end(), word) == listing.folders.end())
            continue;
        const Expected<Listing> inside = list_directory(path / word);
        if (inside && !tar_names(*inside).empty())
            found.emplace_back(word);
    }
    return found;
}

Expected<DatasetPtr> open_names(const Request& request, const fs::path& folder, const std::vector<std::string>& names)
{
    std::vector<fs::path> files;
    for (const std::string& name : names)
        files.push_back(folder / name);
    return open_tar_files(request, files);
}

}  // namespace

bool is_tar_name(std::string_view file)
{
    return is_named_as(tar_files(), file);
}

bool is_tar_pattern(const std::string& path)
{
    std::error_code ec;
    return path.find('{') != std::string::npos && is_tar_name(path) && !fs::exists(path, ec);
}

Expected<DatasetPtr> open_tar_pattern(const Request& request)
{
    const std::vector<std::string> paths = expand(request.path.string());
    if (paths.empty())
        return bad_input(request.path.string(),
                         "is no pattern of at most 100000 files, such as data-{000000..000012}.tar");
    return open_tar_files(request, {paths.begin(), paths.end()});
}

bool is_tar_directory(const fs::path& path, const Listing& listing)
{
    const bool images = std::any_of(listing.files.begin(), listing.files.end(), [](const std::string& name) {
        return formats::is_image_extension(lower_extension(name));
    });
    const bool only_tars = !tar_names(listing).empty() && listing.folders.empty() && !images;
    return only_tars || !split_folders(path, listing).empty();
}

Expected<DatasetPtr> open_tar_directory(const Request& request, const Listing& listing)
{
    const std::vector<std::string> names = tar_names(listing);
    if (names.empty()) {
        Expected<std::string> split = choose_split(request, split_folders(request.path, listing));
        if (!split)
            return forward(split);
        Expected<Listing> inside = list_directory(request.path / *split);
        if (!inside)
            return forward(inside);
        return open_names({request.spec, request.path, *split, request.options}, request.path / *split,
                          tar_names(*inside));
    }
    std::vector<std::string> splits;
    for (const char* word : split_words)
        if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return split_of(name) == word; }))
            splits.emplace_back(word);
    if (splits.empty()) {
        if (!request.split.empty())
            return bad_input(request.path.string(), "holds tar files whose names do not say which are the split " +
                                                        request.split + ": name the files, as in " + names.front());
        return open_names(request, request.path, names);
    }
    Expected<std::string> split = choose_split(request, splits);
    if (!split)
        return forward(split);
    std::vector<std::string> chosen;
    std::copy_if(names.begin(), names.end(), std::back_inserter(chosen),
                 [&](const std::string& name) { return split_of(name) == *split; });
    return open_names({request.spec, request.path, *split, request.options}, request.path, chosen);
}

}  // namespace exitscope::dataset
