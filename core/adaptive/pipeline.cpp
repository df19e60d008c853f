// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/adaptive/pipeline.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace exitscope::adaptive {
namespace {

/// [stage] values made before the stage that it or a later one reads, each once.
std::vector<std::vector<ValueIndex>> needed_values(const model::MultiExitModel& model)
{
    std::vector<std::vector<ValueIndex>> needed(model.stages.size());
    std::vector<ValueIndex> wanted;
    for (std::size_t s = model.stages.size(); s-- > 0;) {
        const model::Stage& stage = model.stages[s];
        std::erase_if(wanted, [&](ValueIndex v) {
            return std::find(stage.outputs.begin(), stage.outputs.end(), v) != stage.outputs.end();
        });
        for (const ValueIndex value : stage.inputs)
            if (std::find(wanted.begin(), wanted.end(), value) == wanted.end())
                wanted.push_back(value);
        needed[s] = wanted;
    }
    return needed;
}

std::size_t position_of(ValueIndex value, const std::vector<ValueIndex>& in)
{
    return static_cast<std::size_t>(std::find(in.begin(), in.end(), value) - in.begin());
}

}  // namespace

Expected<void> check_separable(const model::MultiExitModel& model)
{
    for (const std::vector<ValueIndex>& values : needed_values(model))
        for (const ValueIndex value : values)
            if (const model::Shape& shape = model.graph.value(value).shape; shape.empty() || shape[0] != model.batch)
                return unsupported(model.path.string(), "the value " + model.graph.value(value).name +
                                                            ", which crosses an exit, has no batch axis in front; "
                                                            "samples cannot leave one by one");
    return {};
}

Pipeline::Pipeline(const model::MultiExitModel& model, const run::Run& run, const evaluate::StagePrograms& programs,
                   std::vector<policy::GatesPtr> rules, std::function<void(const Departure&)> leave)
    : model_(model), run_(run), programs_(programs), rules_(std::move(rules)), leave_(std::move(leave)),
      batch_(static_cast<std::size_t>(model.batch)), needed_(needed_values(model)), queues_(run.states.size()),
      row_(run.classes)
{
    const auto elements = [&](ValueIndex value) {
        return static_cast<std::size_t>(model::element_count(model.graph.value(value).shape));
    };
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
        std::vector<std::size_t>& width = width_.emplace_back();
        std::vector<Source>& sources = sources_.emplace_back();
        for (const ValueIndex value : needed_[s]) {
            width.push_back(elements(value) / batch_);
            if (s == 0)
                continue;
            const std::vector<ValueIndex>& made = model.stages[s - 1].outputs;
            const std::size_t position = position_of(value, made);
            const bool made_before = position < made.size();
            sources.push_back({made_before, made_before ? position : position_of(value, needed_[s - 1])});
        }
        Results& results = results_.emplace_back();
        for (const ValueIndex value : model.stages[s].outputs)
            results.values.emplace_back(elements(value));
        for (std::vector<float>& values : results.values)
            results.outputs.push_back(values.data());
        results.exit.resize(batch_ * run.classes);
        results.next.resize(batch_);
        for (const engine::Program& program : programs[s])
            results.scratch.push_back(program.scratch());
    }
}

Pipeline::Queue& Pipeline::queue(StateIndex state)
{
    std::unique_ptr<Queue>& made = queues_[state.at()];
    if (made)
        return *made;
    made = std::make_unique<Queue>();
    const std::size_t stage = run_.states[state.at()].exit.at();
    for (const std::size_t width : width_[stage])
        made->rows.emplace_back(batch_ * width);
    for (const ValueIndex value : model_.stages[stage].inputs)
        made->inputs.push_back(made->rows[position_of(value, needed_[stage])].data());
    made->tickets.reserve(batch_);
    const auto level = std::find(run_.precisions.begin(), run_.precisions.end(), run_.states[state.at()].precision());
    made->level = static_cast<std::size_t>(level - run_.precisions.begin());
    made->reads =
        std::any_of(rules_.begin(), rules_.end(), [state](const policy::GatesPtr& rule) { return rule->reads(state); });
    return *made;
}

std::span<float> Pipeline::admit(Ticket ticket)
{
    const StateIndex root = rules_[ticket.rule]->root();
    Queue& entrance = queue(root);
    const std::size_t width = width_.front().front();
    const std::span<float> row = std::span(entrance.rows.front()).subspan(entrance.tickets.size() * width, width);
    entrance.tickets.push_back(ticket);
    if (entrance.tickets.size() == batch_)
        full_ = root;
    return row;
}

void Pipeline::run()
{
    if (const auto root = std::exchange(full_, std::nullopt))
        run(*root);
}

void Pipeline::finish()
{
    for (std::size_t s = 0; s < queues_.size(); ++s)  // parents before children
        if (queues_[s] && !queues_[s]->tickets.empty())
            run(StateIndex(s));
    full_.reset();
}

void Pipeline::run(StateIndex state)
{
    Queue& waiting = *queues_[state.at()];
    const std::size_t stage = run_.states[state.at()].exit.at();
    Results& results = results_[stage];
    const auto start = std::chrono::steady_clock::now();
    programs_[stage][waiting.level].run(results.scratch[waiting.level], waiting.inputs, results.outputs, results.exit,
                                        waiting.reads);
    kernel_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    // All decisions first: what goes on may fill a micro-batch further on, which runs at once.
    for (std::size_t i = 0; i < waiting.tickets.size(); ++i) {
        Ticket& ticket = waiting.tickets[i];
        if (ticket.heading && *ticket.heading != state) {
            results.next[i] = child_towards(state, *ticket.heading);
            continue;
        }
        evaluate::Answer answer;
        if (waiting.reads)
            answer = evaluate::read_answer(std::span(results.exit).subspan(i * run_.classes, run_.classes),
                                           model_.stages[stage].exit_is_probability, row_);
        run::Evidence evidence{answer.statistics, ticket.statistics, false, false};
        evidence.asked_before = ticket.asked && ticket.asked == run_.states[state.at()].parent;
        evidence.agrees = evidence.asked_before && answer.prediction == ticket.prediction;
        ticket.heading = rules_[ticket.rule]->next(state, evidence);
        if (waiting.reads) {
            ticket.asked = state;
            ticket.statistics = answer.statistics;
            ticket.prediction = answer.prediction;
        }
        results.next[i] = child_towards(state, *ticket.heading);
        if (results.next[i] == state)
            leave_({ticket, state, answer.prediction});
    }
    for (std::size_t i = 0; i < waiting.tickets.size(); ++i)
        if (results.next[i] != state)
            pass_on(state, i, results.next[i]);
    waiting.tickets.clear();
}

StateIndex Pipeline::child_towards(StateIndex from, StateIndex to) const
{
    while (to != from && run_.states[to.at()].parent != from)
        to = *run_.states[to.at()].parent;
    return to;
}

void Pipeline::pass_on(StateIndex from, std::size_t row, StateIndex to)
{
    Queue& before = *queues_[from.at()];
    Queue& after = queue(to);
    const std::size_t stage = run_.states[to.at()].exit.at();
    const std::size_t place = after.tickets.size();
    for (std::size_t v = 0; v < needed_[stage].size(); ++v) {
        const std::size_t width = width_[stage][v];
        const Source source = sources_[stage][v];
        const std::vector<float>& rows =
            source.made_before ? results_[stage - 1].values[source.position] : before.rows[source.position];
        std::copy_n(rows.data() + row * width, width, after.rows[v].data() + place * width);
    }
    after.tickets.push_back(before.tickets[row]);
    if (after.tickets.size() == batch_)
        run(to);
}

}  // namespace exitscope::adaptive
