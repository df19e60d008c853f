// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/plan/stage_plan.h"
#include "core/network/calibrate/segments.h"
#include "core/network/engine/program.h"

namespace exitscope::calibrate {

/// One network, float or quantized, on its way through the segments with all batches at once. Between segments it keeps
/// what later ones read: bytes where a value lies on a grid, else numbers. Different batches may run at the same time.
class SegmentedNetwork {
public:
    /// `plans` [stages] of the quantized network; null for the float network. Keeps references to both.
    SegmentedNetwork(const SegmentedModel& cut, std::size_t batches, std::vector<plan::StagePlan>* plans);

    [[nodiscard]] plan::StagePlan& plan(std::size_t segment) const;

    /// Keeps `numbers`, a value that `segment` computes (or the network's input, segment 0), of one batch.
    void store(std::size_t segment, std::size_t batch, ValueIndex value, std::vector<float> numbers);
    /// A kept value as real numbers, in the layout between stages; `buffer` is used when it is kept in another form.
    [[nodiscard]] std::span<const float> read(std::size_t batch, ValueIndex value, std::vector<float>& buffer) const;
    /// Runs the segment's `program` on one batch and keeps its outputs; with an `observer` it must be an observable
    /// one.
    void run(const engine::Program& program, engine::Program::Scratch& scratch, std::size_t segment, std::size_t batch,
             engine::Program::Observer observer = nullptr, void* context = nullptr);
    /// Forgets what no segment after this one reads.
    void leave(std::size_t segment);

    /// Bytes that `networks` quantized networks and the float network keep of one batch at most.
    [[nodiscard]] static std::uint64_t bytes(const SegmentedModel& cut, std::size_t networks);
    /// Floats that a value's buffer holds; an integer counts as two.
    [[nodiscard]] static std::size_t floats(const SegmentedModel& cut, ValueIndex value);

private:
    struct Kept {
        std::vector<std::uint8_t> bytes;  ///< on `grid`, or empty
        plan::Grid grid;
        std::vector<float> numbers;
    };

    const SegmentedModel& cut_;
    std::vector<plan::StagePlan>* plans_;
    std::vector<std::vector<Kept>> kept_;  ///< [batches][values]
};

}  // namespace exitscope::calibrate
