// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/gzip.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <zlib.h>

namespace exitscope::formats {

void GzipFile::Close::operator()(gzFile_s* file) const
{
    ::gzclose_r(file);
}

GzipFile::GzipFile(std::string name, gzFile_s* file, std::uint64_t compressed_size)
    : name_(std::move(name)), file_(file), compressed_size_(compressed_size)
{
}

Expected<GzipFile> GzipFile::open(const std::filesystem::path& path)
{
    std::error_code ec;
    const std::uintmax_t size = std::filesystem::file_size(path, ec);
    if (ec)
        return bad_input(path.string(), "cannot read: " + ec.message());
    gzFile_s* file = ::gzopen(path.c_str(), "rb");
    if (!file)
        return bad_input(path.string(), std::string("cannot read: ") + std::strerror(errno ? errno : ENOMEM));
    ::gzbuffer(file, 256 << 10);
    return GzipFile(path.string(), file, size);
}

Expected<std::size_t> GzipFile::read_some(std::span<std::byte> out)
{
    constexpr std::size_t max_step = std::size_t{1} << 30;
    std::size_t total = 0;
    while (total < out.size()) {
        const auto step = static_cast<unsigned>(std::min(out.size() - total, max_step));
        const int got = ::gzread(file_.get(), out.data() + total, step);
        int status = Z_OK;
        ::gzerror(file_.get(), &status);
        if (got < 0 || status == Z_BUF_ERROR || status == Z_DATA_ERROR)
            return bad_input(name_, status == Z_BUF_ERROR ? "the compressed data ends too early"
                                                          : "the compressed data is damaged");
        if (got == 0)
            break;
        total += static_cast<std::size_t>(got);
    }
    return total;
}

Expected<void> GzipFile::read(std::span<std::byte> out)
{
    Expected<std::size_t> got = read_some(out);
    if (!got)
        return forward(got);
    if (*got < out.size())
        return bad_input(name_, "holds less data than it declares");
    return {};
}

Expected<void> GzipFile::finish()
{
    std::byte extra[1];
    Expected<std::size_t> got = read_some(extra);
    if (!got)
        return forward(got);
    if (*got > 0)
        return bad_input(name_, "holds more data than it declares");
    return {};
}

}  // namespace exitscope::formats
