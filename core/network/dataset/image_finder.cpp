// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/image_finder.h"

#include <algorithm>
#include <array>
#include <system_error>

#include "core/base/formats/image_header.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 14> extensions{".JPEG", ".jpg",  ".png", ".jpeg", ".JPG",  ".PNG", ".bmp",
                                                      ".tif",  ".tiff", ".ppm", ".pgm",  ".webp", ".BMP", ".TIF"};

bool is_file(const fs::path& path)
{
    std::error_code ec;
    return fs::is_regular_file(path, ec);
}

bool is_absolute(std::string_view name)
{
    const bool drive = name.size() > 2 && name[1] == ':' && (name[2] == '/' || name[2] == '\\');
    return name.starts_with('/') || name.starts_with("\\\\") || drive;
}

std::string without_folders(std::string_view name, std::size_t count)
{
    while (count-- > 0) {
        name.remove_prefix(std::min(name.find_first_not_of('/'), name.size()));
        name.remove_prefix(std::min(name.find('/'), name.size()));
    }
    name.remove_prefix(std::min(name.find_first_not_of('/'), name.size()));
    return std::string(name);
}

bool has_image_extension(const std::string& name)
{
    return formats::is_image_extension(lower_extension(name));
}

}  // namespace

ImageFinder::ImageFinder(const fs::path& list, const std::string& root)
{
    if (!root.empty()) {
        folders_.emplace_back(root);
        inner_ = 1;
        return;
    }
    const fs::path folder = list.parent_path();
    std::vector<fs::path> inner{list.stem()};
    for (const char* name : {"images", "imgs", "img", "image", "Images", "JPEGImages", "data", "train", "val", "test",
                             "validation", "train_images", "test_images", "ILSVRC/Data/CLS-LOC/val"})
        inner.emplace_back(name);
    folders_.push_back(folder);
    const auto add = [this](const fs::path& path) {
        std::error_code ec;
        if (fs::is_directory(path, ec) && std::find(folders_.begin(), folders_.end(), path) == folders_.end())
            folders_.push_back(path);
    };
    for (const fs::path& name : inner)
        add(folder / name);
    inner_ = folders_.size();
    const fs::path above = folder.empty() ? fs::path("..") : folder / "..";
    add(above);
    for (const fs::path& name : inner)
        add(above / name);
}

bool ImageFinder::has_file(std::size_t folder, const std::string& name) const
{
    if (is_file(folders_[folder] / name))
        return true;
    return !has_image_extension(name) &&
           std::any_of(extensions.begin(), extensions.end(), [&](std::string_view ending) {
               return is_file(folders_[folder] / (name + std::string(ending)));
           });
}

bool ImageFinder::settle_on(const std::string& name, std::size_t begin, std::size_t end)
{
    constexpr std::size_t most_dropped = 16;
    for (const bool backslashes : {false, true}) {
        std::string plain = name;
        if (backslashes)
            std::replace(plain.begin(), plain.end(), '\\', '/');
        const auto depth = static_cast<std::size_t>(std::count(plain.begin(), plain.end(), '/'));
        const std::size_t droppable = is_absolute(name) ? std::min(depth, most_dropped) : 0;
        for (std::size_t dropped = 0; dropped <= droppable; ++dropped) {
            const std::string shortened = dropped == 0 ? plain : without_folders(plain, dropped);
            for (std::size_t folder = begin; folder < end; ++folder) {
                if (shortened.empty() || !has_file(folder, shortened))
                    continue;
                folder_ = folder;
                dropped_ = dropped;
                backslashes_ = backslashes;
                if (!is_file(folders_[folder] / shortened))
                    extension_ = *std::find_if(extensions.begin(), extensions.end(), [&](std::string_view ending) {
                        return is_file(folders_[folder] / (shortened + std::string(ending)));
                    });
                for (std::size_t other = folder + 1; folder > 0 && other < folders_.size(); ++other) {
                    std::error_code ec;
                    if (has_file(other, shortened) && !fs::equivalent(folders_[other], folders_[folder], ec))
                        rival_ = folders_[other];
                }
                return true;
            }
        }
    }
    return false;
}

bool ImageFinder::settle(const std::vector<std::string>& names)
{
    for (const std::string& name : names)
        if (!name.empty() && settle_on(name, 0, inner_))
            return true;
    const ImageFinder unsettled = *this;
    const bool above = !names.empty() && settle_on(names.front(), inner_, folders_.size()) &&
                       std::all_of(names.begin(), names.end(),
                                   [this](const std::string& name) { return is_file(folder() / find(name)); });
    if (!above)
        *this = unsettled;
    return above;
}

std::string ImageFinder::relative(std::string_view name) const
{
    std::string path(name);
    if (backslashes_)
        std::replace(path.begin(), path.end(), '\\', '/');
    return dropped_ == 0 ? path : without_folders(path, dropped_);
}

std::string ImageFinder::find(std::string_view name) const
{
    std::string path = relative(name);
    if (extension_.empty() || has_image_extension(path) || is_file(folder() / (path + extension_)))
        return extension_.empty() || has_image_extension(path) ? path : path + extension_;
    for (const std::string_view ending : extensions)
        if (is_file(folder() / (path + std::string(ending))))
            return path + std::string(ending);
    return path + extension_;
}

}  // namespace exitscope::dataset
