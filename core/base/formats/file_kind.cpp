// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/file_kind.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "core/base/formats/pickle.h"
#include "core/base/formats/zip.h"

namespace exitscope::formats {
namespace {

using namespace std::string_view_literals;

struct Kind {
    std::size_t offset;
    std::string_view magic;
    std::string_view text;
};

constexpr std::string_view picture_remedy = ": convert it to PNG or JPEG";

constexpr std::array picture_kinds{
    Kind{0, "GIF87a"sv, "is a GIF image"},
    Kind{0, "GIF89a"sv, "is a GIF image"},
    Kind{0, "\0\0\0\x0cjP  "sv, "is a JPEG 2000 image"},
    Kind{0, "\xff\x4f\xff\x51"sv, "is a JPEG 2000 image"},
    Kind{0, "\0\0\0\x0cJXL "sv, "is a JPEG XL image"},
    Kind{0, "\xff\x0a"sv, "is a JPEG XL image"},
    Kind{4, "ftypavif"sv, "is an AVIF image"},
    Kind{4, "ftypavis"sv, "is an AVIF image"},
    Kind{4, "ftyphei"sv, "is a HEIC image"},
    Kind{4, "ftyphev"sv, "is a HEIC image"},
    Kind{4, "ftypmif1"sv, "is a HEIC or AVIF image"},
    Kind{4, "ftypmsf1"sv, "is a HEIC or AVIF image"},
    Kind{0, "%PDF-"sv, "is a PDF document"},
    Kind{0, "<svg"sv, "is an SVG drawing"},
    Kind{0, "8BPS"sv, "is a Photoshop image"},
    Kind{0, "v/1\x01"sv, "is an OpenEXR image"},
    Kind{0, "#?RADIANCE"sv, "is a Radiance HDR image"},
    Kind{0, "DDS "sv, "is a DDS texture"},
    Kind{0, "II\xbc"sv, "is a JPEG XR image"},
    Kind{0, "II+\0"sv, "is a BigTIFF image"},
    Kind{0, "MM\0+"sv, "is a BigTIFF image"},
    Kind{0, "\0\0\1\0"sv, "is an icon file"},
    Kind{128, "DICM"sv, "is a DICOM image"},
};

constexpr std::string_view web_page = "is a web page, perhaps what a failed download left: fetch the file again";

constexpr std::array placeholder_kinds{
    Kind{0, "version https://git-lfs"sv, "is a Git LFS pointer, not the file itself: fetch it with git lfs pull"},
    Kind{0, "<!DOCTYPE html"sv, web_page},
    Kind{0, "<!doctype html"sv, web_page},
    Kind{0, "<html"sv, web_page},
};

constexpr std::array data_kinds{
    Kind{0, "\x80\2\x8a\x0al\xfc\x9c\x46\xf9"sv,
         "is a file of PyTorch: save tensors as .npz (numpy.savez), export models to ONNX"},
    Kind{0, "PAR1"sv, "is a Parquet table: write its images into a folder or an .npz file (pandas.read_parquet)"},
    Kind{0, "ARROW1"sv, "is an Arrow table: write its images into a folder or an .npz file (pyarrow, datasets)"},
    Kind{0, "\xff\xff\xff\xff"sv,
         "is an Arrow stream: write its images into a folder or an .npz file (pyarrow, datasets)"},
    Kind{16, "\xde\xc0\xef\xbe"sv, "is an LMDB database: write its images into a folder or a WebDataset tar file"},
    Kind{0, "MATLAB 5.0 MAT-file"sv,
         "is a MAT file of version 5: save it with -v7.3, or as .npz (scipy.io.loadmat, numpy.savez)"},
    Kind{4, "TFL3"sv, "is a TensorFlow Lite model, not a data set"},
    Kind{0, "7z\xbc\xaf\x27\x1c"sv, "is a 7z archive: unpack it and name the folder"},
    Kind{0, "Rar!"sv, "is a RAR archive: unpack it and name the folder"},
    Kind{0, "BZh"sv, "is compressed by bzip2: unpack it (bunzip2)"},
    Kind{0,
         "\xfd"
         "7zXZ"sv,
         "is compressed by xz: unpack it (unxz)"},
    Kind{0, "\x28\xb5\x2f\xfd"sv, "is compressed by Zstandard: unpack it (unzstd)"},
    Kind{0, "\x0a\x23\xd7\xce"sv, "is a RecordIO file of MXNet: write its images into a folder"},
    Kind{0, "SQLite format 3"sv, "is an SQLite database: write its images into a folder"},
    Kind{0, "CDF\x01"sv, "is a NetCDF file of version 3: save it as NetCDF-4 or HDF5"},
    Kind{4, "ftyp"sv, "is a video: write its frames into a folder as PNG or JPEG"},
    Kind{8, "AVI "sv, "is a video: write its frames into a folder as PNG or JPEG"},
    Kind{0, "\x1a\x45\xdf\xa3"sv, "is a video: write its frames into a folder as PNG or JPEG"},
};

bool has(std::span<const std::byte> start, const Kind& kind)
{
    return start.size() >= kind.offset + kind.magic.size() &&
           std::memcmp(start.data() + kind.offset, kind.magic.data(), kind.magic.size()) == 0;
}

template <class Kinds>
const Kind* find_kind(std::span<const std::byte> start, const Kinds& kinds)
{
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return has(start, kind); });
    return found == kinds.end() ? nullptr : &*found;
}

/// CRC-32C, as TensorFlow puts it after the length of every record.
std::uint32_t crc32c(std::span<const std::byte> bytes)
{
    std::uint32_t crc = 0xffffffff;
    for (const std::byte byte : bytes) {
        crc ^= std::to_integer<std::uint32_t>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
    }
    return ~crc;
}

bool is_tfrecord(std::span<const std::byte> start)
{
    if (start.size() < 12)
        return false;
    const std::uint32_t crc = crc32c(start.first(8));
    return little_endian<std::uint32_t>(start, 8) == ((crc >> 15 | crc << 17) + 0xa282ead8);
}

std::optional<std::string> zip_kind(const Bytes& file)
{
    const Expected<std::vector<ZipEntry>> entries = read_zip_directory(file);
    if (!entries)
        return "is a damaged or incomplete zip archive";
    const auto any = [&](auto&& test) {
        return std::any_of(entries->begin(), entries->end(), [&](const ZipEntry& entry) { return test(entry.name); });
    };
    if (any([](const std::string& name) { return name == "data.pkl" || name.ends_with("/data.pkl"); }))
        return "is a file of PyTorch: save tensors as .npz (numpy.savez(\"x.npz\", x=images.numpy(), "
               "y=labels.numpy())), "
               "export models to ONNX";
    if (any([](const std::string& name) { return name == "model.weights.h5"; }))
        return "is a Keras model, not a data set: export it with model.export(\"model.onnx\", format=\"onnx\")";
    if (any([](const std::string& name) { return name.ends_with(".npy"); }))
        return "is a NumPy archive: rename it to end in .npz";
    return "is a zip archive: unpack it and name the folder";
}

}  // namespace

std::optional<std::string> missing_content(std::span<const std::byte> start)
{
    if (start.empty())
        return "is empty";
    if (const Kind* kind = find_kind(start, placeholder_kinds))
        return std::string(kind->text);
    return std::nullopt;
}

std::optional<std::string> picture_kind(std::span<const std::byte> start)
{
    const Kind* kind = find_kind(start, picture_kinds);
    if (!kind)
        return std::nullopt;
    const std::string_view text = kind->text;
    return std::string(text.substr(text.find(' ', std::string_view("is ").size()) + 1));  // without "is a"
}

std::optional<std::string> foreign_image(std::span<const std::byte> start)
{
    if (std::optional<std::string> missing = missing_content(start))
        return missing;
    if (const Kind* kind = find_kind(start, picture_kinds))
        return std::string(kind->text) + std::string(picture_remedy);
    const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
    if (text.starts_with("<?xml") && text.find("<svg") != std::string_view::npos)
        return "is an SVG drawing" + std::string(picture_remedy);
    if (text.starts_with("\x1f\x8b"))
        return "is compressed by gzip: unpack it (gunzip)";
    if (const Kind* kind = find_kind(start, data_kinds))
        return std::string(kind->text);
    return std::nullopt;
}

std::optional<std::string> foreign_data(const Bytes& file)
{
    std::array<std::byte, kind_bytes> bytes;
    const std::span<std::byte> start =
        std::span(bytes).first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), file.size())));
    if (!file.read(0, start))
        return std::nullopt;
    const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
    if (text.starts_with("PK\x03\x04"))
        return zip_kind(file);
    if (is_tfrecord(start))
        return "is a TFRecord file: write its images into a folder or an .npz file (tf.data.TFRecordDataset)";
    const std::string extension = std::filesystem::path(file.name()).extension().string();
    if (std::optional<std::string> kind = foreign_image(start))
        return kind;
    if (extension == ".onnx" || extension == ".ort")
        return "is a model, not a data set: give it as the model";
    if (extension == ".safetensors" || (text.size() > 10 && text.substr(8, 2) == "{\""))
        return "holds the weights of a model, not a data set: export the model to ONNX";
    if (!is_pickle(file) && (extension == ".pkl" || extension == ".pickle" || extension == ".joblib"))
        return "is a Python pickle of a kind that is not read: save its arrays as .npz (numpy.savez)";
    return std::nullopt;
}

}  // namespace exitscope::formats
