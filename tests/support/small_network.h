// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::tests {

/// A residual network of three exits on [2,12,12] inputs with five classes and seeded random weights: a skip
/// connection, pooling, a strided stage, heads of different kinds. Opens with any batch size through with_batch().
[[nodiscard]] model::MultiExitModel small_network(std::int64_t batch = 4);

/// Images in memory for it: float values [2,12,12], a seeded pattern a class with noise, labels 0..4 in turn.
struct SmallDataOptions {
    std::size_t samples = 50;
    std::uint64_t seed = 3;
    bool labelled = true;
    std::int32_t odd_label = -1;                            ///< when not negative: the label of the last sample
    std::size_t unreadable = static_cast<std::size_t>(-1);  ///< this sample fails to decode
};
[[nodiscard]] dataset::DatasetPtr small_data(const SmallDataOptions& options = {});

}  // namespace exitscope::tests
