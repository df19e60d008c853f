// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/observe.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "core/base/parallel.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/program.h"

namespace exitscope::calibrate {
namespace {

constexpr std::size_t histogram_bins = 2048;
constexpr std::uint64_t kept_bytes = 1ULL << 30;

using Observations = std::vector<std::optional<Observation>>;

/// Grows the range of `seen` by the finite elements.
void grow(Observation& seen, std::span<const float> elements)
{
    for (const float x : elements) {
        if (std::isfinite(x)) {
            seen.minimum = std::min(seen.minimum, x);
            seen.maximum = std::max(seen.maximum, x);
        }
    }
}

void count(Observation& seen, std::span<const float> elements)
{
    const float width = seen.maximum - seen.minimum;
    const bool flat = width < static_cast<float>(histogram_bins) * std::numeric_limits<float>::min();
    const float bins_per_unit = flat ? 0.0F : static_cast<float>(histogram_bins) / width;
    for (const float x : elements) {
        if (std::isfinite(x)) {
            const auto bin = static_cast<std::size_t>((x - seen.minimum) * bins_per_unit);
            ++seen.histogram[std::min(bin, histogram_bins - 1)];
        }
    }
}

/// Adds every channel's sum over the first `samples` samples of a layer's output.
void add_channel_sums(const model::Shape& shape, std::size_t axis, std::size_t samples, std::span<const float> elements,
                      std::vector<double>& sums)
{
    const std::size_t channels = sums.size();
    std::size_t inner = 1;
    for (std::size_t d = axis + 1; d < shape.size(); ++d)
        inner *= static_cast<std::size_t>(shape[d]);
    const std::size_t rows = elements.size() / static_cast<std::size_t>(shape.front()) * samples / inner;
    for (std::size_t row = 0; row < rows; ++row) {
        double sum = 0;
        for (const float x : elements.subspan(row * inner, inner))
            sum += double(x);
        sums[row % channels] += sum;
    }
}

/// One worker's share of one pass; the context of Program::run_observed().
struct Pass {
    const model::MultiExitModel& model;
    const Scheme& scheme;
    Observations local;  ///< ranges in the first pass, histograms in the second
    bool counting = false;
    std::size_t samples = 0;                                   ///< of the current batch
    std::vector<std::vector<double>>* channel_sums = nullptr;  ///< of the current batch, by NodeIndex; may be null

    void see(ValueIndex value, std::span<const float> elements)
    {
        if (auto& seen = local[value.at()])
            counting ? count(*seen, elements) : grow(*seen, elements);
        const auto producer = model.graph.value(value).producer;
        if (!channel_sums || !producer || !scheme.layers[producer->at()])
            return;
        const model::LinearLayer& layer = *scheme.layers[producer->at()];
        const model::Shape& shape = model.graph.value(value).shape;
        std::vector<double>& sums = (*channel_sums)[producer->at()];
        sums.assign(static_cast<std::size_t>(layer.output_channels()), 0.0);
        add_channel_sums(shape, layer.convolution ? 1 : shape.size() - 1, samples, elements, sums);
    }
    static void observer(void* context, ValueIndex value, std::span<const float> elements)
    {
        static_cast<Pass*>(context)->see(value, elements);
    }
};

/// Everything that both passes share.
class Observing {
public:
    Observing(const model::MultiExitModel& model, const dataset::Dataset& data, std::size_t samples,
              const Scheme& scheme, unsigned threads, Progress& progress)
        : model_(model), data_(data), scheme_(scheme), progress_(progress), samples_(samples),
          batch_(static_cast<std::size_t>(model.batch)), jobs_(engine::batch_count(samples, batch_)),
          threads_(thread_count(threads, jobs_))
    {
    }

    Expected<void> compile()
    {
        for (std::size_t stage = 0; stage < model_.stages.size(); ++stage) {
            auto program = engine::Program::compile_observable(model_, StageIndex(stage));
            if (!program)
                return forward(program);
            programs_.push_back(std::move(*program));
        }
        return {};
    }

    /// One pass; `start` are the initial observations of every worker. Returns the workers' observations.
    Expected<std::vector<Observations>> pass(const Observations& start, bool counting, std::vector<KeptBatch>& kept,
                                             std::vector<std::vector<std::vector<double>>>& channel_sums)
    {
        struct Worker {
            Pass pass;
            engine::HandOver values;
            std::vector<engine::Program::Scratch> scratch;
            std::vector<float> exit;
        };
        std::vector<Worker> workers;
        for (unsigned t = 0; t < threads_; ++t) {
            workers.push_back({{model_, scheme_, start, counting, 0, nullptr},
                               engine::HandOver(model_),
                               {},
                               std::vector<float>(batch_ * static_cast<std::size_t>(model_.classes))});
            for (const engine::Program& program : programs_)
                workers.back().scratch.push_back(program.scratch());
        }
        const auto work = [&](unsigned worker, std::size_t job) -> Expected<void> {
            if (progress_.cancelled())
                return cancelled();
            Worker& my = workers[worker];
            const bool keeping = job < kept.size();
            engine::HandOver& values = keeping ? kept[job].values : my.values;
            my.pass.samples = std::min(batch_, samples_ - job * batch_);
            my.pass.channel_sums = keeping ? &channel_sums[job] : nullptr;
            if (keeping)
                kept[job].samples = static_cast<std::int64_t>(my.pass.samples);
            if (auto read = engine::read_finite(data_, job * batch_, my.pass.samples, model_, values.input()); !read)
                return read;
            my.pass.see(model_.input(), values.input());
            const auto classes = static_cast<std::size_t>(model_.classes);
            for (std::size_t s = 0; s < programs_.size(); ++s) {
                programs_[s].run_observed(my.scratch[s], values.inputs(StageIndex(s)), values.outputs(StageIndex(s)),
                                          my.exit, Pass::observer, &my.pass);
                if (auto sane = engine::check_finite({data_, job * batch_,
                                                      std::span<const float>(my.exit).first(my.pass.samples * classes),
                                                      classes, model_.stages[s].exit_name, "fp32"});
                    !sane)
                    return sane;
            }
            progress_.advance(my.pass.samples);
            return {};
        };
        if (auto done = parallel_for(jobs_, threads_, work); !done)
            return forward(done);
        std::vector<Observations> results;
        results.reserve(workers.size());
        for (Worker& worker : workers)
            results.push_back(std::move(worker.pass.local));
        return results;
    }

    [[nodiscard]] std::size_t jobs() const { return jobs_; }

private:
    const model::MultiExitModel& model_;
    const dataset::Dataset& data_;
    const Scheme& scheme_;
    Progress& progress_;
    std::size_t samples_;
    std::size_t batch_;
    std::size_t jobs_;
    unsigned threads_;
    std::vector<engine::Program> programs_;
};

/// Number of batches that fit the memory limit: their stage inputs, and about one byte per value while all batches run
/// together layer by layer.
std::size_t batches_to_keep(const model::MultiExitModel& model, std::size_t batches)
{
    std::uint64_t each = engine::HandOver::bytes(model);
    for (const model::Value& value : model.graph.values)
        if (!value.constant)
            each += static_cast<std::uint64_t>(model::element_count(value.shape));
    return std::clamp<std::size_t>(kept_bytes / std::max<std::uint64_t>(each, 1), 1, batches);
}

/// Means over all kept batches, added in the order of the batches.
std::vector<std::vector<double>> channel_means(const model::MultiExitModel& model, const std::vector<KeptBatch>& kept,
                                               const std::vector<std::vector<std::vector<double>>>& sums)
{
    std::vector<std::vector<double>> means(model.graph.nodes.size());
    std::int64_t samples = 0;
    for (const KeptBatch& batch : kept)
        samples += batch.samples;
    for (std::size_t node = 0; node < means.size(); ++node) {
        if (kept.empty() || sums.front()[node].empty())
            continue;
        std::vector<double>& mean = means[node];
        mean.assign(sums.front()[node].size(), 0.0);
        for (const auto& batch : sums)
            for (std::size_t c = 0; c < mean.size(); ++c)
                mean[c] += batch[node][c];
        const std::int64_t elements =
            model::element_count(model.graph.value(model.graph.nodes[node].outputs.front()).shape);
        const double each = double(elements) / double(model.batch) / double(mean.size());
        for (double& value : mean)
            value /= each * double(samples);
    }
    return means;
}

}  // namespace

std::size_t samples_to_keep(const model::MultiExitModel& model, std::size_t samples)
{
    const auto batch = static_cast<std::size_t>(model.batch);
    return std::min(samples,
                    batch * batches_to_keep(model, std::max<std::size_t>(engine::batch_count(samples, batch), 1)));
}

Expected<FloatStatistics> observe(const model::MultiExitModel& model, const dataset::Dataset& data, std::size_t samples,
                                  const Scheme& scheme, bool keep, unsigned threads, Progress& progress)
{
    samples = std::min(samples, data.size());
    if (samples == 0)
        return bad_input(data.info().source, "there are no samples to calibrate on");
    progress.begin("Calibrating", 2 * samples);

    Observing observing(model, data, samples, scheme, threads, progress);
    if (auto compiled = observing.compile(); !compiled)
        return forward(compiled);

    FloatStatistics statistics;
    statistics.observations.resize(model.graph.values.size());
    for (const ValueIndex value : scheme.observed)
        if (!model.graph.value(value).constant)
            statistics.observations[value.at()].emplace();
    std::vector<std::vector<std::vector<double>>> sums;
    auto ranges = observing.pass(statistics.observations, false, statistics.batches, sums);
    if (!ranges)
        return forward(ranges);
    for (std::size_t v = 0; v < statistics.observations.size(); ++v) {
        if (!statistics.observations[v])
            continue;
        Observation& seen = *statistics.observations[v];
        for (const Observations& share : *ranges) {
            seen.minimum = std::min(seen.minimum, share[v]->minimum);
            seen.maximum = std::max(seen.maximum, share[v]->maximum);
        }
        seen.histogram.assign(histogram_bins, 0);
    }

    if (keep) {
        const std::size_t batches = batches_to_keep(model, observing.jobs());
        for (std::size_t b = 0; b < batches; ++b)
            statistics.batches.push_back({engine::HandOver(model), 0});
        sums.assign(batches, std::vector<std::vector<double>>(model.graph.nodes.size()));
    }
    auto histograms = observing.pass(statistics.observations, true, statistics.batches, sums);
    if (!histograms)
        return forward(histograms);
    for (std::size_t v = 0; v < statistics.observations.size(); ++v)
        if (statistics.observations[v])
            for (const Observations& share : *histograms)
                for (std::size_t bin = 0; bin < histogram_bins; ++bin)
                    statistics.observations[v]->histogram[bin] += share[v]->histogram[bin];
    statistics.channel_mean = channel_means(model, statistics.batches, sums);
    return statistics;
}

}  // namespace exitscope::calibrate
