// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/analysis.h"

#include "core/base/parallel.h"
#include "core/error/wilson.h"

namespace exitscope::evaluate {

Proportion proportion(std::size_t hits, std::size_t samples)
{
    const error::Interval interval = error::wilson(hits, samples);
    const double value = samples > 0 ? static_cast<double>(hits) / static_cast<double>(samples) : 0.0;
    return {value, interval.low, interval.high, samples};
}

Expected<std::shared_ptr<const Analysis>> Analysis::make(run::RunPtr run, std::uint64_t seed, unsigned threads)
{
    auto analysis = std::make_shared<Analysis>();
    error::PredictorOptions options;
    options.seed = seed;
    options.threads = threads;
    Expected<error::PredictorsPtr> mlp = error::fit(*run, options);
    if (!mlp)
        return forward(mlp);
    options.method = error::Method::table;
    Expected<error::PredictorsPtr> table = error::fit(*run, options);
    if (!table)
        return forward(table);

    analysis->mlp_ = std::move(*mlp);
    analysis->table_ = std::move(*table);
    analysis->seed_ = seed;
    analysis->threads_ = threads;
    analysis->self_error_.resize(run->states.size());
    for_each_job(run->states.size(), threads, [&](std::size_t s) {
        analysis->self_error_[s].resize(run->test.samples);
        analysis->mlp_->predict_self(StateIndex(s), run->test.statistics[s], analysis->self_error_[s]);
    });
    if (Expected<cost::Costs> latency = cost::make_costs(*run, cost::Kind::latency))
        analysis->milliseconds_ = std::move(latency->state);
    analysis->run_ = std::move(run);
    return analysis;
}

Expected<PolicyResult> Analysis::fit(std::string_view policy, const cost::Costs& costs, std::size_t curve_points) const
{
    const policy::Info* info = policy::find(policy);
    if (!info)
        return fail(ErrorCode::usage, policy, "there is no policy of this name");
    Expected<policy::FittedPtr> fitted = info->fit({*run_, costs, mlp_, table_, seed_, threads_});
    if (!fitted)
        return forward(fitted);
    PolicyResult result;
    result.info = info;
    result.fitted = std::move(*fitted);
    result.test = std::make_shared<const policy::Sweep>(result.fitted->sweep(run_->test, threads_));
    result.curve = trade_off(*this, result, costs, curve_points);
    return result;
}

std::vector<float> Analysis::predicted_error(std::span<const StateIndex> states) const
{
    std::vector<float> predicted(states.size());
    for (std::size_t i = 0; i < states.size(); ++i)
        predicted[i] = self_error_[states[i].at()][i];
    return predicted;
}

}  // namespace exitscope::evaluate
