// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <QString>

#include "widgets/common/operating_point.h"

namespace exitscope::gui {

/// States or samples that a view groups under a name: a stream of the exit flow, the samples that an operating point
/// gets right.
struct NamedSet {
    QString title;
    run::RunPtr run;            ///< the run that the states or test samples belong to
    std::vector<char> members;  ///< [states] or [test samples], not 0 = in the set
};

/// One condition on a test sample at the current operating point.
struct Filter {
    enum class Kind {
        exit,             ///< leaves at exit `value`
        precision,        ///< last stage ran at Run::precisions[value]
        good,             ///< 1: right (agrees with the full model on unlabelled data), 0: wrong (differs)
        label,            ///< true class `value`
        prediction,       ///< predicted class `value`
        predicted_error,  ///< predicted error in [low, high]
        state,            ///< ends in the state named `text` (run::State::name()), of any graph
        query,            ///< `text` in the language of searches (core/query)
        way,              ///< ends in a state of `set`
        picked,           ///< is a sample of `set`
    };
    Kind kind = Kind::exit;
    std::int32_t value = 0;
    float low = 0;
    float high = 1;
    std::string text = {};
    std::shared_ptr<const NamedSet> set = nullptr;

    friend bool operator==(const Filter&, const Filter&) = default;
};

/// The condition as text of the search language, in which it is evaluated and saved; empty for sets, which cannot be
/// written as a search. The exits, classes and states named must exist in the run.
[[nodiscard]] std::string queryText(const Filter& filter, const run::Run& run);

/// Text for a chip: "exit 2", "wrong", "label coat", "predicted error 5.0 % to 10.0 %"; searches unchanged.
[[nodiscard]] QString describe(const Filter& filter, const run::Run& run);

/// A conjunction of conditions, with at most one of each kind; only searches may occur several times.
class FilterStack {
public:
    [[nodiscard]] const std::vector<Filter>& filters() const { return filters_; }
    [[nodiscard]] bool empty() const { return filters_.empty(); }
    /// A copy with `filter` in place of the condition of the same kind, or appended.
    [[nodiscard]] FilterStack with(const Filter& filter) const;
    [[nodiscard]] FilterStack without(std::size_t position) const;
    /// A copy without conditions on exits, classes or states that `run` does not have (after another run was opened).
    [[nodiscard]] FilterStack fitting(const run::Run& run) const;
    /// All conditions as one search; empty without conditions.
    [[nodiscard]] std::string queryText(const run::Run& run) const;
    /// Writes the samples that pass all conditions into `passing`, ascending.
    void apply(const OperatingPoint& point, std::vector<SampleIndex>& passing) const;
    /// Updates `passing`, the result of apply() for earlier decisions that differ only in the samples `changed`
    /// (ascending).
    void applyAgain(const OperatingPoint& point, const std::vector<SampleIndex>& changed,
                    std::vector<SampleIndex>& passing) const;

    friend bool operator==(const FilterStack&, const FilterStack&) = default;

private:
    void keep(const OperatingPoint& point, std::vector<SampleIndex>& samples) const;

    std::vector<Filter> filters_;
};

}  // namespace exitscope::gui
