// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/image_filter.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>

#include "core/base/formats/bytes.h"
#include "core/base/formats/file_kind.h"
#include "core/base/formats/image_header.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

/// Files that lie beside images and are none.
constexpr std::array<std::string_view, 45> companions{
    ".class", ".cls", ".index", ".label", ".text", ".7z",   ".bin",  ".cfg",   ".css", ".csv",  ".db",  ".doc",
    ".docx",  ".gz",  ".h5",    ".hdf5",  ".htm",  ".html", ".ini",  ".ipynb", ".js",  ".json", ".log", ".lst",
    ".mat",   ".md",  ".npy",   ".npz",   ".onnx", ".pb",   ".pkl",  ".pt",    ".pth", ".py",   ".rst", ".sh",
    ".tar",   ".tgz", ".toml",  ".tsv",   ".txt",  ".xml",  ".yaml", ".yml",   ".zip"};

/// Pictures that their first bytes do not tell.
constexpr std::array<std::string_view, 22> pictures{".3fr", ".arw",  ".cr2",  ".cr3", ".cur", ".dcm", ".dng", ".eps",
                                                    ".gif", ".heic", ".heif", ".ico", ".nef", ".orf", ".pcx", ".pic",
                                                    ".raf", ".raw",  ".rw2",  ".sgi", ".svg", ".tga"};

bool is_one_of(std::span<const std::string_view> known, std::string_view extension)
{
    return std::find(known.begin(), known.end(), extension) != known.end();
}

/// Texts may begin with the two letters of a bitmap ("BM...", "P1..."), whose headers go on with other bytes.
bool is_text(std::span<const std::byte> start)
{
    const auto at = [&](std::size_t i) { return i < start.size() ? std::to_integer<char>(start[i]) : '\0'; };
    if (at(0) == 'B')
        return at(6) != '\0' || at(7) != '\0' || at(8) != '\0' || at(9) != '\0';
    return at(0) == 'P' && std::string_view(" \t\r\n#").find(at(2)) == std::string_view::npos;
}

}  // namespace

bool ImageFilter::takes(const fs::path& path)
{
    const std::string extension = lower_extension(path);
    if (formats::is_image_extension(extension) || is_one_of(companions, extension))
        return formats::is_image_extension(extension);
    const Expected<formats::BytesPtr> file = formats::open_bytes(path);
    return take_unnamed(path, file ? file->get() : nullptr);
}

bool ImageFilter::takes(const fs::path& name, const formats::Bytes& file)
{
    const std::string extension = lower_extension(name);
    if (formats::is_image_extension(extension) || is_one_of(companions, extension))
        return formats::is_image_extension(extension);
    return take_unnamed(name, &file);
}

bool ImageFilter::take_unnamed(const fs::path& name, const formats::Bytes* file)
{
    std::array<std::byte, formats::kind_bytes> bytes;
    const auto start = std::span(bytes).first(
        file ? static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), file->size())) : 0);
    if (!start.empty() && !file->read(0, start))
        return false;
    if (formats::is_image(start) && !is_text(start))
        return true;
    std::optional<std::string> kind = formats::picture_kind(start);
    const std::string extension = lower_extension(name);
    if (!kind && is_one_of(pictures, extension))
        kind = extension + " file";
    if (!kind)
        return false;
    if (kinds_.empty())
        first_ = name.string();
    ++kinds_[*kind];
    return false;
}

std::size_t ImageFilter::count() const
{
    std::size_t count = 0;
    for (const auto& [kind, number] : kinds_)
        count += number;
    return count;
}

std::string ImageFilter::others() const
{
    if (kinds_.empty())
        return {};
    std::string text;
    for (const auto& [kind, number] : kinds_)
        text += (text.empty() ? "" : ", ") + std::to_string(number) + " " + kind + (number == 1 ? "" : "s");
    const bool one = count() == 1;
    return std::to_string(count()) + (one ? " picture of a kind that is" : " pictures of kinds that are") +
           " not read (" + text + "; " + (one ? "it" : "the first") + " is " + first_ + ")";
}

Notices ImageFilter::notices(const std::string& where) const
{
    if (kinds_.empty())
        return {};
    return {{"other-files",
             where + ": " + others() + (count() == 1 ? " is" : " are") + " left out; convert to PNG or JPEG"}};
}

}  // namespace exitscope::dataset
