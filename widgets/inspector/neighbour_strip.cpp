// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/neighbour_strip.h"

#include <QGridLayout>
#include <QIcon>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/common/format.h"
#include "widgets/samples/thumbnail_delegate.h"
#include "widgets/samples/thumbnails.h"

namespace exitscope::gui {
namespace {

constexpr int side = 48;
constexpr int perRow = 4;

}  // namespace

NeighbourStrip::NeighbourStrip(Thumbnails* thumbnails, QWidget* parent) : QWidget(parent), thumbnails_(thumbnails)
{
    setObjectName(QStringLiteral("neighbourStrip"));
    space_ = new QLabel(this);
    space_->setObjectName(QStringLiteral("neighbourSpace"));
    space_->setProperty("role", "caption");
    space_->setWordWrap(true);
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(4);
    for (std::size_t i = 0; i < shown; ++i) {
        auto* button = new QToolButton(this);
        button->setObjectName(QStringLiteral("neighbour%1").arg(i + 1));
        button->setAccessibleName(tr("Neighbour %1").arg(i + 1));
        button->setAutoRaise(true);
        button->setIconSize(QSize(side, side));
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setFixedWidth(side + 14);
        button->hide();
        grid->addWidget(button, static_cast<int>(i) / perRow, static_cast<int>(i) % perRow);
        buttons_.push_back(button);
        connect(button, &QToolButton::clicked, this, [this, i] {
            if (i < neighbours_.size())
                emit picked(neighbours_[i].sample);
        });
    }
    grid->setColumnStretch(perRow, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(space_);
    column->addLayout(grid);
    connect(thumbnails_, &Thumbnails::changed, this, &NeighbourStrip::refreshImages);
}

void NeighbourStrip::setNeighbours(std::vector<analyse::Neighbour> neighbours, const OperatingPoint& point,
                                   StateIndex state)
{
    neighbours_ = std::move(neighbours);
    run_ = point.run;
    const run::State& at = run_->states[state.at()];
    space_->setText(neighbours_.empty() ? tr("This run keeps no class probabilities, so samples cannot be compared.")
                                        : tr("Nearest by the logits at exit %1 (%2), among %3 samples of %4.")
                                              .arg(at.exit.value + 1)
                                              .arg(pathText(at), count(run_->test.samples), text(run_->test.dataset)));
    for (std::size_t i = 0; i < buttons_.size(); ++i) {
        QToolButton& button = *buttons_[i];
        button.setVisible(i < neighbours_.size());
        if (i >= neighbours_.size())
            continue;
        const SampleIndex sample = neighbours_[i].sample;
        const std::optional<bool> good = point.good(sample);
        const QString verdict = !good   ? QString()
                                : *good ? QString::fromUtf8("\342\234\223 ")
                                        : QString::fromUtf8("\342\234\227 ");
        const QString answer = className(*run_, point.prediction(sample));
        button.setText(fontMetrics().elidedText(verdict + answer, Qt::ElideRight, side + 8));
        const QString about = tr("#%1: answered %2, label %3, distance %4")
                                  .arg(sample.value)
                                  .arg(answer, className(*run_, point.label(sample)))
                                  .arg(neighbours_[i].distance, 0, 'f', 2);
        button.setAccessibleName(about);
        button.setToolTip(about + tr("\nClick: select this sample"));
    }
    refreshImages();
}

void NeighbourStrip::refreshImages()
{
    if (!run_ || !isVisible())
        return;
    for (std::size_t i = 0; i < std::min(buttons_.size(), neighbours_.size()); ++i) {
        const QPixmap pixmap = thumbnails_->pixmap(run_->test.source_index[neighbours_[i].sample.at()]);
        buttons_[i]->setIcon(pixmap.isNull() ? QIcon() : QIcon(fitted(pixmap, side, devicePixelRatioF())));
        buttons_[i]->setToolButtonStyle(pixmap.isNull() && !thumbnails_->hasDataset() ? Qt::ToolButtonTextOnly
                                                                                      : Qt::ToolButtonTextUnderIcon);
    }
}

}  // namespace exitscope::gui
