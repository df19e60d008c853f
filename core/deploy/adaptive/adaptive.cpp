// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/adaptive/adaptive.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/deploy/adaptive/pipeline.h"
#include "core/deploy/evaluate/reopen.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/hand_over.h"

namespace exitscope::adaptive {
namespace {

using Clock = std::chrono::steady_clock;

/// Samples that a thread takes at a time.
constexpr std::size_t job_samples = 256;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Gates of the points that the rule mixes. Null gates: the policy cannot be deployed.
std::vector<policy::GatesPtr> gates_of(const DeployedPolicy& rule)
{
    std::vector<policy::GatesPtr> gates;
    gates.push_back(rule.policy->gates(rule.mix.lower));
    if (rule.mix.upper_share > 0)
        gates.push_back(rule.policy->gates(rule.mix.lower + 1));
    return gates;
}

Ticket ticket_of(const DeployedPolicy& rule, const dataset::Dataset& data, std::size_t sample)
{
    const std::uint32_t position = data.source_position(SampleIndex(sample)).value;
    const bool upper = rule.mix.upper_share > 0 && hash_uniform(rule.seed, position) < rule.mix.upper_share;
    Ticket ticket{static_cast<std::uint32_t>(sample), static_cast<std::uint8_t>(upper ? 1 : 0)};
    ticket.source = position;
    return ticket;
}

/// A network compiled for one batch size.
struct Compiled {
    model::MultiExitModel model;
    evaluate::StagePrograms programs;
};

Expected<std::unique_ptr<const Compiled>> compile(const model::MultiExitModel& model, const run::Run& run,
                                                  std::int64_t batch)
{
    auto sized = engine::batched(model, batch);
    if (!sized)
        return forward(sized);
    auto compiled = std::make_unique<Compiled>(Compiled{std::move(*sized), {}});
    evaluate::set_exit_kinds(compiled->model, run);
    auto programs = evaluate::compile_programs(compiled->model, run.quantization.get(), run.precisions);
    if (!programs)
        return forward(programs);
    compiled->programs = std::move(*programs);
    return compiled;
}

Expected<void> check(const model::MultiExitModel& model, const run::Run& run, const DeployedPolicy& rule)
{
    if (auto fits = check_model(model, run); !fits)
        return fits;
    if (!gates_of(rule).front())
        return fail(ErrorCode::usage, {},
                    "this policy needs more than a sample's own answers on the way and cannot be deployed");
    return check_separable(model);
}

/// Error: an answer of one of the pipelines is not finite.
Expected<void> check_finite(std::span<const Pipeline> pipelines, const run::Run& run, const dataset::Dataset& data)
{
    std::optional<Pipeline::NotFinite> first;
    for (const Pipeline& pipeline : pipelines)
        if (const auto& found = pipeline.not_finite(); found && (!first || found->sample < first->sample))
            first = found;
    if (!first)
        return {};
    const run::State& state = run.states[first->state.at()];
    return tl::unexpected<Error>(
        engine::not_finite(data, SampleIndex(first->sample), run.exit_names[state.exit.at()], state.name()));
}

/// Median and tail of single images.
Expected<std::vector<double>> latencies(const Compiled& network, const analyse::Analysis& basis,
                                        const DeployedPolicy& rule, const dataset::Dataset& data,
                                        const AdaptiveOptions& options, Progress& progress)
{
    std::vector<double> milliseconds;
    const std::size_t samples = network.model.batch == 1 ? std::min(options.latency_samples, data.size()) : 0;
    progress.begin("Measuring latency", samples);
    Pipeline pipeline(network.model, basis.run(), basis.pools(), network.programs, gates_of(rule),
                      [](const Departure&) {});
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < samples && (i < 10 || seconds_since(begin) < options.latency_seconds); ++i) {
        if (progress.cancelled())
            return cancelled();
        const std::span<float> row = pipeline.admit(ticket_of(rule, data, i));
        if (auto read = dataset::read_batch(data, i, 1, network.model.preprocessing, row); !read)
            return forward(read);
        const auto start = Clock::now();
        pipeline.run();
        milliseconds.push_back(1e3 * seconds_since(start));
        progress.advance();
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    return milliseconds;
}

}  // namespace

Expected<void> check_model(const model::MultiExitModel& model, const run::Run& run)
{
    if (model.content_hash != run.provenance.model_hash || model.exit_count() != run.exit_count() ||
        static_cast<std::size_t>(model.classes) != run.classes)
        return bad_input(model.path.string(), "is not the model that the run was made with");
    if (!run.quantization && std::any_of(run.precisions.begin(), run.precisions.end(),
                                         [](Precision precision) { return !precision.is_float(); }))
        return bad_input(model.path.string(),
                         "the run does not hold the quantization that it was made with; evaluate the model again");
    return {};
}

Expected<AdaptiveRun> run_adaptive(const model::MultiExitModel& model, const analyse::Analysis& basis,
                                   const DeployedPolicy& rule, const dataset::Dataset& data,
                                   const AdaptiveOptions& options, Progress& progress)
{
    const run::Run& run = basis.measured();
    if (auto fits = check(model, run, rule); !fits)
        return forward(fits);
    const auto largest = static_cast<std::int64_t>(std::max<std::size_t>(data.size(), 1));
    const auto network = compile(model, run, std::clamp<std::int64_t>(options.batch, 1, largest));
    if (!network)
        return tl::unexpected<Error>(network.error());

    AdaptiveRun made;
    made.state.resize(data.size());
    made.prediction.resize(data.size());
    const auto leave = [&made](const Departure& departure) {
        made.state[departure.ticket.sample] = departure.state;
        made.prediction[departure.ticket.sample] = departure.prediction;
    };
    const std::size_t jobs = engine::batch_count(data.size(), job_samples);
    const unsigned threads = thread_count(options.threads, jobs);
    std::vector<Pipeline> pipelines;
    pipelines.reserve(threads);
    for (unsigned t = 0; t < threads; ++t)
        pipelines.emplace_back((*network)->model, basis.run(), basis.pools(), (*network)->programs, gates_of(rule),
                               leave);
    std::vector<double> seconds(threads, 0.0);

    progress.begin("Adaptive inference", data.size());
    const auto work = [&](unsigned worker, std::size_t job) -> Expected<void> {
        Pipeline& pipeline = pipelines[worker];
        const std::size_t begin = job * job_samples;
        const std::size_t end = std::min(begin + job_samples, data.size());
        for (std::size_t i = begin; i < end; ++i) {
            const std::span<float> row = pipeline.admit(ticket_of(rule, data, i));
            if (auto read = dataset::read_batch(data, i, 1, (*network)->model.preprocessing, row); !read)
                return read;
            if (!pipeline.full())
                continue;
            if (progress.cancelled())
                return cancelled();
            const auto start = Clock::now();
            pipeline.run();
            seconds[worker] += seconds_since(start);
        }
        progress.advance(end - begin);
        return {};
    };
    if (auto done = parallel_for(jobs, threads, work); !done)
        return forward(done);
    for_each_job(threads, threads, [&](std::size_t worker) {
        const auto start = Clock::now();
        pipelines[worker].finish();
        seconds[worker] += seconds_since(start);
    });
    if (auto sane = check_finite(pipelines, basis.run(), data); !sane)
        return forward(sane);
    for (unsigned t = 0; t < threads; ++t) {
        made.inference_seconds += seconds[t] / double(threads);
        made.kernel_seconds += pipelines[t].kernel_seconds() / double(threads);
    }

    const auto single = compile(model, run, 1);
    if (!single)
        return tl::unexpected<Error>(single.error());
    auto measured = latencies(**single, basis, rule, data, options, progress);
    if (!measured)
        return forward(measured);
    made.latency_ms = std::move(*measured);
    return made;
}

double agreement(const AdaptiveRun& made, const run::Run& run, const analyse::Decisions& decisions)
{
    std::size_t equal = 0;
    for (std::size_t i = 0; i < made.state.size(); ++i)
        equal +=
            made.state[i] == decisions.state[i] && made.prediction[i] == run.test.prediction[made.state[i].at()][i];
    return double(equal) / double(std::max<std::size_t>(made.state.size(), 1));
}

double quantile(const std::vector<double>& ascending, double q)
{
    if (ascending.empty())
        return 0;
    const auto rank = static_cast<std::size_t>(std::ceil(q * double(ascending.size())));
    return ascending[std::clamp<std::size_t>(rank, 1, ascending.size()) - 1];
}

}  // namespace exitscope::adaptive
