// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/input_preview.h"

#include <algorithm>
#include <limits>

#include <QGridLayout>
#include <QLabel>
#include <QSpinBox>

#include "widgets/common/format.h"

namespace exitscope::app {
namespace {

constexpr int side = 132;

/// Large pictures are made smaller; small ones are enlarged without smoothing, so that every pixel is seen.
QPixmap fitted(const QImage& image, qreal ratio)
{
    const int edge = static_cast<int>(side * ratio);
    const bool larger = std::max(image.width(), image.height()) > edge;
    QPixmap picture = QPixmap::fromImage(
        image.scaled(edge, edge, Qt::KeepAspectRatio, larger ? Qt::SmoothTransformation : Qt::FastTransformation));
    picture.setDevicePixelRatio(ratio);
    return picture;
}

QLabel* makePicture(const QString& name, const QString& accessibleName, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setAccessibleName(accessibleName);
    label->setFixedSize(side, side);
    label->setAlignment(Qt::AlignCenter);
    return label;
}

}  // namespace

InputPreview::InputPreview(dataset::DatasetPtr images, QWidget* parent) : QWidget(parent), images_(std::move(images))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(4);
    const auto title = [this](const QString& text) {
        auto* label = new QLabel(text, this);
        label->setProperty("role", "caption");
        return label;
    };
    stored_ = makePicture(QStringLiteral("previewStored"), tr("The image as stored"), this);
    seen_ = makePicture(QStringLiteral("previewSeen"), tr("What the network sees"), this);
    grid->addWidget(title(tr("Image")), 0, 0);
    grid->addWidget(title(tr("What the network sees")), 0, 1);
    grid->addWidget(stored_, 1, 0);
    grid->addWidget(seen_, 1, 1);
    index_ = new QSpinBox(this);
    index_->setObjectName(QStringLiteral("previewIndex"));
    index_->setAccessibleName(tr("Image of the preview"));
    index_->setPrefix(QStringLiteral("#"));
    const std::size_t last = images_ && images_->size() > 0 ? images_->size() - 1 : 0;
    index_->setRange(0, static_cast<int>(std::min<std::size_t>(last, std::numeric_limits<int>::max())));
    index_->setVisible(last > 0);
    connect(index_, &QSpinBox::valueChanged, this, &InputPreview::refresh);
    grid->addWidget(index_, 2, 0, Qt::AlignLeft);
    caption_ = new QLabel(this);
    caption_->setObjectName(QStringLiteral("previewCaption"));
    caption_->setProperty("role", "caption");
    caption_->setWordWrap(true);
    caption_->setMinimumHeight(3 *
                               caption_->fontMetrics().lineSpacing());  // a grid asks no label for its wrapped height
    grid->addWidget(caption_, 2, 1, 1, 2);
    grid->setColumnStretch(2, 1);
}

void InputPreview::show(const dataset::Preprocessing& how, const QString& problem)
{
    how_ = how;
    if (problem.isEmpty() && images_ && images_->size() > 0) {
        refresh();
        return;
    }
    InputPicture none;
    none.problem = problem.isEmpty() ? tr("Open a data set to see what the network sees of its images.") : problem;
    work_.cancel();
    present(none);
}

void InputPreview::refresh()
{
    work_.start([images = images_, at = SampleIndex(static_cast<std::size_t>(index_->value())),
                 how = how_] { return inputPicture(*images, at, how); },
                [this](const InputPicture& picture) { present(picture); });
}

void InputPreview::present(const InputPicture& picture)
{
    const auto put = [this](QLabel* label, const QImage& image) {
        label->setPixmap(image.isNull() ? QPixmap() : fitted(image, devicePixelRatioF()));
    };
    put(stored_, picture.stored);
    put(seen_, picture.seen);
    if (!picture.problem.isEmpty()) {
        caption_->setText(picture.problem);
        return;
    }
    const auto size = [](const QImage& image) { return tr("%1×%2").arg(image.width()).arg(image.height()); };
    const auto number = [](float value) { return QString::number(double(value), 'g', 3); };
    caption_->setText(tr("%1 becomes %2; values from %3 to %4, mean %5")
                          .arg(size(picture.stored), size(picture.seen), number(picture.smallest),
                               number(picture.largest), number(picture.mean)));
}

}  // namespace exitscope::app
