// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/sequential.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "core/base/parallel.h"
#include "core/network/calibrate/layer_rows.h"
#include "core/network/calibrate/moments.h"
#include "core/network/calibrate/round_layer.h"
#include "core/network/calibrate/segmented_network.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/fusion.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/program.h"

namespace exitscope::calibrate {
namespace {

constexpr std::uint64_t kept_bytes = 1ULL << 31;  ///< of all batches between two segments
constexpr std::size_t rows_per_input = 64;        ///< sampled rows of a layer, for each of its inputs,
constexpr std::size_t fewest_rows = 8192;         ///< at least
constexpr std::size_t most_rows = 32768;          ///< and at most
constexpr std::size_t chunk_numbers = 1 << 24;    ///< inputs of the rows that are gathered at once
constexpr std::size_t held_out_part = 4;          ///< one batch of so many is held out

/// The layer of a segment and the rows of it that are looked at.
struct Sampled {
    const model::LinearLayer& layer;
    NodeIndex node;
    ValueIndex result;                   ///< of the layer, or of the sum with a residual
    std::optional<ValueIndex> residual;  ///< what is added to the layer's result, where it is known before the layer
    LayerRows rows;
    std::vector<std::vector<std::size_t>> positions;  ///< [samples]
    std::vector<std::vector<float>> wanted;  ///< [batches] rows of `result` in the float network, less the bias
};

/// Context of an observer of the float network that takes rows of one batch.
struct RowTaker {
    Sampled& sampled;
    std::size_t batch;
    std::size_t first;    ///< sample
    std::size_t samples;  ///< of the batch

    static void see(void* context, ValueIndex value, std::span<const float> elements)
    {
        const auto& my = *static_cast<const RowTaker*>(context);
        if (value != my.sampled.result)
            return;
        const std::vector<float>& bias = my.sampled.layer.bias;
        const std::vector<std::size_t> strides = my.sampled.rows.row_major();
        std::vector<float>& to = my.sampled.wanted[my.batch];
        for (std::size_t i = 0; i < my.samples; ++i)
            for (const std::size_t position : my.sampled.positions[my.first + i]) {
                to.resize(to.size() + bias.size());
                float* const row = to.data() + to.size() - bias.size();
                my.sampled.rows.read_output(elements, strides, i, position, row);
                for (std::size_t o = 0; o < bias.size(); ++o)
                    row[o] -= bias[o];
            }
    }
    static void see_nothing(void* /*context*/, ValueIndex /*value*/, std::span<const float> /*elements*/) {}
};

/// The float network and the network at several precisions, side by side through the segments.
class Sequence {
public:
    Sequence(SegmentedModel cut, const Scheme& scheme, const CalibrationOptions& options, std::size_t samples,
             const std::vector<std::vector<plan::StagePlan>*>& plans, Progress& progress)
        : cut_(std::move(cut)), scheme_(scheme), options_(options), progress_(progress), samples_(samples),
          batch_(static_cast<std::size_t>(cut_.model.batch)), batches_(engine::batch_count(samples, batch_)),
          float_(cut_, batches_, nullptr)
    {
        for (std::vector<plan::StagePlan>* of : plans)
            quantized_.emplace_back(cut_, batches_, of);
    }

    Expected<void> run(const dataset::Dataset& data)
    {
        progress_.begin("Rounding layer by layer", cut_.segments.size());
        if (auto done = read(data); !done)
            return done;
        for (std::size_t s = 0; s < cut_.segments.size(); ++s) {
            std::optional<Sampled> sampled = sample(s);
            if (auto done = run_float(s, sampled); !done)
                return done;
            for (SegmentedNetwork& network : quantized_) {
                if (sampled && network.plan(s).weights[sampled->node.at()])
                    round(network, s, *sampled);
                if (auto done = run_quantized(network, s); !done)
                    return done;
            }
            progress_.advance();
        }
        return {};
    }

private:
    [[nodiscard]] std::size_t samples_in(std::size_t batch) const
    {
        return std::min(batch_, samples_ - batch * batch_);
    }

    Expected<void> read(const dataset::Dataset& data)
    {
        return parallel_for(
            batches_, thread_count(options_.threads, batches_), [&](unsigned, std::size_t b) -> Expected<void> {
                const ValueIndex value = cut_.model.input();
                std::vector<float> input(SegmentedNetwork::floats(cut_, value));
                if (auto done = engine::read_finite(data, b * batch_, samples_in(b), cut_.model, input); !done)
                    return done;
                for (SegmentedNetwork& network : quantized_)
                    network.store(0, b, value, input);
                float_.store(0, b, value, std::move(input));
                return {};
            });
    }

    [[nodiscard]] std::optional<Sampled> sample(std::size_t s) const
    {
        const std::optional<NodeIndex> node = cut_.segments[s].layer;
        if (!node)
            return std::nullopt;
        const model::LinearLayer& layer = *scheme_.layers[node->at()];
        const model::Stage& stage = cut_.model.stages[s];
        ValueIndex result = cut_.model.graph.node(*node).outputs[0];
        std::optional<ValueIndex> residual;
        for (const auto& chain : engine::plan_fusion(cut_.model, stage, nullptr, true).ends_here)
            if (chain && chain->layer == *node && chain->add &&
                std::find(stage.inputs.begin(), stage.inputs.end(), chain->residual) != stage.inputs.end()) {
                result = chain->sum;
                residual = chain->residual;
            }
        Sampled made{layer, *node, result, residual, LayerRows(cut_.model, layer, result), {}, {}};
        const std::size_t rows = std::clamp(rows_per_input * made.rows.shape().inputs, fewest_rows, most_rows);
        const std::size_t each = std::clamp<std::size_t>((rows + samples_ - 1) / samples_, 1, made.rows.positions());
        for (std::size_t i = 0; i < samples_; ++i)
            made.positions.push_back(sampled_positions(made.rows.positions(), each, s * samples_ + i));
        made.wanted.resize(batches_);
        return made;
    }

    /// Runs `network` through a segment with all batches.
    template <class Run>
    Expected<void> run_all(SegmentedNetwork& network, Expected<engine::Program> program, std::size_t segment,
                           const Run& run)
    {
        if (!program)
            return forward(program);
        const unsigned threads = thread_count(options_.threads, batches_);
        std::vector<engine::Program::Scratch> scratch(threads);
        for (engine::Program::Scratch& one : scratch)
            one = program->scratch();
        auto done = parallel_for(batches_, threads, [&](unsigned worker, std::size_t b) -> Expected<void> {
            if (progress_.cancelled())
                return cancelled();
            run(*program, scratch[worker], b);
            return {};
        });
        network.leave(segment);
        return done;
    }

    Expected<void> run_float(std::size_t s, std::optional<Sampled>& sampled)
    {
        return run_all(float_, engine::Program::compile_observable(cut_.model, StageIndex(s)), s,
                       [&](const engine::Program& program, engine::Program::Scratch& scratch, std::size_t b) {
                           if (!sampled)
                               return float_.run(program, scratch, s, b, RowTaker::see_nothing);
                           RowTaker taker{*sampled, b, b * batch_, samples_in(b)};
                           float_.run(program, scratch, s, b, RowTaker::see, &taker);
                       });
    }

    Expected<void> run_quantized(SegmentedNetwork& network, std::size_t s)
    {
        const plan::StagePlan& plan = network.plan(s);
        return run_all(network, engine::Program::compile(cut_.model, StageIndex(s), plan.precision, &plan), s,
                       [&](const engine::Program& program, engine::Program::Scratch& scratch, std::size_t b) {
                           network.run(program, scratch, s, b);
                       });
    }

    void round(SegmentedNetwork& network, std::size_t s, const Sampled& sampled) const
    {
        const plan::StagePlan& plan = network.plan(s);
        const plan::Grid input = *plan.operand[sampled.layer.input.at()];
        const std::size_t held_out = batches_ / held_out_part;
        const Moments fit = collect(network, sampled, input, 0, batches_ - held_out);
        std::optional<Moments> unseen;
        if (held_out > 0)
            unseen = collect(network, sampled, input, batches_ - held_out, batches_);
        const bool pinned = scheme_.pinned[sampled.node.at()];
        round_layer({sampled.layer, input, pinned ? std::uint8_t{8} : plan.precision.weight_bits, fit,
                     unseen ? &*unseen : nullptr, options_.weights},
                    *network.plan(s).weights[sampled.node.at()], options_.threads);
    }

    /// Moments of the sampled rows in the batches [begin, end).
    [[nodiscard]] Moments collect(const SegmentedNetwork& network, const Sampled& sampled, const plan::Grid& input,
                                  std::size_t begin, std::size_t end) const
    {
        const ProductShape& shape = sampled.rows.shape();
        Moments moments(shape);
        const std::size_t x_row = shape.groups * shape.inputs;
        const std::size_t y_row = shape.groups * shape.outputs;
        const std::size_t each = sampled.positions.front().size();
        const std::size_t chunk =
            std::max<std::size_t>(1, chunk_numbers / std::max<std::size_t>(1, x_row * each * batch_));
        for (std::size_t first = begin; first < end; first += chunk) {
            const std::size_t last = std::min(first + chunk, end);
            const std::size_t count = (std::min(last * batch_, samples_) - first * batch_) * each;
            std::vector<float> x(count * x_row + row_slack);
            std::vector<float> y(count * y_row + row_slack);
            for_each_job(last - first, options_.threads, [&](std::size_t job) {
                const std::size_t row = job * batch_ * each;
                read_rows(network, sampled, input, first + job, x.data() + row * x_row, y.data() + row * y_row);
            });
            moments.add(x, y, count, options_.threads);
        }
        return moments;
    }

    /// The rows of one batch: levels of the layer's input, and wanted outputs less what the residual already gives.
    void read_rows(const SegmentedNetwork& network, const Sampled& sampled, const plan::Grid& input, std::size_t b,
                   float* x, float* y) const
    {
        const ProductShape& shape = sampled.rows.shape();
        const std::size_t y_row = shape.groups * shape.outputs;
        std::vector<float> buffer;
        const std::span<const float> numbers = network.read(b, sampled.layer.input, buffer);
        std::vector<float> levels(numbers.size());
        for (std::size_t i = 0; i < levels.size(); ++i)
            levels[i] = static_cast<float>(std::int32_t(plan::quantize(numbers[i], input)) - input.zero_point);
        std::copy(sampled.wanted[b].begin(), sampled.wanted[b].end(), y);
        std::span<const float> residual;
        std::vector<std::size_t> strides;
        if (sampled.residual) {
            residual = network.read(b, *sampled.residual, buffer);
            strides = strides_of(cut_.model, *sampled.residual);
        }
        std::vector<float> added(y_row, 0.0F);
        for (std::size_t i = 0; i < samples_in(b); ++i)
            for (const std::size_t position : sampled.positions[b * batch_ + i]) {
                sampled.rows.read_input(levels, i, position, x);
                x += shape.groups * shape.inputs;
                if (sampled.residual)
                    sampled.rows.read_output(residual, strides, i, position, added.data());
                for (std::size_t o = 0; o < y_row; ++o)
                    *y++ -= added[o];
            }
    }

    SegmentedModel cut_;
    const Scheme& scheme_;
    const CalibrationOptions& options_;
    Progress& progress_;
    std::size_t samples_;
    std::size_t batch_;
    std::size_t batches_;
    SegmentedNetwork float_;
    std::vector<SegmentedNetwork> quantized_;
};

}  // namespace

std::size_t samples_to_round(const model::MultiExitModel& model, std::size_t samples, std::size_t networks)
{
    const std::uint64_t each = std::max<std::uint64_t>(SegmentedNetwork::bytes(cut_at_layers(model), networks), 1);
    const std::uint64_t batches = std::max<std::uint64_t>(kept_bytes / each, 1);
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(samples, batches * static_cast<std::uint64_t>(model.batch)));
}

Expected<void> round_sequentially(const model::MultiExitModel& model, const dataset::Dataset& data,
                                  const Scheme& scheme, const CalibrationOptions& options,
                                  const std::vector<std::vector<plan::StagePlan>*>& plans, Progress& progress)
{
    const std::size_t samples = samples_to_round(model, std::min(options.samples, data.size()), plans.size());
    return Sequence(cut_at_layers(model), scheme, options, samples, plans, progress).run(data);
}

}  // namespace exitscope::calibrate
