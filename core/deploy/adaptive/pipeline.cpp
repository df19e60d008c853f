// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/adaptive/pipeline.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/network/engine/finite_answers.h"

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

Pipeline::Pipeline(const model::MultiExitModel& model, const run::Run& run, std::span<const policy::Pool> pools,
                   const evaluate::StagePrograms& programs, std::vector<policy::GatesPtr> rules,
                   std::function<void(const Departure&)> leave)
    : model_(model), run_(run), pools_(pools), programs_(programs), rules_(std::move(rules)), leave_(std::move(leave)),
      batch_(static_cast<std::size_t>(model.batch)), needed_(needed_values(model)), steps_(steps_of(run)),
      queues_(steps_.steps.size()), row_(run.classes), pooled_(run.classes)
{
    const bool second_pass =
        std::any_of(steps_.steps.begin(), steps_.steps.end(), [](const StageRun& step) { return step.second_pass; });
    for (std::size_t s = 1; second_pass && s < needed_.size(); ++s)
        if (position_of(model.input(), needed_[s]) == needed_[s].size())
            needed_[s].push_back(model.input());
    const auto elements = [&](ValueIndex value) {
        return static_cast<std::size_t>(model::element_count(model.graph.value(value).shape));
    };
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
        std::vector<std::size_t>& width = width_.emplace_back();
        std::vector<Source>& sources = sources_.emplace_back();
        for (const ValueIndex value : needed_[s]) {
            width.push_back(elements(value) / batch_);
            if (s == 0) {  // only a second pass enters here from a step: with the image
                sources.push_back({false, position_of(value, needed_.back())});
                continue;
            }
            const std::vector<ValueIndex>& made = model.stages[s - 1].outputs;
            const std::size_t position = position_of(value, made);
            const bool made_before = position < made.size();
            sources.push_back({made_before, made_before ? position : position_of(value, needed_[s - 1])});
        }
    }
    for (std::size_t pass = 0; pass < (second_pass ? 2U : 1U); ++pass) {
        for (std::size_t s = 0; s < model.stages.size(); ++s) {
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
    std::vector<std::size_t> heads;
    for (const run::State& state : run.states) {
        heads.push_back(1 + (state.parent ? heads[state.parent->at()] : 0));
        most_heads_ = std::max(most_heads_, heads.back());
    }
}

Pipeline::Queue& Pipeline::queue(std::size_t step)
{
    std::unique_ptr<Queue>& made = queues_[step];
    if (made)
        return *made;
    made = std::make_unique<Queue>();
    const StageRun& what = steps_.steps[step];
    for (const std::size_t width : width_[what.stage])
        made->rows.emplace_back(batch_ * width);
    for (const ValueIndex value : model_.stages[what.stage].inputs)
        made->inputs.push_back(made->rows[position_of(value, needed_[what.stage])].data());
    made->tickets.reserve(batch_);
    made->reads = what.state && (!pools_.empty() || std::any_of(rules_.begin(), rules_.end(), [&](const auto& rule) {
                      return rule->reads(*what.state);
                  }));
    return *made;
}

std::span<float> Pipeline::admit(Ticket ticket)
{
    if (!pools_.empty()) {
        const std::size_t slot_size = most_heads_ * run_.classes;
        if (free_slots_.empty()) {
            free_slots_.push_back(static_cast<std::uint32_t>(logarithms_.size() / slot_size));
            logarithms_.resize(logarithms_.size() + slot_size);
        }
        ticket.slot = free_slots_.back();
        free_slots_.pop_back();
    }
    const StateIndex root = rules_[ticket.rule]->root();
    const std::size_t step = steps_.first[root.at()];
    Queue& entrance = queue(step);
    const std::size_t width = width_.front().front();
    const std::span<float> row = std::span(entrance.rows.front()).subspan(entrance.tickets.size() * width, width);
    entrance.tickets.push_back(ticket);
    if (entrance.tickets.size() == batch_)
        full_ = step;
    return row;
}

void Pipeline::run()
{
    if (const auto step = std::exchange(full_, std::nullopt))
        run(*step);
}

void Pipeline::finish()
{
    for (std::size_t s = 0; s < queues_.size(); ++s)  // parents before children
        if (queues_[s] && !queues_[s]->tickets.empty())
            run(s);
    full_.reset();
}

void Pipeline::run(std::size_t step)
{
    Queue& waiting = *queues_[step];
    const StageRun& what = steps_.steps[step];
    Results& made = results(what);
    const auto start = std::chrono::steady_clock::now();
    programs_[what.stage][what.level].run(made.scratch[what.level], waiting.inputs, made.outputs, made.exit,
                                          waiting.reads);
    kernel_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    // All decisions first: a sample that goes on may complete a later micro-batch, which then runs immediately.
    for (std::size_t i = 0; i < waiting.tickets.size(); ++i)
        made.next[i] = what.state ? decide(*what.state, waiting.tickets[i],
                                           std::span(made.exit).subspan(i * run_.classes, run_.classes), waiting.reads)
                                  : std::optional(step + 1);
    for (std::size_t i = 0; i < waiting.tickets.size(); ++i)
        if (made.next[i])
            pass_on(step, i, *made.next[i]);
    waiting.tickets.clear();
}

std::optional<std::size_t> Pipeline::decide(StateIndex state, Ticket& ticket, std::span<const float> row, bool reads)
{
    const bool passing = ticket.heading && *ticket.heading != state;
    if (passing && pools_.empty())
        return step_towards(state, *ticket.heading);
    evaluate::Answer said;
    if (reads) {
        if (!engine::is_finite(row) && (!not_finite_ || ticket.sample < not_finite_->sample))
            not_finite_ = NotFinite{ticket.sample, state};
        said = answer(state, ticket, row);
    }
    const bool repeats = ticket.asked && said.prediction == ticket.prediction;
    const auto agreeing = static_cast<std::uint16_t>(repeats ? ticket.agreeing + 1 : 1);
    if (!passing) {
        policy::Visit visit{{said.statistics, ticket.statistics, false, false}, ticket.source, agreeing};
        visit.evidence.asked_before = ticket.asked && ticket.asked == run_.states[state.at()].parent;
        visit.evidence.agrees = visit.evidence.asked_before && repeats;
        ticket.heading = rules_[ticket.rule]->next(state, visit);
    }
    if (reads) {
        ticket.agreeing = agreeing;
        ticket.asked = state;
        ticket.statistics = said.statistics;
        ticket.prediction = said.prediction;
    }
    if (*ticket.heading != state)
        return step_towards(state, *ticket.heading);
    leave_({ticket, state, said.prediction});
    if (!pools_.empty())
        free_slots_.push_back(ticket.slot);
    return std::nullopt;
}

evaluate::Answer Pipeline::answer(StateIndex state, Ticket& ticket, std::span<const float> row)
{
    const OutputKind kind = model_.stages[run_.states[state.at()].exit.at()].exit_kind;
    const evaluate::Answer own = evaluate::read_answer(row, kind, row_);
    if (pools_.empty())
        return own;
    const std::span<float> slot =
        std::span(logarithms_).subspan(ticket.slot * most_heads_ * run_.classes, most_heads_ * run_.classes);
    policy::pool_logarithms(own.probabilities, slot.subspan(ticket.heads * run_.classes, run_.classes));
    ++ticket.heads;
    policy::pool_one(pools_[state.at()], slot.first(ticket.heads * run_.classes), pooled_);
    return evaluate::read_answer(pooled_, OutputKind::probabilities, row_);
}

std::size_t Pipeline::step_towards(StateIndex from, StateIndex to) const
{
    while (run_.states[to.at()].parent != from)
        to = *run_.states[to.at()].parent;
    return steps_.first[to.at()];
}

void Pipeline::pass_on(std::size_t from, std::size_t row, std::size_t to)
{
    Queue& before = *queues_[from];
    Queue& after = queue(to);
    const StageRun& done = steps_.steps[from];
    const std::size_t stage = steps_.steps[to].stage;
    const std::size_t place = after.tickets.size();
    for (std::size_t v = 0; v < needed_[stage].size(); ++v) {
        const std::size_t width = width_[stage][v];
        const Source source = sources_[stage][v];
        const std::vector<float>& rows =
            source.made_before ? results(done).values[source.position] : before.rows[source.position];
        std::copy_n(rows.data() + row * width, width, after.rows[v].data() + place * width);
    }
    after.tickets.push_back(before.tickets[row]);
    if (after.tickets.size() == batch_)
        run(to);
}

}  // namespace exitscope::adaptive
