// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::tests {

/// Noisy RGB images, made on demand: the class is which quarter of the image is bright and in which colour.
class PatternData final : public dataset::Dataset {
public:
    PatternData(std::size_t samples, std::size_t classes, std::uint64_t seed, int side = 14)
        : samples_(samples), classes_(classes), seed_(seed), side_(side)
    {
        info_.name = info_.source = "patterns";
        info_.labelled = true;
        info_.class_count = classes;
    }
    dataset::Info& describe() { return info_; }

    const dataset::Info& info() const override { return info_; }
    std::size_t size() const override { return samples_; }
    Expected<dataset::Image> image(SampleIndex index) const override
    {
        const std::size_t label = label_of(index);
        Random random(seed_ * 1000003 + index.value);
        dataset::Image image{3, side_, side_, {}, {}};
        for (int y = 0; y < side_; ++y)
            for (int x = 0; x < side_; ++x)
                for (int c = 0; c < 3; ++c) {
                    const auto quarter = static_cast<std::size_t>((2 * y >= side_) * 2 + (2 * x >= side_));
                    const bool bright = quarter == label % 4 && c == static_cast<int>(label / 4 % 3);
                    image.pixels.push_back(static_cast<std::uint8_t>((bright ? 110 : 0) + random.below(146)));
                }
        return image;
    }
    std::optional<ClassIndex> label(SampleIndex index) const override
    {
        return info_.labelled ? std::optional(ClassIndex(label_of(index))) : std::nullopt;
    }
    std::string origin(SampleIndex index) const override { return "patterns #" + std::to_string(index.value); }
    std::string content_hash() const override { return std::to_string(seed_) + "/" + std::to_string(samples_); }

private:
    std::size_t label_of(SampleIndex index) const { return mix64(seed_ ^ mix64(index.value)) % classes_; }

    dataset::Info info_;
    std::size_t samples_;
    std::size_t classes_;
    std::uint64_t seed_;
    int side_;
};

}  // namespace exitscope::tests
