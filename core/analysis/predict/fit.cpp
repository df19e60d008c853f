// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/fit.h"

#include <utility>

#include "core/analysis/predict/gate_predictors.h"
#include "core/analysis/predict/isotonic.h"
#include "core/analysis/predict/mean_errors.h"
#include "core/analysis/predict/mlp.h"
#include "core/analysis/predict/spline_predictors.h"
#include "core/analysis/predict/targets.h"

namespace exitscope::predict {

Expected<PredictorsPtr> fit(const run::Run& run, const PredictorOptions& options)
{
    const Errors errors = labelled_errors(run, run.fit);
    if (errors.samples.empty())
        return bad_input("fit split", "error predictors need labels, and the fit split has none");
    if (options.clusters == 0 || options.hidden == 0 || options.hidden > Mlp::hidden_limit ||
        !(options.pseudo_counts >= 0) || !(options.validation_fraction >= 0 && options.validation_fraction < 1))
        return fail(ErrorCode::usage, "error predictors", "an option is out of its range");
    if (errors.samples.size() < least_samples)
        return mean_errors(errors, reachable_terminals(run));
    PredictorsPtr predictors = options.method == Method::spline
                                   ? fit_splines(run, errors, reachable_terminals(run), options)
                                   : fit_gates(run, errors, reachable_terminals(run), options);
    return options.isotonic ? calibrated(std::move(predictors), run, errors, options) : predictors;
}

}  // namespace exitscope::predict
