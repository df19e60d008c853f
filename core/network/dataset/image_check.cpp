// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/image_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <system_error>

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
    const Expected<formats::BytesPtr> file = formats::open_bytes(path);
    return file ? why_unreadable(**file, decode) : file.error().detail;
}

/// "a.png is empty, b.png does not exist and 3 more": at most ten.
std::string listed(const std::vector<BadImage>& bad, const std::vector<std::string>& names)
{
    constexpr std::size_t shown = 10;
    std::string text;
    for (std::size_t i = 0; i < std::min(bad.size(), shown); ++i)
        text += (i == 0 ? "" : ", ") + names[bad[i].file] + " " + bad[i].reason;
    return text + (bad.size() > shown ? " and " + std::to_string(bad.size() - shown) + " more" : "");
}

}  // namespace

std::string why_unreadable(const formats::Bytes& file, bool decode)
{
    if (file.size() == 0)
        return "is empty";
    if (!decode && ends_well(file))
        return {};
    if (file.size() > max_image_file)
        return "is larger than 256 MiB";
    std::vector<std::byte> bytes(static_cast<std::size_t>(file.size()));
    if (const Expected<void> done = file.read(0, bytes); !done)
        return done.error().detail;
    if (const Expected<void> fine = check_image(bytes, file.name()); !fine)
        return fine.error().detail;
    if (!decode)
        return {};
    const Expected<Image> image = decode_image(bytes, file.name());
    return image ? std::string() : image.error().detail;
}

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

Expected<std::vector<SampleIndex>> leave_out(const std::vector<BadImage>& bad, const std::vector<std::string>& names,
                                             const std::vector<std::string>& origins, bool skip, Info& info)
{
    const std::string count = std::to_string(bad.size()) + " of " + std::to_string(origins.size()) + " images ";
    const std::string list = listed(bad, names);
    if (!skip)
        return bad_input(info.source, count + "cannot be read: " + list + "; --skip-unreadable leaves such images out");
    if (bad.size() == origins.size())
        return bad_input(info.source, "none of its images can be read: " + list);
    std::vector<SampleIndex> good;
    auto next = bad.begin();
    for (std::size_t i = 0; i < origins.size(); ++i)
        if (next != bad.end() && next->file == i)
            ++next;
        else
            good.emplace_back(i);
    for (const BadImage& one : bad)
        info.skipped.push_back({origins[one.file], one.reason});
    info.notices.push_back({"skipped", info.source + ": " + count + "cannot be read and are left out: " + list});
    return good;
}

}  // namespace exitscope::dataset
