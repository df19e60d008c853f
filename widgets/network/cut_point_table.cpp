// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/network/cut_point_table.h"

#include <QHeaderView>
#include <QKeyEvent>

#include "widgets/network/cut_point_model.h"

namespace exitscope::gui {
namespace {

constexpr int narrowestColumn = 64;

}  // namespace

CutPointTable::CutPointTable(CutPointModel& model, QWidget* parent) : QTableView(parent), model_(model)
{
    setObjectName(QStringLiteral("cutPointTable"));
    setAccessibleName(tr("Cut points"));
    setModel(&model_);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setTabKeyNavigation(false);
    setTextElideMode(Qt::ElideMiddle);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    horizontalHeader()->setAccessibleName(tr("Columns of the cut points"));
    horizontalHeader()->setMinimumSectionSize(narrowestColumn);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    horizontalHeader()->setSectionResizeMode(CutPointModel::tensor, QHeaderView::Stretch);
}

void CutPointTable::setCurrentCut(int cut)
{
    if (currentIndex().row() != cut)
        setCurrentIndex(model_.index(cut, CutPointModel::tensor));
}

void CutPointTable::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (current.isValid() && current.row() != previous.row())
        emit currentCutChanged(current.row());
}

void CutPointTable::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space && currentIndex().isValid())
        model_.toggle(currentIndex().row());
    else
        QTableView::keyPressEvent(event);
}

}  // namespace exitscope::gui
