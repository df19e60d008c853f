// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exitscope {
namespace fs = std::filesystem;

namespace {

tl::unexpected<Error> write_error(const fs::path& path, int number)
{
    return fail(ErrorCode::cannot_write, path.string(), std::string("cannot write: ") + std::strerror(number));
}

/// Flushes a file or directory to the disk; true on success.
bool sync_path(const fs::path& path, int flags)
{
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool done = ::fsync(fd) == 0;
    return ::close(fd) == 0 && done;
}

/// Directory that holds `path`, which need not exist yet.
fs::path directory_of(const fs::path& path)
{
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Creates an empty file beside `path`, to be renamed over it or removed.
Expected<fs::path> make_temporary(const fs::path& path)
{
    std::string pattern = (directory_of(path) / ("." + path.filename().string() + ".XXXXXX")).string();
    const int fd = ::mkstemp(pattern.data());
    if (fd < 0)
        return write_error(path, errno);
    ::fchmod(fd, 0644);
    ::close(fd);
    return pattern;
}

}  // namespace

Expected<std::vector<std::byte>> read_file(const fs::path& path, std::uint64_t limit)
{
    std::error_code ec;
    const fs::file_status status = fs::status(path, ec);
    if (status.type() == fs::file_type::not_found)
        return bad_input(path.string(), "no such file");
    if (status.type() == fs::file_type::directory)
        return bad_input(path.string(), "is a directory, not a file");
    if (status.type() != fs::file_type::regular)
        return bad_input(path.string(), "is not a regular file");
    const std::uintmax_t size = fs::file_size(path, ec);
    if (ec)
        return bad_input(path.string(), "cannot read: " + ec.message());
    if (size > limit)
        return bad_input(path.string(), "is too large: " + std::to_string(size) + " bytes, at most " +
                                            std::to_string(limit) + " are read");
    std::ifstream in(path, std::ios::binary);
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    if (!in || !in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size)))
        return bad_input(path.string(), std::string("cannot read: ") + std::strerror(errno ? errno : EIO));
    return bytes;
}

Expected<void> check_writable(const fs::path& path)
{
    Expected<fs::path> temporary = make_temporary(path);
    if (!temporary)
        return forward(temporary);
    std::error_code ignored;
    fs::remove(*temporary, ignored);
    return {};
}

Expected<void> replace_file(const fs::path& path, const std::function<Expected<void>(const fs::path&)>& write)
{
    const Expected<fs::path> made = make_temporary(path);
    if (!made)
        return tl::unexpected<Error>(made.error());
    const fs::path& temporary = *made;
    const auto give_up = [&](tl::unexpected<Error> error) -> Expected<void> {
        std::error_code ignored;
        fs::remove(temporary, ignored);
        return error;
    };
    if (Expected<void> written = write(temporary); !written) {
        written.error().where = path.string();
        return give_up(forward(written));
    }
    if (!sync_path(temporary, O_RDWR) || std::rename(temporary.c_str(), path.c_str()) != 0)
        return give_up(write_error(path, errno));
    sync_path(directory_of(path), O_RDONLY | O_DIRECTORY);
    return {};
}

Expected<void> make_directory(const fs::path& wanted, const std::function<Expected<void>(const fs::path&)>& write)
{
    const fs::path path = wanted.has_filename() ? wanted : wanted.parent_path();
    std::error_code ignored;
    if (fs::exists(path, ignored) && !(fs::is_directory(path, ignored) && fs::is_empty(path, ignored)))
        return fail(ErrorCode::cannot_write, path.string(), "is there already and is not an empty directory");
    std::string pattern = (directory_of(path) / ("." + path.filename().string() + ".XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr)
        return write_error(path, errno);
    const fs::path temporary = pattern;
    const auto give_up = [&](tl::unexpected<Error> error) -> Expected<void> {
        fs::remove_all(temporary, ignored);
        return error;
    };
    ::chmod(temporary.c_str(), 0755);
    if (Expected<void> written = write(temporary); !written)
        return give_up(fail(written.error().code, path.string(), written.error().detail));
    if (std::rename(temporary.c_str(), path.c_str()) != 0)
        return give_up(write_error(path, errno));
    sync_path(directory_of(path), O_RDONLY | O_DIRECTORY);
    return {};
}

Expected<void> write_file(const fs::path& path, std::span<const std::byte> bytes)
{
    return replace_file(path, [&](const fs::path& temporary) -> Expected<void> {
        std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        out.close();
        if (!out)
            return write_error(path, errno ? errno : EIO);
        return {};
    });
}

Expected<void> write_file(const fs::path& path, std::string_view text)
{
    return write_file(path, std::as_bytes(std::span(text)));
}

}  // namespace exitscope
