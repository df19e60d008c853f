// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/derived_run.h"

#include <algorithm>

#include "core/base/parallel.h"

namespace exitscope::policy {
namespace {

/// Probabilities of pooled answers are kept up to this size, as evaluation does with those of heads.
constexpr std::size_t probability_limit = std::size_t{1} << 30;

run::Split empty_columns(const run::Split& from, std::size_t states)
{
    run::Split split;
    split.name = from.name;
    split.dataset = from.dataset;
    split.dataset_source = from.dataset_source;
    split.dataset_hash = from.dataset_hash;
    split.labels_file = from.labels_file;
    split.image_root = from.image_root;
    split.class_numbers = from.class_numbers;
    split.skipped = from.skipped;
    split.samples = from.samples;
    split.source_index = from.source_index;
    split.labels = from.labels;
    split.prediction.resize(states);
    split.statistics.resize(states);
    if (!from.true_probability.empty())
        split.true_probability.resize(states);
    return split;
}

void copy_column(const run::Split& from, StateIndex head, run::Split& to, std::size_t state)
{
    to.prediction[state] = from.prediction[head.at()];
    to.statistics[state] = from.statistics[head.at()];
    if (!to.true_probability.empty())
        to.true_probability[state] = from.true_probability[head.at()];
    if (!to.probabilities.empty())
        to.probabilities[state] = from.probabilities[head.at()];
}

PoolInputs inputs_of(const run::Run& measured, const run::Split& split, std::span<const StateIndex> heads)
{
    PoolInputs inputs{{}, measured.classes, split.samples};
    for (const StateIndex head : heads)
        inputs.heads.emplace_back(split.probabilities[head.at()]);
    return inputs;
}

/// Prediction, statistics and the probability of the label from probabilities.
void answer(std::vector<float> probabilities, std::size_t classes, run::Split& to, std::size_t state)
{
    to.prediction[state].resize(to.samples);
    to.statistics[state].resize(to.samples);
    if (!to.true_probability.empty())
        to.true_probability[state].resize(to.samples);
    for (std::size_t i = 0; i < to.samples; ++i) {
        const std::span<const float> p(probabilities.data() + i * classes, classes);
        to.prediction[state][i] = static_cast<std::uint16_t>(std::max_element(p.begin(), p.end()) - p.begin());
        to.statistics[state][i] = run::statistics(p);
        if (!to.true_probability.empty() && to.labels[i] >= 0)
            to.true_probability[state][i] = p[static_cast<std::size_t>(to.labels[i])];
    }
    if (!to.probabilities.empty())
        to.probabilities[state] = std::move(probabilities);
}

Pool pool_columns(const run::Run& measured, std::span<const StateIndex> heads, run::Run& to, std::size_t state)
{
    const PoolInputs fit_inputs = inputs_of(measured, measured.fit, heads);
    PoolFit fit = fit_pool(fit_inputs, measured.fit.labels);
    std::vector<float> probabilities(measured.fit.samples * measured.classes);
    pool_held_out(fit, fit_inputs, measured.fit.labels, probabilities);
    answer(std::move(probabilities), measured.classes, to.fit, state);
    if (to.test.samples > 0) {
        probabilities.assign(to.test.samples * measured.classes, 0.0F);
        pool(fit.pool, inputs_of(measured, measured.test, heads), probabilities);
        answer(std::move(probabilities), measured.classes, to.test, state);
    }
    return std::move(fit.pool);
}

bool has_probabilities(const run::Run& run)
{
    return run.fit.probabilities.size() == run.states.size() && run.test.probabilities.size() == run.states.size();
}

}  // namespace

Answers best_answers(const run::Run& measured)
{
    return has_probabilities(measured) ? Answers::pooled : Answers::own;
}

StateGraph tree_of(const run::Run& measured)
{
    StateGraph graph{measured.states, {}};
    for (std::size_t s = 0; s < graph.states.size(); ++s)
        graph.heads.emplace_back(s);
    return graph;
}

std::vector<StateIndex> way_to(const std::vector<run::State>& states, StateIndex state)
{
    std::vector<StateIndex> way{state};
    while (const auto parent = states[way.back().at()].parent)
        way.push_back(*parent);
    std::reverse(way.begin(), way.end());
    return way;
}

Expected<DerivedRun> derive(const run::Run& measured, const StateGraph& graph, const DeriveOptions& options)
{
    const bool pooled = options.answers == Answers::pooled;
    if (pooled && !has_probabilities(measured))
        return bad_input("pooled answers", "need the probabilities of every head, and this run does not hold them");
    if (pooled && !measured.fit.labelled())
        return bad_input("pooled answers", "are fitted to labels, and the fit split has no labels");

    const std::size_t states = graph.states.size();
    auto run = std::make_shared<run::Run>();
    run->provenance = measured.provenance;
    run->class_names = measured.class_names;
    run->classes = measured.classes;
    run->exit_names = measured.exit_names;
    run->precisions = measured.precisions;
    run->schedule = measured.schedule;
    run->states = graph.states;
    run->stage_costs = measured.stage_costs;
    run->fit = empty_columns(measured.fit, states);
    run->fit.full_prediction = measured.full_prediction(measured.fit);
    if (options.fit_split_only) {
        run->test.name = measured.test.name;
        run->test.prediction.resize(states);
        run->test.statistics.resize(states);
    } else {
        run->test = empty_columns(measured.test, states);
        run->test.full_prediction = measured.full_prediction(measured.test);
        const std::size_t samples = run->fit.samples + run->test.samples;
        if (has_probabilities(measured) && states * samples * measured.classes * sizeof(float) <= probability_limit) {
            run->fit.probabilities.resize(states);
            run->test.probabilities.resize(states);
        }
    }
    run->link();

    DerivedRun derived{run, graph.heads, {}};
    if (pooled)
        derived.pools.resize(states);
    for_each_job(states, options.threads, [&](std::size_t s) {
        if (!pooled) {
            copy_column(measured.fit, graph.heads[s], run->fit, s);
            if (!options.fit_split_only)
                copy_column(measured.test, graph.heads[s], run->test, s);
            return;
        }
        std::vector<StateIndex> heads;
        for (const StateIndex visited : way_to(graph.states, StateIndex(s)))
            heads.push_back(graph.heads[visited.at()]);
        derived.pools[s] = pool_columns(measured, heads, *run, s);
    });
    return derived;
}

}  // namespace exitscope::policy
