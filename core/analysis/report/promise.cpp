// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/promise.h"

#include <algorithm>
#include <utility>

namespace exitscope::report {

Expected<Promise> promise(const analyse::Analysis& analysis, const cost::Costs& costs, std::string_view policy,
                          const PromiseRequest& request, Progress& progress)
{
    Promise result;
    result.policy = policy;
    result.loss = analysis.run().test.labelled() ? risk::Loss::performance_gap : risk::Loss::consistency;
    result.rule = risk::rule_for(risk::Method::ltt, risk::info(result.loss), request.delta);
    Expected<risk::KnobPath> path = risk::knob_path(analysis, costs, policy, result.loss);
    if (!path)
        return forward(path);
    risk::GuaranteeRequest asked;
    asked.rule = result.rule;
    asked.eps = request.eps;
    asked.n = std::max<std::size_t>(path->samples.size() / 2, 1);
    asked.trials = request.trials;
    asked.seed = analysis.seed();
    asked.threads = analysis.threads();
    Expected<risk::Guarantee> found = risk::guarantee(*path, asked, progress);
    if (!found)
        return forward(found);
    result.guarantee = std::move(*found);
    if (result.guarantee.index)
        result.knob = path->points[*result.guarantee.index].knob;
    return result;
}

}  // namespace exitscope::report
