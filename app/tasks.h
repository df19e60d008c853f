// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/analyse/stepper.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/deploy/evaluate/evaluator.h"
#include "core/network/dataset/dataset.h"
#include "core/network/dataset/preprocessing_choice.h"
#include "core/network/model/multi_exit.h"
#include "widgets/common/operating_point.h"

namespace exitscope::app {

/// Everything the window asks of the core that may take longer than a frame. Each runs in a worker thread.

using ModelPtr = std::shared_ptr<const model::MultiExitModel>;
using AnalysisPtr = std::shared_ptr<const analyse::Analysis>;

[[nodiscard]] Expected<ModelPtr> loadModel(const std::string& path, const model::OpenOptions& how, Progress& progress);
/// `reading` with the classes of `model`, which may be null: labels become its class numbers.
[[nodiscard]] dataset::OpenOptions readingFor(const ModelPtr& model, dataset::OpenOptions reading);
[[nodiscard]] Expected<dataset::DatasetPtr> loadDataset(const std::string& spec, const dataset::OpenOptions& reading,
                                                        Progress& progress);

[[nodiscard]] Expected<dataset::DatasetPtr> loadImages(const std::vector<std::string>& paths, Progress& progress);

/// The two sets an evaluation stands on. When `path` offers a train and a test split, these (train is only fit for
/// choosing when the model was not trained on it); otherwise one set, to be split by `fitFraction`.
struct DataPair {
    dataset::DatasetPtr fit;
    dataset::DatasetPtr test;
    std::string fitSpec;
    std::string testSpec;
};
[[nodiscard]] Expected<DataPair> loadPair(const std::string& path, double fitFraction, std::uint64_t seed,
                                          const dataset::OpenOptions& reading, Progress& progress);

/// How an evaluation is to be run, as the dialog shows it.
struct EvaluateSettings {
    evaluate::EvaluateOptions options;
    std::size_t limit = 0;                       ///< at most so many samples of either set; 0 = all
    dataset::PreprocessingChoice preprocessing;  ///< over what the model says
};
/// What an evaluation delivers: what is doubtful about model and data together as soon as that is known, before the
/// network runs on all images; and last the run, which holds the same notices.
struct EvaluationPart {
    Notices notices;
    run::RunPtr run;
};
/// Where `reading` leaves out images that cannot be read, those on which the network answers with NaN or infinity are
/// left out, too.
[[nodiscard]] Expected<void> evaluateModel(const ModelPtr& model, const DataPair& data,
                                           const EvaluateSettings& settings, const dataset::OpenOptions& reading,
                                           Progress& progress, const std::function<void(EvaluationPart)>& deliver);

/// What can be shown of a large run while the rest is being read: its full model's answers and what every fixed model
/// reaches.
struct Outline {
    gui::OperatingPointPtr point;  ///< every sample at the full model's state, no predicted errors
    std::vector<analyse::StaticPoint> fixed;
};
/// What reading a run delivers: the whole run last, an outline before it where reading takes long.
struct RunPart {
    run::RunPtr whole;
    std::shared_ptr<const Outline> outline;
};
[[nodiscard]] Expected<void> readRun(const std::string& path, cost::Kind kind, Progress& progress,
                                     const std::function<void(RunPart)>& deliver);

/// A run with its predictors, the costs of one model and the accuracy of every fixed model.
struct Analysed {
    run::RunPtr used;  ///< what was analysed
    AnalysisPtr analysis;
    cost::Costs costs;
    std::vector<analyse::StaticPoint> fixed;  ///< empty without labels
};
[[nodiscard]] Expected<Analysed> analyse(const run::RunPtr& run, cost::Kind kind,
                                         const analyse::AnalysisOptions& options, Progress& progress);

/// A fitted policy, or why it cannot be fitted on this run.
struct FitOutcome {
    std::string policy;
    Expected<std::shared_ptr<analyse::Stepper>> stepper;
};
/// Fits policies one after the other and delivers each as it is ready. On unlabelled data the curve's accuracy is the
/// agreement with the full model.
[[nodiscard]] Expected<void> fitPolicies(const AnalysisPtr& analysis, const cost::Costs& costs,
                                         const std::vector<std::string>& policies, Progress& progress,
                                         const std::function<void(FitOutcome)>& deliver);

/// The data set of a run's test split, if it is still the same: for images.
[[nodiscard]] Expected<dataset::DatasetPtr> imagesOf(const run::RunPtr& run, Progress& progress);

}  // namespace exitscope::app
