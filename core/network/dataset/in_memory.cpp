// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/in_memory.h"

#include <span>
#include <utility>

#include "core/base/hash.h"

namespace exitscope::dataset {
namespace {

class InMemory final : public Dataset {
public:
    InMemory(std::vector<Image> images, std::string name) : images_(std::move(images))
    {
        info_.name = std::move(name);
        info_.source = info_.name;
        info_.format = "images";
    }
    [[nodiscard]] const Info& info() const override { return info_; }
    [[nodiscard]] std::size_t size() const override { return images_.size(); }
    [[nodiscard]] Expected<Image> image(SampleIndex index) const override { return images_[index.at()]; }
    [[nodiscard]] std::optional<ClassIndex> label(SampleIndex) const override { return std::nullopt; }
    [[nodiscard]] std::string origin(SampleIndex index) const override
    {
        return info_.name + " #" + std::to_string(index.value);
    }
    [[nodiscard]] std::string content_hash() const override
    {
        ContentHash hash;
        for (const Image& image : images_) {
            hash.add(std::as_bytes(std::span(image.pixels)));
            hash.add(std::as_bytes(std::span(image.values)));
        }
        return hash.hex();
    }

private:
    std::vector<Image> images_;
    Info info_;
};

}  // namespace

DatasetPtr in_memory(std::vector<Image> images, std::string name)
{
    return std::make_shared<InMemory>(std::move(images), std::move(name));
}

}  // namespace exitscope::dataset
