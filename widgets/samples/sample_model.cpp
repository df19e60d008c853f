// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/samples/sample_model.h"

#include <algorithm>

#include <QPixmap>

#include "widgets/common/format.h"
#include "widgets/samples/thumbnails.h"

namespace exitscope::gui {
namespace {

Qt::Alignment alignment(SampleColumn column)
{
    switch (column) {
    case SampleColumn::number:
    case SampleColumn::exit:
    case SampleColumn::cost:
    case SampleColumn::predicted_error: return Qt::AlignRight | Qt::AlignVCenter;
    default: return Qt::AlignLeft | Qt::AlignVCenter;
    }
}

}  // namespace

SampleModel::SampleModel(Thumbnails* thumbnails, QObject* parent) : QAbstractTableModel(parent), thumbnails_(thumbnails)
{
}

void SampleModel::clear()
{
    beginResetModel();
    point_.reset();
    passing_.clear();
    rows_.clear();
    endResetModel();
}

void SampleModel::setSamples(OperatingPointPtr point, const std::vector<SampleIndex>& passing)
{
    if (!point_ || point_->run != point->run)
        clear();
    point_ = std::move(point);
    passing_ = passing;
    arrange();
}

void SampleModel::arrange()
{
    next_ = passing_;
    if (point_ && point_->decided() && (by_ != SampleColumn::number || descending_))
        sortSamples(next_, *point_, by_, descending_);
    if (next_ == rows_) {
        if (!rows_.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, sampleColumns - 1));
        return;
    }
    if (next_.size() == rows_.size()) {
        emit layoutAboutToBeChanged();
        const QModelIndexList before = persistentIndexList();
        QModelIndexList after;
        std::vector<SampleIndex> kept;
        for (const QModelIndex& old : before)
            kept.push_back(rows_[static_cast<std::size_t>(old.row())]);
        rows_.swap(next_);
        for (qsizetype i = 0; i < before.size(); ++i) {
            const int position = row(kept[static_cast<std::size_t>(i)]);
            after << (position < 0 ? QModelIndex() : index(position, before[i].column()));
        }
        changePersistentIndexList(before, after);
        emit layoutChanged();
        return;
    }
    beginResetModel();
    rows_.swap(next_);
    endResetModel();
}

int SampleModel::row(SampleIndex sample) const
{
    if (by_ == SampleColumn::number && !descending_) {
        const auto found = std::lower_bound(rows_.begin(), rows_.end(), sample);
        return found != rows_.end() && *found == sample ? static_cast<int>(found - rows_.begin()) : -1;
    }
    const auto found = std::find(rows_.begin(), rows_.end(), sample);
    return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int SampleModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int SampleModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : sampleColumns;
}

QVariant SampleModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !point_ || !point_->decided())
        return {};
    const SampleIndex at = sample(index.row());
    const auto column = static_cast<SampleColumn>(index.column());
    switch (role) {
    case Qt::DisplayRole: return column == SampleColumn::image ? QVariant() : display(at, column);
    case PixmapRole: return thumbnails_ ? thumbnails_->pixmap(point_->run->test.source_index[at.at()]) : QVariant();
    case GoodRole: {
        const std::optional<bool> good = point_->good(at);
        return good ? QVariant(*good) : QVariant();
    }
    case SampleRole: return at.value;
    case Qt::ToolTipRole: return toolTip(at);
    case Qt::AccessibleTextRole: return column == SampleColumn::image ? toolTip(at) : display(at, column);
    case Qt::TextAlignmentRole: return QVariant(alignment(column));
    default: return {};
    }
}

QVariant SampleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= sampleColumns)
        return {};
    const auto column = static_cast<SampleColumn>(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant(alignment(column));
    if (role == Qt::DisplayRole) {
        switch (column) {
        case SampleColumn::image: return QString();
        case SampleColumn::number: return tr("#");
        case SampleColumn::label: return tr("Label");
        case SampleColumn::prediction: return tr("Prediction");
        case SampleColumn::verdict: return point_ && point_->run && !point_->labelled() ? tr("Full") : tr("Right");
        case SampleColumn::exit: return tr("Exit");
        case SampleColumn::path: return tr("Path");
        case SampleColumn::cost: return tr("Cost");
        case SampleColumn::predicted_error: return tr("P(error)");
        }
    }
    if (role == Qt::ToolTipRole) {
        switch (column) {
        case SampleColumn::number: return tr("Position in the test split");
        case SampleColumn::verdict:
            return point_ && point_->run && !point_->labelled() ? tr("Whether the answer equals the full model's")
                                                                : tr("Whether the answer equals the label");
        case SampleColumn::path: return tr("Precision of every stage that ran");
        case SampleColumn::cost: return tr("Cost relative to the full model");
        case SampleColumn::predicted_error: return tr("Predicted probability that this answer is wrong");
        default: return {};
        }
    }
    return {};
}

void SampleModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= sampleColumns)
        return;
    by_ = static_cast<SampleColumn>(column);
    if (by_ == SampleColumn::image)
        by_ = SampleColumn::number;
    descending_ = order == Qt::DescendingOrder;
    arrange();
}

QString SampleModel::display(SampleIndex at, SampleColumn column) const
{
    const run::Run& run = *point_->run;
    const run::State& state = run.states[point_->state(at).at()];
    switch (column) {
    case SampleColumn::image: return {};
    case SampleColumn::number: return QString::number(at.value);
    case SampleColumn::label: return className(run, point_->label(at));
    case SampleColumn::prediction: return className(run, point_->prediction(at));
    case SampleColumn::verdict: {
        const std::optional<bool> good = point_->good(at);
        if (!good)
            return QStringLiteral("-");
        if (point_->labelled())
            return *good ? tr("✓ right") : tr("✗ wrong");
        return *good ? tr("= agrees") : tr("≠ differs");
    }
    case SampleColumn::exit: return QString::number(state.exit.value + 1);
    case SampleColumn::path: return pathText(state);
    case SampleColumn::cost: return percent(point_->costs.relative(point_->state(at)));
    case SampleColumn::predicted_error:
        return at.at() < point_->predictedError.size() ? percent(double(point_->predictedError[at.at()]))
                                                       : QStringLiteral("-");
    }
    return {};
}

QString SampleModel::toolTip(SampleIndex at) const
{
    return tr("#%1  label %2, predicted %3 (%4)\nexit %5 by %6, cost %7, predicted error %8")
        .arg(at.value)
        .arg(display(at, SampleColumn::label), display(at, SampleColumn::prediction),
             display(at, SampleColumn::verdict), display(at, SampleColumn::exit), display(at, SampleColumn::path),
             display(at, SampleColumn::cost), display(at, SampleColumn::predicted_error));
}

}  // namespace exitscope::gui
