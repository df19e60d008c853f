// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/file_types.h"

#include <algorithm>
#include <array>

#include "core/base/formats/image_header.h"
#include "core/base/translatable.h"

namespace exitscope::dataset {
namespace {

constexpr std::array<std::string_view, 4> lists{".csv", ".tsv", ".txt", ".lst"};
constexpr std::array<std::string_view, 6> arrays{".npy", ".npz", ".h5", ".hdf5", ".hdf", ".mat"};
constexpr std::array<std::string_view, 10> tars{".tar",    ".tar.gz", ".tgz",     ".tar.bz2", ".tbz2",
                                                ".tar.xz", ".txz",    ".tar.zst", ".tzst",    ".tar.lz4"};
constexpr std::array<std::string_view, 5> records{"-ubyte", "-ubyte.gz", ".idx", ".idx.gz", ".bin"};

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::span<const FileType> file_types()
{
    static const std::array<FileType, 5> types{FileType{translatable("core", "Lists of images and labels"), lists},
                                               FileType{translatable("core", "Arrays"), arrays},
                                               FileType{translatable("core", "WebDataset tar files"), tars},
                                               FileType{translatable("core", "IDX and CIFAR files"), records},
                                               FileType{translatable("core", "Images"), formats::image_extensions()}};
    return types;
}

const FileType& list_files()
{
    return file_types()[0];
}

const FileType& array_files()
{
    return file_types()[1];
}

const FileType& tar_files()
{
    return file_types()[2];
}

bool is_named_as(const FileType& type, std::string_view name)
{
    return std::any_of(type.endings.begin(), type.endings.end(), [name](std::string_view ending) {
        return name.size() >= ending.size() &&
               std::equal(ending.begin(), ending.end(), name.end() - static_cast<std::ptrdiff_t>(ending.size()),
                          [](char a, char b) { return a == lower(b); });
    });
}

}  // namespace exitscope::dataset
