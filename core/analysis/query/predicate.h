// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/analysis/cost/cost.h"
#include "core/analysis/query/query.h"
#include "core/analysis/run/run.h"

namespace exitscope::query {

/// The rows that are searched: the test split of a run at one operating point.
struct Rows {
    const run::Run& run;
    const cost::Costs& costs;
    std::span<const StateIndex> state;       ///< [test samples]
    std::span<const float> predicted_error;  ///< [test samples] of the answer given; may be empty: not known
};

/// A query whose names are those of a run. Comparing with what a sample does not have (the label of one without) is
/// false, whatever the comparison; `not` is the complement.
class Predicate {
public:
    /// Errors (usage), with the place in the query's text: a class that does not exist, a value that is no number or
    /// precision, what the run does not know (labels, probabilities).
    [[nodiscard]] static Expected<Predicate> bind(const Query& query, const run::Run& run);

    /// The same for a query as written; also errors of parse().
    [[nodiscard]] static Expected<Predicate> bind(std::string_view text, const run::Run& run);

    /// Removes the samples that do not pass from `samples`; order stays. `rows` belongs to the run of bind(), or to one
    /// derived from it.
    void keep(const Rows& rows, std::vector<SampleIndex>& samples) const;

    /// Numbers from `low` to `high`, both included. Of floats where the column is one.
    struct Interval {
        double low = 0;
        double high = 0;
    };
    /// One condition: the value lies in one of the intervals (ascending, apart; classes count by index, precisions by a
    /// key that follows their order), the path is one of `paths` (a "*" at its end stands for anything), or the flag is
    /// as asked.
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
    std::size_t stack_ = 0;  ///< most truths held at a time
};

/// Orders as Precision does.
[[nodiscard]] constexpr double precision_key(Precision precision)
{
    return 64.0 * precision.bops_per_mac() + precision.weight_bits;
}

}  // namespace exitscope::query
