// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "core/base/formats/bytes.h"
#include "core/base/notice.h"

namespace exitscope::dataset {

/// Tells the images of a folder that are read from its other files, and counts pictures that are not read. Names decide
/// where they can: files that are called like an image, like text or like data are not opened. The first bytes decide
/// about the others, of which some are images without an extension.
class ImageFilter {
public:
    /// True for an image that decode_image() reads. Pictures of other kinds are counted.
    [[nodiscard]] bool takes(const std::filesystem::path& path);

    /// The same of a file that lies elsewhere, for instance in an archive.
    [[nodiscard]] bool takes(const std::filesystem::path& name, const formats::Bytes& file);

    /// "2 pictures of kinds that are not read (1 GIF image, 1 HEIC image; the first is a/b.gif)": those that were not
    /// taken; empty when there were none.
    [[nodiscard]] std::string others() const;
    /// Notice (code "other-files") that they are left out of the data at `where`; none without them.
    [[nodiscard]] Notices notices(const std::string& where) const;

private:
    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] bool take_unnamed(const std::filesystem::path& name, const formats::Bytes* file);

    std::map<std::string, std::size_t> kinds_;  ///< "GIF image": how many
    std::string first_;
};

}  // namespace exitscope::dataset
