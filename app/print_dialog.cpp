// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/print_dialog.h"

#include <algorithm>
#include <array>
#include <utility>

#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "app/prompts.h"
#include "widgets/common/accessible.h"
#include "widgets/common/decimal_box.h"
#include "widgets/common/format.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/plot.h"

namespace exitscope::app {
namespace {

constexpr double shape = 0.85;                          ///< height of a width, until another height is chosen
constexpr std::array<double, 3> columns{84, 129, 174};  ///< millimetres: one, one and a half, two columns of a journal

QDoubleSpinBox* lengthBox(const char* name, const QString& accessibleName, double low, double high, const QString& unit,
                          QWidget* parent)
{
    auto* box = new gui::DecimalBox(parent);
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(accessibleName);
    box->setRange(low, high);
    box->setDecimals(1);
    box->setSuffix(unit);
    return box;
}

}  // namespace

PrintDialog::PrintDialog(const gui::Plot& plot, Prompts& chooser, QSettings& settings, QString suggestion,
                         QWidget* parent)
    : QDialog(parent), plot_(plot), chooser_(chooser), settings_(settings), suggestion_(std::move(suggestion))
{
    setObjectName(QStringLiteral("printDialog"));
    setWindowTitle(tr("Plot for print"));
    setModal(true);
    resize(640, 600);
    column_ = gui::makeBox("printColumn", tr("Width of the figure"), this);
    column_->addItems({tr("One column"), tr("One and a half columns"), tr("Two columns"), tr("Another width")});
    width_ = lengthBox("printWidth", tr("Width in millimetres"), 20, 2000, tr(" mm"), this);
    height_ = lengthBox("printHeight", tr("Height in millimetres"), 20, 2000, tr(" mm"), this);
    points_ = lengthBox("printType", tr("Size of the type in points"), 4, 40, tr(" pt"), this);
    dpi_ = new QSpinBox(this);
    dpi_->setObjectName(QStringLiteral("printDpi"));
    dpi_->setAccessibleName(tr("Resolution of PNG images in dots an inch"));
    dpi_->setRange(48, 1200);
    dpi_->setSuffix(tr(" dpi"));
    width_->setValue(settings_.value(QStringLiteral("print/width"), columns[0]).toDouble());
    height_->setValue(settings_.value(QStringLiteral("print/height"), shape * width_->value()).toDouble());
    points_->setValue(settings_.value(QStringLiteral("print/points"), 8).toDouble());
    dpi_->setValue(settings_.value(QStringLiteral("print/dpi"), 300).toInt());
    preview_ = new QLabel(this);
    preview_->setObjectName(QStringLiteral("printPreview"));
    preview_->setAccessibleName(tr("The plot as it will be printed"));
    preview_->setAlignment(Qt::AlignCenter);
    preview_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    message_ = new gui::MessageBar(this);
    message_->hide();
    connect(message_, &gui::MessageBar::presented, message_, &QWidget::show);
    connect(message_, &gui::MessageBar::dismissed, message_, &QWidget::hide);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setIcon({});
    QPushButton* copying = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    copying->setObjectName(QStringLiteral("printCopy"));
    QPushButton* saving = buttons->addButton(tr("&Save..."), QDialogButtonBox::ActionRole);
    saving->setObjectName(QStringLiteral("printSave"));
    saving->setProperty("primary", true);
    saving->setDefault(true);

    auto* form = new QFormLayout;
    form->addRow(tr("&Figure"), column_);
    form->addRow(tr("&Width"), width_);
    form->addRow(tr("&Height"), height_);
    form->addRow(tr("&Type"), points_);
    form->addRow(tr("&Resolution of PNG"), dpi_);
    auto* what = new QLabel(tr("Black on white, without title and footnotes; the legend is below the axes. Zoom "
                               "the plot in the window to print a part of it."),
                            this);
    what->setWordWrap(true);
    what->setProperty("role", "caption");
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addLayout(form);
    layout->addWidget(what);
    layout->addWidget(preview_, 1);
    layout->addWidget(message_);
    layout->addWidget(buttons);

    connect(column_, &QComboBox::activated, this, &PrintDialog::chooseWidth);
    connect(width_, &QDoubleSpinBox::valueChanged, this, &PrintDialog::showPreview);
    for (QDoubleSpinBox* box : {height_, points_})
        connect(box, &QDoubleSpinBox::valueChanged, this, &PrintDialog::showPreview);
    connect(&plot_, &QCustomPlot::afterReplot, this, &PrintDialog::showPreview);
    connect(copying, &QPushButton::clicked, this, &PrintDialog::copy);
    connect(saving, &QPushButton::clicked, this, &PrintDialog::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    showPreview();
}

plots::PaperStyle PrintDialog::style() const
{
    return plots::paper_style(width_->value(), height_->value(), points_->value(), dpi_->value());
}

void PrintDialog::chooseWidth(int column)
{
    if (column >= int(columns.size()))
        return width_->setFocus();
    const double proportion = height_->value() / width_->value();
    const QSignalBlocker once(width_);
    width_->setValue(columns[std::size_t(column)]);
    height_->setValue(proportion * width_->value());
    showPreview();
}

void PrintDialog::showPreview()
{
    const auto* const known = std::find(columns.begin(), columns.end(), width_->value());
    column_->setCurrentIndex(int(known - columns.begin()));
    const plots::PaperStyle paper = style();
    QCustomPlot canvas;
    plot_.drawOn(canvas, paper.theme);
    const QSize room = preview_->size() * preview_->devicePixelRatioF();
    const double scale = std::min(double(room.width()) / paper.size.width, double(room.height()) / paper.size.height);
    if (scale <= 0)
        return;
    QPixmap picture = canvas.toPixmap(paper.size.width, paper.size.height, scale);
    picture.setDevicePixelRatio(preview_->devicePixelRatioF());
    preview_->setPixmap(picture);
}

void PrintDialog::resizeEvent(QResizeEvent* event)
{
    QDialog::resizeEvent(event);
    showPreview();
}

void PrintDialog::save()
{
    const QString path =
        chooser_.saveFile(this, tr("Export plot"), suggestion_ + QStringLiteral(".pdf"),
                          tr("PDF document (*.pdf);;SVG drawing (*.svg);;PNG image (*.png);;Numbers as CSV (*.csv)"));
    if (path.isEmpty())
        return;
    const plots::PaperStyle paper = style();
    QCustomPlot canvas;
    plot_.drawOn(canvas, paper.theme);
    const Expected<void> done = plots::export_plot(canvas, std::filesystem::path(path.toStdString()), paper.size);
    if (!done)
        return message_->showError(gui::text(done.error().message()));
    remember();
    emit written(path);
    accept();
}

void PrintDialog::copy()
{
    const plots::PaperStyle paper = style();
    QCustomPlot canvas;
    plot_.drawOn(canvas, paper.theme);
    QGuiApplication::clipboard()->setPixmap(
        canvas.toPixmap(paper.size.width, paper.size.height, paper.size.scale * paper.size.dpi / 96.0));
    remember();
    emit copied();
}

void PrintDialog::remember() const
{
    settings_.setValue(QStringLiteral("print/width"), width_->value());
    settings_.setValue(QStringLiteral("print/height"), height_->value());
    settings_.setValue(QStringLiteral("print/points"), points_->value());
    settings_.setValue(QStringLiteral("print/dpi"), dpi_->value());
}

}  // namespace exitscope::app
