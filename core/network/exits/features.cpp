// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/features.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/hand_over.h"

namespace exitscope::exits {
namespace {

/// One image's features in the form in which they are stored.
void reduce(const Cut& cut, const float* from, std::span<float> to)
{
    const FeatureShape& shape = cut.shape;
    if (shape.layout == FeatureShape::Layout::tokens) {
        const std::span<float> mean = to.subspan(shape.channels);
        std::copy_n(from, shape.channels, to.begin());
        std::fill(mean.begin(), mean.end(), 0.0F);
        for (std::size_t t = 0; t < shape.height; ++t)
            for (std::size_t c = 0; c < shape.channels; ++c)
                mean[c] += from[t * shape.channels + c];
        for (float& value : mean)
            value /= static_cast<float>(shape.height);
        return;
    }
    // maps are handed over channels-last
    const std::size_t height = shape.height / cut.pool;
    const std::size_t width = shape.width / cut.pool;
    const float share = 1.0F / static_cast<float>(cut.pool * cut.pool);
    std::fill(to.begin(), to.end(), 0.0F);
    for (std::size_t y = 0; y < height * cut.pool; ++y)
        for (std::size_t x = 0; x < width * cut.pool; ++x) {
            const float* pixel = from + (y * shape.width + x) * shape.channels;
            float* sums = to.data() + (y / cut.pool) * width + x / cut.pool;
            for (std::size_t c = 0; c < shape.channels; ++c)
                sums[c * height * width] += pixel[c];
        }
    for (float& value : to)
        value *= share;
}

struct Worker {
    engine::HandOver values;
    std::vector<engine::Program::Scratch> scratch;
    std::vector<float> exit;
    std::vector<float> reduced;
};

bool divides(std::size_t pool, const FeatureShape& shape, const HeadSpec& spec)
{
    if (spec.conv_channels > 0)
        return spec.pool % pool == 0;
    const Cells rows = cells_over(shape.height, spec.grid);
    const Cells columns = cells_over(shape.width, spec.grid);
    return rows.kernel % pool == 0 && rows.stride % pool == 0 && columns.kernel % pool == 0 &&
           columns.stride % pool == 0;
}

}  // namespace

FeatureShape stored_shape(const Cut& cut)
{
    if (cut.shape.layout == FeatureShape::Layout::tokens)
        return {FeatureShape::Layout::vector, 2 * cut.shape.channels, 1, 1};
    FeatureShape stored = cut.shape;
    stored.height /= cut.pool;
    stored.width /= cut.pool;
    return stored;
}

HeadSpec stored_spec(const HeadSpec& spec, const Cut& cut)
{
    HeadSpec stored = spec;
    stored.input = stored_shape(cut);
    if (spec.conv_channels > 0)
        stored.pool /= cut.pool;
    return stored;
}

std::size_t common_pooling(const FeatureShape& shape, std::span<const HeadSpec> specs)
{
    if (shape.layout != FeatureShape::Layout::map)
        return 1;
    std::size_t pool = std::min(shape.height, shape.width);
    const auto fits = [&](const HeadSpec& spec) { return divides(pool, shape, spec); };
    while (pool > 1 &&
           (shape.height % pool != 0 || shape.width % pool != 0 || !std::all_of(specs.begin(), specs.end(), fits)))
        --pool;
    return pool;
}

Expected<std::vector<Cut>> find_cuts(const model::MultiExitModel& model, const std::vector<std::string>& tensors)
{
    std::vector<Cut> cuts;
    for (const std::string& tensor : tensors) {
        std::optional<Cut> found;
        for (std::size_t s = 0; s < model.stages.size(); ++s) {
            const std::vector<ValueIndex>& outputs = model.stages[s].outputs;
            for (std::size_t o = 0; o < outputs.size(); ++o) {
                const model::Value& value = model.graph.value(outputs[o]);
                const auto shape = feature_shape(value.shape);
                if (value.name == tensor && shape)
                    found = Cut{StageIndex(s), o, *shape};
            }
        }
        if (!found)
            return unsupported(model.path.string(), "no exit can be attached to its tensor '" + tensor + "'");
        cuts.push_back(*found);
    }
    return cuts;
}

Expected<void> walk_features(const model::MultiExitModel& model, std::span<const engine::Program> programs,
                             std::span<const Cut> cuts, const dataset::Dataset& data, const WalkOptions& options,
                             Progress& progress, const FeatureVisitor& visit)
{
    const auto batch = static_cast<std::size_t>(model.batch);
    const std::size_t jobs = engine::batch_count(options.samples, batch);
    const unsigned threads = thread_count(options.threads, jobs);
    std::size_t largest = 0;
    std::size_t last_cut_stage = 0;
    for (const Cut& cut : cuts) {
        largest = std::max(largest, stored_shape(cut).values());
        last_cut_stage = std::max(last_cut_stage, cut.stage.at());
    }
    const auto classes = static_cast<std::size_t>(model.classes);
    std::vector<Worker> workers;
    for (unsigned t = 0; t < threads; ++t) {
        workers.push_back(
            {engine::HandOver(model), {}, std::vector<float>(batch * classes), std::vector<float>(largest)});
        for (const engine::Program& program : programs)
            workers.back().scratch.push_back(program.scratch());
    }
    return parallel_for(jobs, threads, [&](unsigned worker, std::size_t job) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        Worker& my = workers[worker];
        const std::size_t begin = job * batch;
        const std::size_t count = std::min(batch, options.samples - begin);
        if (auto read = engine::read_finite(data, begin, count, model, my.values.input()); !read)
            return read;
        const bool answers = begin < options.answers;
        const std::size_t stages = answers ? programs.size() : last_cut_stage + 1;
        for (std::size_t s = 0; s < stages; ++s) {
            const StageIndex stage(s);
            const bool last = s + 1 == programs.size();
            programs[s].run(my.scratch[s], my.values.inputs(stage), my.values.outputs(stage),
                            last ? std::span<float>(my.exit) : std::span<float>(), last);
        }
        for (std::size_t c = 0; c < cuts.size(); ++c) {
            const std::span<float> reduced(my.reduced.data(), stored_shape(cuts[c]).values());
            const float* from = my.values.outputs(cuts[c].stage)[cuts[c].output];
            for (std::size_t i = 0; i < count; ++i) {
                reduce(cuts[c], from + i * cuts[c].shape.values(), reduced);
                visit(job, c, begin + i, reduced);
            }
        }
        if (answers) {
            const std::span<const float> rows = std::span(my.exit).first(count * classes);
            if (auto sane = engine::check_finite({data, begin, rows, classes, model.stages.back().exit_name, "fp32"});
                !sane)
                return sane;
        }
        for (std::size_t i = 0; i < count && begin + i < options.answers; ++i)
            visit(job, cuts.size(), begin + i, std::span(my.exit).subspan(i * classes, classes));
        progress.advance(count);
        return {};
    });
}

}  // namespace exitscope::exits
