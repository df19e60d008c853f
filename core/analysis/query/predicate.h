// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/cost/cost.h"
#include "core/analysis/query/query.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/index.h"

namespace exitscope::query {

/// The rows that are searched: the test split of a run at one operating point.
struct Rows {
    const run::Run& run;
    const cost::Costs& costs;
    std::span<const StateIndex> state;       ///< [test samples]
    std::span<const float> predicted_error;  ///< [test samples] of the answer given; empty if unknown
};

/// A query bound to a run: names of classes, states and precisions are resolved. A comparison with a value that a
/// sample does not have (such as a missing label) is false for every operator; `not` gives the complement.
class Predicate {
public:
    /// Errors (usage), with the place in the query's text: a class that does not exist, a value that is not a number or
    /// a precision, a field that the run does not have (labels, probabilities).
    [[nodiscard]] static Expected<Predicate> bind(const Query& query, const run::Run& run);

    /// bind() of parse(text); also errors of parse().
    [[nodiscard]] static Expected<Predicate> bind(std::string_view text, const run::Run& run);

    /// Removes the samples that do not pass from `samples`; order stays. `rows` belongs to the run of bind(), or to one
    /// derived from it.
    void keep(const Rows& rows, std::vector<SampleIndex>& samples) const;

    /// Numbers from `low` to `high`, both included; rounded to float where the column holds floats.
    struct Interval {
        double low = 0;
        double high = 0;
    };
    /// One condition: the value lies in one of the intervals (ascending, disjoint; classes by index, precisions by
    /// precision_key()), or the path is one of `paths` (a final "*" matches any rest), or the flag has the given value.
    struct Test {
        Field field{};
        std::vector<Interval> intervals;
        std::vector<std::string> paths;
        bool flag = true;
    };

private:
    struct Step {
        query::Step::Kind kind{};
        std::size_t test = 0;  ///< of a condition
    };
    std::vector<Step> steps_;
    std::vector<Test> tests_;
    std::size_t stack_ = 0;  ///< largest number of truth values held at a time
};

/// A number that orders precisions as operator< of Precision does.
[[nodiscard]] constexpr double precision_key(Precision precision)
{
    return 64.0 * precision.bops_per_mac() + precision.weight_bits;
}

}  // namespace exitscope::query
