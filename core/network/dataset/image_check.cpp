// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/image_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <system_error>

#include "core/base/file.h"
#include "core/base/formats/bytes.h"
#include "core/base/formats/image_header.h"
#include "core/base/parallel.h"
#include "core/network/dataset/image_file.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

/// Whether the first and last bytes of a large file show a whole image of an allowed size. False when they do not tell.
bool ends_well(const formats::Bytes& file)
{
    constexpr std::size_t piece = 16384;
    if (file.size() <= 2 * piece || file.size() > max_image_file)
        return false;
    std::array<std::byte, piece> start{};
    std::array<std::byte, piece> end{};
    if (!file.read(0, start) || !file.read(file.size() - piece, end))
        return false;
    const std::optional<formats::ImageHeader> header = formats::read_image_ends(start, end, file.size());
    return header && formats::saturating_product(header->width, header->height) <= max_image_pixels;
}

/// Empty when the file can be read.
std::string reason_of(const fs::path& path, bool decode)
{
    std::error_code ec;
    const fs::file_status status = fs::status(path, ec);
    if (status.type() == fs::file_type::not_found)
        return "does not exist";
    if (fs::is_directory(status))
        return "is a directory";
    const std::uintmax_t size = fs::file_size(path, ec);
    if (!ec && size == 0)
        return "is empty";
    if (!decode) {
        const Expected<formats::BytesPtr> file = formats::open_bytes(path);
        if (!file)
            return file.error().detail;
        if (ends_well(**file))
            return {};
    }
    const Expected<std::vector<std::byte>> bytes = read_file(path, max_image_file);
    if (!bytes)
        return bytes.error().detail;
    const Expected<void> fine = check_image(*bytes, path.string());
    if (!fine)
        return fine.error().detail;
    if (!decode)
        return {};
    const Expected<Image> image = decode_image(*bytes, path.string());
    return image ? std::string() : image.error().detail;
}

}  // namespace

std::vector<BadImage> find_bad_images(const fs::path& root, const std::vector<std::string>& files, bool decode,
                                      unsigned threads)
{
    std::vector<std::string> reasons(files.size());
    for_each_job(files.size(), threads, [&](std::size_t i) { reasons[i] = reason_of(root / files[i], decode); });
    std::vector<BadImage> bad;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (!reasons[i].empty())
            bad.push_back({i, std::move(reasons[i])});
    return bad;
}

std::string list_bad_images(const std::vector<BadImage>& bad, const std::vector<std::string>& names)
{
    constexpr std::size_t shown = 10;
    std::string text;
    for (std::size_t i = 0; i < std::min(bad.size(), shown); ++i)
        text += (i == 0 ? "" : ", ") + names[bad[i].file] + " " + bad[i].reason;
    return text + (bad.size() > shown ? " and " + std::to_string(bad.size() - shown) + " more" : "");
}

}  // namespace exitscope::dataset
