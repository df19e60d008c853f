// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/base/notice.h"
#include "core/network/dataset/image.h"

namespace exitscope::dataset {

/// An image that was left out, and why: "is a damaged or incomplete image".
struct Skipped {
    std::string origin;
    std::string reason;
};

/// Facts about a data set that are known before an image is decoded.
struct Info {
    std::string name;    ///< short, for titles: "fashion-mnist:test"
    std::string source;  ///< the argument of open()
    std::string format;  ///< "IDX", "CIFAR binary", "CIFAR Python", "image folder", "CSV manifest", "NPY", "NPZ",
                         ///< "HDF5", "WebDataset", "images"
    bool labelled = false;
    std::vector<std::string> class_names;  ///< empty when the data does not name its classes
    std::size_t class_count = 0;           ///< largest label + 1, or the number of names; 0 without labels
    Notices notices;                       ///< what is doubtful about the data, or was decided while it was opened
    std::vector<std::string> remarks;      ///< how the files were read, one sentence each
    std::vector<Skipped> skipped;          ///< left out by Unreadable::skip
    std::string folder;                    ///< where files that describe the data would lie; may be empty
    std::string labels_file;               ///< OpenOptions::labels_file, if the labels come from it
    std::string image_root;                ///< OpenOptions::image_root, if the files of a list lie there
    /// Where classes were renumbered: the number here of each class of the data opened without any option; -1 for a
    /// class that was left unlabelled. Empty when the numbers are the same.
    std::vector<std::int32_t> class_numbers;
};

/// An immutable, lazily decoded sequence of images with optional labels. All members are safe to call from several
/// threads at once; memory stays bounded whatever the number of samples (records are read when they are asked for).
class Dataset {
public:
    virtual ~Dataset() = default;

    [[nodiscard]] virtual const Info& info() const = 0;
    [[nodiscard]] virtual std::size_t size() const = 0;
    /// Decodes one image. Errors: unreadable or damaged file (named).
    [[nodiscard]] virtual Expected<Image> image(SampleIndex index) const = 0;
    /// image() into an existing object, so that a loop over samples need not allocate. `into` is unspecified after an
    /// error.
    [[nodiscard]] virtual Expected<void> read(SampleIndex index, Image& into) const;
    /// nullopt when the sample has no label.
    [[nodiscard]] virtual std::optional<ClassIndex> label(SampleIndex index) const = 0;
    /// Origin of the sample as shown to users: a file path, or "train-images-idx3-ubyte.gz #4711".
    [[nodiscard]] virtual std::string origin(SampleIndex index) const = 0;
    /// The bytes of the sample's own image file, also of one inside a tar file; nullopt when it has none or it cannot
    /// be read.
    [[nodiscard]] virtual std::optional<std::vector<std::byte>> file_bytes(SampleIndex index) const;
    /// Position of the sample in the data set that `info().source` opens; differs from `index` in a subset.
    [[nodiscard]] virtual SampleIndex source_position(SampleIndex index) const { return index; }
    /// Hash of the labels and of the files' sizes and bytes (large files: sampled blocks); identifies the data in a
    /// run.
    [[nodiscard]] virtual std::string content_hash() const = 0;
};
using DatasetPtr = std::shared_ptr<const Dataset>;

/// In which order class names are numbered.
enum class ClassOrder {
    automatic,  ///< as `names` where they are known, else as `text`
    text,       ///< the order of the names' bytes, as in torchvision's ImageFolder
    natural,    ///< numbers inside names by their value: 2 before 10
    names,      ///< by the class names of the network; without those, folders called by numbers are those classes
};
[[nodiscard]] std::optional<ClassOrder> parse_class_order(std::string_view text);

/// What happens to image files that cannot be read.
enum class Unreadable {
    refuse,     ///< the headers and ends of all files are checked, all bad ones are named in one error
    skip,       ///< all files are decoded once, bad ones are left out and named in Info
    unchecked,  ///< nothing is checked: an image that cannot be read is an error when it is asked for
};

/// The classes of the network that a data set is opened for.
struct ModelClasses {
    std::string file;  ///< the model, for messages and for names files beside it
    std::size_t count = 0;
    std::vector<std::string> names;  ///< empty, or [count]
};

/// How a data set is read where its files leave a choice.
struct OpenOptions {
    /// Take so many samples, 0 = all: a seeded sample where the data is ordered by class, else the first.
    std::size_t limit = 0;
    std::uint64_t seed = 1;
    ClassOrder class_order = ClassOrder::automatic;
    std::string classes_file;       ///< class names in the order of their numbers (class_list.h); empty: none
    std::string class_map;          ///< CSV `from,to` of numbers or names; empty: none
    std::int64_t label_offset = 0;  ///< added to every label
    std::string labels_file;        ///< labels that replace the data's own, one per sample: text or NPY; empty: none
    std::string image_root;         ///< where the files of a list lie; empty: looked for near the list
    Unreadable unreadable = Unreadable::refuse;
    std::optional<ModelClasses> model;  ///< labels become its class numbers
    unsigned threads = 0;               ///< for checking images; 0 = one per core
};

/// Opens the data set that `spec` names:
///   `fashion-mnist:train|fit|test`  Debian's dataset-fashion-mnist (train = the first 55,000 training images,
///                                   fit = the last 5,000 training images, test = the 10,000 test images)
///   a path, or `path:train|test`    IDX images file (.gz or plain; labels found beside it) or a directory that holds
///                                   the MNIST-style files; CIFAR-10/100 .bin file or Python batch, or directory of
///                                   them; directory of class folders (train/test/val subfolders as splits); list of
///                                   images and labels (.csv, .tsv, .txt, .lst);
///                                   arrays in .npy, .npz or HDF5; WebDataset tar files, a folder of them or a
///                                   pattern {000..012}; one image file; a directory of images without class folders.
/// Errors: one sentence naming the file, the place and the reason (see docs/formats-datasets.md).
[[nodiscard]] Expected<DatasetPtr> open(std::string_view spec, const OpenOptions& options = {});

/// Opens several single images as one unlabelled data set.
[[nodiscard]] Expected<DatasetPtr> open_images(const std::vector<std::string>& paths);

/// A view of some samples of another data set, in the given order; keeps it alive. Every index is below whole->size().
[[nodiscard]] DatasetPtr subset(DatasetPtr whole, std::vector<SampleIndex> samples, std::string name);

/// The samples that OpenOptions::limit takes; says so in `remarks` when it is not the first ones.
[[nodiscard]] DatasetPtr limited(DatasetPtr whole, std::size_t limit, std::uint64_t seed);

/// What gives the data of a finished run again; as in Info.
struct Source {
    std::string spec;
    std::vector<std::int32_t> class_numbers = {};
    std::string labels_file = {};
    std::string image_root = {};
};
/// Opens the data of a finished run again, without a check of its images: the labels get the numbers of the run.
/// Errors: those of open().
[[nodiscard]] Expected<DatasetPtr> reopen(const Source& source);

/// The first `limit` samples (the whole set when it is not larger).
[[nodiscard]] DatasetPtr first(DatasetPtr whole, std::size_t limit);

/// Seeded random split into (fit, test); `fit_fraction` in (0,1). The two never overlap, are never empty and keep the
/// order of the samples. Errors: fraction outside (0,1), fewer than two samples.
struct Split {
    DatasetPtr fit;
    DatasetPtr test;
};
[[nodiscard]] Expected<Split> split(DatasetPtr whole, double fit_fraction, std::uint64_t seed);

/// Error (usage) when both are the same data by content_hash(): a choice made on some images must be scored on others.
[[nodiscard]] Expected<void> check_distinct(const Dataset& fit, const Dataset& test);

}  // namespace exitscope::dataset
