// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/layer_study.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/parallel.h"
#include "core/network/calibrate/lone_layer.h"
#include "core/network/calibrate/network_comparison.h"
#include "core/network/calibrate/observe.h"
#include "core/network/calibrate/scheme.h"
#include "core/network/engine/fusion.h"
#include "core/network/engine/hand_over.h"

namespace exitscope::calibrate {
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

double weight_sqnr(const model::LinearLayer& layer, const plan::QuantizedWeights& quantized)
{
    const std::size_t row = layer.weights.size() / quantized.scales.size();
    Distortion distortion;
    for (std::size_t k = 0; k < layer.weights.size(); ++k)
        distortion.add(double(layer.weights[k]), double(quantized.scales[k / row]) * double(quantized.values[k]));
    return distortion.sqnr();
}

std::uint8_t weight_bits(const plan::QuantizedWeights& quantized, std::uint8_t bits)
{
    const int top = (1 << (bits - 1)) - 1;
    const bool fits = std::all_of(quantized.values.begin(), quantized.values.end(),
                                  [top](std::int8_t value) { return std::abs(int(value)) <= top; });
    return fits ? bits : std::uint8_t{8};
}

/// Observations of the layers' inputs with their ranges and empty histograms.
std::vector<Observation> input_ranges(const std::vector<Subject>& subjects, const FloatStatistics& statistics)
{
    std::vector<Observation> ranges;
    for (const Subject& subject : subjects) {
        const Observation& seen = *statistics.observations[subject.layer.input.at()];
        ranges.push_back({seen.minimum, seen.maximum, std::vector<std::uint64_t>(LayerFindings::shown_bins, 0)});
    }
    return ranges;
}

bool fits(const model::MultiExitModel& model, const plan::Quantization& quantization)
{
    const auto complete = [&](const plan::StagePlan& plan) {
        return plan.weights.size() == model.graph.nodes.size() && plan.stream.size() == model.graph.values.size() &&
               plan.operand.size() == model.graph.values.size();
    };
    return quantization.plans.size() == quantization.precisions.size() &&
           std::all_of(quantization.plans.begin(), quantization.plans.end(), [&](const auto& stages) {
               return stages.size() == model.stages.size() && std::all_of(stages.begin(), stages.end(), complete);
           });
}

/// The layers that some precision quantizes, each with its place in the comparison.
Expected<std::vector<Subject>> subjects_of(const model::MultiExitModel& model, const plan::Quantization& quantization,
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
            const auto layer = model::linear_layer(model.graph, node);
            if (!layer)
                return {};
            Subject subject{*layer, std::vector<const plan::StagePlan*>(precisions, nullptr),
                            std::vector<std::optional<ValueIndex>>(precisions)};
            LayerFindings found{index, node.name, node.op, StageIndex(s), head, {}, {}};
            found.at.resize(precisions);
            bool any = false;
            for (std::size_t p = 0; p < precisions; ++p) {
                const plan::StagePlan& plan = quantization.plans[p][s];
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
                at.rounding = weights->rounding;
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

/// A scheme in which the inputs of the layers are observed.
Scheme watching_inputs(const model::MultiExitModel& model, const std::vector<Subject>& subjects)
{
    Scheme watched = scheme(model, {});
    std::fill(watched.observed.begin(), watched.observed.end(), model.input());
    for (const Subject& subject : subjects)
        watched.observed[subject.layer.input.at()] = subject.layer.input;
    return watched;
}

/// Makes findings of the sums over all batches.
void record(LayerStudy& study, const Sums& sums)
{
    for (std::size_t l = 0; l < study.layers.size(); ++l) {
        LayerFindings& layer = study.layers[l];
        layer.input = sums.inputs[l];
        const auto& histogram = layer.input.histogram;
        const std::uint64_t read = std::accumulate(histogram.begin(), histogram.end(), std::uint64_t{0});
        for (std::size_t p = 0; p < study.precisions.size(); ++p) {
            if (!layer.at[p])
                continue;
            layer.at[p]->input_sqnr = sums.input[p][l].sqnr();
            layer.at[p]->output_sqnr = sums.output[p][l].sqnr();
            layer.at[p]->clipped = double(sums.clipped[p][l]) / double(std::max<std::uint64_t>(read, 1));
        }
    }
    for (const auto& exits : sums.exits) {
        std::vector<ExitChange>& changes = study.network.emplace_back();
        for (const ExitComparison& exit : exits)
            changes.push_back(exit.change());
    }
}

/// Every layer at every precision, quantized alone. Errors: those of LoneLayers; cancelled.
Expected<void> study_alone(LayerStudy& study, LoneLayers& lone, const std::vector<Subject>& subjects, unsigned threads,
                           Progress& progress)
{
    if (auto compiled = lone.compile(); !compiled)
        return forward(compiled);
    std::vector<std::pair<std::size_t, std::size_t>> jobs;  // layer, precision
    for (std::size_t l = 0; l < study.layers.size(); ++l)
        for (std::size_t p = 0; p < study.precisions.size(); ++p)
            if (study.layers[l].at[p])
                jobs.emplace_back(l, p);
    progress.begin("Quantizing one layer at a time", jobs.size());
    return parallel_for(
        jobs.size(), thread_count(threads, jobs.size()), [&](unsigned, std::size_t job) -> Expected<void> {
            if (progress.cancelled())
                return cancelled();
            LayerFindings& layer = study.layers[jobs[job].first];
            const std::size_t p = jobs[job].second;
            auto changes = lone.run(layer.node, layer.stage, layer.head, *subjects[jobs[job].first].plans[p]);
            if (!changes)
                return forward(changes);
            layer.at[p]->alone = std::move(*changes);
            progress.advance();
            return {};
        });
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

Expected<LayerStudy> study_layers(const model::MultiExitModel& model, const plan::Quantization& quantization,
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
    auto statistics =
        observe(*small, data, study.samples, watching_inputs(*small, *subjects), true, options.threads, progress);
    if (!statistics)
        return forward(statistics);

    ExitOutputs exact(small->stages.size(),
                      std::vector<float>(study.samples * static_cast<std::size_t>(small->classes)));
    const auto sums = compare_networks(*small, quantization, *subjects, input_ranges(*subjects, *statistics),
                                       statistics->batches, exact, options.threads, progress);
    if (!sums)
        return tl::unexpected<Error>(sums.error());
    record(study, *sums);
    if (!options.alone)
        return study;

    LoneLayers lone(*small, *statistics, exact);
    if (auto done = study_alone(study, lone, *subjects, options.threads, progress); !done)
        return forward(done);
    return study;
}

}  // namespace exitscope::calibrate
