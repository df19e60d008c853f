// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/run_model.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "core/base/parallel.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/hand_over.h"

namespace exitscope::engine {
namespace {

struct Worker {
    HandOver values;
    std::vector<Program::Scratch> scratch;
    std::vector<float> exit;
    double seconds = 0;
    StepSeconds steps;  ///< empty: not asked for
};

std::vector<double> accuracies(const ModelRun& run, const std::vector<std::int32_t>& labels)
{
    std::vector<double> accuracy;
    for (std::size_t exit = 0; exit < run.exits; ++exit) {
        std::size_t hits = 0;
        std::size_t labelled = 0;
        for (std::size_t i = 0; i < run.samples; ++i) {
            if (labels[i] < 0)
                continue;
            const auto row = run.logits.begin() + static_cast<std::ptrdiff_t>((exit * run.samples + i) * run.classes);
            const auto best = std::max_element(row, row + static_cast<std::ptrdiff_t>(run.classes));
            hits += best - row == labels[i];
            ++labelled;
        }
        accuracy.push_back(double(hits) / double(std::max<std::size_t>(labelled, 1)));
    }
    return accuracy;
}

}  // namespace

Expected<std::vector<Program>> compile_stages(const model::MultiExitModel& model,
                                              const plan::Quantization* quantization, Precision precision)
{
    std::vector<Program> programs;
    for (std::size_t stage = 0; stage < model.stages.size(); ++stage) {
        const plan::StagePlan* plan = nullptr;
        if (!precision.is_float()) {
            plan = quantization ? quantization->find(StageIndex(stage), precision) : nullptr;
            if (!plan)
                return fail(ErrorCode::usage, model.path.string(),
                            "the network has not been quantized to " + precision.name());
        }
        auto program = Program::compile(model, StageIndex(stage), precision, plan);
        if (!program)
            return forward(program);
        programs.push_back(std::move(*program));
    }
    return programs;
}

Expected<std::vector<std::int32_t>> read_labels(const model::MultiExitModel& model, const dataset::Dataset& data)
{
    std::vector<std::int32_t> labels;
    if (!data.info().labelled)
        return labels;
    labels.reserve(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto label = data.label(SampleIndex(i));
        if (label && std::int64_t{label->value} >= model.classes)
            return bad_input(data.origin(SampleIndex(i)), "the label " + std::to_string(label->value) +
                                                              " is beyond the " + std::to_string(model.classes) +
                                                              " classes of " + model.path.filename().string());
        labels.push_back(label ? static_cast<std::int32_t>(label->value) : -1);
    }
    return labels;
}

Expected<ModelRun> run_model(const model::MultiExitModel& model, const plan::Quantization* quantization,
                             Precision precision, const dataset::Dataset& data, const RunOptions& options,
                             Progress& progress)
{
    const auto labels = read_labels(model, data);
    if (!labels)
        return tl::unexpected<Error>(labels.error());
    const auto largest = static_cast<std::int64_t>(std::max<std::size_t>(data.size(), 1));
    const auto sized = batched(model, std::clamp<std::int64_t>(options.batch, 1, largest));
    if (!sized)
        return tl::unexpected<Error>(sized.error());
    if (auto sane = check_hidden_answers(model, {&precision, 1}, data, {options.batch, options.threads}, progress);
        !sane)
        return forward(sane);
    const auto programs = compile_stages(*sized, quantization, precision);
    if (!programs)
        return tl::unexpected<Error>(programs.error());

    ModelRun run;
    run.samples = data.size();
    run.exits = sized->exit_count();
    run.classes = static_cast<std::size_t>(sized->classes);
    run.logits.resize(run.exits * run.samples * run.classes);
    progress.begin("Running " + precision.name(), run.samples);

    const auto batch = static_cast<std::size_t>(sized->batch);
    const std::size_t jobs = batch_count(run.samples, batch);
    const unsigned threads = thread_count(options.threads, jobs);
    std::vector<Worker> workers;
    for (unsigned t = 0; t < threads; ++t) {
        workers.push_back({HandOver(*sized), {}, std::vector<float>(batch * run.classes), 0, {}});
        if (options.profile)
            workers.back().steps = step_seconds(*programs);
        for (const Program& program : *programs)
            workers.back().scratch.push_back(program.scratch());
    }
    const std::string name = precision.name();
    const auto work = [&](unsigned worker, std::size_t job) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        Worker& my = workers[worker];
        const std::size_t begin = job * batch;
        const std::size_t count = std::min(batch, run.samples - begin);
        if (auto read = read_finite(data, begin, count, *sized, my.values.input()); !read)
            return read;
        for (std::size_t s = 0; s < run.exits; ++s) {
            const StageIndex stage(s);
            const auto start = std::chrono::steady_clock::now();
            if (options.profile)
                (*programs)[s].run_profiled(my.scratch[s], my.values.inputs(stage), my.values.outputs(stage), my.exit,
                                            my.steps[s]);
            else
                (*programs)[s].run(my.scratch[s], my.values.inputs(stage), my.values.outputs(stage), my.exit);
            my.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            if (auto sane = check_finite({data, begin, std::span(my.exit).first(count * run.classes), run.classes,
                                          sized->stages[s].exit_name, name});
                !sane)
                return sane;
            std::copy_n(my.exit.begin(), count * run.classes,
                        run.logits.begin() + static_cast<std::ptrdiff_t>((s * run.samples + begin) * run.classes));
        }
        progress.advance(count);
        return {};
    };
    if (auto done = parallel_for(jobs, threads, work); !done)
        return forward(done);

    for (const Worker& worker : workers)
        run.inference_seconds += worker.seconds / double(threads);
    if (options.profile) {
        StepSeconds sum = step_seconds(*programs);
        for (const Worker& worker : workers)
            for (std::size_t s = 0; s < sum.size(); ++s)
                for (std::size_t step = 0; step < sum[s].size(); ++step)
                    sum[s][step] += worker.steps[s][step];
        run.profile = profile(*sized, *programs, sum, run.samples);
    }
    if (!labels->empty())
        run.accuracy = accuracies(run, *labels);
    return run;
}

}  // namespace exitscope::engine
