// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/filters/filter.h"

#include <algorithm>

#include <QCoreApplication>

#include "widgets/common/format.h"

namespace exitscope::gui {
namespace {

QString translate(const char* source)
{
    return QCoreApplication::translate("Filter", source);
}

/// Graphs derived from one run share its test samples.
bool sameTest(const run::Split& a, const run::Split& b)
{
    return a.samples == b.samples && a.dataset_hash == b.dataset_hash && a.source_index == b.source_index;
}

bool contains(const NamedSet& set, std::size_t position)
{
    return position < set.members.size() && set.members[position] != 0;
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
    case Filter::Kind::state: return below(run.states.size());
    case Filter::Kind::way: return filter.set && filter.set->run.get() == &run;
    case Filter::Kind::picked:
        return filter.set && filter.set->members.size() == run.test.samples &&
               sameTest(filter.set->run->test, run.test);
    }
    return false;
}

}  // namespace

bool matches(const Filter& filter, const OperatingPoint& point, SampleIndex sample)
{
    const run::State& state = point.run->states[point.state(sample).at()];
    switch (filter.kind) {
    case Filter::Kind::exit: return static_cast<std::int32_t>(state.exit.value) == filter.value;
    case Filter::Kind::precision:
        return state.precision() == point.run->precisions[static_cast<std::size_t>(filter.value)];
    case Filter::Kind::good: {
        const std::optional<bool> good = point.good(sample);
        return good && *good == (filter.value != 0);
    }
    case Filter::Kind::label: return point.label(sample) == filter.value;
    case Filter::Kind::prediction: return static_cast<std::int32_t>(point.prediction(sample)) == filter.value;
    case Filter::Kind::predicted_error:
        return sample.at() < point.predictedError.size() && point.predictedError[sample.at()] >= filter.low &&
               point.predictedError[sample.at()] <= filter.high;
    case Filter::Kind::state: return static_cast<std::int32_t>(point.state(sample).value) == filter.value;
    case Filter::Kind::way: return contains(*filter.set, point.state(sample).at());
    case Filter::Kind::picked: return contains(*filter.set, sample.at());
    }
    return false;
}

QString describe(const Filter& filter, const run::Run& run)
{
    const auto index = static_cast<std::size_t>(filter.value);
    switch (filter.kind) {
    case Filter::Kind::exit: return translate("exit %1").arg(filter.value + 1);
    case Filter::Kind::precision: return translate("precision %1").arg(text(run.precisions[index].name()));
    case Filter::Kind::good:
        if (run.test.labelled())
            return filter.value != 0 ? translate("right") : translate("wrong");
        return filter.value != 0 ? translate("agrees with full model") : translate("differs from full model");
    case Filter::Kind::label: return translate("label %1").arg(className(run, filter.value));
    case Filter::Kind::prediction: return translate("predicted %1").arg(className(run, filter.value));
    case Filter::Kind::predicted_error:
        return translate("predicted error %1 to %2").arg(percent(double(filter.low)), percent(double(filter.high)));
    case Filter::Kind::state:
        return translate("exit %1 by %2").arg(run.states[index].exit.value + 1).arg(pathText(run.states[index]));
    case Filter::Kind::way:
    case Filter::Kind::picked: return filter.set->title;
    }
    return {};
}

FilterStack FilterStack::with(const Filter& filter) const
{
    FilterStack changed = *this;
    const auto same = std::find_if(changed.filters_.begin(), changed.filters_.end(),
                                   [&](const Filter& other) { return other.kind == filter.kind; });
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

void FilterStack::apply(const OperatingPoint& point, std::vector<SampleIndex>& passing) const
{
    passing.clear();
    const std::size_t samples = point.decisions.state.size();
    for (std::size_t i = 0; i < samples; ++i) {
        const SampleIndex sample(i);
        if (std::all_of(filters_.begin(), filters_.end(),
                        [&](const Filter& filter) { return matches(filter, point, sample); }))
            passing.push_back(sample);
    }
}

}  // namespace exitscope::gui
