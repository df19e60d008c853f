// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/degenerate_runs.h"

#include <algorithm>
#include <functional>

#include "core/analysis/run/answers.h"
#include "core/base/random.h"
#include "core/base/softmax.h"

namespace exitscope::tests {
namespace {

/// What one state answers on one sample.
struct Question {
    std::size_t exit;
    std::size_t level;  ///< of the precision of the last stage
    std::size_t sample;
    std::size_t label;
};
using Answer = std::function<void(const Question&, std::vector<float>& logits)>;

struct Plan {
    std::size_t exits = 3;
    std::vector<Precision> precisions = {{4, 4}, {8, 8}};
    std::size_t classes = 5;
    std::size_t fit_samples = 40;
    std::size_t test_samples = 50;
    std::size_t label_every = 1;  ///< of the fit split; the other samples have none
    bool labelled_fit = true;
    bool labelled_test = true;
    std::vector<double> macs = {10, 10, 10};  ///< [exits] of the trunks
    std::vector<double> ms = {1, 1, 1};       ///< [exits], whatever the precision
};

void fill(const Plan& plan, const run::Run& run, run::Split& split, std::uint64_t seed, const Answer& answer)
{
    const bool is_fit = split.name == "fit";
    std::vector<std::size_t> truth(split.samples);
    Random random(seed);
    for (std::size_t i = 0; i < split.samples; ++i) {
        split.source_index.push_back(static_cast<std::uint32_t>(i));
        truth[i] = random.below(plan.classes);
        if (is_fit ? plan.labelled_fit : plan.labelled_test)
            split.labels.push_back(is_fit && i % plan.label_every != 0 ? -1 : static_cast<std::int32_t>(truth[i]));
    }
    run::size_columns(split, run.states.size(), plan.classes, true);
    std::vector<float> logits(plan.classes);
    std::vector<float> probabilities(plan.classes);
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        const run::State& state = run.states[s];
        const auto level = static_cast<std::size_t>(
            std::find(run.precisions.begin(), run.precisions.end(), state.precision()) - run.precisions.begin());
        for (std::size_t i = 0; i < split.samples; ++i) {
            std::fill(logits.begin(), logits.end(), 0.0F);
            answer({state.exit.at(), level, i, truth[i]}, logits);
            softmax(logits, probabilities);
            run::store_answer(split, StateIndex(s), SampleIndex(i), logits, probabilities);
        }
    }
}

run::RunPtr make(const Plan& plan, const Answer& answer)
{
    auto made = std::make_shared<run::Run>();
    run::Run& run = *made;
    run.classes = plan.classes;
    run.precisions = plan.precisions;
    for (std::size_t c = 0; c < plan.classes; ++c)
        run.class_names.push_back("class " + std::to_string(c));
    for (std::size_t e = 0; e < plan.exits; ++e) {
        run.exit_names.push_back("exit" + std::to_string(e + 1));
        run::StageCost cost;
        cost.trunk_macs = plan.macs[e];
        cost.trunk_ms.assign(plan.precisions.size(), plan.ms[e]);
        cost.head_ms.assign(plan.precisions.size(), 0.0);
        run.stage_costs.push_back(cost);
    }
    run.states = run::enumerate_states(plan.exits, plan.precisions, run.schedule);
    run.link();
    run.provenance.program_version = "synthetic";
    run.provenance.model_path = "synthetic.onnx";
    run.fit.name = "fit";
    run.fit.dataset = "synthetic:fit";
    run.fit.samples = plan.fit_samples;
    run.test.name = "test";
    run.test.dataset = "synthetic:test";
    run.test.samples = plan.test_samples;
    fill(plan, run, run.fit, 1, answer);
    fill(plan, run, run.test, 2, answer);
    return made;
}

/// Informative logits, better at deeper exits, the same for the same question.
void informative(const Question& q, std::vector<float>& logits)
{
    for (std::size_t c = 0; c < logits.size(); ++c) {
        Random random(mix64(q.sample * 1000 + q.exit * 100 + q.level * 10) + c);
        logits[c] = static_cast<float>(random.normal() + (c == q.label ? 0.8 * double(q.exit + 1) : 0.0));
    }
}

void right(const Question& q, std::vector<float>& logits)
{
    logits[q.label] = 20;
}

void wrong(const Question& q, std::vector<float>& logits)
{
    logits[(q.label + 1) % logits.size()] = 20;
}

void constant(const Question&, std::vector<float>& logits)
{
    logits.back() = 1;
}

void huge(const Question& q, std::vector<float>& logits)
{
    informative(q, logits);
    for (float& value : logits)
        value *= 1e30F;
}

}  // namespace

std::vector<DegenerateRun> degenerate_runs()
{
    const auto equal = [](Question q, std::vector<float>& logits) {
        q.exit = q.level = 0;
        informative(q, logits);
    };
    const auto only_first = [](const Question& q, std::vector<float>& logits) {
        (q.exit == 0 ? right : informative)(q, logits);
    };
    const auto only_last = [](const Question& q, std::vector<float>& logits) {
        (q.exit == 2 ? right : constant)(q, logits);
    };
    const auto worse = [](Question q, std::vector<float>& logits) {
        q.exit = 2 - q.exit;
        informative(q, logits);
    };
    std::vector<DegenerateRun> runs;
    const auto add = [&](const char* name, const Plan& plan, const Answer& answer) {
        runs.push_back({name, make(plan, answer)});
    };
    add("all right", {}, right);
    add("all wrong", {}, wrong);
    add("constant", {}, constant);
    add("equal exits", {}, equal);
    add("huge logits", {}, huge);
    add("first exit right", {}, only_first);
    add("last exit right", {}, only_last);
    add("deeper is worse", {}, worse);
    add("one class", {.classes = 1}, constant);
    add("one exit", {.exits = 1, .macs = {10}, .ms = {1}}, informative);
    add("one exit, one precision", {.exits = 1, .precisions = {fp32}, .macs = {10}, .ms = {1}}, informative);
    add("one image", {.fit_samples = 1, .test_samples = 1}, informative);
    add("thirty images", {.fit_samples = 15, .test_samples = 15}, informative);
    add("two images", {.fit_samples = 2, .test_samples = 2}, informative);
    add("one labelled image", {.label_every = 1000}, informative);
    add("few labels", {.label_every = 10}, informative);
    add("no labels to test on", {.labelled_test = false}, informative);
    add("no labels", {.labelled_fit = false, .labelled_test = false}, informative);
    add("later stages cost nothing", {.macs = {10, 0, 0}, .ms = {1, 0.001, 0.001}}, informative);
    add("only the last stage costs", {.macs = {0, 0, 10}, .ms = {0.001, 0.001, 1}}, informative);
    add("the same head twice", {.exits = 2, .precisions = {fp32}, .macs = {10, 0}, .ms = {1, 0.0001}}, equal);
    return runs;
}

}  // namespace exitscope::tests
