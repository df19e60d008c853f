// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/cli/data_options.h"
#include "app/cli/model_options.h"
#include "app/cli/verb.h"
#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/cost/cost.h"
#include "core/base/progress.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::cli {

/// --calibration-samples, --calibration-method, --weights.
struct CalibrationChoice {
    std::size_t samples = 512;
    std::string method;   ///< empty = the default of each precision
    std::string weights;  ///< empty = the best by calibration error

    void add_to(Command& app);
    [[nodiscard]] Expected<calibrate::CalibrationOptions> options(unsigned threads) const;
};

/// A name of --weights as a method. Error: there is none of that name.
[[nodiscard]] Expected<plan::WeightMethod> parse_weights(const std::string& text);

/// The data; with DataOptions::skip_unreadable the part of them on which the network answers with numbers
/// (engine::finite_part()), told. Errors: those of dataset::check_sizes() and finite_part(); a notice under
/// --strict.
[[nodiscard]] Expected<dataset::DatasetPtr> answered_part(const model::MultiExitModel& model, dataset::DatasetPtr data,
                                                          const DataOptions& options, const Common& common,
                                                          Progress& progress);

/// engine::decide_output_kinds(), and tells what it noticed. Errors: its own; a notice under --strict.
[[nodiscard]] Expected<void> decide_output_kinds(model::MultiExitModel& model, const dataset::Dataset& data,
                                                 unsigned threads, Progress& progress);

/// Says where one of the precisions quantizes a quantized file once more. Error: that, under --strict.
[[nodiscard]] Expected<void> tell_requantization(const model::MultiExitModel& model,
                                                 const std::vector<Precision>& precisions);

/// Says what calibration will do otherwise than it was told, and hands it out. Error: that, under --strict.
[[nodiscard]] Expected<Notices> tell_calibration(const model::MultiExitModel& model, const dataset::Dataset& images,
                                                 const std::vector<Precision>& precisions,
                                                 const calibrate::CalibrationOptions& options);

/// For lists that may be several arguments.
[[nodiscard]] bool is_precision(std::string_view text);
[[nodiscard]] bool is_policy(std::string_view text);

/// "w8a8" or an error of usage that lists the form.
[[nodiscard]] Expected<Precision> parse_precision(const std::string& text);
[[nodiscard]] Expected<std::vector<Precision>> parse_precisions(const std::vector<std::string>& texts);
[[nodiscard]] std::vector<std::string> names_of(std::span<const Precision> precisions);

/// A run file with --cost KIND, --pooled, --schedule S and --predictors METHOD: what the verbs that read runs start
/// from.
struct RunInput {
    std::string path;
    std::string cost = "bops";
    bool pooled = false;
    std::string schedule;  ///< empty: the run's own
    std::string predictors = "spline";
    bool isotonic = false;
    std::string energy_table;  ///< empty: the table built in

    void add_to(Command& app, bool required = true);
};
struct OpenedRun {
    std::shared_ptr<const analyse::Analysis> analysis;
    cost::Costs costs;
};
[[nodiscard]] Expected<OpenedRun> open_run(const RunInput& input, const Common& common);

/// The named policies; all except oracles if none is named. Error: an unknown name, with all known ones.
[[nodiscard]] Expected<std::vector<std::string>> parse_policies(const std::vector<std::string>& names, bool oracles);
/// Those of `names` that the run allows: all that were `asked` for by name, else without those that need more than
/// the confidences that the run knows.
[[nodiscard]] std::vector<std::string> applicable(std::vector<std::string> names, bool asked, const OpenedRun& run);
/// Fits them one after another; `points` budgets a curve.
[[nodiscard]] Expected<std::vector<analyse::PolicyResult>>
fit_policies(const OpenedRun& run, const std::vector<std::string>& names, std::size_t points);

/// --policy P --budget B. B is a fraction of the full model's cost or a percentage ("31%"); when it is not given, the
/// cheapest point that loses at most half a point of accuracy on the fit split.
struct OperatingPointOptions {
    std::string policy = "quee";
    std::string budget;

    void add_to(Command& app, bool budget_required);
    /// Before anything is opened. Errors: an unknown policy, with all known ones; a budget that is none.
    [[nodiscard]] Expected<void> check() const;
};
/// A fitted policy and what it decides at the point asked for.
struct DecidedPoint {
    analyse::PolicyResult policy;
    analyse::Decisions decisions;
};
[[nodiscard]] Expected<DecidedPoint> decide_point(const OpenedRun& run, const OperatingPointOptions& options);

}  // namespace exitscope::cli
