// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "core/base/error.h"
#include "core/network/dataset/image.h"
#include "core/analysis/analyse/analysis.h"
#include "core/deploy/evaluate/state_walk.h"
#include "core/network/model/multi_exit.h"
#include "core/analysis/run/run.h"

namespace exitscope::adaptive {

/// Where a policy lets one image leave.
struct Way {
    StateIndex state;  ///< of the policy's analysis
    std::uint16_t prediction = 0;
};

/// What the network of a run answers for one image.
struct RerunAnswer {
    run::Split answers;      ///< one sample; columns of all states of the measured run, probabilities included
    std::optional<Way> way;  ///< nothing for policies that cannot decide gate by gate (oracles)
};

/// The network of a run, compiled to run single images through it again as the run did. Immutable; safe from several
/// threads.
class Rerun {
public:
    /// `model` is the run's, or null: then it is opened where the run says it was. Errors: a model that is not the
    /// run's; a run without the quantization it was made with; opening the model.
    [[nodiscard]] static Expected<std::shared_ptr<const Rerun>>
    make(run::RunPtr measured, std::shared_ptr<const model::MultiExitModel> model);

    [[nodiscard]] const run::RunPtr& run() const { return run_; }
    [[nodiscard]] const model::MultiExitModel& model() const { return *model_; }

    /// `image` as it comes from a data set; `source` is its position there, which decides to which of two neighbouring
    /// points of the policy it belongs. Errors: preprocessing.
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
