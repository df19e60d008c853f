// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/layer_study.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "core/base/parallel.h"
#include "core/engine/fusion.h"
#include "core/engine/hand_over.h"
#include "core/engine/program.h"
#include "core/quant/layout.h"
#include "core/quant/lone_layer.h"
#include "core/quant/observe.h"

namespace exitscope::quant {
namespace {

constexpr std::int64_t largest_batch = 16;
constexpr std::uint64_t watched_elements = 1ULL << 26;  ///< floats that one thread keeps of one batch

/// A batch whose activations one thread can keep.
std::int64_t study_batch(const model::MultiExitModel& model)
{
    std::uint64_t each = 0;
    for (const model::Value& value : model.graph.values)
        if (!value.constant)
            each += static_cast<std::uint64_t>(model::element_count(value.shape) / model.batch);
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(watched_elements / std::max<std::uint64_t>(each, 1)), 1,
                                    largest_batch);
}

/// A layer of the study with what the comparison needs of it.
struct Subject {
    engine::LinearLayer layer;
    std::vector<const StagePlan*> plans;          ///< [precisions]; null where the layer stays in float
    std::vector<std::optional<ValueIndex>> ends;  ///< [precisions]: the value in which the layer's operation ends
};

const std::optional<Grid>& input_grid(const Subject& subject, std::size_t precision)
{
    const StagePlan& plan = *subject.plans[precision];
    const std::size_t input = subject.layer.input.at();
    return plan.operand[input] ? plan.operand[input] : plan.stream[input];
}

/// The results of one batch, added up afterwards in the order of the batches.
struct Sums {
    std::vector<std::vector<Distortion>> input;       ///< [precisions][layers]
    std::vector<std::vector<Distortion>> output;      ///< [precisions][layers]
    std::vector<std::vector<std::uint64_t>> clipped;  ///< [precisions][layers]
    std::vector<std::uint64_t> inputs;                ///< [layers]: elements read
    std::vector<std::vector<ExitComparison>> exits;   ///< [precisions][exits]

    Sums(std::size_t precisions, std::size_t layers, std::size_t exit_count)
        : input(precisions, std::vector<Distortion>(layers)), output(input),
          clipped(precisions, std::vector<std::uint64_t>(layers, 0)), inputs(layers, 0),
          exits(precisions, std::vector<ExitComparison>(exit_count))
    {
    }
    void add(const Sums& other)
    {
        for (std::size_t p = 0; p < input.size(); ++p) {
            for (std::size_t l = 0; l < inputs.size(); ++l) {
                input[p][l] += other.input[p][l];
                output[p][l] += other.output[p][l];
                clipped[p][l] += other.clipped[p][l];
            }
            for (std::size_t e = 0; e < exits[p].size(); ++e)
                exits[p][e] += other.exits[p][e];
        }
        for (std::size_t l = 0; l < inputs.size(); ++l)
            inputs[l] += other.inputs[l];
    }
};

/// The float network and the network at every precision, side by side.
class Comparison {
public:
    Comparison(const model::MultiExitModel& model, const std::vector<Precision>& precisions,
               const std::vector<Subject>& subjects)
        : model_(model), subjects_(subjects), precisions_(precisions.size()), slot_(model.graph.values.size()),
          readers_(model.graph.values.size()), ends_(precisions.size(), Layers(model.graph.values.size()))
    {
        for (std::size_t l = 0; l < subjects.size(); ++l) {
            readers_[subjects[l].layer.input.at()].push_back(l);
            for (std::size_t p = 0; p < precisions_; ++p) {
                if (!subjects[l].plans[p])
                    continue;
                const ValueIndex end = *subjects[l].ends[p];
                ends_[p][end.at()].push_back(l);
                if (!slot_[end.at()])
                    slot_[end.at()] = slots_++;
            }
        }
    }

    Expected<void> compile(const Quantization& quantization)
    {
        integer_.resize(precisions_);
        for (std::size_t s = 0; s < model_.stages.size(); ++s) {
            auto program = engine::Program::compile_observable(model_, StageIndex(s));
            if (!program)
                return forward(program);
            float_.push_back(std::move(*program));
            for (std::size_t p = 0; p < precisions_; ++p) {
                auto quantized = engine::Program::compile_observable(model_, StageIndex(s), quantization.plans[p][s]);
                if (!quantized)
                    return forward(quantized);
                integer_[p].push_back(std::move(*quantized));
            }
        }
        return {};
    }

    /// Compares all kept batches; fills the float network's exit outputs.
    Expected<Sums> run(std::vector<KeptBatch>& kept, ExitOutputs& exact, unsigned threads, Progress& progress) const
    {
        const std::size_t exits = model_.stages.size();
        std::vector<Sums> sums(kept.size(), Sums(precisions_, subjects_.size(), exits));
        std::vector<std::size_t> first(kept.size(), 0);
        for (std::size_t b = 1; b < kept.size(); ++b)
            first[b] = first[b - 1] + static_cast<std::size_t>(kept[b - 1].samples);
        const unsigned workers = thread_count(threads, kept.size());
        std::vector<std::vector<std::vector<float>>> floats(workers, std::vector<std::vector<float>>(slots_));
        progress.begin("Comparing with the float network", kept.size());
        const auto work = [&](unsigned worker, std::size_t b) -> Expected<void> {
            if (progress.cancelled())
                return cancelled();
            compare(kept[b], floats[worker], exact, first[b], sums[b]);
            progress.advance();
            return {};
        };
        if (auto done = parallel_for(kept.size(), workers, work); !done)
            return forward(done);
        Sums total = std::move(sums.front());
        for (std::size_t b = 1; b < sums.size(); ++b)
            total.add(sums[b]);
        return total;
    }

private:
    using Layers = std::vector<std::vector<std::size_t>>;  ///< by ValueIndex: positions of layers

    /// Context of an observer during one batch.
    struct Watcher {
        const Comparison& comparison;
        std::vector<std::vector<float>>& floats;
        Sums& sums;
        std::size_t samples;
        std::size_t precision = 0;
    };

    /// The part of a batch's elements that belongs to real samples.
    [[nodiscard]] std::span<const float> real(std::span<const float> elements, std::size_t samples) const
    {
        return elements.first(elements.size() / static_cast<std::size_t>(model_.batch) * samples);
    }

    void see_float(const Watcher& watcher, ValueIndex value, std::span<const float> elements) const
    {
        elements = real(elements, watcher.samples);
        if (const auto slot = slot_[value.at()])
            watcher.floats[*slot].assign(elements.begin(), elements.end());
        for (const std::size_t l : readers_[value.at()]) {
            watcher.sums.inputs[l] += elements.size();
            for (std::size_t p = 0; p < precisions_; ++p)
                if (subjects_[l].plans[p])
                    round(elements, *input_grid(subjects_[l], p), watcher.sums.input[p][l],
                          watcher.sums.clipped[p][l]);
        }
    }
    static void round(std::span<const float> elements, const Grid& grid, Distortion& distortion, std::uint64_t& clipped)
    {
        const float low = grid.scale * (static_cast<float>(-grid.zero_point) - 0.5F);
        const float high = grid.scale * (static_cast<float>(grid.maximum() - grid.zero_point) + 0.5F);
        Distortion sum;
        for (const float x : elements) {
            if (!std::isfinite(x))
                continue;
            sum.add(double(x), double(dequantize(quantize(x, grid), grid)));
            clipped += x < low || x > high;
        }
        distortion += sum;
    }
    void see_integer(const Watcher& watcher, ValueIndex value, std::span<const float> elements) const
    {
        const std::vector<std::size_t>& layers = ends_[watcher.precision][value.at()];
        if (layers.empty())
            return;
        const std::vector<float>& exact = watcher.floats[*slot_[value.at()]];
        Distortion sum;
        for (std::size_t i = 0; i < exact.size(); ++i)
            if (std::isfinite(exact[i]) && std::isfinite(elements[i]))
                sum.add(double(exact[i]), double(elements[i]));
        for (const std::size_t l : layers)
            watcher.sums.output[watcher.precision][l] += sum;
    }

    void compare(KeptBatch& batch, std::vector<std::vector<float>>& floats, ExitOutputs& exact, std::size_t first,
                 Sums& sums) const
    {
        const auto classes = static_cast<std::size_t>(model_.classes);
        const auto samples = static_cast<std::size_t>(batch.samples);
        std::vector<float> exit(static_cast<std::size_t>(model_.batch) * classes);
        Watcher watcher{*this, floats, sums, samples};
        const auto float_observer = [](void* context, ValueIndex value, std::span<const float> elements) {
            const auto& my = *static_cast<const Watcher*>(context);
            my.comparison.see_float(my, value, elements);
        };
        const auto integer_observer = [](void* context, ValueIndex value, std::span<const float> elements) {
            const auto& my = *static_cast<const Watcher*>(context);
            my.comparison.see_integer(my, value, elements);
        };
        see_float(watcher, model_.input(), batch.values.input());
        for (std::size_t s = 0; s < float_.size(); ++s) {
            auto scratch = float_[s].scratch();
            float_[s].run_observed(scratch, batch.values.inputs(StageIndex(s)), batch.values.outputs(StageIndex(s)),
                                   exit, float_observer, &watcher);
            std::copy_n(exit.begin(), samples * classes,
                        exact[s].begin() + static_cast<std::ptrdiff_t>(first * classes));
        }
        engine::HandOver values(model_);
        std::copy(batch.values.input().begin(), batch.values.input().end(), values.input().begin());
        for (std::size_t p = 0; p < precisions_; ++p) {
            watcher.precision = p;
            for (std::size_t s = 0; s < integer_[p].size(); ++s) {
                auto scratch = integer_[p][s].scratch();
                integer_[p][s].run_observed(scratch, values.inputs(StageIndex(s)), values.outputs(StageIndex(s)), exit,
                                            integer_observer, &watcher);
                for (std::size_t i = 0; i < samples; ++i)
                    sums.exits[p][s].add(std::span(exact[s]).subspan((first + i) * classes, classes),
                                         std::span(exit).subspan(i * classes, classes));
            }
        }
    }

    const model::MultiExitModel& model_;
    const std::vector<Subject>& subjects_;
    std::size_t precisions_;
    std::vector<std::optional<std::size_t>> slot_;    ///< by ValueIndex: where its floats are kept during a batch
    std::size_t slots_ = 0;
    Layers readers_;                                 ///< the layers that read a value
    std::vector<Layers> ends_;                           ///< [precisions]: the layers that end in a value
    std::vector<engine::Program> float_;                       ///< [stages]
    std::vector<std::vector<engine::Program>> integer_;        ///< [precisions][stages]
};

double weight_sqnr(const engine::LinearLayer& layer, const QuantizedWeights& quantized)
{
    const std::size_t row = layer.weights.size() / quantized.scales.size();
    Distortion distortion;
    for (std::size_t k = 0; k < layer.weights.size(); ++k)
        distortion.add(double(layer.weights[k]), double(quantized.scales[k / row]) * double(quantized.values[k]));
    return distortion.sqnr();
}

std::uint8_t weight_bits(const QuantizedWeights& quantized, std::uint8_t bits)
{
    const int top = (1 << (bits - 1)) - 1;
    const bool fits = std::all_of(quantized.values.begin(), quantized.values.end(),
                                  [top](std::int8_t value) { return std::abs(int(value)) <= top; });
    return fits ? bits : std::uint8_t{8};
}

Observation shown(const Observation& seen)
{
    Observation coarse{seen.minimum, seen.maximum, std::vector<std::uint64_t>(LayerFindings::shown_bins, 0)};
    for (std::size_t bin = 0; bin < seen.histogram.size(); ++bin)
        coarse.histogram[bin * coarse.histogram.size() / seen.histogram.size()] += seen.histogram[bin];
    return coarse;
}

bool fits(const model::MultiExitModel& model, const Quantization& quantization)
{
    const auto complete = [&](const StagePlan& plan) {
        return plan.weights.size() == model.graph.nodes.size() && plan.stream.size() == model.graph.values.size() &&
               plan.operand.size() == model.graph.values.size();
    };
    return quantization.plans.size() == quantization.precisions.size() &&
           std::all_of(quantization.plans.begin(), quantization.plans.end(), [&](const auto& stages) {
               return stages.size() == model.stages.size() && std::all_of(stages.begin(), stages.end(), complete);
           });
}

/// The layers that some precision quantizes, each with its place in the comparison.
Expected<std::vector<Subject>> subjects_of(const model::MultiExitModel& model, const Quantization& quantization,
                                           std::vector<LayerFindings>& findings)
{
    std::vector<Subject> subjects;
    const std::size_t precisions = quantization.precisions.size();
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
        const model::Stage& stage = model.stages[s];
        std::vector<engine::FusionPlan> fusion;
        for (std::size_t p = 0; p < precisions; ++p)
            fusion.push_back(engine::plan_fusion(model, stage, &quantization.plans[p][s], true));
        const auto visit = [&](NodeIndex index, bool head) -> Expected<void> {
            const model::Node& node = model.graph.node(index);
            const auto layer = engine::linear_layer(model.graph, node);
            if (!layer)
                return {};
            Subject subject{*layer, std::vector<const StagePlan*>(precisions, nullptr),
                            std::vector<std::optional<ValueIndex>>(precisions)};
            LayerFindings found{index, node.name, node.op, StageIndex(s), head, {}, {}};
            found.at.resize(precisions);
            bool any = false;
            for (std::size_t p = 0; p < precisions; ++p) {
                const StagePlan& plan = quantization.plans[p][s];
                const auto& weights = plan.weights[index.at()];
                if (!weights)
                    continue;
                subject.plans[p] = &plan;
                for (const auto& chain : fusion[p].ends_here)
                    if (chain && chain->layer == index)
                        subject.ends[p] = chain->result;
                if (!input_grid(subject, p) || !subject.ends[p] || weights->values.size() != layer->weights.size() ||
                    weights->scales.size() != static_cast<std::size_t>(layer->output_channels()) ||
                    weights->scales.empty())
                    return bad_input(model.path.string(), "node " + node.name + ": its quantization does not fit");
                LayerAtPrecision& at = found.at[p].emplace();
                at.weight_bits = weight_bits(*weights, plan.precision.weight_bits);
                at.input = *input_grid(subject, p);
                at.weight_sqnr = weight_sqnr(*layer, *weights);
                any = true;
            }
            if (any) {
                subjects.push_back(std::move(subject));
                findings.push_back(std::move(found));
            }
            return {};
        };
        for (const NodeIndex index : stage.trunk)
            if (auto done = visit(index, false); !done)
                return forward(done);
        for (const NodeIndex index : stage.head)
            if (auto done = visit(index, true); !done)
                return forward(done);
    }
    return subjects;
}

/// A layout that has histograms made of what the layers read.
Layout watching_inputs(const model::MultiExitModel& model, const std::vector<Subject>& subjects)
{
    Layout watched = layout(model, {});
    std::fill(watched.observed.begin(), watched.observed.end(), model.input());
    for (const Subject& subject : subjects)
        watched.observed[subject.layer.input.at()] = subject.layer.input;
    return watched;
}

}  // namespace

double Distortion::sqnr() const
{
    if (noise > 0)
        return 10 * std::log10(signal / noise);
    return signal > 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
}

std::optional<ExitIndex> LayerAtPrecision::worst_exit() const
{
    std::optional<ExitIndex> worst;
    for (std::size_t e = 0; e < alone.size(); ++e)
        if (alone[e].reached && (!worst || alone[e].sqnr < alone[worst->at()].sqnr))
            worst = ExitIndex(e);
    return worst;
}

std::vector<std::size_t> LayerStudy::ranking(std::size_t precision) const
{
    std::vector<std::size_t> order;
    std::vector<double> cost(layers.size(), 0);
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const auto& at = layers[l].at[precision];
        const auto worst = at ? at->worst_exit() : std::nullopt;
        if (!worst)
            continue;
        cost[l] = at->alone[worst->at()].sqnr;
        order.push_back(l);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return cost[a] < cost[b]; });
    return order;
}

Expected<LayerStudy> study_layers(const model::MultiExitModel& model, const Quantization& quantization,
                                  const dataset::Dataset& data, const LayerStudyOptions& options, Progress& progress)
{
    const auto small = engine::batched(model, study_batch(model));
    if (!small)
        return tl::unexpected<Error>(small.error());
    if (!fits(*small, quantization))
        return bad_input(model.path.string(), "the quantization is that of another network");

    LayerStudy study;
    study.precisions = quantization.precisions;
    study.data = data.info().name;
    for (const model::Stage& stage : small->stages)
        study.exit_names.push_back(stage.exit_name);
    const auto subjects = subjects_of(*small, quantization, study.layers);
    if (!subjects)
        return tl::unexpected<Error>(subjects.error());

    study.samples = samples_to_keep(*small, std::min(options.samples, data.size()));
    auto statistics = observe(*small, data, study.samples, watching_inputs(*small, *subjects), true, options.threads,
                              progress);
    if (!statistics)
        return forward(statistics);

    Comparison comparison(*small, study.precisions, *subjects);
    if (auto compiled = comparison.compile(quantization); !compiled)
        return forward(compiled);
    ExitOutputs exact(small->stages.size(),
                      std::vector<float>(study.samples * static_cast<std::size_t>(small->classes)));
    const auto sums = comparison.run(statistics->batches, exact, options.threads, progress);
    if (!sums)
        return tl::unexpected<Error>(sums.error());
    for (std::size_t l = 0; l < study.layers.size(); ++l) {
        LayerFindings& layer = study.layers[l];
        layer.input = shown(*statistics->observations[(*subjects)[l].layer.input.at()]);
        for (std::size_t p = 0; p < study.precisions.size(); ++p) {
            if (!layer.at[p])
                continue;
            layer.at[p]->input_sqnr = sums->input[p][l].sqnr();
            layer.at[p]->output_sqnr = sums->output[p][l].sqnr();
            layer.at[p]->clipped = double(sums->clipped[p][l]) / double(std::max<std::uint64_t>(sums->inputs[l], 1));
        }
    }
    for (const auto& exits : sums->exits) {
        std::vector<ExitChange>& changes = study.network.emplace_back();
        for (const ExitComparison& exit : exits)
            changes.push_back(exit.change());
    }
    if (!options.alone)
        return study;

    LoneLayers lone(*small, *statistics, exact);
    if (auto compiled = lone.compile(); !compiled)
        return forward(compiled);
    std::vector<std::pair<std::size_t, std::size_t>> jobs;  // layer, precision
    for (std::size_t l = 0; l < study.layers.size(); ++l)
        for (std::size_t p = 0; p < study.precisions.size(); ++p)
            if (study.layers[l].at[p])
                jobs.emplace_back(l, p);
    progress.begin("Quantizing one layer at a time", jobs.size());
    const auto work = [&](unsigned, std::size_t job) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        LayerFindings& layer = study.layers[jobs[job].first];
        const std::size_t p = jobs[job].second;
        auto changes = lone.run(layer.node, layer.stage, layer.head, *(*subjects)[jobs[job].first].plans[p]);
        if (!changes)
            return forward(changes);
        layer.at[p]->alone = std::move(*changes);
        progress.advance();
        return {};
    };
    if (auto done = parallel_for(jobs.size(), thread_count(options.threads, jobs.size()), work); !done)
        return forward(done);
    return study;
}

}  // namespace exitscope::quant
