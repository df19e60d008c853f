// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/program.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <string>
#include <utility>

#include "core/base/processor_time.h"
#include "core/network/engine/compiler.h"
#include "core/network/engine/integer_layer.h"

namespace exitscope::engine {

struct Program::Impl {
    Assembly assembly;
    std::int64_t batch = 0;
    std::size_t parts = 1;  ///< how many times the assembly runs, one micro-batch after the other
};

struct Program::Scratch::Data {
    AlignedBytes arena;
    std::vector<std::byte*> addresses;
    std::optional<BoundCalls> calls;

    /// `part`: which micro-batch of the caller's buffers.
    void bind(const Assembly& assembly, std::span<const float* const> inputs, std::span<float* const> outputs,
              std::span<float> exit, std::size_t part = 0)
    {
        for (std::size_t b = 0; b < addresses.size(); ++b) {
            const Buffer& buffer = assembly.buffers[b];
            const void* address = nullptr;
            switch (buffer.source) {
            case Buffer::Source::arena:
            case Buffer::Source::constant: continue;
            case Buffer::Source::input: address = inputs[buffer.slot]; break;
            case Buffer::Source::output: address = buffer.slot < outputs.size() ? outputs[buffer.slot] : nullptr; break;
            case Buffer::Source::exit: address = exit.data(); break;
            }
            auto* const begin = static_cast<std::byte*>(const_cast<void*>(address));
            addresses[b] = begin ? begin + part * buffer.bytes : nullptr;
        }
        calls->rebind(assembly.calls, assembly.buffers, addresses);
    }
    [[nodiscard]] Context context() const { return {addresses, *calls}; }
};

namespace {

bool wanted(const ProgramStep& step, const Context& context)
{
    return step.run && (!step.target || context.addresses[step.target->at()] != nullptr);
}

bool usable(const std::optional<plan::Grid>& grid)
{
    return !grid || (grid->bits >= 1 && grid->bits <= 8 && grid->zero_point >= 0 &&
                     grid->zero_point <= grid->maximum() && std::isfinite(grid->scale) && grid->scale > 0.0F);
}

Expected<Assembly> assemble(const model::MultiExitModel& model, StageIndex stage, const plan::StagePlan* plan,
                            Tracing tracing)
{
    const std::string where = model.path.string();
    if (stage.at() >= model.stages.size())
        return bad_input(where, "stage " + std::to_string(stage.value) + " does not exist");
    if (plan && (plan->weights.size() != model.graph.nodes.size() || plan->stream.size() != model.graph.values.size() ||
                 plan->operand.size() != model.graph.values.size()))
        return bad_input(where, "the quantization plan belongs to another graph");
    if (plan && !(std::all_of(plan->stream.begin(), plan->stream.end(), usable) &&
                  std::all_of(plan->operand.begin(), plan->operand.end(), usable)))
        return bad_input(where,
                         "the quantization plan has a grid without a positive scale or with a zero point outside");
    try {
        const SingleThread alone;
        auto assembly = Compiler(model, stage, plan, tracing).compile();
        if (!assembly && assembly.error().where.empty())
            assembly.error().where = where;
        return assembly;
    } catch (const std::exception& error) {
        return unsupported(where, "stage " + std::to_string(stage.value) + " cannot be compiled: " + error.what());
    }
}

/// Larger batches run in parts, whose values stay in the second-level cache from one layer to the next.
constexpr std::int64_t largest_part = 8;
constexpr std::int64_t smallest_part = 4;

/// The model for one part of the batch; nullopt where the batch runs as a whole.
std::optional<model::MultiExitModel> part_of(const model::MultiExitModel& model)
{
    if (model.batch <= largest_part || model.fixed_batch || !model.source)
        return std::nullopt;
    for (std::int64_t size = largest_part; size >= smallest_part; --size)
        if (model.batch % size == 0)
            if (auto part = model::with_batch(model, size))
                return std::move(*part);
    return std::nullopt;
}

}  // namespace

Program::Scratch::Scratch() = default;
Program::Scratch::~Scratch() = default;
Program::Scratch::Scratch(Scratch&&) noexcept = default;
Program::Scratch& Program::Scratch::operator=(Scratch&&) noexcept = default;

Program::Program(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

Expected<Program> Program::compile(const model::MultiExitModel& model, StageIndex stage, Precision precision,
                                   const plan::StagePlan* plan)
{
    if (!precision.is_float() && !plan)
        return bad_input(model.path.string(), "precision " + precision.name() + " needs a quantization plan");
    const std::optional<model::MultiExitModel> part = part_of(model);
    auto assembly = assemble(part ? *part : model, stage, precision.is_float() ? nullptr : plan, Tracing::off);
    if (!assembly)
        return forward(assembly);
    const std::int64_t parts = part ? model.batch / part->batch : 1;
    return Program(
        std::make_unique<const Impl>(Impl{std::move(*assembly), model.batch, static_cast<std::size_t>(parts)}));
}

Expected<Program> Program::compile_correctable(const model::MultiExitModel& model, StageIndex stage,
                                               const plan::StagePlan& plan)
{
    auto assembly = assemble(model, stage, &plan, Tracing::off);
    if (!assembly)
        return forward(assembly);
    return Program(std::make_unique<const Impl>(Impl{std::move(*assembly), model.batch}));
}

Expected<Program> Program::compile_observable(const model::MultiExitModel& model, StageIndex stage)
{
    auto assembly = assemble(model, stage, nullptr, Tracing::every_value);
    if (!assembly)
        return forward(assembly);
    return Program(std::make_unique<const Impl>(Impl{std::move(*assembly), model.batch}));
}

Expected<Program> Program::compile_observable(const model::MultiExitModel& model, StageIndex stage,
                                              const plan::StagePlan& plan)
{
    auto assembly = assemble(model, stage, &plan, Tracing::results);
    if (!assembly)
        return forward(assembly);
    return Program(std::make_unique<const Impl>(Impl{std::move(*assembly), model.batch}));
}

std::int64_t Program::batch() const
{
    return impl_->batch;
}

Program::Scratch Program::scratch() const
{
    const Assembly& assembly = impl_->assembly;
    const SingleThread alone;
    Scratch scratch;
    scratch.data_ = std::make_unique<Scratch::Data>();
    Scratch::Data& data = *scratch.data_;
    data.arena = allocate_aligned(assembly.arena_bytes);
    for (const Buffer& buffer : assembly.buffers)
        data.addresses.push_back(buffer.source == Buffer::Source::arena      ? data.arena.get() + buffer.offset
                                 : buffer.source == Buffer::Source::constant ? buffer.data.get()
                                                                             : nullptr);
    data.calls.emplace(assembly.calls, data.addresses);
    return scratch;
}

void Program::run(Scratch& scratch, std::span<const float* const> inputs, std::span<float* const> outputs,
                  std::span<float> exit, bool head) const
{
    const SingleThread alone;
    for (std::size_t part = 0; part < impl_->parts; ++part) {
        scratch.data_->bind(impl_->assembly, inputs, outputs, exit, part);
        const Context context = scratch.data_->context();
        for (const ProgramStep& step : impl_->assembly.steps)
            if ((head || !step.head) && wanted(step, context))
                step.run(context);
    }
}

std::vector<Program::StepInfo> Program::steps() const
{
    std::vector<StepInfo> steps;
    for (const ProgramStep& step : impl_->assembly.steps)
        steps.push_back({step.nodes, step.conversion, step.head});
    return steps;
}

void Program::run_profiled(Scratch& scratch, std::span<const float* const> inputs, std::span<float* const> outputs,
                           std::span<float> exit, std::span<double> seconds) const
{
    const SingleThread alone;
    for (std::size_t part = 0; part < impl_->parts; ++part) {
        scratch.data_->bind(impl_->assembly, inputs, outputs, exit, part);
        const Context context = scratch.data_->context();
        double before = processor_seconds();
        for (std::size_t s = 0; s < seconds.size(); ++s) {
            if (const ProgramStep& step = impl_->assembly.steps[s]; wanted(step, context))
                step.run(context);
            const double after = processor_seconds();
            seconds[s] += after - before;
            before = after;
        }
    }
}

void Program::run_observed(Scratch& scratch, std::span<const float* const> inputs, std::span<float* const> outputs,
                           std::span<float> exit, Observer observer, void* observed) const
{
    const SingleThread alone;
    scratch.data_->bind(impl_->assembly, inputs, outputs, exit);
    const Context context = scratch.data_->context();
    for (const ProgramStep& step : impl_->assembly.steps) {
        if (step.observed)
            observer(observed, step.observed->value, {context.at<float>(step.observed->buffer), step.observed->count});
        else if (wanted(step, context))
            step.run(context);
    }
}

void Program::run_layers(std::span<const LayerBatch> batches, const LayerVisitor& visit) const
{
    const SingleThread alone;
    for (const LayerBatch& batch : batches)
        batch.scratch->data_->bind(impl_->assembly, batch.inputs, {}, {});
    for (const ProgramStep& step : impl_->assembly.steps) {
        if (step.layer) {
            LayerMeans means(*step.layer);
            for (const LayerBatch& batch : batches)
                means.add(batch.scratch->data_->context(), batch.samples);
            std::vector<std::int32_t> bias = step.layer->bias();
            visit(step.layer->node(), means.result(), bias);
            const std::vector<float> effective = step.layer->effective_bias(bias);
            for (const LayerBatch& batch : batches)
                step.layer->run(batch.scratch->data_->context(), effective.data());
        } else {
            for (const LayerBatch& batch : batches)
                if (const Context context = batch.scratch->data_->context(); wanted(step, context))
                    step.run(context);
        }
    }
}

}  // namespace exitscope::engine
