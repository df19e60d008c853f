// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/base/plan/stage_plan.h"
#include "core/base/precision.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// One stage at one precision, compiled for one batch size: constants packed, operators fused, memory planned.
///
/// Stages exchange values in a form that does not depend on precision, so that the next stage may run at any: float32,
/// images [batch, C, H, W] channels-last, all others row-major. The network's input and exits are row-major with the
/// shapes of the graph.
/// A Program is immutable after compile(); run() is const and may be called from several threads, each with its own
/// Scratch. run() does not allocate and uses the calling thread only: parallelism is over batches, by the caller.
class Program {
public:
    /// `plan` is null for fp32. Integer arithmetic is defined in integer_semantics.h; operators that have no integer
    /// version run in float. `plan->weights[n].values` are in the order of model::linear_layer(): output channel first.
    /// Errors: an operator this precision cannot run (named), a plan that does not fit the graph.
    [[nodiscard]] static Expected<Program> compile(const model::MultiExitModel& model, StageIndex stage,
                                                   Precision precision, const plan::StagePlan* plan);

    /// The fp32 program without fusion, so that run_observed() sees every value; slower than compile().
    [[nodiscard]] static Expected<Program> compile_observable(const model::MultiExitModel& model, StageIndex stage);

    /// The integer program of compile(), bit for bit, for run_observed(). Of nodes that run as one it reports only the
    /// outputs of the last, and none of Reshape nodes. Values on a grid are reported as real numbers.
    [[nodiscard]] static Expected<Program> compile_observable(const model::MultiExitModel& model, StageIndex stage,
                                                              const plan::StagePlan& plan);

    /// The integer program for run_layers(): the whole batch goes through each layer at once.
    [[nodiscard]] static Expected<Program> compile_correctable(const model::MultiExitModel& model, StageIndex stage,
                                                               const plan::StagePlan& plan);

    Program(Program&&) noexcept;
    Program& operator=(Program&&) noexcept;
    ~Program();

    /// Memory that one running thread needs. A default-constructed Scratch does not belong to a program and cannot run.
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
    /// The program must outlive its scratches.
    [[nodiscard]] Scratch scratch() const;

    /// Runs the whole batch. `inputs[i]` / `outputs[i]` belong to stage.inputs[i] / stage.outputs[i]; `exit` is
    /// [batch, classes], the graph's output (logits, or probabilities when the graph ends in Softmax).
    /// With `head` false the exit head is skipped and `exit` may be empty. Inputs and outputs must not overlap.
    void run(Scratch& scratch, std::span<const float* const> inputs, std::span<float* const> outputs,
             std::span<float> exit, bool head = true) const;

    [[nodiscard]] std::int64_t batch() const;

    /// One step of run(), in order.
    struct StepInfo {
        std::vector<NodeIndex> nodes;  ///< nodes that it computes: a layer and the nodes fused into it; empty for stage
                                       ///< inputs and the hand-over
        std::string_view conversion;   ///< "quantize", "reorder", ... if it only changes a value's form, else empty
        bool head = false;             ///< part of the exit head
    };
    [[nodiscard]] std::vector<StepInfo> steps() const;
    /// run() that adds the processor seconds of each step to `seconds` [steps().size()].
    void run_profiled(Scratch& scratch, std::span<const float* const> inputs, std::span<float* const> outputs,
                      std::span<float> exit, std::span<double> seconds) const;

    /// Called after each node that runs, in topological order (trunk, then head), once for each of its outputs, with
    /// the value's elements in row-major logical order. Stage inputs are not reported.
    using Observer = void (*)(void* context, ValueIndex value, std::span<const float> elements);

    /// run() of a compile_observable() program with every value reported to `observer`. `outputs` may be empty.
    void run_observed(Scratch& scratch, std::span<const float* const> inputs, std::span<float* const> outputs,
                      std::span<float> exit, Observer observer, void* context) const;

    /// One batch on its way through run_layers().
    struct LayerBatch {
        Scratch* scratch = nullptr;            ///< of its own: each batch's intermediate values stay in its scratch
        std::span<const float* const> inputs;  ///< as for run(); must stay valid during the call
        std::int64_t samples = 0;              ///< the first `samples` of the batch count, 1..batch()
    };
    /// `mean[oc]`: mean over all counted samples and positions of the real output of this integer Conv/Gemm/MatMul
    /// before residual, activation and rounding: s_x * s_w[oc] * (accumulator + bias[oc]); its counterpart in the float
    /// network is the mean of the node's own output. `bias` [oc] is the int32 bias of the plan; a value that the
    /// visitor writes there is used for the rest of this call.
    using LayerVisitor =
        std::function<void(NodeIndex layer, std::span<const double> mean, std::span<std::int32_t> bias)>;

    /// For sequential bias correction (methods.md#bias-correction) on compile_correctable() programs: runs all batches
    /// together, layer by layer. At each integer layer the visitor gets the exact means over all batches, given the
    /// biases it set before, and may change that layer's bias before any batch continues. The program itself does not
    /// change.
    void run_layers(std::span<const LayerBatch> batches, const LayerVisitor& visit) const;

private:
    struct Impl;
    explicit Program(std::unique_ptr<const Impl> impl);
    std::unique_ptr<const Impl> impl_;
};

/// True when oneDNN's int8 kernels are exact on this CPU (start-up self-test on extreme values, cached). Integer
/// layers use our own AVX-512 VNNI kernel if the CPU supports it, else oneDNN if it is exact, else an exact but slower
/// path: the same bits everywhere.
[[nodiscard]] bool int8_kernels_exact();

}  // namespace exitscope::engine
