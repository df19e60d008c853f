// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/network/dataset/fixtures.h"

#include <filesystem>

#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QImage>

#include <zlib.h>

namespace exitscope::tests {
namespace {

void append_little(QByteArray& to, std::uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        to.append(static_cast<char>(value >> (8 * i) & 0xff));
}

/// window_bits as zlib takes it: 31 for gzip, -15 for a bare stream.
QByteArray deflated(const QByteArray& bytes, int window_bits)
{
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
    QByteArray out(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 64), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.constData()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

}  // namespace

std::string Scratch::path(const std::string& name) const
{
    const std::string root = directory_.path().toStdString();
    return name.empty() ? root : root + "/" + name;
}

std::string Scratch::write(const std::string& name, const QByteArray& bytes) const
{
    const QString full = QString::fromStdString(path(name));
    QDir().mkpath(QFileInfo(full).path());
    QFile file(full);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(full));
    return full.toStdString();
}

QByteArray idx(const std::vector<std::uint32_t>& shape, const QByteArray& data)
{
    QByteArray file("\0\0\x08", 3);
    file.append(static_cast<char>(shape.size()));
    for (const std::uint32_t size : shape)
        for (int shift = 24; shift >= 0; shift -= 8)
            file.append(static_cast<char>(size >> shift & 0xff));
    return file + data;
}

QByteArray ramp(int count)
{
    QByteArray bytes(count, '\0');
    for (int i = 0; i < count; ++i)
        bytes[i] = static_cast<char>(i & 0xff);
    return bytes;
}

QByteArray gzip(const QByteArray& bytes)
{
    return deflated(bytes, 31);
}

QByteArray npy(const std::string& descr, const std::string& shape, const QByteArray& data, bool fortran)
{
    std::string header =
        "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
    header.resize((header.size() + 11 + 63) / 64 * 64 - 11, ' ');
    header += '\n';
    QByteArray file("\x93NUMPY\x01\x00", 8);
    append_little(file, header.size(), 2);
    return file + QByteArray::fromStdString(header) + data;
}

QByteArray zip(const std::vector<ZipItem>& items)
{
    QByteArray file;
    QByteArray directory;
    for (const ZipItem& item : items) {
        const QByteArray packed = item.deflate ? deflated(item.bytes, -15) : item.bytes;
        QByteArray shared;  // what the local and the central header have in common
        append_little(shared, 20, 2);
        append_little(shared, 0, 2);
        append_little(shared, item.deflate ? 8 : 0, 2);
        append_little(shared, 0, 4);
        append_little(
            shared,
            crc32(0, reinterpret_cast<const Bytef*>(item.bytes.constData()), static_cast<uInt>(item.bytes.size())), 4);
        append_little(shared, static_cast<std::uint64_t>(packed.size()), 4);
        append_little(shared, static_cast<std::uint64_t>(item.bytes.size()), 4);
        append_little(shared, item.name.size(), 2);
        append_little(shared, 0, 2);
        append_little(directory, 0x02014b50, 4);
        append_little(directory, 20, 2);
        directory += shared;
        directory.append(QByteArray(10, '\0'));
        append_little(directory, static_cast<std::uint64_t>(file.size()), 4);
        directory += QByteArray::fromStdString(item.name);
        append_little(file, 0x04034b50, 4);
        file += shared + QByteArray::fromStdString(item.name) + packed;
    }
    const auto offset = static_cast<std::uint64_t>(file.size());
    file += directory;
    append_little(file, 0x06054b50, 4);
    append_little(file, 0, 4);
    append_little(file, items.size(), 2);
    append_little(file, items.size(), 2);
    append_little(file, static_cast<std::uint64_t>(directory.size()), 4);
    append_little(file, offset, 4);
    append_little(file, 0, 2);
    return file;
}

QByteArray tar(const std::vector<std::pair<std::string, QByteArray>>& files)
{
    constexpr qsizetype block = 512;
    QByteArray archive;
    for (const auto& [name, content] : files) {
        QByteArray header(block, '\0');
        const auto put = [&](qsizetype at, const QByteArray& text) { header.replace(at, text.size(), text); };
        put(0, QByteArray::fromStdString(name));
        put(100, "0000644");
        put(108, "0000000");
        put(116, "0000000");
        put(124, QByteArray::number(content.size(), 8).rightJustified(11, '0'));
        put(136, "00000000000");
        put(148, "        ");
        put(156, "0");
        put(257, QByteArray("ustar\00000", 8));
        int sum = 0;
        for (const char c : header)
            sum += static_cast<unsigned char>(c);
        put(148, QByteArray::number(sum, 8).rightJustified(6, '0') + QByteArray("\0 ", 2));
        archive += header + content + QByteArray((block - content.size() % block) % block, '\0');
    }
    return archive + QByteArray(2 * block, '\0');
}

QByteArray cifar(const std::vector<int>& labels, bool hundred)
{
    QByteArray file;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (hundred)
            file.append('\0');
        file.append(static_cast<char>(labels[i]));
        for (int k = 0; k < 3072; ++k)
            file.append(static_cast<char>((static_cast<int>(i) + k) & 0xff));
    }
    return file;
}

QByteArray picture(int width, int height, unsigned rgb, const char* format)
{
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(0xff000000u | rgb);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, format))
        qFatal("cannot encode %s", format);
    return bytes;
}

std::string open_error(const std::string& spec)
{
    const auto opened = dataset::open(spec);
    return opened ? "(opened)" : opened.error().message();
}

std::vector<int> labels_of(const dataset::Dataset& data)
{
    std::vector<int> labels;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto label = data.label(SampleIndex(i));
        labels.push_back(label ? static_cast<int>(label->value) : -1);
    }
    return labels;
}

bool exercise(const std::string& spec)
{
    const auto data = dataset::open(spec);
    if (!data)
        return data.error().message().empty();  // an error without words counts as none
    bool fine = true;
    for (std::size_t i = 0; i < (*data)->size(); ++i) {
        fine = (*data)->image(SampleIndex(i)).has_value() && fine;
        (void)(*data)->label(SampleIndex(i));
        (void)(*data)->origin(SampleIndex(i));
    }
    (void)(*data)->content_hash();
    return fine;
}

int survive_damage(const Scratch& scratch, const std::string& name, const QByteArray& bytes)
{
    int through = 0;
    const std::string path = scratch.write(name, bytes);
    for (qsizetype size = bytes.size(); size-- > 0;) {
        std::filesystem::resize_file(path, static_cast<std::uintmax_t>(size));
        through += exercise(path) ? 1 : 0;
    }
    for (int k = 0; k < 256; ++k) {
        QByteArray damaged = bytes;
        const qsizetype at = k % bytes.size();
        damaged[at] = static_cast<char>(damaged[at] ^ (k % 3 == 0 ? 0xff : 1 << (k % 8)));
        exercise(scratch.write(name, damaged));
    }
    return through;
}

}  // namespace exitscope::tests
