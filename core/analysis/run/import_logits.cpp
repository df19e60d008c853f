// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analysis/run/answers.h"
#include "core/analysis/run/check.h"
#include "core/analysis/run/import_columns.h"
#include "core/base/number_text.h"
#include "core/base/parallel.h"
#include "core/base/softmax.h"

namespace exitscope::run {
namespace {

/// Values that one thread holds at a time.
constexpr std::size_t block_values = std::size_t{1} << 18;
/// Probabilities may be rounded to 16 bits.
constexpr double sum_tolerance = 0.01;
/// Single values may be off by as much; they are limited to 0 to 1.
constexpr float slack = 1e-3F;

/// Error unless all values are finite and, if declared so, probabilities; `place` names the row.
Expected<void> check_row(std::span<const float> row, bool probabilities, const LogitSource& source, std::size_t exit,
                         std::size_t sample)
{
    const auto place = [&] { return "sample " + std::to_string(sample) + " at exit " + std::to_string(exit + 1); };
    if (!std::all_of(row.begin(), row.end(), [](float value) { return std::isfinite(value); }))
        return bad_input(source.name(), place() + " has a value that is not a finite number");
    if (!probabilities)
        return {};
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    if (!std::all_of(row.begin(), row.end(), [](float p) { return p >= -slack && p <= 1 + slack; })) {
        const bool percentages = std::abs(sum - 100) < 100 * sum_tolerance;
        return bad_input(source.name(), place() + " has values outside 0 to 1, which are no probabilities: are they " +
                                            (percentages ? "percentages?" : "logits?"));
    }
    if (std::abs(sum - 1) > sum_tolerance)
        return bad_input(source.name(), place() + " has probabilities that sum to " + general_text(sum, 4) +
                                            ", not to 1: are they rounded, or one against all others?");
    return {};
}

}  // namespace

Expected<RunPtr> import_logits(const LogitSource& source, const std::vector<std::int32_t>& labels,
                               const std::vector<StageCost>& costs, const ImportOptions& options, Progress& progress)
{
    const std::size_t exits = source.exits();
    const std::size_t samples = source.samples();
    const std::size_t classes = source.classes();
    if (labels.size() != samples)
        return bad_input(source.name(), "holds " + std::to_string(samples) + " samples, and there are " +
                                            std::to_string(labels.size()) + " labels");
    if (costs.size() != exits)
        return bad_input(source.name(), "holds " + std::to_string(exits) + " exits, and there are costs of " +
                                            std::to_string(costs.size()));
    Expected<Layout> layout = lay_out(source.name(), classes, labels, costs, options);
    if (!layout)
        return forward(layout);
    Run& run = *layout->run;
    run.provenance.model_hash = source.content_hash();
    const bool keep = exits * sizeof(float) <= options.probability_bytes / classes / samples;
    size_columns(run.fit, exits, classes, keep);
    size_columns(run.test, exits, classes, keep);

    const std::size_t rows = std::clamp<std::size_t>(block_values / classes, 1, samples);
    const std::size_t blocks = (samples + rows - 1) / rows;
    const unsigned threads = thread_count(options.threads, blocks);
    const OutputKind kind = options.probabilities ? OutputKind::probabilities : OutputKind::logits;
    struct Buffer {
        std::vector<float> values;
        std::vector<float> probabilities;
    };
    std::vector<Buffer> buffers(threads);
    progress.begin("Importing", samples);
    const auto import_block = [&](unsigned worker, std::size_t block) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        Buffer& buffer = buffers[worker];
        const std::size_t begin = block * rows;
        const std::size_t count = std::min(rows, samples - begin);
        buffer.values.resize(count * classes);
        buffer.probabilities.resize(classes);
        for (std::size_t exit = 0; exit < exits; ++exit) {
            if (Expected<void> read = source.read(exit, begin, buffer.values); !read)
                return read;
            for (std::size_t i = 0; i < count; ++i) {
                const std::span<float> row = std::span(buffer.values).subspan(i * classes, classes);
                if (Expected<void> sane = check_row(row, options.probabilities, source, exit, begin + i); !sane)
                    return sane;
                if (options.probabilities)
                    for (float& value : row)
                        value = std::clamp(value, 0.0F, 1.0F);
                const std::span<const float> p = probabilities_of(row, kind, buffer.probabilities);
                const Place& place = layout->places[begin + i];
                store_answer(place.test ? run.test : run.fit, StateIndex(exit), place.position, row, p);
            }
        }
        progress.advance(count);
        return {};
    };
    if (Expected<void> done = parallel_for(blocks, threads, import_block); !done)
        return forward(done);
    if (const std::optional<std::string> problem = inconsistency(run))
        return bad_input(source.name(), *problem);
    return RunPtr(std::move(layout->run));
}

}  // namespace exitscope::run
