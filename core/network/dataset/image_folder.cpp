// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "core/network/dataset/formats.h"
#include "core/network/dataset/image_filter.h"
#include "core/network/dataset/image_list.h"
#include "core/network/dataset/relabelled.h"

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
Expected<std::vector<std::string>> images_below(const fs::path& root, const std::string& folder, ImageFilter& filter)
{
    std::vector<std::string> files;
    std::error_code ec;
    const auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator it(root / folder, options, ec), end; !ec && it != end; it.increment(ec)) {
        if (is_clutter(it->path().filename().string())) {
            it.disable_recursion_pending();
            continue;
        }
        std::error_code broken_link;
        if (it->is_regular_file(broken_link) && filter.takes(it->path()))
            files.push_back(it->path().lexically_relative(root).string());
    }
    if (ec)
        return bad_input((root / folder).string(), "cannot list: " + ec.message());
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::string> loose_images(const fs::path& folder, const Listing& listing, ImageFilter& filter)
{
    std::vector<std::string> images;
    std::copy_if(listing.files.begin(), listing.files.end(), std::back_inserter(images),
                 [&](const std::string& file) { return filter.takes(folder / file); });
    return images;
}

bool has_loose_images(const fs::path& folder, const Listing& listing)
{
    ImageFilter filter;
    return std::any_of(listing.files.begin(), listing.files.end(),
                       [&](const std::string& file) { return filter.takes(folder / file); });
}

/// Says that images which lie beside the folders that are read are left out.
void note_images_beside(const fs::path& folder, const Listing& listing, Info& info)
{
    ImageFilter filter;
    const std::vector<std::string> loose = loose_images(folder, listing, filter);
    if (!loose.empty())
        info.notices.push_back({"images-beside", folder.string() + ": " + std::to_string(loose.size()) +
                                                     (loose.size() == 1 ? " image lies" : " images lie") +
                                                     " beside the folders of images, such as " + loose.front() +
                                                     ", and " + (loose.size() == 1 ? "is" : "are") + " left out"});
}

/// make_image_list() of the files that `filter` took, with what it left out.
Expected<DatasetPtr> make_filtered(ImageList list, const ImageFilter& filter, const OpenOptions& options)
{
    const std::string where = list.root.string();
    const std::string others = filter.others();
    if (!others.empty() && list.files.empty())
        return bad_input(where, "holds no images but " + others + ": convert them to PNG or JPEG");
    add_notices(list.info.notices, filter.notices(where));
    return make_image_list(std::move(list), options);
}

/// "a, b, c and 7 more"
std::string listed(const std::vector<std::string>& names)
{
    constexpr std::size_t shown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    return text + (names.size() > shown ? " and " + std::to_string(names.size() - shown) + " more" : "");
}

Expected<DatasetPtr> open_loose(ImageList list, const Listing& listing, const OpenOptions& options)
{
    list.info.format = "images";
    ImageFilter filter;
    list.files = loose_images(list.root, listing, filter);
    return make_filtered(std::move(list), filter, options);
}

/// One folder of classes. `classes` gives the labels; its folders may be missing here.
Expected<DatasetPtr> open_classes(ImageList list, const Listing& listing, const std::vector<std::string>& classes,
                                  const OpenOptions& options)
{
    const std::string where = list.root.string();
    ImageFilter filter;
    if (const std::vector<std::string> loose = loose_images(list.root, listing, filter); !loose.empty())
        return bad_input(where, "holds class folders and also " + std::to_string(loose.size()) +
                                    (loose.size() == 1 ? " image" : " images") + " outside of them, such as " +
                                    loose.front() + ": move them into a class folder or elsewhere");
    if (classes.size() > max_classes)
        return bad_input(where, "holds more than " + std::to_string(max_classes) + " class folders");
    std::vector<std::string> empty;
    for (std::size_t c = 0; c < classes.size(); ++c) {
        if (!std::binary_search(listing.folders.begin(), listing.folders.end(), classes[c]))
            continue;
        Expected<std::vector<std::string>> files = images_below(list.root, classes[c], filter);
        if (!files)
            return forward(files);
        if (files->empty())
            empty.push_back(classes[c]);
        for (std::string& file : *files) {
            if (Expected<void> done = list.labels.add(static_cast<std::int64_t>(c), file, "folder"); !done)
                return forward(done);
            list.files.push_back(std::move(file));
        }
    }
    if (!empty.empty() && !list.files.empty())
        list.info.notices.push_back({"empty-class", where + " holds folders without images, " + listed(empty) +
                                                        ", which count as classes: remove those that are none"});
    list.info.class_names = classes;
    return make_filtered(std::move(list), filter, options);
}

/// The file that gives the labels of the images in a folder: inside it or, by its own name, beside it.
std::optional<fs::path> annotations_of(const fs::path& folder)
{
    const std::string name = folder.filename().string();
    std::error_code ec;
    for (const fs::path& path :
         {folder / (name + "_annotations.txt"), folder / "val_annotations.txt", folder / "annotations.csv",
          folder / "annotations.txt", folder / "labels.csv", folder.parent_path() / "LOC_val_solution.csv",
          folder.parent_path() / "val_annotations.txt"})
        if (fs::is_regular_file(path, ec))
            return path;
    return std::nullopt;
}

/// What a folder holds: images or a folder of them, with labels in a file; or classes as folders.
struct Content {
    Listing listing;
    fs::path images;                      ///< of annotated or unlabelled images; empty: class folders
    std::optional<fs::path> annotations;  ///< gives the labels of `images`
    std::set<std::string> classes;        ///< names of class folders, or in the annotations
};

Request annotation_request(const Request& request, const Content& content)
{
    Request list = request;
    list.path = *content.annotations;
    list.options.image_root = content.images.string();
    return list;
}

Expected<Content> look_into(const Request& request, const fs::path& folder)
{
    Expected<Listing> listing = list_directory(folder);
    if (!listing)
        return forward(listing);
    Content content{std::move(*listing), {}, annotations_of(folder), {}};
    const std::vector<std::string>& folders = content.listing.folders;
    if (folders.empty())
        content.images = folder;
    else if (folders.size() == 1 && (folders.front() == "images" || folders.front() == "imgs"))
        content.images = folder / folders.front();
    if (content.images.empty()) {
        content.classes.insert(folders.begin(), folders.end());
        return content;
    }
    if (!content.annotations)
        return content;
    Request names = annotation_request(request, content);
    names.options.unreadable = Unreadable::unchecked;
    const Expected<DatasetPtr> list = open_list(names);
    if (!list)
        return tl::unexpected<Error>(list.error());
    const std::vector<std::string>& named = (*list)->info().class_names;
    content.classes.insert(named.begin(), named.end());
    return content;
}

/// Images whose labels stand in a file; `classes` are numbered in its order.
Expected<DatasetPtr> open_annotated(const Request& request, Info info, const Content& content,
                                    const std::vector<std::string>& classes)
{
    Expected<DatasetPtr> list = open_list(annotation_request(request, content));
    if (!list)
        return list;
    const Info& read = (*list)->info();
    info.labelled = read.labelled;
    info.class_count = read.class_count;
    info.skipped = read.skipped;
    info.remarks.insert(info.remarks.end(), read.remarks.begin(), read.remarks.end());
    add_notices(info.notices, read.notices);
    if (read.class_names.empty())
        return relabelled(*list, std::move(info), std::nullopt);
    std::vector<std::int32_t> numbers;
    for (const std::string& name : read.class_names)
        numbers.push_back(
            static_cast<std::int32_t>(std::lower_bound(classes.begin(), classes.end(), name) - classes.begin()));
    info.class_names = classes;
    info.class_count = classes.size();
    Labels labels = mapped_labels(**list, numbers);
    return relabelled(std::move(*list), std::move(info), std::move(labels));
}

Expected<DatasetPtr> open_content(const Request& request, Info info, const fs::path& folder, const Content& content,
                                  const std::vector<std::string>& classes)
{
    if (content.annotations && !content.images.empty())
        return open_annotated(request, std::move(info), content, classes);
    ImageList list;
    list.info = std::move(info);
    list.root = content.images.empty() ? folder : content.images;
    if (content.images.empty())
        return open_classes(std::move(list), content.listing, classes, request.options);
    Expected<Listing> inner = list_directory(content.images);
    if (!inner)
        return forward(inner);
    return open_loose(std::move(list), *inner, request.options);
}

/// Names of `wanted` that `others` lacks.
std::vector<std::string> missing(const std::set<std::string>& wanted, const std::set<std::string>& others)
{
    std::vector<std::string> names;
    std::set_difference(wanted.begin(), wanted.end(), others.begin(), others.end(), std::back_inserter(names));
    return names;
}

/// Says that the splits do not have the same classes.
void compare_splits(const std::map<std::string, Content>& splits, const std::set<std::string>& classes, Info& info)
{
    std::string text;
    for (const auto& [split, content] : splits) {
        const std::vector<std::string> absent = missing(classes, content.classes);
        if (!content.classes.empty() && !absent.empty())
            text += (text.empty() ? "" : "; ") + split + " has no class " + listed(absent);
    }
    if (!text.empty())
        info.notices.push_back({"split-classes", info.source + ": the splits do not have the same classes (" + text +
                                                     "): they are numbered over all splits together"});
}

/// Class names are collected over all splits, so that a class missing from one split does not shift the labels.
Expected<DatasetPtr> open_split(const Request& request, const Listing& listing)
{
    std::vector<std::string> splits;
    std::map<std::string, Content> contents;
    std::map<std::string, fs::path> folders;
    std::set<std::string> classes;
    for (const std::string& folder : listing.folders) {
        const std::string split = split_of(folder);
        if (split.empty())
            continue;
        splits.push_back(split);
        Expected<Content> content = look_into(request, request.path / folder);
        if (!content)
            return forward(content);
        classes.insert(content->classes.begin(), content->classes.end());
        folders.emplace(split, request.path / folder);
        contents.emplace(split, std::move(*content));
    }
    Request canonical = request;
    if (!request.split.empty())
        canonical.split = split_of(request.split);
    Expected<std::string> split = choose_split(canonical, splits);
    if (!split)
        return forward(split);
    Info info = request.info("image folder", *split);
    compare_splits(contents, classes, info);
    note_images_beside(request.path, listing, info);
    return open_content(request, std::move(info), folders.at(*split), contents.at(*split),
                        {classes.begin(), classes.end()});
}

/// A folder that holds nothing but a folder of several: what unpacking an archive often makes.
Expected<std::optional<fs::path>> wrapped_folder(const fs::path& path, const Listing& listing)
{
    if (listing.folders.size() != 1 || has_loose_images(path, listing))
        return std::nullopt;
    const fs::path only = path / listing.folders.front();
    Expected<Listing> inner = list_directory(only);
    if (!inner)
        return forward(inner);
    const bool several = inner->folders.size() > 1 && !has_loose_images(only, *inner);
    return several ? std::optional(only) : std::nullopt;
}

}  // namespace

Expected<DatasetPtr> open_image_folder(const Request& request, const Listing& listing)
{
    if (is_split_layout(listing))
        return open_split(request, listing);
    Expected<std::optional<fs::path>> wrapped = wrapped_folder(request.path, listing);
    if (!wrapped)
        return forward(wrapped);
    if (*wrapped) {
        Request inner = request;
        inner.path = **wrapped;
        Expected<Listing> inside = list_directory(inner.path);
        if (!inside)
            return forward(inside);
        return open_image_folder(inner, *inside);
    }
    if (!request.split.empty())
        return bad_input(request.path.string(), "has no folder for the split " + request.split);
    Info info = request.info("image folder");
    Expected<Content> content = look_into(request, request.path);
    if (!content)
        return forward(content);
    const std::vector<std::string> classes(content->classes.begin(), content->classes.end());
    if (!content->images.empty() && content->images != request.path)
        note_images_beside(request.path, content->listing, info);
    return open_content(request, std::move(info), request.path, *content, classes);
}

}  // namespace exitscope::dataset
