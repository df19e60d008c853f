// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/query/predicate.h"

#include <algorithm>
#include <array>
#include <memory>

namespace exitscope::query {
namespace {

using Interval = Predicate::Interval;
using Test = Predicate::Test;

constexpr std::size_t block = 1024;  ///< rows at a time: the data of one condition stays in the first-level cache

template <class Number>
bool within(const std::vector<Interval>& intervals, Number value)
{
    const auto after = std::upper_bound(intervals.begin(), intervals.end(), value, [](Number v, const Interval& range) {
        return v < static_cast<Number>(range.low);
    });
    return after != intervals.begin() && value <= static_cast<Number>((after - 1)->high);
}

bool matches(const std::string& pattern, const std::string& name)
{
    if (pattern.ends_with('*'))
        return name.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
    return name == pattern;
}

/// Samples of one block and the states in which they end.
struct Block {
    std::size_t size = 0;
    std::array<std::uint32_t, block> sample;
    std::array<std::uint32_t, block> state;
};

/// One condition over blocks. What depends on the state or the class alone is looked up in a table made once.
class Column {
public:
    Column(const Test& test, const Rows& rows) : test_(test), rows_(rows)
    {
        const run::Run& run = rows.run;
        switch (test.field) {
        case Field::exit:
            fill(run.states.size(),
                 [&](std::size_t s) { return within(test.intervals, run.states[s].exit.value + 1.0); });
            break;
        case Field::precision:
            fill(run.states.size(),
                 [&](std::size_t s) { return within(test.intervals, precision_key(run.states[s].precision())); });
            break;
        case Field::path:
            fill(run.states.size(), [&](std::size_t s) {
                const std::string name = run.states[s].name();
                return test.flag == std::any_of(test.paths.begin(), test.paths.end(),
                                                [&](const std::string& path) { return matches(path, name); });
            });
            break;
        case Field::cost:
            fill(run.states.size(),
                 [&](std::size_t s) { return within(test.intervals, rows.costs.relative(StateIndex(s))); });
            break;
        case Field::label:
        case Field::prediction:
            fill(run.classes, [&](std::size_t c) { return within(test.intervals, double(c)); });
            break;
        default: break;
        }
    }

    void evaluate(const Block& rows, std::uint8_t* truth) const
    {
        const run::Split& test = rows_.run.test;
        switch (test_.field) {
        case Field::index:
            each(rows, truth, [&](std::size_t i, std::size_t) { return within(test_.intervals, double(i)); });
            break;
        case Field::sample:
            each(rows, truth,
                 [&](std::size_t i, std::size_t) { return within(test_.intervals, double(test.source_index[i])); });
            break;
        case Field::label:
            each(rows, truth, [&](std::size_t i, std::size_t) {
                return test.labels[i] >= 0 && table_[static_cast<std::size_t>(test.labels[i])] != 0;
            });
            break;
        case Field::prediction:
            each(rows, truth, [&](std::size_t i, std::size_t s) { return table_[test.prediction[s][i]] != 0; });
            break;
        case Field::exit:
        case Field::precision:
        case Field::path:
        case Field::cost: each(rows, truth, [&](std::size_t, std::size_t s) { return table_[s] != 0; }); break;
        case Field::predicted_error:
            numbers(rows, truth, rows_.predicted_error.empty(),
                    [&](std::size_t i, std::size_t) { return rows_.predicted_error[i]; });
            break;
        case Field::confidence:
            numbers(rows, truth, false, [&](std::size_t i, std::size_t s) { return test.statistics[s][i].maximum; });
            break;
        case Field::entropy:
            numbers(rows, truth, false, [&](std::size_t i, std::size_t s) { return test.statistics[s][i].entropy; });
            break;
        case Field::margin:
            numbers(rows, truth, false, [&](std::size_t i, std::size_t s) { return test.statistics[s][i].margin; });
            break;
        case Field::true_probability:
            each(rows, truth, [&](std::size_t i, std::size_t s) {
                return test.labels[i] >= 0 && within(test_.intervals, test.true_probability[s][i]);
            });
            break;
        case Field::right:
            if (!test.labelled())
                agreement(rows, truth);
            else
                each(rows, truth, [&](std::size_t i, std::size_t s) {
                    return test.labels[i] >= 0 && test_.flag == test.correct(StateIndex(s), SampleIndex(i));
                });
            break;
        case Field::agrees: agreement(rows, truth); break;
        case Field::labelled:
            each(rows, truth,
                 [&](std::size_t i, std::size_t) { return test_.flag == (test.labelled() && test.labels[i] >= 0); });
            break;
        }
    }

private:
    template <class Truth>
    void fill(std::size_t size, const Truth& truth)
    {
        table_.resize(size);
        for (std::size_t i = 0; i < size; ++i)
            table_[i] = truth(i) ? 1 : 0;
    }
    template <class Truth>
    static void each(const Block& rows, std::uint8_t* truth, const Truth& holds)
    {
        for (std::size_t r = 0; r < rows.size; ++r)
            truth[r] = holds(rows.sample[r], rows.state[r]) ? 1 : 0;
    }
    /// Floats against intervals; one interval, the usual case, without a branch.
    template <class Value>
    void numbers(const Block& rows, std::uint8_t* truth, bool missing, const Value& value) const
    {
        if (missing) {
            std::fill_n(truth, rows.size, std::uint8_t(0));
        } else if (test_.intervals.size() == 1) {
            const auto low = static_cast<float>(test_.intervals.front().low);
            const auto high = static_cast<float>(test_.intervals.front().high);
            each(rows, truth, [&](std::size_t i, std::size_t s) {
                const float v = value(i, s);
                return (v >= low) & (v <= high);
            });
        } else {
            each(rows, truth, [&](std::size_t i, std::size_t s) { return within(test_.intervals, value(i, s)); });
        }
    }
    void agreement(const Block& rows, std::uint8_t* truth) const
    {
        const run::Split& test = rows_.run.test;
        const std::vector<std::uint16_t>& full = rows_.run.full_prediction(test);
        each(rows, truth,
             [&](std::size_t i, std::size_t s) { return test_.flag == (test.prediction[s][i] == full[i]); });
    }

    const Test& test_;
    const Rows& rows_;
    std::vector<std::uint8_t> table_;  ///< [states] or [classes], whichever the field depends on
};

}  // namespace

void Predicate::keep(const Rows& rows, std::vector<SampleIndex>& samples) const
{
    std::vector<Column> columns;
    columns.reserve(tests_.size());
    for (const Test& test : tests_)
        columns.emplace_back(test, rows);
    std::vector<std::uint8_t> stack(stack_ * block);
    const auto at = std::make_unique<Block>();
    std::size_t kept = 0;
    for (std::size_t begin = 0; begin < samples.size(); begin += block) {
        at->size = std::min(block, samples.size() - begin);
        for (std::size_t r = 0; r < at->size; ++r) {
            at->sample[r] = samples[begin + r].value;
            at->state[r] = rows.state[samples[begin + r].at()].value;
        }
        std::uint8_t* top = stack.data();  // one past the last truth value
        for (const Step& step : steps_) {
            switch (step.kind) {
            case query::Step::Kind::condition:
                columns[step.test].evaluate(*at, top);
                top += block;
                break;
            case query::Step::Kind::negation:
                for (std::size_t r = 0; r < at->size; ++r)
                    (top - block)[r] ^= 1U;
                break;
            case query::Step::Kind::conjunction:
                top -= block;
                for (std::size_t r = 0; r < at->size; ++r)
                    (top - block)[r] &= top[r];
                break;
            case query::Step::Kind::disjunction:
                top -= block;
                for (std::size_t r = 0; r < at->size; ++r)
                    (top - block)[r] |= top[r];
                break;
            }
        }
        for (std::size_t r = 0; r < at->size; ++r) {
            samples[kept] = samples[begin + r];
            kept += stack[r];
        }
    }
    samples.resize(kept);
}

}  // namespace exitscope::query
