// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/run/restricted.h"

#include <type_traits>

namespace exitscope::run {

RunPtr restricted(const RunPtr& run, Schedule schedule)
{
    std::vector<std::size_t> kept;
    std::vector<std::optional<StateIndex>> place(run->states.size());
    for (std::size_t s = 0; s < run->states.size(); ++s) {
        if (obeys(schedule, run->states[s].path)) {
            place[s] = StateIndex(kept.size());
            kept.push_back(s);
        }
    }
    if (kept.size() == run->states.size())
        return run;
    const auto rows = [&kept](const auto& columns) {
        std::remove_cvref_t<decltype(columns)> some;
        for (const std::size_t s : kept)
            if (s < columns.size())
                some.push_back(columns[s]);
        return some;
    };
    const auto part = [&](const Split& split) {
        return Split{.name = split.name,
                     .dataset = split.dataset,
                     .dataset_source = split.dataset_source,
                     .dataset_hash = split.dataset_hash,
                     .labels_file = split.labels_file,
                     .image_root = split.image_root,
                     .samples = split.samples,
                     .class_numbers = split.class_numbers,
                     .skipped = split.skipped,
                     .source_index = split.source_index,
                     .labels = split.labels,
                     .prediction = rows(split.prediction),
                     .statistics = rows(split.statistics),
                     .true_probability = rows(split.true_probability),
                     .probabilities = rows(split.probabilities),
                     .full_prediction = split.full_prediction};
    };
    auto some = std::make_shared<Run>();
    some->provenance = run->provenance;
    some->class_names = run->class_names;
    some->classes = run->classes;
    some->exit_names = run->exit_names;
    some->exit_kinds = run->exit_kinds;
    some->precisions = run->precisions;
    some->schedule = schedule;
    some->states = rows(run->states);
    for (State& state : some->states)
        if (state.parent)
            state.parent = place[state.parent->at()];
    some->stage_costs = run->stage_costs;
    some->quantization = run->quantization;
    some->fit = part(run->fit);
    some->test = part(run->test);
    some->link();
    return some;
}

}  // namespace exitscope::run
