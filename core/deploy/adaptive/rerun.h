// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/deploy/evaluate/state_walk.h"
#include "core/network/dataset/image.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::adaptive {

/// The state in which a policy lets one image leave, with its path.
struct Way {
    StateIndex state;  ///< of the policy's analysis
    std::uint16_t prediction = 0;
};

/// Answers of a run's network for one image.
struct RerunAnswer {
    run::Split answers;      ///< one sample; columns of all states of the measured run, probabilities included
    std::optional<Way> way;  ///< nullopt for policies that cannot decide gate by gate (oracles)
};

/// The network of a run, compiled for single images, with the same results as in the run. Immutable; safe from several
/// threads.
class Rerun {
public:
    /// `model` is the run's; if null, it is opened at the path recorded in the run. Errors: a model that is not the
    /// run's; a run without the quantization it was made with; opening the model.
    [[nodiscard]] static Expected<std::shared_ptr<const Rerun>>
    make(run::RunPtr measured, std::shared_ptr<const model::MultiExitModel> model);

    [[nodiscard]] const run::RunPtr& run() const { return run_; }
    [[nodiscard]] const model::MultiExitModel& model() const { return *model_; }

    /// `image` is an image of a data set, not preprocessed; `source` is its position there, which decides between the
    /// two neighbouring points of the policy. Errors: preprocessing.
    [[nodiscard]] Expected<RerunAnswer> answer(const dataset::Image& image, const analyse::PolicyResult& policy,
                                               double budget, std::uint32_t source) const;

private:
    Rerun() = default;
    [[nodiscard]] Expected<std::optional<Way>> way(const dataset::Image& image, const analyse::PolicyResult& policy,
                                                   double budget, std::uint32_t source) const;

    run::RunPtr run_;
    std::shared_ptr<const model::MultiExitModel> model_;
    std::unique_ptr<const model::MultiExitModel> single_;  ///< for one image at a time
    evaluate::StagePrograms programs_;
};

}  // namespace exitscope::adaptive
