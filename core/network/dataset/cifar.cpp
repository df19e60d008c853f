// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/cifar.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/formats/bytes.h"
#include "core/base/formats/pickle.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view batch_prefix = "data_batch_";

/// The two forms in which the data sets are distributed: binary files and pickles.
struct Form {
    std::string_view ending;
    const char* title;
    Expected<DatasetPtr> (*open)(const std::vector<fs::path>&, Info);
};
constexpr Form binary{".bin", "CIFAR binary", open_cifar_records};
constexpr Form python{"", "CIFAR Python", open_cifar_pickles};

/// Null when the files have neither form. The pickles of CIFAR-100 are called just "train" and "test", so that their
/// content is checked as well.
const Form* form_of(const fs::path& directory, const Listing& listing)
{
    const auto any = [&](const Form& form, const auto& accept) {
        return std::any_of(listing.files.begin(), listing.files.end(), [&](const std::string& file) {
            const CifarKind* kind = cifar_kind_named(file, form.ending);
            return kind != nullptr && accept(*kind, directory / file);
        });
    };
    if (any(binary, [](const CifarKind&, const fs::path&) { return true; }))
        return &binary;
    const auto pickled = [](const CifarKind& kind, const fs::path& path) {
        if (kind.classes == cifar10.classes)
            return true;
        const Expected<formats::BytesPtr> bytes = formats::open_bytes(path);
        return bytes && formats::is_pickle(**bytes);
    };
    return any(python, pickled) ? &python : nullptr;
}

/// The number in "data_batch_12.bin", so that batch 10 follows batch 9; the largest number for other names.
unsigned long batch_number(const std::string& file, std::string_view ending)
{
    const std::string digits = file.substr(batch_prefix.size(), file.size() - batch_prefix.size() - ending.size());
    const bool number = !digits.empty() && digits.size() < 9 &&
                        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    return number ? std::stoul(digits) : ~0UL;
}

}  // namespace

const CifarKind* cifar_kind_named(const std::string& file, std::string_view ending)
{
    if (!file.ends_with(ending))
        return nullptr;
    const std::string name = file.substr(0, file.size() - ending.size());
    if (name == "train" || name == "test")
        return &cifar100;
    const bool batch = name == "test_batch" || (name.starts_with(batch_prefix) && name.find('.') == std::string::npos);
    return batch ? &cifar10 : nullptr;
}

Packed cifar_packed(Info info)
{
    Packed packed;
    packed.info = std::move(info);
    packed.layout = PixelLayout::u8_chw;
    packed.channels = 3;
    packed.height = cifar_side;
    packed.width = cifar_side;
    return packed;
}

Expected<void> add_cifar_label(Labels& labels, const CifarKind& kind, std::int64_t label, const std::string& file,
                               const std::string& place)
{
    if (label >= static_cast<std::int64_t>(kind.classes))
        return bad_input(file, place + " has label " + std::to_string(label) + ", " + kind.title + " has " +
                                   std::to_string(kind.classes) + " classes");
    return labels.add(label, file, place);
}

Expected<DatasetPtr> open_cifar_file(const fs::path& path, Info info)
{
    return open_cifar_records({path}, std::move(info));
}

Expected<DatasetPtr> open_pickle_file(const Request& request)
{
    return open_cifar_pickles({request.path}, request.info(python.title));
}

bool is_cifar_directory(const fs::path& path, const Listing& listing)
{
    return form_of(path, listing) != nullptr;
}

Expected<DatasetPtr> open_cifar_directory(const Request& request, const Listing& listing)
{
    const Form& form = *form_of(request.path, listing);
    const auto ended = [&](std::string_view name) { return std::string(name) + std::string(form.ending); };
    std::vector<std::string> batches;
    for (const std::string& file : listing.files)
        if (file.starts_with(batch_prefix) && cifar_kind_named(file, form.ending) != nullptr)
            batches.push_back(file);
    std::stable_sort(batches.begin(), batches.end(), [&](const std::string& a, const std::string& b) {
        return batch_number(a, form.ending) < batch_number(b, form.ending);
    });
    const bool has100 = listing.has_file(ended("train")) || listing.has_file(ended("test"));
    if (has100 && (!batches.empty() || listing.has_file(ended("test_batch"))))
        return bad_input(request.path.string(), "holds files of both CIFAR-10 and CIFAR-100: name the file");
    if (listing.has_file(ended("train")))
        batches.push_back(ended("train"));
    const std::string test = ended(has100 ? "test" : "test_batch");
    std::vector<std::string> splits;
    if (!batches.empty())
        splits.emplace_back("train");
    if (listing.has_file(test))
        splits.emplace_back("test");
    Expected<std::string> split = choose_split(request, splits);
    if (!split)
        return forward(split);
    std::vector<fs::path> paths;
    if (*split == "train")
        for (const std::string& batch : batches)
            paths.push_back(request.path / batch);
    else
        paths.push_back(request.path / test);
    return form.open(paths, request.info(form.title, *split));
}

}  // namespace exitscope::dataset
