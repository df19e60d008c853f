// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QString>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/curve.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/static_points.h"
#include "widgets/plots/confusion.h"
#include "widgets/plots/reliability.h"
#include "widgets/plots/trade_off.h"

namespace exitscope::plots {

/// Content of drawings made from an analysis, shared by the window, the command line and the report. Every note names
/// the splits used for the drawing and their sizes.

/// Curves with titles from the policy registry, and the fixed models.
[[nodiscard]] TradeOff trade_off_content(const analyse::Analysis& analysis, const cost::Costs& costs,
                                         const std::vector<analyse::Curve>& curves);

/// The same for fixed models and curves that are already computed; `run` is the run they belong to.
[[nodiscard]] TradeOff trade_off_content(const run::Run& run, const cost::Costs& costs,
                                         const std::vector<analyse::Curve>& curves,
                                         std::vector<analyse::StaticPoint> fixed_models);

/// The point of `decisions` in the trade-off plane, labelled "QuEE: 92.8 % at 31.4 % cost".
[[nodiscard]] OperatingPoint operating_point(const analyse::Decisions& decisions);

/// Predicted against actual error of the answers to labelled test images under `decisions`.
[[nodiscard]] Reliability reliability_content(const analyse::Analysis& analysis, const analyse::Decisions& decisions,
                                              std::size_t bins = 15);

/// Confusion of classes by the answers to test images under `decisions`; without labels: against the full model's
/// answers.
[[nodiscard]] ConfusionContent confusion_content(const analyse::Analysis& analysis,
                                                 const analyse::Decisions& decisions);

/// "QuEE at a budget of 30 %: chosen on ... (5,000 images), scored on ... (10,000 images)".
[[nodiscard]] QString decision_note(const analyse::Analysis& analysis, const analyse::Decisions& decisions);

}  // namespace exitscope::plots
