// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exitscope::formats {
namespace {

tl::unexpected<Error> out_of_range(const Bytes& bytes, std::uint64_t offset, std::uint64_t count)
{
    return bad_input(bytes.name(), "ends at byte " + std::to_string(bytes.size()) + ", but " + std::to_string(count) +
                                       " bytes are needed from byte " + std::to_string(offset));
}

bool inside(const Bytes& bytes, std::uint64_t offset, std::uint64_t count)
{
    return offset <= bytes.size() && count <= bytes.size() - offset;
}

class FileBytes final : public Bytes {
public:
    FileBytes(std::string name, int fd, std::uint64_t size) : name_(std::move(name)), fd_(fd), size_(size) {}
    ~FileBytes() override { ::close(fd_); }
    FileBytes(const FileBytes&) = delete;
    FileBytes& operator=(const FileBytes&) = delete;

    const std::string& name() const override { return name_; }
    std::uint64_t size() const override { return size_; }
    Expected<void> read(std::uint64_t offset, std::span<std::byte> out) const override
    {
        if (!inside(*this, offset, out.size()))
            return out_of_range(*this, offset, out.size());
        while (!out.empty()) {
            const ssize_t got = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return bad_input(name_, std::string("cannot read: ") + std::strerror(errno));
            if (got == 0)
                return bad_input(name_, "has become shorter since it was opened");
            out = out.subspan(static_cast<std::size_t>(got));
            offset += static_cast<std::uint64_t>(got);
        }
        return {};
    }

private:
    std::string name_;
    int fd_;
    std::uint64_t size_;
};

class MemoryBytes final : public Bytes {
public:
    MemoryBytes(std::string name, std::vector<std::byte> bytes) : name_(std::move(name)), bytes_(std::move(bytes)) {}

    const std::string& name() const override { return name_; }
    std::uint64_t size() const override { return bytes_.size(); }
    Expected<void> read(std::uint64_t offset, std::span<std::byte> out) const override
    {
        if (!inside(*this, offset, out.size()))
            return out_of_range(*this, offset, out.size());
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
        return {};
    }

private:
    std::string name_;
    std::vector<std::byte> bytes_;
};

class SliceBytes final : public Bytes {
public:
    SliceBytes(BytesPtr whole, std::uint64_t offset, std::uint64_t size, std::string name)
        : whole_(std::move(whole)), offset_(offset), size_(size), name_(std::move(name))
    {
    }

    const std::string& name() const override { return name_; }
    std::uint64_t size() const override { return size_; }
    Expected<void> read(std::uint64_t offset, std::span<std::byte> out) const override
    {
        if (!inside(*this, offset, out.size()))
            return out_of_range(*this, offset, out.size());
        return whole_->read(offset_ + offset, out);
    }

private:
    BytesPtr whole_;
    std::uint64_t offset_;
    std::uint64_t size_;
    std::string name_;
};

}  // namespace

Expected<BytesPtr> open_bytes(const std::filesystem::path& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return bad_input(path.string(), errno == ENOENT ? std::string("no such file")
                                                        : std::string("cannot read: ") + std::strerror(errno));
    if (!S_ISREG(status.st_mode))
        return bad_input(path.string(),
                         S_ISDIR(status.st_mode) ? "is a directory, not a file" : "is not a regular file");
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return bad_input(path.string(), std::string("cannot read: ") + std::strerror(errno));
    return std::make_shared<FileBytes>(path.string(), fd, static_cast<std::uint64_t>(status.st_size));
}

BytesPtr memory_bytes(std::string name, std::vector<std::byte> bytes)
{
    return std::make_shared<MemoryBytes>(std::move(name), std::move(bytes));
}

BytesPtr slice_bytes(BytesPtr whole, std::uint64_t offset, std::uint64_t size, std::string name)
{
    return std::make_shared<SliceBytes>(std::move(whole), offset, size, std::move(name));
}

void add_to_hash(ContentHash& hash, const Bytes& bytes)
{
    constexpr std::uint64_t whole_limit = 16 << 20;
    constexpr std::uint64_t block_size = 64 << 10;
    constexpr std::uint64_t sampled_blocks = 64;
    const std::uint64_t size = bytes.size();
    hash.add(std::as_bytes(std::span(&size, 1)));
    std::vector<std::byte> block;
    const auto add = [&](std::uint64_t offset, std::uint64_t count) {
        block.resize(static_cast<std::size_t>(count));
        if (bytes.read(offset, block))
            hash.add(block);
    };
    if (size <= whole_limit) {
        for (std::uint64_t offset = 0; offset < size; offset += block_size)
            add(offset, std::min(block_size, size - offset));
        return;
    }
    const std::uint64_t step = (size - block_size) / (sampled_blocks - 1);
    for (std::uint64_t k = 0; k + 1 < sampled_blocks; ++k)
        add(k * step, block_size);
    add(size - block_size, block_size);
}

}  // namespace exitscope::formats
