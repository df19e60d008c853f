// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/analysis.h"

#include <algorithm>

#include "core/analysis/analyse/label_notices.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/analyse/trade_off.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/predict/fit.h"
#include "core/base/parallel.h"

namespace exitscope::analyse {

Expected<std::shared_ptr<const Analysis>> Analysis::make(run::RunPtr run, const AnalysisOptions& options)
{
    const policy::StateGraph tree = policy::tree_of(*run);
    if (!options.pooled)
        return make_derived(run, {run, tree.heads, {}}, options);
    Expected<policy::DerivedRun> pooled = policy::derive(*run, tree, {policy::Answers::pooled, false, options.threads});
    if (!pooled)
        return forward(pooled);
    return make_derived(std::move(run), std::move(*pooled), options);
}

Expected<std::shared_ptr<const Analysis>> Analysis::make_derived(run::RunPtr measured, policy::DerivedRun derived,
                                                                 const AnalysisOptions& options)
{
    auto analysis = std::make_shared<Analysis>();
    analysis->options_ = options;
    analysis->measured_ = std::move(measured);
    analysis->run_ = std::move(derived.run);
    analysis->heads_ = std::move(derived.heads);
    analysis->pools_ = std::move(derived.pools);
    if (Expected<void> ready = analysis->prepare(); !ready)
        return forward(ready);
    return analysis;
}

Expected<void> Analysis::prepare()
{
    Expected<predict::PredictorsPtr> predictors = predict::fit(*run_, {.method = options_.predictors,
                                                                       .isotonic = options_.isotonic,
                                                                       .seed = options_.seed,
                                                                       .threads = options_.threads});
    if (!predictors)
        return forward(predictors);
    predictors_ = std::move(*predictors);
    notices_ = label_notices(count_labels("the fit split", run_->fit.labels, run_->fit.samples),
                             count_labels("the test split", run_->test.labels, run_->test.samples));
    if (Expected<cost::Costs> latency = cost::make_costs(*run_, cost::Kind::latency))
        milliseconds_ = std::move(latency->state);
    return {};
}

Expected<std::shared_ptr<const Analysis>> Analysis::on_graph(const policy::StateGraph& graph,
                                                             policy::Answers answers) const
{
    Expected<policy::DerivedRun> derived = policy::derive(*measured_, graph, {answers, false, options_.threads});
    if (!derived)
        return forward(derived);
    return make_derived(measured_, std::move(*derived), options_);
}

Expected<PolicyBasis> Analysis::basis(std::string_view policy, const cost::Costs& costs) const
{
    const policy::Info* info = policy::find(policy);
    if (!info)
        return fail(ErrorCode::usage, policy, "there is no policy of this name");
    if (!info->graph)
        return PolicyBasis{info, shared_from_this(), costs};
    const Expected<policy::StateGraph> graph =
        info->graph({*measured_, costs, nullptr, options_.seed, options_.threads});
    if (!graph)
        return tl::unexpected<Error>(graph.error());
    Expected<std::shared_ptr<const Analysis>> own = on_graph(*graph, policy::best_answers(*measured_));
    if (!own)
        return forward(own);
    Expected<cost::Costs> own_costs = cost::derived_costs((*own)->run(), costs);
    if (!own_costs)
        return forward(own_costs);
    return PolicyBasis{info, std::move(*own), std::move(*own_costs)};
}

Expected<PolicyResult> Analysis::fit(std::string_view policy, const cost::Costs& costs, std::size_t curve_points) const
{
    Expected<PolicyBasis> made = basis(policy, costs);
    if (!made)
        return forward(made);
    const Analysis& analysis = *made->analysis;
    Expected<policy::FittedPtr> fitted =
        made->info->fit({analysis.run(), made->costs, analysis.predictors_, options_.seed, options_.threads});
    if (!fitted)
        return forward(fitted);
    return result_of(std::move(*made), std::move(*fitted), costs, curve_points);
}

Expected<PolicyResult> Analysis::at_thresholds(const policy::UserThresholds& choice, const cost::Costs& costs) const
{
    const Expected<policy::StateGraph> graph = policy::thresholds_graph(*measured_, choice);
    if (!graph)
        return tl::unexpected<Error>(graph.error());
    Expected<std::shared_ptr<const Analysis>> own =
        on_graph(*graph, options_.pooled ? policy::Answers::pooled : policy::Answers::own);
    if (!own)
        return forward(own);
    Expected<cost::Costs> own_costs = cost::derived_costs((*own)->run(), costs);
    if (!own_costs)
        return forward(own_costs);
    PolicyBasis basis{&policy::thresholds_policy, std::move(*own), std::move(*own_costs)};
    Expected<policy::FittedPtr> fitted =
        policy::at_thresholds({basis.analysis->run(), basis.costs, nullptr, options_.seed, options_.threads}, choice);
    if (!fitted)
        return forward(fitted);
    return result_of(std::move(basis), std::move(*fitted), costs, 0);
}

PolicyResult Analysis::result_of(PolicyBasis basis, policy::FittedPtr fitted, const cost::Costs& costs,
                                 std::size_t curve_points) const
{
    PolicyResult result;
    result.info = basis.info;
    result.analysis = std::move(basis.analysis);
    result.costs = std::move(basis.costs);
    const Analysis& analysis = *result.analysis;
    result.fitted = std::move(fitted);
    result.test = std::make_shared<const policy::Sweep>(result.fitted->sweep(analysis.run().test, options_.threads));
    const StateIndex cheapest = cost::cheapest(costs);
    result.curve = trade_off(result, {costs.relative(cheapest), state_accuracy(*run_, cheapest).value}, curve_points);
    return result;
}

Expected<policy::FittedPtr> fit_by_loss(const PolicyBasis& basis, const std::vector<std::vector<float>>& fit_loss)
{
    const Analysis& analysis = *basis.analysis;
    return basis.info->fit(
        {analysis.run(), basis.costs, analysis.predictors_ptr(), analysis.seed(), analysis.threads(), &fit_loss});
}

std::vector<float> Analysis::predicted_error(std::span<const StateIndex> states) const
{
    std::vector<float> predicted(states.size());
    for (std::size_t i = 0; i < states.size(); ++i)
        predictors_->predict(states[i], run::evidence(run_->states, run_->test, states[i], SampleIndex(i)),
                             std::span(predicted).subspan(i, 1));
    return predicted;
}

const std::vector<std::vector<float>>& Analysis::self_error() const
{
    std::call_once(self_error_made_, [this] {
        self_error_.resize(run_->states.size());
        for_each_job(run_->states.size(), options_.threads, [&](std::size_t s) {
            self_error_[s].resize(run_->test.samples);
            predict::predict_self(*predictors_, *run_, run_->test, StateIndex(s), self_error_[s]);
        });
    });
    return self_error_;
}

}  // namespace exitscope::analyse
