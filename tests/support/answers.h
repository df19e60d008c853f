// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/base/progress.h"
#include "core/base/random.h"
#include "core/network/dataset/in_memory.h"
#include "core/network/engine/run_model.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::tests {

/// Images of random bytes.
inline dataset::DatasetPtr noise_images(std::size_t count, int channels, int height, int width)
{
    Random random(7);
    std::vector<dataset::Image> images(count);
    for (dataset::Image& image : images) {
        image.channels = channels;
        image.height = height;
        image.width = width;
        image.pixels.resize(static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
                            static_cast<std::size_t>(width));
        for (std::uint8_t& pixel : image.pixels)
            pixel = static_cast<std::uint8_t>(random.below(256));
    }
    return dataset::in_memory(std::move(images), "noise");
}

/// Outputs of all exits, [exits, images, classes]; throws with the message of the error.
inline std::vector<float> answers(const Expected<model::MultiExitModel>& model, const dataset::Dataset& images,
                                  std::int64_t batch = 4)
{
    if (!model)
        throw std::runtime_error(model.error().message());
    Progress progress;
    const auto run = engine::run_model(*model, nullptr, fp32, images, {.batch = batch}, progress);
    if (!run)
        throw std::runtime_error(run.error().message());
    return run->logits;
}

inline float largest_difference(const std::vector<float>& a, const std::vector<float>& b)
{
    if (a.size() != b.size() || a.empty())
        return INFINITY;
    float largest = 0.0F;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::isfinite(a[i]) && std::isfinite(b[i]) ? std::fabs(a[i] - b[i]) : INFINITY);
    return largest;
}

}  // namespace exitscope::tests
