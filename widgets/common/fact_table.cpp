// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/fact_table.h"

#include <algorithm>
#include <numeric>

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>

#include "widgets/common/fact_header.h"

namespace exitscope::gui {
namespace {

QString quoted(QString cell)
{
    if (!cell.contains(QLatin1Char(',')) && !cell.contains(QLatin1Char('"')) && !cell.contains(QLatin1Char('\n')))
        return cell;
    return QLatin1Char('"') + cell.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

}  // namespace

Fact fact(const QString& text)
{
    return {text, 0, false};
}

Fact fact(const QString& text, double value)
{
    return {text, value, true};
}

void FactModel::set(const QStringList& headers, std::vector<std::vector<Fact>> rows)
{
    beginResetModel();
    headers_ = headers;
    rows_ = std::move(rows);
    if (sortColumn_ >= headers_.size())
        sortColumn_ = -1;
    arrange();
    endResetModel();
}

void FactModel::arrange()
{
    order_.resize(rows_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    if (sortColumn_ < 0)
        return;
    const auto less = [this](std::size_t a, std::size_t b) {
        const Fact& left = rows_[a][static_cast<std::size_t>(sortColumn_)];
        const Fact& right = rows_[b][static_cast<std::size_t>(sortColumn_)];
        return left.number ? left.value < right.value : QString::localeAwareCompare(left.text, right.text) < 0;
    };
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
        return sortOrder_ == Qt::AscendingOrder ? less(a, b) : less(b, a);
    });
}

QString FactModel::csv() const
{
    QString text;
    const auto line = [&text](const QStringList& cells) { text += cells.join(QLatin1Char(',')) + QLatin1Char('\n'); };
    QStringList cells;
    for (const QString& header : headers_)
        cells << quoted(header);
    line(cells);
    for (int row = 0; row < rowCount(); ++row) {
        cells.clear();
        for (int column = 0; column < columnCount(); ++column)
            cells << (at(row, column).number ? QString::number(at(row, column).value, 'g', 10)
                                             : quoted(at(row, column).text));
        line(cells);
    }
    return text;
}

int FactModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int FactModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(headers_.size());
}

QVariant FactModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Fact& cell = at(index.row(), index.column());
    if (role == Qt::DisplayRole)
        return cell.text;
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((cell.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

QVariant FactModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= headers_.size())
        return {};
    if (role == Qt::DisplayRole)
        return headers_[section];
    if (role == Qt::TextAlignmentRole && !rows_.empty())
        return static_cast<int>(
            (rows_.front()[static_cast<std::size_t>(section)].number ? Qt::AlignRight : Qt::AlignLeft) |
            Qt::AlignVCenter);
    return {};
}

void FactModel::sort(int column, Qt::SortOrder order)
{
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList held = persistentIndexList();
    std::vector<int> sources;
    for (const QModelIndex& index : held)
        sources.push_back(source(index.row()));
    sortColumn_ = column;
    sortOrder_ = order;
    arrange();
    for (qsizetype i = 0; i < held.size(); ++i) {
        const auto row = std::find(order_.begin(), order_.end(), static_cast<std::size_t>(sources[std::size_t(i)]));
        changePersistentIndex(held[i], index(static_cast<int>(row - order_.begin()), held[i].column()));
    }
    emit layoutChanged({}, VerticalSortHint);
}

FactTable::FactTable(const QString& objectName, const QString& accessibleName, QWidget* parent) : QTableView(parent)
{
    setObjectName(objectName);
    setAccessibleName(accessibleName);
    model_ = new FactModel(this);
    setModel(model_);
    setSelectionBehavior(SelectRows);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setHorizontalHeader(new FactHeader(this));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setFocusPolicy(Qt::NoFocus);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    setSortingEnabled(true);
    connect(this, &QTableView::clicked, this, &FactTable::pick);
}

void FactTable::setFacts(const QStringList& headers, std::vector<std::vector<Fact>> rows)
{
    model_->set(headers, std::move(rows));
}

void FactTable::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copy();
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
        pick(currentIndex());
    } else {
        QTableView::keyPressEvent(event);
    }
}

void FactTable::pick(const QModelIndex& index)
{
    emit picked(model_->source(index.row()));
    emit cellPicked(model_->source(index.row()), index.column());
}

void FactTable::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Copy"), this, &FactTable::copy);
    menu.addAction(tr("Export as CSV..."), this, &FactTable::exportRequested);
    menu.exec(event->globalPos());
}

void FactTable::copy() const
{
    const QModelIndexList selected = selectionModel()->selectedRows();
    QString text;
    for (int row = -1; row < model_->rowCount(); ++row) {
        if (row >= 0 && selected.size() > 1 && !selectionModel()->isRowSelected(row))
            continue;
        QStringList cells;
        for (int column = 0; column < model_->columnCount(); ++column)
            cells << (row < 0 ? model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()
                              : model_->index(row, column).data().toString());
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    QApplication::clipboard()->setText(text);
}

}  // namespace exitscope::gui
