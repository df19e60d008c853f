// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// Float buffers for one batch on its way through the stages: the network's input and every stage's outputs. A stage
/// that runs again, for instance at another precision, overwrites its own outputs only. The buffers of the stages
/// before it so form the stack of a depth-first walk over precisions.
class HandOver {
public:
    explicit HandOver(const model::MultiExitModel& model);
    HandOver(HandOver&&) noexcept = default;
    HandOver& operator=(HandOver&&) noexcept = default;
    ~HandOver() = default;

    /// The network's input, [batch, C, H, W].
    [[nodiscard]] std::span<float> input() { return buffers_.front(); }
    /// The `inputs` argument of Program::run().
    [[nodiscard]] std::span<const float* const> inputs(StageIndex stage) const { return reads_[stage.at()]; }
    [[nodiscard]] std::span<float* const> outputs(StageIndex stage) { return writes_[stage.at()]; }

    /// Size of one HandOver of `model`, bytes.
    [[nodiscard]] static std::uint64_t bytes(const model::MultiExitModel& model);

private:
    std::vector<std::vector<float>> buffers_;
    std::vector<std::vector<const float*>> reads_;
    std::vector<std::vector<float*>> writes_;
};

/// Number of batches that hold `samples` samples.
[[nodiscard]] constexpr std::size_t batch_count(std::size_t samples, std::size_t batch_size)
{
    return (samples + batch_size - 1) / batch_size;
}

/// Reads and preprocesses samples [begin, begin + count) into the first part of `input` ([batch, C, H, W]) and fills
/// the rest with copies of the first of them, so that padding never adds a value of its own. Error names the sample.
[[nodiscard]] Expected<void> read_padded(const dataset::Dataset& data, std::size_t begin, std::size_t count,
                                         const model::MultiExitModel& model, std::span<float> input);

/// The model for batches of `batch` images; unchanged when its file fixes the size or it was built in memory.
[[nodiscard]] Expected<model::MultiExitModel> batched(const model::MultiExitModel& model, std::int64_t batch);

}  // namespace exitscope::engine
