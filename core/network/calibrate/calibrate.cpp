// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/base/parallel.h"
#include "core/network/calibrate/bias_correction.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/calibrate/observe.h"
#include "core/network/calibrate/scheme.h"
#include "core/network/calibrate/sequential.h"
#include "core/network/engine/hand_over.h"
#include "core/network/model/native_quantization.h"

namespace exitscope::calibrate {
namespace {

constexpr std::int64_t calibration_batch = 16;

bool rounds_sequentially(const CalibrationOptions& options)
{
    return options.weights != plan::WeightMethod::nearest;
}

/// Rounding layer by layer sets the biases, too.
bool corrects_bias(const CalibrationOptions& options, Precision precision)
{
    return !rounds_sequentially(options) &&
           options.bias_correction.value_or(std::min(precision.weight_bits, precision.activation_bits) < 8);
}

/// Without fp32, cheapest first, each once.
std::vector<Precision> integer_precisions(const std::vector<Precision>& precisions)
{
    std::vector<Precision> integers;
    std::copy_if(precisions.begin(), precisions.end(), std::back_inserter(integers),
                 [](Precision precision) { return !precision.is_float(); });
    std::sort(integers.begin(), integers.end());
    integers.erase(std::unique(integers.begin(), integers.end()), integers.end());
    return integers;
}

/// Whether the file holds the integers of this precision.
bool is_own_precision(const model::MultiExitModel& model, Precision precision)
{
    return !model.quantized_form.empty() && precision == model.quantized_precision;
}

}  // namespace

std::vector<bool> pinned_layers(const model::MultiExitModel& model, const CalibrationOptions& options)
{
    return scheme(model, options).pinned;
}

Expected<plan::Quantization> calibrate(const model::MultiExitModel& model, const dataset::Dataset& data,
                                       const std::vector<Precision>& precisions, const CalibrationOptions& options,
                                       Progress& progress)
{
    plan::Quantization made;
    made.precisions = integer_precisions(precisions);
    if (made.precisions.empty())
        return made;

    const auto is_own = [&](Precision precision) { return is_own_precision(model, precision); };
    const auto own = std::any_of(made.precisions.begin(), made.precisions.end(), is_own)
                         ? model::native_quantization(model)
                         : std::nullopt;
    if (own && made.precisions.size() == 1) {
        made.plans = {own->plans};
        return made;
    }

    const auto small = engine::batched(model, calibration_batch);
    if (!small)
        return tl::unexpected<Error>(small.error());
    const Scheme plan_scheme = scheme(*small, options);
    const bool keep = std::any_of(made.precisions.begin(), made.precisions.end(),
                                  [&](Precision precision) { return corrects_bias(options, precision); });
    const auto seen = observe(*small, data, options.samples, plan_scheme, keep, options.threads, progress);
    if (!seen)
        return tl::unexpected<Error>(seen.error());

    const std::size_t stages = small->stages.size();
    made.plans.assign(made.precisions.size(), std::vector<plan::StagePlan>(stages));
    const std::size_t jobs = made.precisions.size() * stages;
    progress.begin("Quantizing", jobs);
    const auto work = [&](unsigned, std::size_t job) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        const Precision precision = made.precisions[job / stages];
        const StageIndex stage(job % stages);
        plan::StagePlan& plan = made.plans[job / stages][stage.at()];
        if (own && is_own(precision)) {
            plan = own->plans[stage.at()];
            progress.advance();
            return {};
        }
        plan = plan_stage(*small, stage, precision, plan_scheme, seen->observations, options);
        if (corrects_bias(options, precision))
            if (auto corrected = correct_biases(*small, stage, plan_scheme, *seen, plan); !corrected)
                return corrected;
        progress.advance();
        return {};
    };
    if (auto done = parallel_for(jobs, thread_count(options.threads, jobs), work); !done)
        return forward(done);
    std::vector<std::vector<plan::StagePlan>*> rounded;
    for (std::size_t p = 0; p < made.precisions.size(); ++p)
        if (rounds_sequentially(options) && !(own && is_own(made.precisions[p])))
            rounded.push_back(&made.plans[p]);
    if (!rounded.empty())
        if (auto done = round_sequentially(*small, data, plan_scheme, options, rounded, progress); !done)
            return forward(done);
    return made;
}

Expected<Notices> calibration_notices(const model::MultiExitModel& model, std::size_t images,
                                      const std::vector<Precision>& precisions, const CalibrationOptions& options)
{
    const std::vector<Precision> integers = integer_precisions(precisions);
    const auto networks = static_cast<std::size_t>(std::count_if(
        integers.begin(), integers.end(), [&](Precision precision) { return !is_own_precision(model, precision); }));
    const std::size_t wanted = std::min(options.samples, images);
    if (networks == 0 || wanted == 0 || !rounds_sequentially(options))
        return Notices();
    const auto small = engine::batched(model, calibration_batch);
    if (!small)
        return tl::unexpected<Error>(small.error());
    const std::size_t taken = samples_to_round(*small, wanted, networks);
    if (taken == wanted)
        return Notices();
    return Notices{{"fewer-images", model.path.string() + ": weights are rounded on " + std::to_string(taken) + " of " +
                                        std::to_string(wanted) +
                                        " calibration images, whose values between two layers fill 2 GiB; fewer "
                                        "precisions at a time leave room for more"}};
}

}  // namespace exitscope::calibrate
