// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/npy_array.h"

#include <algorithm>
#include <utility>

#include "core/base/formats/npy_values.h"
#include "core/base/formats/zip.h"

namespace exitscope::formats {
namespace {

/// One character as one to four bytes; a surrogate or a value that is none becomes U+FFFD.
void append_utf8(std::string& text, std::uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        code = 0xfffd;
    const auto low = [&](unsigned shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xc0 | code >> 6);
        text += low(0);
    } else if (code < 0x10000) {
        text += static_cast<char>(0xe0 | code >> 12);
        text += low(6);
        text += low(0);
    } else {
        text += static_cast<char>(0xf0 | code >> 18);
        text += low(12);
        text += low(6);
        text += low(0);
    }
}

/// A text of fixed width without the zeros at its end.
std::string as_text(std::span<const std::byte> item, const NpyArray& array)
{
    std::string text;
    if (array.kind == 'S') {
        text.assign(reinterpret_cast<const char*>(item.data()), item.size());
    } else {
        for (std::size_t at = 0; at + 4 <= item.size(); at += 4) {
            const auto code = little_endian<std::uint32_t>(item, at);
            append_utf8(text, array.big_endian ? __builtin_bswap32(code) : code);
        }
    }
    text.erase(std::min(text.find('\0'), text.size()));
    return text;
}

class NumpyArray final : public Array {
public:
    explicit NumpyArray(NpyArray array)
        : Array(array.bytes->name(), {array.kind, array.item_bytes}, array.shape), array_(std::move(array))
    {
    }

    Expected<void> read(std::uint64_t row, std::span<std::uint8_t> out) const override
    {
        if (!type().is_byte() && type().kind != 'b')
            return bad_input(name(), "is " + describe() + ", bytes are expected");
        return array_.bytes->read(array_.data_offset + row * row_elements(), std::as_writable_bytes(out));
    }
    Expected<void> read(std::uint64_t row, std::span<float> out) const override
    {
        return read_values(array_, row * row_elements(), out);
    }
    Expected<void> read(std::uint64_t row, std::span<double> out) const override
    {
        return read_values(array_, row * row_elements(), out);
    }
    Expected<std::vector<std::string>> texts() const override
    {
        constexpr std::size_t block_bytes = 1 << 20;
        if (!type().is_text() || shape().size() != 1)
            return bad_input(name(), "is " + describe() + ", a list of texts is expected");
        const std::size_t item = type().bytes;
        std::vector<std::byte> block(std::max(block_bytes / item, std::size_t{1}) * item);
        std::vector<std::string> made;
        for (std::uint64_t at = 0; at < rows() * item;) {
            const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), rows() * item - at));
            if (Expected<void> done = array_.bytes->read(array_.data_offset + at, std::span(block).first(count)); !done)
                return forward(done);
            for (std::size_t from = 0; from < count; from += item)
                made.push_back(as_text(std::span<const std::byte>(block).subspan(from, item), array_));
            at += count;
        }
        return made;
    }
    void add_to_hash(ContentHash& hash) const override { formats::add_to_hash(hash, *array_.bytes); }

private:
    NpyArray array_;
};

class NpzFile final : public ArrayFile {
public:
    NpzFile(BytesPtr archive, std::vector<ZipEntry> entries)
        : archive_(std::move(archive)), entries_(std::move(entries))
    {
        for (const ZipEntry& entry : entries_)
            names_.push_back(entry.name.substr(0, entry.name.size() - ending.size()));
    }

    static constexpr std::string_view ending = ".npy";

    const std::string& name() const override { return archive_->name(); }
    const std::vector<std::string>& arrays() const override { return names_; }
    Expected<ArrayPtr> open(const std::string& array) const override
    {
        const auto at = std::find(names_.begin(), names_.end(), array);
        if (at == names_.end())
            return bad_input(name(), "holds no array called " + array);
        const ZipEntry& entry = entries_[static_cast<std::size_t>(at - names_.begin())];
        Expected<BytesPtr> bytes = open_zip_entry(archive_, entry, name() + "(" + array + ")");
        if (!bytes)
            return forward(bytes);
        Expected<NpyArray> parsed = parse_npy(std::move(*bytes));
        if (!parsed)
            return forward(parsed);
        return as_array(std::move(*parsed));
    }

private:
    BytesPtr archive_;
    std::vector<ZipEntry> entries_;
    std::vector<std::string> names_;
};

}  // namespace

ArrayPtr as_array(NpyArray array)
{
    return std::make_shared<NumpyArray>(std::move(array));
}

Expected<ArrayFilePtr> open_npz_file(BytesPtr archive)
{
    Expected<std::vector<ZipEntry>> entries = read_zip_directory(*archive);
    if (!entries)
        return forward(entries);
    std::erase_if(*entries, [](const ZipEntry& entry) { return !entry.name.ends_with(NpzFile::ending); });
    return std::make_shared<NpzFile>(std::move(archive), std::move(*entries));
}

}  // namespace exitscope::formats
