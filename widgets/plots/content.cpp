// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/content.h"

#include <numeric>

#include "core/analysis/analyse/curve.h"
#include "core/analysis/analyse/decided_reliability.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "widgets/plots/canvas.h"
#include "widgets/plots/core_text.h"

namespace exitscope::plots {
namespace {

QString title_of(const std::string& policy)
{
    return QString::fromStdString(policy::title(policy));
}

QString split_text(const run::Split& split)
{
    return QObject::tr("%1 (%2 images)").arg(QString::fromStdString(split.dataset), count_text(split.samples));
}

}  // namespace

TradeOff trade_off_content(const analyse::Analysis& analysis, const cost::Costs& costs,
                           const std::vector<analyse::Curve>& curves)
{
    const run::Run& run = analysis.run();
    return trade_off_content(run, costs, curves,
                             run.test.labelled() ? analyse::static_points(run, costs)
                                                 : std::vector<analyse::StaticPoint>());
}

TradeOff trade_off_content(const run::Run& run, const cost::Costs& costs, const std::vector<analyse::Curve>& curves,
                           std::vector<analyse::StaticPoint> fixed_models)
{
    TradeOff content;
    for (const analyse::Curve& curve : curves)
        content.series.push_back({title_of(curve.policy), curve});
    content.fixed_models = std::move(fixed_models);
    content.cost_title = core_text(cost::title(costs.kind));
    content.reference = QString::fromStdString(run.states[run.full().at()].precision().name());
    content.note = QObject::tr("Operating points chosen on %1, scored on %2. Shaded: 95 % Wilson interval.")
                       .arg(split_text(run.fit), split_text(run.test));
    return content;
}

OperatingPoint operating_point(const analyse::Decisions& decisions)
{
    const double accuracy = decisions.outcome.accuracy.value;
    const double cost = decisions.outcome.relative_cost;
    return {cost, accuracy,
            QObject::tr("%1: %2 % at %3 % cost")
                .arg(title_of(decisions.policy))
                .arg(100 * accuracy, 0, 'f', 1)
                .arg(100 * cost, 0, 'f', 1)};
}

Reliability reliability_content(const analyse::Analysis& analysis, const analyse::Decisions& decisions,
                                std::size_t bins)
{
    Reliability content;
    if (analysis.run().test.labelled())
        content.series.push_back(
            {QObject::tr("Answers given"), analyse::decided_reliability(analysis, decisions.state, bins).back().bins});
    content.note =
        QObject::tr(
            "%1. Error predictors fitted on the first split, compared on the second. Bars: 95 % Wilson intervals.")
            .arg(decision_note(analysis, decisions));
    return content;
}

ConfusionContent confusion_content(const analyse::Analysis& analysis, const analyse::Decisions& decisions)
{
    const run::Run& run = analysis.run();
    ConfusionContent content;
    content.counts = analyse::confusion(run, decisions.state, {});
    content.order.resize(content.counts.classes);
    std::iota(content.order.begin(), content.order.end(), std::uint32_t{0});
    for (std::size_t c = 0; c < content.counts.classes; ++c)
        content.names << (c < run.class_names.size() ? QString::fromStdString(run.class_names[c]) : QString::number(c));
    content.truth = run.test.labelled() ? QObject::tr("Label") : QObject::tr("Full model's answer");
    content.note = decision_note(analysis, decisions);
    return content;
}

QString decision_note(const analyse::Analysis& analysis, const analyse::Decisions& decisions)
{
    const run::Run& run = analysis.run();
    return QObject::tr("%1 at a budget of %2 %, chosen on %3, scored on %4")
        .arg(title_of(decisions.policy))
        .arg(100 * decisions.budget, 0, 'f', 1)
        .arg(split_text(run.fit), split_text(run.test));
}

}  // namespace exitscope::plots
