// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/filters/filter_bar.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWidgetAction>

#include "widgets/common/flow_layout.h"
#include "widgets/common/format.h"

namespace exitscope::gui {
namespace {

constexpr std::size_t classesInMenu = 40;
constexpr int chipWidth = 168;  ///< of a chip's text; searches can be long

QFrame* makeChip(const QString& label, QWidget* parent, QToolButton*& close)
{
    auto* chip = new QFrame(parent);
    chip->setProperty("chip", true);
    auto* layout = new QHBoxLayout(chip);
    layout->setContentsMargins(10, 2, 6, 2);
    layout->setSpacing(4);
    auto* words = new QLabel(chip);
    words->setTextFormat(Qt::PlainText);
    words->setText(words->fontMetrics().elidedText(label, Qt::ElideRight, chipWidth));
    chip->setToolTip(label);
    layout->addWidget(words);
    close = new QToolButton(chip);
    close->setText(QStringLiteral("✕"));
    close->setToolTip(QObject::tr("Remove this filter"));
    close->setAccessibleName(QObject::tr("Remove filter %1").arg(label));
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
    add_->setText(tr("Add"));
    add_->setPopupMode(QToolButton::InstantPopup);
    add_->setAccessibleName(tr("Add filter"));
    add_->setMenu(new QMenu(add_));
    clear_ = new QToolButton(this);
    clear_->setObjectName(QStringLiteral("clearFilters"));
    clear_->setText(tr("Clear"));
    clear_->setAccessibleName(tr("Clear all filters"));
    connect(clear_, &QToolButton::clicked, this, &FilterBar::clearRequested);
    savedButton_ = new QToolButton(this);
    savedButton_->setObjectName(QStringLiteral("savedFilters"));
    savedButton_->setText(tr("Saved"));
    savedButton_->setToolTip(tr("Filters under a name"));
    savedButton_->setPopupMode(QToolButton::InstantPopup);
    savedButton_->setAccessibleName(tr("Saved filters"));
    savedButton_->setMenu(new QMenu(savedButton_));
    connect(savedButton_->menu(), &QMenu::aboutToShow, this, &FilterBar::fillSavedMenu);
    chips_ = new QWidget(this);
    new FlowLayout(chips_);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(add_);
    buttons->addWidget(savedButton_);
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

void FilterBar::setSaved(const std::vector<std::pair<QString, QString>>& saved)
{
    saved_ = saved;
}

void FilterBar::fillSavedMenu()
{
    QMenu* menu = savedButton_->menu();
    menu->clear();
    for (const auto& [name, text] : saved_) {
        QAction* use = menu->addAction(QString(name).replace(QLatin1Char('&'), QStringLiteral("&&")), this,
                                       [this, search = text.toStdString()] {
                                           emit addRequested({Filter::Kind::query, 0, 0, 1, search});
                                       });
        use->setToolTip(text);
    }
    menu->setToolTipsVisible(true);
    if (!saved_.empty()) {
        QMenu* removal = menu->addMenu(tr("Forget"));
        for (const auto& saved : saved_)
            removal->addAction(QString(saved.first).replace(QLatin1Char('&'), QStringLiteral("&&")), this,
                               [this, name = saved.first] { emit removeSavedRequested(name); });
        menu->addSeparator();
    }
    auto* name = new QLineEdit(menu);
    name->setObjectName(QStringLiteral("saveFilterName"));
    name->setAccessibleName(tr("Name under which the filters are saved"));
    name->setPlaceholderText(clear_->isEnabled() ? tr("Save these filters as...") : tr("No filters to save"));
    name->setEnabled(clear_->isEnabled());
    connect(name, &QLineEdit::returnPressed, this, [this, name, menu] {
        if (name->text().trimmed().isEmpty())
            return;
        emit saveRequested(name->text().trimmed());
        menu->close();
    });
    auto* field = new QWidgetAction(menu);
    auto* box = new QWidget(menu);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->addWidget(name);
    field->setDefaultWidget(box);
    menu->addAction(field);
    if (saved_.empty())
        QTimer::singleShot(0, name, [name] { name->setFocus(Qt::PopupFocusReason); });
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
