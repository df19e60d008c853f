// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>

#include "core/base/formats/pickle.h"
#include "core/network/dataset/cifar.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

Expected<formats::Pickle> open_pickle(const fs::path& path)
{
    Expected<formats::BytesPtr> bytes = formats::open_bytes(path);
    if (!bytes)
        return forward(bytes);
    return formats::unpickle(std::move(*bytes));
}

/// Whether the array is [N,3072] or [N,3,32,32], bytes.
bool holds_images(const formats::NpyArray& array)
{
    const std::vector<std::uint64_t> rows{cifar_pixel_bytes};
    const std::vector<std::uint64_t> planes{3, cifar_side, cifar_side};
    if (array.kind != 'u' || array.item_bytes != 1 || array.shape.empty())
        return false;
    const auto is = [&](const std::vector<std::uint64_t>& image) {
        return std::equal(array.shape.begin() + 1, array.shape.end(), image.begin(), image.end());
    };
    return is(rows) || is(planes);
}

/// The kind whose labels the batch holds; CIFAR-10 when it holds none.
Expected<CifarKind> add_labels(const formats::Pickle& batch, Labels& labels)
{
    for (const CifarKind& kind : {cifar100, cifar10}) {
        Expected<std::optional<formats::Pickle::Ref>> entry = batch.find(kind.pickled_labels);
        if (!entry)
            return forward(entry);
        if (!*entry)
            continue;
        Expected<Labels> found = batch.labels(**entry);
        if (!found)
            return forward(found);
        for (std::size_t i = 0; i < found->size(); ++i) {
            const std::optional<ClassIndex> known = found->at(SampleIndex(i));
            if (!known) {
                labels.add_none();
                continue;
            }
            const auto label = static_cast<std::int64_t>(known->value);
            const std::string place = "label " + std::to_string(i);
            if (Expected<void> done = add_cifar_label(labels, kind, label, batch.name(), place); !done)
                return forward(done);
        }
        return kind;
    }
    return cifar10;
}

Expected<CifarKind> add_batch(const fs::path& path, Packed& packed)
{
    Expected<formats::Pickle> batch = open_pickle(path);
    if (!batch)
        return forward(batch);
    Expected<std::optional<formats::Pickle::Ref>> data = batch->find("data");
    if (!data)
        return forward(data);
    if (!*data)
        return bad_input(path.string(),
                         "is a pickle without images (its dict has no 'data'): save arrays as .npz (numpy.savez)");
    Expected<formats::NpyArray> images = batch->array(**data);
    if (!images)
        return forward(images);
    if (!holds_images(*images))
        return bad_input(path.string(), "holds " + images->describe() + ", CIFAR's images are uint8 [N,3072]");
    packed.parts.push_back(
        {images->bytes, images->data_offset, cifar_pixel_bytes, static_cast<std::size_t>(images->shape[0])});
    return add_labels(*batch, packed.labels);
}

Expected<std::vector<std::string>> class_names(const fs::path& path, const CifarKind& kind)
{
    Expected<formats::Pickle> names = open_pickle(path);
    if (!names)
        return forward(names);
    Expected<std::optional<formats::Pickle::Ref>> entry = names->find(kind.pickled_names);
    if (!entry)
        return forward(entry);
    if (!*entry)
        return bad_input(path.string(), std::string("is a pickle without '") + kind.pickled_names + "'");
    return names->texts(**entry, kind.classes);
}

}  // namespace

Expected<DatasetPtr> open_cifar_pickles(const std::vector<fs::path>& paths, Info info)
{
    Packed packed = cifar_packed(std::move(info));
    CifarKind kind = cifar10;
    for (const fs::path& path : paths) {
        Expected<CifarKind> found = add_batch(path, packed);
        if (!found)
            return forward(found);
        kind = *found;
    }
    const fs::path beside = paths.front().parent_path() / kind.pickled_names_file;
    std::error_code ec;
    if (!packed.labels.empty() && fs::is_regular_file(beside, ec)) {
        Expected<std::vector<std::string>> names = class_names(beside, kind);
        if (!names)
            return forward(names);
        packed.info.class_names = std::move(*names);
    }
    return make_packed(std::move(packed));
}

}  // namespace exitscope::dataset
