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

/// Facts about a data set that are known before an image is decoded.
struct Info {
    std::string name;    ///< short, for titles: "fashion-mnist:test"
    std::string source;  ///< the argument of open()
    std::string
        format;  ///< "IDX", "CIFAR binary", "CIFAR Python", "image folder", "CSV manifest", "NPY", "NPZ", "images"
    bool labelled = false;
    std::vector<std::string> class_names;  ///< empty when the data does not name its classes
    std::size_t class_count = 0;           ///< largest label + 1, or the number of names; 0 without labels
    Notices notices;                       ///< what is doubtful about the data, or was decided while it was opened
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
    /// Position of the sample in the data set that `info().source` opens; differs from `index` in a subset.
    [[nodiscard]] virtual SampleIndex source_position(SampleIndex index) const { return index; }
    /// Hash of the labels and of the files' sizes and bytes (large files: sampled blocks); identifies the data in a
    /// run.
    [[nodiscard]] virtual std::string content_hash() const = 0;
};
using DatasetPtr = std::shared_ptr<const Dataset>;

/// How a data set is read where its files leave a choice.
struct OpenOptions {
    std::size_t limit = 0;  ///< take so many samples, the first ones; 0 = all
};

/// Opens the data set that `spec` names:
///   `fashion-mnist:train|fit|test`  Debian's dataset-fashion-mnist (train = the first 55,000 training images,
///                                   fit = the last 5,000 training images, test = the 10,000 test images)
///   a path, or `path:train|test`    IDX images file (.gz or plain; labels found beside it) or a directory that holds
///                                   the MNIST-style files; CIFAR-10/100 .bin file or Python batch, or directory of
///                                   them; directory of class folders (train/test/val subfolders as splits); .csv/.tsv
///                                   manifest `path,label`;
///                                   .npy/.npz arrays ([N,H,W], [N,H,W,C] uint8, or float32 [N,C,H,W]); one image file;
///                                   a directory of images without class folders.
/// Errors: one sentence naming the file, the place and the reason (see docs/formats.md).
[[nodiscard]] Expected<DatasetPtr> open(std::string_view spec, const OpenOptions& options = {});

/// Opens several single images as one unlabelled data set.
[[nodiscard]] Expected<DatasetPtr> open_images(const std::vector<std::string>& paths);

/// A view of some samples of another data set, in the given order; keeps it alive. Every index is below whole->size().
[[nodiscard]] DatasetPtr subset(DatasetPtr whole, std::vector<SampleIndex> samples, std::string name);

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
