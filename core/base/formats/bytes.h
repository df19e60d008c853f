// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/hash.h"

namespace exitscope::formats {

/// Immutable bytes with random access: a file, a part of one, or memory. Safe to read from several threads at once.
/// Files are read by position, not mapped: a file that shrinks while it is open gives an error, not a signal.
class Bytes {
public:
    virtual ~Bytes() = default;

    /// Name of the file that these bytes come from, for error messages.
    [[nodiscard]] virtual const std::string& name() const = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Fills `out` from `offset` on. Errors: out of range, unreadable.
    [[nodiscard]] virtual Expected<void> read(std::uint64_t offset, std::span<std::byte> out) const = 0;
};
using BytesPtr = std::shared_ptr<const Bytes>;

/// Errors: missing, not a regular file, unreadable.
[[nodiscard]] Expected<BytesPtr> open_bytes(const std::filesystem::path& path);
[[nodiscard]] BytesPtr memory_bytes(std::string name, std::vector<std::byte> bytes);
/// `size` bytes from `offset` on; the range lies inside `whole`.
[[nodiscard]] BytesPtr slice_bytes(BytesPtr whole, std::uint64_t offset, std::uint64_t size, std::string name);

/// Adds size and content to a hash. Of more than 16 MiB only 64 evenly spaced blocks of 64 KiB are hashed, the last one
/// at the end. Blocks that cannot be read are left out.
void add_to_hash(ContentHash& hash, const Bytes& bytes);

/// Little-endian integer or floating-point value at `offset`, which must lie inside.
template <class T>
[[nodiscard]] T little_endian(std::span<const std::byte> bytes, std::size_t offset)
{
    static_assert(std::endian::native == std::endian::little);
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

/// a * b, or the largest 64-bit value on overflow, a size that every later limit refuses.
[[nodiscard]] constexpr std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

}  // namespace exitscope::formats
