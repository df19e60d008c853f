// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

/// The argument of open(), taken apart.
struct Request {
    std::string spec;            ///< the whole argument
    std::filesystem::path path;  ///< the argument without the split
    std::string split;           ///< "train", "test", ...; empty when the argument names none
    OpenOptions options;

    /// Info with name ("digits.npy", "cifar:test"), source and format filled in.
    [[nodiscard]] Info info(std::string_view format, std::string_view chosen_split = {}) const;
};

/// Whether a name is that of a file or folder that operating systems, synchronisers and notebooks leave behind
/// (".DS_Store", "__MACOSX", "Thumbs.db"), or is hidden.
[[nodiscard]] bool is_clutter(std::string_view name);

/// Names in a directory, sorted by their bytes; clutter is left out, links are followed.
struct Listing {
    std::vector<std::string> files;
    std::vector<std::string> folders;
    [[nodiscard]] bool has_file(std::string_view name) const;
};
[[nodiscard]] Expected<Listing> list_directory(const std::filesystem::path& path);

/// The split to open among those that exist: the one asked for, or the only one. Errors list the available splits.
[[nodiscard]] Expected<std::string> choose_split(const Request& request, const std::vector<std::string>& available);
/// Error for formats whose single files have no splits.
[[nodiscard]] Expected<void> refuse_split(const Request& request);

/// Lower-case extension with its dot.
[[nodiscard]] std::string lower_extension(const std::filesystem::path& path);
/// Non-empty lines of a small text file, without line ends.
[[nodiscard]] Expected<std::vector<std::string>> read_lines(const std::filesystem::path& path);

/// subset() for a reader whose split is a part of a file. `whole->info().source` names that part, so the source
/// position of a sample is its position within the part.
[[nodiscard]] DatasetPtr source_part(DatasetPtr whole, std::vector<SampleIndex> samples, std::string name);

// One reader per format. `info` comes from Request::info(); the readers add the facts that the files state.
[[nodiscard]] Expected<DatasetPtr> open_idx_file(const std::filesystem::path& path, Info info);
[[nodiscard]] bool is_idx_directory(const Listing& listing);
[[nodiscard]] Expected<DatasetPtr> open_idx_directory(const Request& request, const Listing& listing);
[[nodiscard]] Expected<DatasetPtr> open_fashion_mnist(const Request& request);
[[nodiscard]] Expected<DatasetPtr> open_cifar_file(const std::filesystem::path& path, Info info);
[[nodiscard]] bool is_cifar_directory(const std::filesystem::path& path, const Listing& listing);
[[nodiscard]] Expected<DatasetPtr> open_cifar_directory(const Request& request, const Listing& listing);
/// A Python pickle that holds a CIFAR batch. Error: any other pickle.
[[nodiscard]] Expected<DatasetPtr> open_pickle_file(const Request& request);
[[nodiscard]] Expected<DatasetPtr> open_npy_file(const std::filesystem::path& path, Info info);
[[nodiscard]] Expected<DatasetPtr> open_npz(const Request& request);
[[nodiscard]] Expected<DatasetPtr> open_hdf5(const Request& request);
/// Whether a file is called like a tar archive, compressed or not.
[[nodiscard]] bool is_tar_name(std::string_view file);
/// Tar files of one data set in their order, as WebDataset writes them: files with the same name up to the first point
/// are one sample. Uncompressed archives are indexed and read when they are asked for, others are unpacked into memory.
[[nodiscard]] Expected<DatasetPtr> open_tar_files(const Request& request,
                                                  const std::vector<std::filesystem::path>& files);
/// Whether a path that does not exist stands for tar files: "train-{000000..000012}.tar".
[[nodiscard]] bool is_tar_pattern(const std::string& path);
[[nodiscard]] Expected<DatasetPtr> open_tar_pattern(const Request& request);
/// A directory of tar files, or of splits with tar files.
[[nodiscard]] bool is_tar_directory(const std::filesystem::path& path, const Listing& listing);
[[nodiscard]] Expected<DatasetPtr> open_tar_directory(const Request& request, const Listing& listing);
/// A text file that lists images and labels. Its name need not say so.
[[nodiscard]] Expected<DatasetPtr> open_list(const Request& request);
/// A directory of class folders, of splits with class folders, or of loose images.
[[nodiscard]] Expected<DatasetPtr> open_image_folder(const Request& request, const Listing& listing);

}  // namespace exitscope::dataset
