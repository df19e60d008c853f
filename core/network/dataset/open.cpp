// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <system_error>
#include <utility>

#include "core/base/file.h"
#include "core/base/formats/bytes.h"
#include "core/base/formats/file_kind.h"
#include "core/base/formats/hdf5_array.h"
#include "core/base/formats/image_header.h"
#include "core/base/formats/pickle.h"
#include "core/network/dataset/file_types.h"
#include "core/network/dataset/formats.h"
#include "core/network/dataset/numbering.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

constexpr std::array split_names{"train", "test", "val", "valid", "validation", "fit"};

/// A path that exists is taken whole, so that file names may contain colons.
Request parse_spec(std::string_view spec, const OpenOptions& options)
{
    Request request{std::string(spec), fs::path(spec), {}, options};
    std::error_code ec;
    if (fs::exists(request.path, ec))
        return request;
    const std::size_t colon = spec.rfind(':');
    if (colon == std::string_view::npos)
        return request;
    const std::string_view suffix = spec.substr(colon + 1);
    if (std::find(split_names.begin(), split_names.end(), suffix) != split_names.end()) {
        request.path = fs::path(spec.substr(0, colon));
        request.split = suffix;
    }
    return request;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

/// Files without a known extension: IDX, compressed or not, and pickles are recognised by their first bytes.
Expected<DatasetPtr> open_by_content(const Request& request)
{
    Expected<formats::BytesPtr> bytes = formats::open_bytes(request.path);
    if (!bytes)
        return forward(bytes);
    const std::optional<std::string> foreign = formats::foreign_data(**bytes);
    if (formats::is_pickle(**bytes) && !foreign)
        return open_pickle_file(request);
    std::array<std::byte, 16> magic{};
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>((*bytes)->size(), magic.size()));
    if (Expected<void> done = (*bytes)->read(0, std::span(magic).first(size)); !done)
        return forward(done);
    const bool gzip = magic[0] == std::byte{0x1f} && magic[1] == std::byte{0x8b};
    const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(magic[i]); };
    const bool idx = size >= 4 && at(0) == 0 && at(1) == 0 && at(2) >= 0x08 && at(2) <= 0x0e && at(3) <= 8;
    if (gzip || idx || request.path.filename().string().find("idx") != std::string::npos)
        return open_idx_file(request.path, request.info("IDX"));
    if (formats::is_image(std::span(magic).first(size)))
        return open_images({request.path.string()});
    return bad_input(request.path.string(),
                     foreign.value_or("is not a data set of a known format: IDX, CIFAR, NPY, NPZ, HDF5, WebDataset tar "
                                      "files, a list of images (.csv, .tsv), or an image"));
}

Expected<DatasetPtr> open_directory(const Request& request)
{
    Expected<Listing> listing = list_directory(request.path);
    if (!listing)
        return forward(listing);
    if (is_idx_directory(*listing))
        return open_idx_directory(request, *listing);
    if (is_cifar_directory(request.path, *listing))
        return open_cifar_directory(request, *listing);
    if (listing->has_file("data.mdb"))
        return open_by_content({request.spec, request.path / "data.mdb", {}, request.options});
    if (is_tar_directory(request.path, *listing))
        return open_tar_directory(request, *listing);
    return open_image_folder(request, *listing);
}

/// As many as show what kind of file it is.
Expected<std::vector<std::byte>> first_bytes(const fs::path& path)
{
    Expected<formats::BytesPtr> bytes = formats::open_bytes(path);
    if (!bytes)
        return forward(bytes);
    std::vector<std::byte> start(
        static_cast<std::size_t>(std::min<std::uint64_t>((*bytes)->size(), formats::kind_bytes)));
    if (Expected<void> done = (*bytes)->read(0, start); !done)
        return forward(done);
    return start;
}

bool holds_hdf5(const fs::path& path)
{
    const Expected<formats::BytesPtr> bytes = formats::open_bytes(path);
    return bytes && formats::is_hdf5(**bytes);
}

Expected<DatasetPtr> open_file(const Request& request)
{
    const std::string extension = lower_extension(request.path);
    Expected<std::vector<std::byte>> start = first_bytes(request.path);
    if (!start)
        return forward(start);
    if (const std::optional<std::string> missing = formats::missing_content(*start))
        return bad_input(request.path.string(), *missing);
    constexpr std::array zip{std::byte{'P'}, std::byte{'K'}, std::byte{3}, std::byte{4}};
    if (extension != ".npz" && start->size() > zip.size() && std::equal(zip.begin(), zip.end(), start->begin()))
        return open_by_content(request);
    if (extension == ".npz")
        return open_npz(request);
    if (is_tar_name(request.path.filename().string()))
        return open_tar_files(request, {request.path});
    if (holds_hdf5(request.path))
        return open_hdf5(request);
    if (Expected<void> fine = refuse_split(request); !fine)
        return forward(fine);
    if (extension == ".npy")
        return open_npy_file(request.path, request.info("NPY"));
    if (is_named_as(list_files(), extension))
        return open_list(request);
    if (extension == ".bin")
        return open_cifar_file(request.path, request.info("CIFAR binary"));
    if (formats::is_image_extension(extension))
        return open_images({request.path.string()});
    return open_by_content(request);
}

Expected<DatasetPtr> open_request(const Request& request)
{
    if (request.path == "fashion-mnist" && (!request.split.empty() || !fs::exists(request.path)))
        return open_fashion_mnist(request);
    if (is_tar_pattern(request.path.string()))
        return open_tar_pattern(request);
    std::error_code ec;
    const fs::file_status status = fs::status(request.path, ec);
    if (status.type() == fs::file_type::not_found)
        return bad_input(request.path.string(), "no such file or directory");
    if (ec)
        return bad_input(request.path.string(), "cannot read: " + ec.message());
    return fs::is_directory(status) ? open_directory(request) : open_file(request);
}

}  // namespace

Info Request::info(std::string_view format, std::string_view chosen_split) const
{
    Info made;
    const fs::path normal = path.lexically_normal();
    made.name = (normal.has_filename() ? normal : normal.parent_path()).filename().string();
    if (made.name.empty() || made.name == "." || made.name == "..")
        made.name = path.string();
    if (!chosen_split.empty())
        made.name += ":" + std::string(chosen_split);
    made.source = spec;
    made.format = format;
    std::error_code ec;
    if (fs::is_directory(path, ec))
        made.folder = path.string();
    else if (fs::exists(path, ec))
        made.folder = path.has_parent_path() ? path.parent_path().string() : ".";
    return made;
}

bool Listing::has_file(std::string_view name) const
{
    return std::binary_search(files.begin(), files.end(), name);
}

Expected<Listing> list_directory(const fs::path& path)
{
    Listing listing;
    std::error_code ec;
    for (fs::directory_iterator it(path, ec), end; !ec && it != end; it.increment(ec)) {
        std::string name = it->path().filename().string();
        if (is_clutter(name))
            continue;
        std::error_code broken_link;
        const fs::file_status status = it->status(broken_link);
        if (fs::is_directory(status))
            listing.folders.push_back(std::move(name));
        else if (fs::is_regular_file(status))
            listing.files.push_back(std::move(name));
    }
    if (ec)
        return bad_input(path.string(), "cannot list: " + ec.message());
    std::sort(listing.files.begin(), listing.files.end());
    std::sort(listing.folders.begin(), listing.folders.end());
    return listing;
}

Expected<std::string> choose_split(const Request& request, const std::vector<std::string>& available)
{
    const std::string where = request.path.string();
    if (request.split.empty()) {
        if (available.size() == 1)
            return available.front();
        return bad_input(where, "has the splits " + joined(available) + ": say which, as in " + where + ":" +
                                    available.back());
    }
    if (std::find(available.begin(), available.end(), request.split) == available.end())
        return bad_input(where, "has no split " + request.split + ", only " + joined(available));
    return request.split;
}

Expected<void> refuse_split(const Request& request)
{
    if (request.split.empty())
        return {};
    return bad_input(request.path.string(),
                     "is one file without splits: leave out :" + request.split + " or name its directory");
}

std::string lower_extension(const fs::path& path)
{
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return extension;
}

Expected<std::vector<std::string>> read_lines(const fs::path& path)
{
    constexpr std::uint64_t limit = 16 << 20;
    Expected<std::vector<std::byte>> bytes = read_file(path, limit);
    if (!bytes)
        return forward(bytes);
    std::vector<std::string> lines(1);
    for (const std::byte byte : *bytes) {
        const char c = static_cast<char>(byte);
        if (c == '\n')
            lines.emplace_back();
        else if (c != '\r')
            lines.back() += c;
    }
    std::erase(lines, std::string());
    return lines;
}

Expected<DatasetPtr> open(std::string_view spec, const OpenOptions& options)
{
    try {
        Expected<DatasetPtr> data = open_request(parse_spec(spec, options));
        if (data)
            data = number_classes(std::move(*data), options);
        return data ? limited(std::move(*data), options.limit, options.seed) : data;
    } catch (const std::bad_alloc&) {
        return bad_input(spec, "does not fit into memory");
    } catch (const std::exception& e) {
        return bad_input(spec, std::string("cannot be opened: ") + e.what());
    }
}

}  // namespace exitscope::dataset
