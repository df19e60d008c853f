// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <utility>

#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t training_images = 60000;
constexpr std::size_t fit_images = 5000;

const std::vector<std::string>& class_names()
{
    static const std::vector<std::string> names{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                                "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
    return names;
}

/// The file `name`, with or without ".gz"; empty when missing.
fs::path find_images(const fs::path& directory, const char* name)
{
    std::error_code ec;
    for (const char* ending : {".gz", ""})
        if (fs::path path = directory / (std::string(name) + ending); fs::is_regular_file(path, ec))
            return path;
    return {};
}

}  // namespace

Expected<DatasetPtr> open_fashion_mnist(const Request& request)
{
    Expected<std::string> split = choose_split(request, {"train", "fit", "test"});
    if (!split)
        return forward(split);
    const char* set = std::getenv("EXITSCOPE_FASHION_MNIST");
    const fs::path directory = set && *set ? set : "/usr/share/datasets/fashion-mnist";
    const bool test = *split == "test";
    const fs::path path = find_images(directory, test ? "t10k-images-idx3-ubyte" : "train-images-idx3-ubyte");
    if (path.empty())
        return bad_input(directory.string(), "holds no Fashion-MNIST images: install the Debian package "
                                             "dataset-fashion-mnist or set EXITSCOPE_FASHION_MNIST");
    Info info = request.info("IDX", *split);
    info.class_names = class_names();
    Expected<DatasetPtr> file = open_idx_file(path, std::move(info));
    if (!file || test)
        return file;
    if ((*file)->size() != training_images)
        return bad_input(path.string(), "holds " + std::to_string((*file)->size()) +
                                            " images, the training set of Fashion-MNIST has 60000");
    const bool fit = *split == "fit";
    const std::size_t begin = fit ? training_images - fit_images : 0;
    const std::size_t end = fit ? training_images : training_images - fit_images;
    std::vector<SampleIndex> samples;
    samples.reserve(end - begin);
    for (std::size_t i = begin; i < end; ++i)
        samples.emplace_back(i);
    return source_part(std::move(*file), std::move(samples), "fashion-mnist:" + *split);
}

}  // namespace exitscope::dataset
