// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/evaluate/state_walk.h"

#include <algorithm>
#include <chrono>

#include "core/analysis/run/answers.h"
#include "core/base/parallel.h"
#include "core/base/softmax.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/run_model.h"

namespace exitscope::evaluate {
namespace {

/// Samples of one target that go through the tree together.
struct Batch {
    const WalkTarget* target = nullptr;
    std::size_t begin = 0;
    std::size_t count = 0;
};

/// One thread on its way through the tree with one batch at a time.
class Walker {
public:
    Walker(const model::MultiExitModel& model, const run::Run& run, const StagePrograms& programs)
        : model_(model), run_(run), programs_(programs), values_(model),
          exit_(static_cast<std::size_t>(model.batch) * run.classes), row_(run.classes)
    {
        for (const auto& stage : programs) {
            std::vector<engine::Program::Scratch>& scratch = scratch_.emplace_back();
            for (const engine::Program& program : stage)
                scratch.push_back(program.scratch());
        }
        for (const run::State& state : run.states) {
            const auto level = std::find(run.precisions.begin(), run.precisions.end(), state.precision());
            level_.push_back(static_cast<std::size_t>(level - run.precisions.begin()));
        }
    }

    Expected<void> walk(const Batch& batch)
    {
        if (auto read = engine::read_finite(*batch.target->data, batch.begin, batch.count, model_, values_.input());
            !read)
            return read;
        for (const StateIndex root : run_.roots())
            if (auto visited = visit(root, batch); !visited)
                return visited;
        return {};
    }

    [[nodiscard]] double kernel_seconds() const { return kernel_seconds_; }

private:
    Expected<void> visit(StateIndex index, const Batch& batch)
    {
        const run::State& state = run_.states[index.at()];
        const StageIndex stage(state.exit.value);
        const std::size_t level = level_[index.at()];
        const auto start = std::chrono::steady_clock::now();
        programs_[stage.at()][level].run(scratch_[stage.at()][level], values_.inputs(stage), values_.outputs(stage),
                                         exit_);
        kernel_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (auto sane = check(index, batch); !sane)
            return sane;
        record(index, batch, model_.stages[stage.at()].exit_kind);
        for (const StateIndex child : state.children)
            if (auto visited = visit(child, batch); !visited)
                return visited;
        return {};
    }

    [[nodiscard]] Expected<void> check(StateIndex index, const Batch& batch) const
    {
        const run::State& state = run_.states[index.at()];
        return engine::check_finite({*batch.target->data, batch.begin,
                                     std::span(exit_).first(batch.count * run_.classes), run_.classes,
                                     run_.exit_names[state.exit.at()], state.name()});
    }

    void record(StateIndex state, const Batch& batch, OutputKind kind)
    {
        run::Split& split = *batch.target->split;
        for (std::size_t i = 0; i < batch.count; ++i) {
            const std::span<const float> answer(exit_.data() + i * run_.classes, run_.classes);
            run::store_answer(split, state, SampleIndex(batch.begin + i), answer, probabilities_of(answer, kind, row_));
        }
    }

    const model::MultiExitModel& model_;
    const run::Run& run_;
    const StagePrograms& programs_;
    engine::HandOver values_;
    std::vector<std::vector<engine::Program::Scratch>> scratch_;  ///< [stage][precision]
    std::vector<std::size_t> level_;                              ///< [states] position in Run::precisions
    std::vector<float> exit_;                                     ///< [batch, classes]
    std::vector<float> row_;                                      ///< [classes]
    double kernel_seconds_ = 0;
};

}  // namespace

std::uint64_t state_count(std::size_t exits, std::size_t precisions, run::Schedule schedule)
{
    constexpr std::uint64_t top = 1ULL << 53;
    std::vector<std::uint64_t> ending(precisions, 1);  // paths by their last precision, cheapest first
    std::uint64_t total = 0;
    for (std::size_t exit = 0; exit < exits; ++exit) {
        if (exit > 0) {
            std::vector<std::uint64_t> next(precisions, 0);
            for (std::size_t to = 0; to < precisions; ++to)
                for (std::size_t from = 0; from < precisions; ++from)
                    if (schedule == run::Schedule::free || from == to ||
                        (schedule == run::Schedule::non_increasing && to < from) ||
                        (schedule == run::Schedule::non_decreasing && to > from))
                        next[to] = std::min(top, next[to] + ending[from]);
            ending = std::move(next);
        }
        for (const std::uint64_t paths : ending)
            total = std::min(top, total + paths);
    }
    return total;
}

run::Schedule freest_schedule(std::size_t exits, std::size_t precisions, std::uint64_t limit)
{
    for (const run::Schedule schedule : {run::Schedule::free, run::Schedule::non_increasing})
        if (state_count(exits, precisions, schedule) <= limit)
            return schedule;
    return run::Schedule::uniform;
}

Expected<StagePrograms> compile_programs(const model::MultiExitModel& model, const plan::Quantization* quantization,
                                         const std::vector<Precision>& precisions)
{
    StagePrograms programs(model.stages.size());
    for (const Precision precision : precisions) {
        auto stages = engine::compile_stages(model, quantization, precision);
        if (!stages)
            return forward(stages);
        for (std::size_t s = 0; s < programs.size(); ++s)
            programs[s].push_back(std::move((*stages)[s]));
    }
    return programs;
}

Answer read_answer(std::span<const float> row, OutputKind kind, std::span<float> scratch)
{
    Answer answer;
    answer.prediction = static_cast<std::uint16_t>(std::max_element(row.begin(), row.end()) - row.begin());
    answer.probabilities = probabilities_of(row, kind, scratch);
    answer.statistics = run::statistics(answer.probabilities);
    return answer;
}

Expected<double> walk_states(const model::MultiExitModel& model, const run::Run& run, const StagePrograms& programs,
                             std::span<const WalkTarget> targets, bool keep_probabilities, unsigned threads,
                             Progress& progress)
{
    const auto size = static_cast<std::size_t>(model.batch);
    std::vector<Batch> batches;
    std::size_t samples = 0;
    for (const WalkTarget& target : targets) {
        run::size_columns(*target.split, run.states.size(), run.classes, keep_probabilities);
        for (std::size_t begin = 0; begin < target.split->samples; begin += size)
            batches.push_back({&target, begin, std::min(size, target.split->samples - begin)});
        samples += target.split->samples;
    }
    progress.begin("Evaluating", samples);

    const unsigned workers = thread_count(threads, batches.size());
    std::vector<Walker> walkers;
    walkers.reserve(workers);
    for (unsigned t = 0; t < workers; ++t)
        walkers.emplace_back(model, run, programs);
    auto done = parallel_for(batches.size(), workers, [&](unsigned worker, std::size_t job) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        if (auto walked = walkers[worker].walk(batches[job]); !walked)
            return walked;
        progress.advance(batches[job].count);
        return {};
    });
    if (!done)
        return forward(done);
    double kernels = 0;
    for (const Walker& walker : walkers)
        kernels += walker.kernel_seconds() / double(workers);
    return kernels;
}

}  // namespace exitscope::evaluate
