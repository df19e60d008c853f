// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/filters/filter.h"

#include <algorithm>
#include <iterator>

#include <QObject>

#include "core/analysis/query/predicate.h"
#include "core/base/number_text.h"
#include "widgets/common/format.h"

namespace exitscope::gui {
namespace {

/// Graphs derived from one run share its test samples.
bool sameTest(const run::Split& a, const run::Split& b)
{
    return a.samples == b.samples && a.dataset_hash == b.dataset_hash && a.source_index == b.source_index;
}

bool contains(const NamedSet& set, std::size_t position)
{
    return position < set.members.size() && set.members[position] != 0;
}

const run::State* stateOf(const Filter& filter, const run::Run& run)
{
    for (const run::State& state : run.states)
        if (state.name() == filter.text)
            return &state;
    return nullptr;
}

bool exists(const Filter& filter, const run::Run& run)
{
    const auto below = [&](std::size_t size) {
        return filter.value >= 0 && static_cast<std::size_t>(filter.value) < size;
    };
    switch (filter.kind) {
    case Filter::Kind::exit: return below(run.exit_count());
    case Filter::Kind::precision: return below(run.precisions.size());
    case Filter::Kind::good:
    case Filter::Kind::predicted_error: return true;
    case Filter::Kind::label: return run.test.labelled() && below(run.classes);
    case Filter::Kind::prediction: return below(run.classes);
    case Filter::Kind::state: return stateOf(filter, run) != nullptr;
    case Filter::Kind::query: return query::Predicate::bind(filter.text, run).has_value();
    case Filter::Kind::way: return filter.set && filter.set->run.get() == &run;
    case Filter::Kind::picked:
        return filter.set && filter.set->members.size() == run.test.samples &&
               sameTest(filter.set->run->test, run.test);
    }
    return false;
}

/// By name where that means this class and no other, else by number.
std::string classText(const run::Run& run, std::size_t index)
{
    const auto& names = run.class_names;
    const bool named = index < names.size() &&
                       std::find(names.begin(), names.end(), names[index]) - names.begin() == std::ptrdiff_t(index);
    return named ? query::quoted(names[index]) : "#" + std::to_string(index);
}

}  // namespace

std::string queryText(const Filter& filter, const run::Run& run)
{
    const auto index = static_cast<std::size_t>(filter.value);
    switch (filter.kind) {
    case Filter::Kind::exit: return "exit=" + std::to_string(filter.value + 1);
    case Filter::Kind::precision: return "precision=" + run.precisions[index].name();
    case Filter::Kind::good: return filter.value != 0 ? "right" : "wrong";
    case Filter::Kind::label: return "class:" + classText(run, index);
    case Filter::Kind::prediction: return "prediction:" + classText(run, index);
    case Filter::Kind::predicted_error:
        return "predicted_error:" + shortest_text(filter.low) + ".." + shortest_text(filter.high);
    case Filter::Kind::state: return "path=" + query::quoted(filter.text);
    case Filter::Kind::query: return filter.text;
    case Filter::Kind::way:
    case Filter::Kind::picked: break;
    }
    return {};
}

QString describe(const Filter& filter, const run::Run& run)
{
    const auto index = static_cast<std::size_t>(filter.value);
    switch (filter.kind) {
    case Filter::Kind::exit: return QObject::tr("exit %1").arg(filter.value + 1);
    case Filter::Kind::precision: return QObject::tr("precision %1").arg(text(run.precisions[index].name()));
    case Filter::Kind::good:
        if (run.test.labelled())
            return filter.value != 0 ? QObject::tr("right") : QObject::tr("wrong");
        return filter.value != 0 ? QObject::tr("agrees with full model") : QObject::tr("differs from full model");
    case Filter::Kind::label: return QObject::tr("label %1").arg(className(run, filter.value));
    case Filter::Kind::prediction: return QObject::tr("predicted %1").arg(className(run, filter.value));
    case Filter::Kind::predicted_error:
        return QObject::tr("predicted error %1 to %2").arg(percent(double(filter.low)), percent(double(filter.high)));
    case Filter::Kind::state: {
        const run::State* state = stateOf(filter, run);
        return state ? QObject::tr("exit %1 by %2").arg(state->exit.value + 1).arg(pathText(*state))
                     : text(filter.text);
    }
    case Filter::Kind::query: return text(filter.text);
    case Filter::Kind::way:
    case Filter::Kind::picked: return filter.set->title;
    }
    return {};
}

FilterStack FilterStack::with(const Filter& filter) const
{
    FilterStack changed = *this;
    const auto same = std::find_if(changed.filters_.begin(), changed.filters_.end(), [&](const Filter& other) {
        return other.kind == filter.kind && (filter.kind != Filter::Kind::query || other.text == filter.text);
    });
    if (same != changed.filters_.end())
        *same = filter;
    else
        changed.filters_.push_back(filter);
    return changed;
}

FilterStack FilterStack::without(std::size_t position) const
{
    FilterStack changed = *this;
    if (position < changed.filters_.size())
        changed.filters_.erase(changed.filters_.begin() + static_cast<std::ptrdiff_t>(position));
    return changed;
}

FilterStack FilterStack::fitting(const run::Run& run) const
{
    FilterStack changed = *this;
    std::erase_if(changed.filters_, [&](const Filter& filter) { return !exists(filter, run); });
    return changed;
}

std::string FilterStack::queryText(const run::Run& run) const
{
    if (filters_.size() == 1)
        return gui::queryText(filters_.front(), run);
    std::string joined;
    for (const Filter& filter : filters_) {
        const std::string one = gui::queryText(filter, run);
        if (one.empty())
            continue;
        joined += joined.empty() ? "" : " ";
        joined += filter.kind == Filter::Kind::query ? "(" + one + ")" : one;
    }
    return joined;
}

void FilterStack::apply(const OperatingPoint& point, std::vector<SampleIndex>& passing) const
{
    passing.resize(point.decisions.state.size());
    for (std::size_t i = 0; i < passing.size(); ++i)
        passing[i] = SampleIndex(i);
    keep(point, passing);
}

void FilterStack::applyAgain(const OperatingPoint& point, const std::vector<SampleIndex>& changed,
                             std::vector<SampleIndex>& passing) const
{
    if (filters_.empty() || changed.empty())
        return;
    std::vector<SampleIndex> entering = changed;
    keep(point, entering);
    std::vector<SampleIndex> staying;
    staying.reserve(passing.size());
    std::set_difference(passing.begin(), passing.end(), changed.begin(), changed.end(), std::back_inserter(staying));
    passing.resize(staying.size() + entering.size());
    std::merge(staying.begin(), staying.end(), entering.begin(), entering.end(), passing.begin());
}

/// Removes the samples that do not pass.
void FilterStack::keep(const OperatingPoint& point, std::vector<SampleIndex>& passing) const
{
    for (const Filter& filter : filters_) {
        if (filter.kind == Filter::Kind::way)
            std::erase_if(passing, [&](SampleIndex i) { return !contains(*filter.set, point.state(i).at()); });
        else if (filter.kind == Filter::Kind::picked)
            std::erase_if(passing, [&](SampleIndex i) { return !contains(*filter.set, i.at()); });
        else if (const Expected<query::Predicate> predicate =
                     query::Predicate::bind(gui::queryText(filter, *point.run), *point.run))
            predicate->keep(point.rows(), passing);
        else
            passing.clear();
    }
}

}  // namespace exitscope::gui
