// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "core/base/formats/image_header.h"
#include "core/network/dataset/formats.h"
#include "core/network/dataset/image_list.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

/// The split that a folder's name stands for; empty for other names.
std::string split_of(std::string folder)
{
    std::transform(folder.begin(), folder.end(), folder.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (folder == "train" || folder == "training")
        return "train";
    if (folder == "test" || folder == "testing")
        return "test";
    if (folder == "val" || folder == "valid" || folder == "validation")
        return "val";
    return folder == "fit" ? "fit" : std::string();
}

/// Folders are splits when all are named so, or at least two: "train" alone may well be a class of vehicles.
bool is_split_layout(const Listing& listing)
{
    const auto splits = std::count_if(listing.folders.begin(), listing.folders.end(),
                                      [](const std::string& folder) { return !split_of(folder).empty(); });
    return splits >= 2 || (splits == 1 && listing.folders.size() == 1);
}

/// Images anywhere below a class folder, as paths relative to `root`, sorted. Links to folders are not followed.
Expected<std::vector<std::string>> images_below(const fs::path& root, const std::string& folder)
{
    std::vector<std::string> files;
    std::error_code ec;
    const auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator it(root / folder, options, ec), end; !ec && it != end; it.increment(ec)) {
        if (it->path().filename().string().starts_with(".")) {
            it.disable_recursion_pending();
            continue;
        }
        std::error_code broken_link;
        if (formats::is_image_extension(lower_extension(it->path())) && it->is_regular_file(broken_link))
            files.push_back(it->path().lexically_relative(root).string());
    }
    if (ec)
        return bad_input((root / folder).string(), "cannot list: " + ec.message());
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::string> loose_images(const Listing& listing)
{
    std::vector<std::string> images;
    std::copy_if(listing.files.begin(), listing.files.end(), std::back_inserter(images),
                 [](const std::string& file) { return formats::is_image_extension(lower_extension(file)); });
    return images;
}

/// One folder of classes, or of loose images. `classes` gives the labels; its folders may be missing here.
Expected<DatasetPtr> open_classes(ImageList list, const Listing& listing, const std::vector<std::string>& classes)
{
    std::vector<std::string> loose = loose_images(listing);
    if (listing.folders.empty()) {
        list.info.format = "images";
        list.files = std::move(loose);
        return make_image_list(std::move(list));
    }
    if (!loose.empty())
        return bad_input(list.root.string(), "holds class folders and also " + std::to_string(loose.size()) +
                                                 " images outside of them, such as " + loose.front());
    if (classes.size() > max_classes)
        return bad_input(list.root.string(), "holds more than " + std::to_string(max_classes) + " class folders");
    for (std::size_t c = 0; c < classes.size(); ++c) {
        if (!std::binary_search(listing.folders.begin(), listing.folders.end(), classes[c]))
            continue;
        Expected<std::vector<std::string>> files = images_below(list.root, classes[c]);
        if (!files)
            return forward(files);
        for (std::string& file : *files) {
            if (Expected<void> done = list.labels.add(static_cast<std::int64_t>(c), file, "folder"); !done)
                return forward(done);
            list.files.push_back(std::move(file));
        }
    }
    list.info.class_names = classes;
    return make_image_list(std::move(list));
}

/// Class names are collected over all splits, so that a class missing from one split does not shift the labels.
Expected<DatasetPtr> open_split(const Request& request, const Listing& listing)
{
    std::vector<std::string> splits;
    std::set<std::string> classes;
    for (const std::string& folder : listing.folders) {
        if (split_of(folder).empty())
            continue;
        splits.push_back(split_of(folder));
        Expected<Listing> inner = list_directory(request.path / folder);
        if (!inner)
            return forward(inner);
        classes.insert(inner->folders.begin(), inner->folders.end());
    }
    Request canonical = request;
    if (!request.split.empty())
        canonical.split = split_of(request.split);
    Expected<std::string> split = choose_split(canonical, splits);
    if (!split)
        return forward(split);
    const auto folder = std::find_if(listing.folders.begin(), listing.folders.end(),
                                     [&](const std::string& name) { return split_of(name) == *split; });
    ImageList list;
    list.info = request.info("image folder", *split);
    list.root = request.path / *folder;
    Expected<Listing> inner = list_directory(list.root);
    if (!inner)
        return forward(inner);
    return open_classes(std::move(list), *inner, {classes.begin(), classes.end()});
}

}  // namespace

Expected<DatasetPtr> open_image_folder(const Request& request, const Listing& listing)
{
    if (is_split_layout(listing))
        return open_split(request, listing);
    if (!request.split.empty())
        return bad_input(request.path.string(), "has no folder for the split " + request.split);
    ImageList list;
    list.info = request.info("image folder");
    list.root = request.path;
    return open_classes(std::move(list), listing, listing.folders);
}

}  // namespace exitscope::dataset
