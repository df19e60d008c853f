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
    run::RunPtr run;            ///< whose states or test samples are meant
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
        state,            ///< ends in the state named `text` (run::State::name()), whatever graph it is part of
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

/// The condition as a search: what it is evaluated by, and how it is saved; empty for sets, which have no words. The
/// run must have what it names.
[[nodiscard]] std::string queryText(const Filter& filter, const run::Run& run);

/// For a chip: "exit 2", "wrong", "label coat", "predicted error 5.0 % to 10.0 %"; a search as it was written.
[[nodiscard]] QString describe(const Filter& filter, const run::Run& run);

/// Conditions that all hold, at most one of a kind, except that different searches add up.
class FilterStack {
public:
    [[nodiscard]] const std::vector<Filter>& filters() const { return filters_; }
    [[nodiscard]] bool empty() const { return filters_.empty(); }
    /// With `filter` in place of the one of its kind, or at the end.
    [[nodiscard]] FilterStack with(const Filter& filter) const;
    [[nodiscard]] FilterStack without(std::size_t position) const;
    /// Without what the run does not have (after another run was opened).
    [[nodiscard]] FilterStack fitting(const run::Run& run) const;
    /// All conditions as one search; empty without conditions.
    [[nodiscard]] std::string queryText(const run::Run& run) const;
    /// Writes the samples that pass all conditions into `passing`, ascending.
    void apply(const OperatingPoint& point, std::vector<SampleIndex>& passing) const;
    /// apply() where `passing` holds what it wrote for decisions that differ in the samples `changed` (ascending)
    /// alone.
    void applyAgain(const OperatingPoint& point, const std::vector<SampleIndex>& changed,
                    std::vector<SampleIndex>& passing) const;

    friend bool operator==(const FilterStack&, const FilterStack&) = default;

private:
    void keep(const OperatingPoint& point, std::vector<SampleIndex>& samples) const;

    std::vector<Filter> filters_;
};

}  // namespace exitscope::gui
