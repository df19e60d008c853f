// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/filters/filter_bar.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/common/flow_layout.h"
#include "widgets/common/format.h"

namespace exitscope::gui {
namespace {

constexpr std::size_t classesInMenu = 40;

QFrame* makeChip(const QString& label, QWidget* parent, QToolButton*& close)
{
    auto* chip = new QFrame(parent);
    chip->setProperty("chip", true);
    auto* layout = new QHBoxLayout(chip);
    layout->setContentsMargins(10, 2, 6, 2);
    layout->setSpacing(4);
    layout->addWidget(new QLabel(label, chip));
    close = new QToolButton(chip);
    close->setText(QStringLiteral("✕"));
    close->setToolTip(FilterBar::tr("Remove this filter"));
    close->setAccessibleName(FilterBar::tr("Remove filter %1").arg(label));
    layout->addWidget(close);
    return chip;
}

}  // namespace

FilterBar::FilterBar(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("filterBar"));
    counts_ = new QLabel(this);
    counts_->setObjectName(QStringLiteral("filterCounts"));
    add_ = new QToolButton(this);
    add_->setObjectName(QStringLiteral("addFilter"));
    add_->setText(tr("Add filter"));
    add_->setPopupMode(QToolButton::InstantPopup);
    add_->setAccessibleName(tr("Add filter"));
    add_->setMenu(new QMenu(add_));
    clear_ = new QToolButton(this);
    clear_->setObjectName(QStringLiteral("clearFilters"));
    clear_->setText(tr("Clear all"));
    clear_->setAccessibleName(tr("Clear all filters"));
    connect(clear_, &QToolButton::clicked, this, &FilterBar::clearRequested);
    chips_ = new QWidget(this);
    new FlowLayout(chips_);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(add_);
    buttons->addWidget(clear_);
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(counts_);
    layout->addWidget(chips_);
    layout->addLayout(buttons);
    setFilters({}, nullptr);
}

void FilterBar::setFilters(const FilterStack& filters, const run::Run* run)
{
    setEnabled(run != nullptr);
    if (run != menuRun_) {
        menuRun_ = run;
        add_->menu()->clear();
        if (run)
            fillMenu(*run);
        else
            counts_->setText(tr("No run yet"));
    }
    QLayout* layout = chips_->layout();
    while (QLayoutItem* item = layout->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    for (std::size_t i = 0; run && i < filters.filters().size(); ++i) {
        QToolButton* close = nullptr;
        QFrame* chip = makeChip(describe(filters.filters()[i], *run), chips_, close);
        close->setObjectName(QStringLiteral("removeFilter%1").arg(i));
        connect(close, &QToolButton::clicked, this, [this, i] { emit removeRequested(i); });
        layout->addWidget(chip);
        chip->show();
    }
    chips_->setVisible(!filters.empty() && run);
    clear_->setEnabled(!filters.empty());
    chips_->updateGeometry();
}

void FilterBar::setCounts(std::size_t passing, std::size_t all)
{
    counts_->setText(tr("%1 of %2 samples").arg(count(passing), count(all)));
}

void FilterBar::fillMenu(const run::Run& run)
{
    QMenu* menu = add_->menu();
    const auto offer = [this, &run](QMenu* where, Filter::Kind kind, std::size_t value) {
        const Filter filter{kind, static_cast<std::int32_t>(value)};
        where->addAction(describe(filter, run), this, [this, filter] { emit addRequested(filter); });
    };
    offer(menu, Filter::Kind::good, 1);
    offer(menu, Filter::Kind::good, 0);
    menu->addSeparator();
    for (std::size_t e = 0; e < run.exit_count(); ++e)
        offer(menu, Filter::Kind::exit, e);
    menu->addSeparator();
    for (std::size_t p = 0; p < run.precisions.size(); ++p)
        offer(menu, Filter::Kind::precision, p);
    menu->addSeparator();
    const std::size_t classes = std::min(run.classes, classesInMenu);
    if (run.test.labelled()) {
        QMenu* labels = menu->addMenu(tr("Label"));
        for (std::size_t c = 0; c < classes; ++c)
            offer(labels, Filter::Kind::label, c);
    }
    QMenu* predictions = menu->addMenu(tr("Prediction"));
    for (std::size_t c = 0; c < classes; ++c)
        offer(predictions, Filter::Kind::prediction, c);
}

}  // namespace exitscope::gui
