// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/gate_model.h"

#include "widgets/common/format.h"
#include "widgets/plots/core_text.h"

namespace exitscope::gui {

QString reasonText(const analyse::GateVisit& visit)
{
    return plots::core_text(visit.place) + QStringLiteral(": ") + plots::core_text(visit.reason);
}

void GateModel::setVisits(run::RunPtr run, std::vector<analyse::GateVisit> visits)
{
    beginResetModel();
    run_ = std::move(run);
    visits_ = std::move(visits);
    endResetModel();
}

int GateModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(visits_.size());
}

int GateModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant GateModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !run_)
        return {};
    const analyse::GateVisit& visit = visits_[static_cast<std::size_t>(index.row())];
    const run::State& state = run_->states[visit.state.at()];
    const run::State& best = run_->states[visit.best_terminal.at()];
    if (role == Qt::ToolTipRole) {
        const QString statistics = run_->confidences_only() ? tr("entropy and margin not known")
                                                            : tr("entropy %1, margin %2")
                                                                  .arg(double(visit.statistics.entropy), 0, 'f', 3)
                                                                  .arg(double(visit.statistics.margin), 0, 'f', 3);
        return tr("%1\n%2\nbest continuation: exit %3 by %4, cost %5")
            .arg(reasonText(visit), statistics)
            .arg(best.exit.value + 1)
            .arg(pathText(best), percent(visit.best_relative_cost));
    }
    if (role == Qt::TextAlignmentRole)
        return QVariant((index.column() <= answer ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case gate: return tr("%1 %2").arg(state.exit.value + 1).arg(text(state.precision().name()));
    case answer: return className(*run_, visit.prediction);
    case confidence: return percent(double(visit.statistics.maximum), 0);
    case errorHere: return percent(double(visit.predicted_error_here));
    case errorBest: return percent(double(visit.best_predicted_error));
    case costBest:
        return visit.relative_cost > 0
                   ? QStringLiteral("×%1").arg(visit.best_relative_cost / visit.relative_cost, 0, 'f', 1)
                   : QStringLiteral("-");
    default: return {};
    }
}

QVariant GateModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section <= answer ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::DisplayRole) {
        switch (section) {
        case gate: return tr("Exit");
        case answer: return tr("Answer");
        case confidence: return tr("Conf.");
        case errorHere: return tr("P(err)");
        case errorBest: return tr("Best");
        case costBest: return tr("For");
        default: return {};
        }
    }
    if (role == Qt::ToolTipRole) {
        switch (section) {
        case gate: return tr("Exit and precision of the stage before it");
        case confidence: return tr("Largest class probability");
        case errorHere: return tr("Predicted error of answering here");
        case errorBest: return tr("Smallest predicted error of all continuations");
        case costBest: return tr("Cost of that continuation, relative to leaving here");
        default: return {};
        }
    }
    return {};
}

}  // namespace exitscope::gui
