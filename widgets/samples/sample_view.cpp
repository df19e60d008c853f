// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/samples/sample_view.h"

#include <algorithm>

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/analysis/analyse/proportion.h"
#include "widgets/common/format.h"
#include "widgets/common/hint.h"
#include "widgets/filters/search_field.h"
#include "widgets/samples/sample_grid.h"
#include "widgets/samples/sample_model.h"
#include "widgets/samples/thumbnail_delegate.h"
#include "widgets/samples/thumbnails.h"

namespace exitscope::gui {
namespace {

constexpr int rowSide = 28;
constexpr int gridSide = 64;
constexpr int gridGap = 8;

QToolButton* makeToggle(const QString& label, const QString& name, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setText(label);
    button->setAccessibleName(label);
    button->setCheckable(true);
    return button;
}

}  // namespace

SampleView::SampleView(Thumbnails* thumbnails, QWidget* parent) : QWidget(parent)
{
    model_ = new SampleModel(thumbnails, this);

    table_ = new QTableView(this);
    table_->setObjectName(QStringLiteral("sampleTable"));
    table_->setAccessibleName(tr("Samples as a table"));
    table_->setModel(model_);
    table_->setItemDelegateForColumn(0, new ThumbnailDelegate(rowSide, false, table_));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setShowGrid(false);
    table_->setAlternatingRowColors(true);
    table_->setWordWrap(false);
    table_->setTabKeyNavigation(false);
    table_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->verticalHeader()->setDefaultSectionSize(rowSide + 4);
    QHeaderView* header = table_->horizontalHeader();
    header->setAccessibleName(tr("Columns of the sample table"));
    header->setHighlightSections(false);
    header->setSortIndicator(static_cast<int>(SampleColumn::number), Qt::AscendingOrder);
    table_->setSortingEnabled(true);
    const int widths[sampleColumns] = {rowSide + 12, 60, 96, 92, 70, 42, 140, 64, 72};
    for (int column = 0; column < sampleColumns; ++column)
        table_->setColumnWidth(column, std::max(widths[column], header->sectionSizeHint(column)));
    header->setSectionResizeMode(0, QHeaderView::Fixed);
    constexpr int path = static_cast<int>(SampleColumn::path);  // last, so that no gap parts the numbers from the rest
    header->moveSection(path, sampleColumns - 1);
    header->setSectionResizeMode(path, QHeaderView::Stretch);

    grid_ = new SampleGrid(gridSide + gridGap, this);
    grid_->setObjectName(QStringLiteral("sampleGrid"));
    grid_->setAccessibleName(tr("Samples as a grid of images"));
    grid_->setModel(model_);
    grid_->setSelectionModel(table_->selectionModel());
    grid_->setItemDelegate(new ThumbnailDelegate(gridSide, true, grid_));

    stack_ = new QStackedWidget(this);
    stack_->addWidget(table_);
    stack_->addWidget(grid_);

    search_ = new SearchField(this);
    counts_ = new QLabel(this);
    counts_->setObjectName(QStringLiteral("sampleCounts"));
    counts_->setProperty("role", "caption");
    tableButton_ = makeToggle(tr("Table"), QStringLiteral("showTable"), this);
    gridButton_ = makeToggle(tr("Grid"), QStringLiteral("showGrid"), this);
    tableButton_->setChecked(true);
    auto* group = new QButtonGroup(this);
    group->addButton(tableButton_);
    group->addButton(gridButton_);
    connect(gridButton_, &QToolButton::toggled, this, [this](bool on) { stack_->setCurrentIndex(on ? 1 : 0); });

    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    top->setSpacing(8);
    counts_->setMinimumHeight(tableButton_->sizeHint().height());
    top->addWidget(search_, 1, Qt::AlignTop);
    for (QWidget* widget :
         {static_cast<QWidget*>(counts_), static_cast<QWidget*>(tableButton_), static_cast<QWidget*>(gridButton_)})
        top->addWidget(widget, 0, Qt::AlignTop);
    hint_ = new HintStack(stack_, tr("Samples appear here once a run is open."), this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 6);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(hint_, 1);

    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &SampleView::currentChanged);
    connect(thumbnails, &Thumbnails::changed, this, [this] {
        table_->viewport()->update();
        grid_->viewport()->update();
    });
}

void SampleView::clear()
{
    point_.reset();
    selected_.reset();
    model_->clear();
    search_->setRun(nullptr);
    hint_->showHint(tr("Samples appear here once a run is open."));
}

void SampleView::setSamples(OperatingPointPtr point, const std::vector<SampleIndex>& passing)
{
    if (!point_ || point_->run != point->run)
        search_->setRun(point->run);
    point_ = std::move(point);
    restoring_ = true;
    model_->setSamples(point_, passing);
    restoring_ = false;
    grid_->viewport()->update();
    setSelected(selected_);
    showCounts(passing);
    if (passing.empty()) {
        hint_->showHint(tr("No sample passes all filters. Remove a filter to see more."));
        return;
    }
    hint_->showContent();
}

/// Text with the number of samples shown and their accuracy, with its basis.
void SampleView::showCounts(const std::vector<SampleIndex>& passing)
{
    const std::size_t samples = point_->run->test.samples;
    std::size_t known = 0;
    std::size_t good = 0;
    for (const SampleIndex sample : passing) {
        const std::optional<bool> verdict = point_->good(sample);
        known += verdict.has_value();
        good += verdict.value_or(false);
    }
    const QString shown = tr("%1 of %2").arg(count(passing.size()), count(samples));
    if (known == 0) {
        counts_->setText(shown);
        counts_->setToolTip(tr("Test samples that pass the filters"));
        return;
    }
    const QString share = interval(analyse::proportion(good, known));
    counts_->setText((point_->labelled() ? tr("%1, accuracy %2") : tr("%1, agreement %2")).arg(shown, share));
    counts_->setToolTip((point_->labelled() ? tr("Accuracy of these %1 samples with labels: %2, 95 % interval (Wilson)")
                                            : tr("Agreement of these %1 samples with the full model: %2, 95 % interval "
                                                 "(Wilson)"))
                            .arg(count(known), share));
}

void SampleView::setSelected(std::optional<SampleIndex> sample)
{
    selected_ = sample;
    restoring_ = true;
    const int row = sample ? model_->row(*sample) : -1;
    if (row < 0) {
        table_->selectionModel()->clear();
    } else if (table_->currentIndex().row() != row || !table_->selectionModel()->hasSelection()) {
        const QModelIndex index = model_->index(row, 0);
        table_->selectionModel()->setCurrentIndex(index,
                                                  QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        table_->scrollTo(index);
        grid_->scrollTo(index);
    }
    restoring_ = false;
}

void SampleView::showGrid(bool grid)
{
    (grid ? gridButton_ : tableButton_)->setChecked(true);
}

bool SampleView::showsGrid() const
{
    return gridButton_->isChecked();
}

void SampleView::currentChanged(const QModelIndex& current)
{
    if (restoring_ || !current.isValid())
        return;
    selected_ = model_->sample(current.row());
    emit sampleSelected(*selected_);
}

}  // namespace exitscope::gui
