// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/base/precision.h"
#include "core/model/multi_exit.h"
#include "core/quant/quantization.h"

namespace exitscope::engine {

/// One stage at one precision, compiled for one batch size: constants packed, operators fused, memory planned.
///
/// Hand-over between stages is precision-neutral: float32, row-major in the value's logical shape [batch, C, H, W]
/// (or whatever the graph says), so that the next stage may choose its own precision.
/// A Program is immutable after compile(); run() is const and may be called from several threads, each with its own
/// Scratch. run() does not allocate.
class Program {
public:
    /// `plan` is null for fp32. Errors: an operator this precision cannot run (named).
    [[nodiscard]] static Expected<Program> compile(const model::MultiExitModel& model, StageIndex stage,
                                                   Precision precision, const quant::StagePlan* plan);
    Program(Program&&) noexcept;
    Program& operator=(Program&&) noexcept;
    ~Program();

    /// Memory that one running thread needs.
    class Scratch {
    public:
        Scratch();
        ~Scratch();
        Scratch(Scratch&&) noexcept;
        Scratch& operator=(Scratch&&) noexcept;

    private:
        friend class Program;
        struct Data;
        std::unique_ptr<Data> data_;
    };
    [[nodiscard]] Scratch scratch() const;

    /// Runs the whole batch. `inputs[i]` / `outputs[i]` belong to stage.inputs[i] / stage.outputs[i]; `exit` is
    /// [batch, classes] as the graph's output says (logits, or probabilities when the graph ends in Softmax).
    /// With `head` false the exit head is skipped and `exit` may be empty.
    void run(Scratch& scratch, std::span<const float* const> inputs, std::span<float* const> outputs,
             std::span<float> exit, bool head = true) const;

    [[nodiscard]] std::int64_t batch() const;

    /// Observer of intermediate float values, used by calibration on fp32 programs only: called after each node with
    /// the value's elements in row-major logical order.
    using Observer = void (*)(void* context, ValueIndex value, std::span<const float> elements);
    void run_observed(Scratch& scratch, std::span<const float* const> inputs, std::span<float* const> outputs,
                      std::span<float> exit, Observer observer, void* context) const;

private:
    struct Impl;
    explicit Program(std::unique_ptr<const Impl> impl);
    std::unique_ptr<const Impl> impl_;
};

/// True when oneDNN's int8 kernels are exact on this CPU (start-up self-test on extreme values, cached). Where they
/// are not (no VNNI), programs take an exact but slower path with the same bits.
[[nodiscard]] bool int8_kernels_exact();

}  // namespace exitscope::engine
