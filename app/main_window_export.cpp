// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>
#include <QToolBar>

#include "app/analysis_views.h"
#include "app/bundle_dialog.h"
#include "app/main_window.h"
#include "app/print_dialog.h"
#include "app/prompts.h"
#include "app/session.h"
#include "core/network/dataset/thumbnail.h"
#include "core/base/file.h"
#include "core/analysis/report/csv.h"
#include "core/analysis/report/material.h"
#include "widgets/common/format.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/plot.h"
#include "widgets/error/error_view.h"
#include "widgets/exits/exit_shares_view.h"
#include "widgets/inspector/inspector_view.h"
#include "widgets/plots/plot_export.h"
#include "widgets/report/figures.h"
#include "widgets/report/report_pdf.h"
#include "widgets/samples/sample_model.h"
#include "widgets/samples/sample_view.h"
#include "widgets/samples/thumbnails.h"
#include "widgets/tradeoff/trade_off_view.h"

namespace exitscope::app {
namespace {

constexpr Lane reportLane{"report"};

using gui::text;

std::filesystem::path toPath(const QString& path)
{
    return std::filesystem::path(path.toStdString());
}

}  // namespace

std::vector<gui::Plot*> MainWindow::plots() const
{
    std::vector<gui::Plot*> all{tradeOff_->plot(), exits_->plot(), error_->plot(), inspector_->driftPlot()};
    const std::vector<gui::Plot*> more = analysis_->plots();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

gui::Plot* MainWindow::plotInFront() const
{
    for (gui::Plot* plot : plots())
        if (plot->hasFocus())
            return plot;
    for (gui::Plot* plot : plots())
        if (plot->isVisible() && !plot->visibleRegion().isEmpty())
            return plot;
    return tradeOff_->plot();
}

void MainWindow::exportPlot(gui::Plot* plot)
{
    const QString path =
        prompts_.saveFile(this, tr("Export plot"), suggestedName(plot->objectName(), QStringLiteral("png")),
                          tr("PNG image (*.png);;SVG drawing (*.svg);;PDF document (*.pdf);;Numbers as CSV (*.csv)"));
    if (path.isEmpty())
        return;
    plots::ExportSize size;
    size.width = plot->width();
    size.height = plot->height();
    const Expected<void> written = plots::export_plot(*plot, toPath(path), size);
    if (written)
        emit session_.note(tr("Exported %1").arg(path));
    else
        emit session_.problem(text(written.error().message()));
}

void MainWindow::printPlot(gui::Plot* plot)
{
    auto* dialog = new PrintDialog(*plot, prompts_, settings_, suggestedName(plot->objectName(), QString()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &PrintDialog::written, this,
            [this](const QString& path) { emit session_.note(tr("Exported %1").arg(path)); });
    connect(dialog, &PrintDialog::copied, this, [this] { emit session_.note(tr("Copied the plot")); });
    dialog->show();
}

void MainWindow::copyPlot(gui::Plot* plot)
{
    constexpr double scale = 2;
    QGuiApplication::clipboard()->setPixmap(plot->toPixmap(plot->width(), plot->height(), scale));
    emit session_.note(tr("Copied the plot"));
}

void MainWindow::exportTable()
{
    const QString path = prompts_.saveFile(
        this, tr("Export samples"), suggestedName(QStringLiteral("samples"), QStringLiteral("csv")), tr("CSV (*.csv)"));
    if (path.isEmpty())
        return;
    session_.writeFile(path, [point = session_.point(), order = samples_->model().rows()] {
        return report::decisions_csv(point->rows(), order);
    });
}

void MainWindow::exportCurves()
{
    const QString path = prompts_.saveFile(
        this, tr("Export curves"), suggestedName(QStringLiteral("curves"), QStringLiteral("csv")), tr("CSV (*.csv)"));
    if (!path.isEmpty())
        session_.writeFile(path, [curves = session_.curves()] { return report::curves_csv(curves); });
}

void MainWindow::exportReport()
{
    const QString path =
        prompts_.saveFile(this, tr("Export report"), suggestedName(QStringLiteral("report"), QStringLiteral("html")),
                          tr("HTML (*.html);;PDF document (*.pdf)"));
    if (path.isEmpty())
        return;
    const gui::OperatingPoint& point = *session_.point();
    // the numbers as they are now: the session may go on while the report is made
    const auto material = std::make_shared<report::Material>(report::Material{.analysis = session_.analysis(),
                                                                              .costs = session_.costs(),
                                                                              .decided = point.analysis,
                                                                              .decided_costs = point.costs,
                                                                              .policies = session_.results(),
                                                                              .decisions = point.decisions});
    material->thumbnails = dataset::thumbnails_of(thumbnails_->dataset());

    session_.jobs().queue<std::optional<report::Promise>>(
        reportLane, tr("Preparing the report"),
        [material](Progress& progress) -> Expected<std::optional<report::Promise>> {
            Expected<report::Promise> found =
                report::promise(*material->analysis, material->costs, material->decisions.policy, {}, progress);
            if (found)
                return std::optional(std::move(*found));
            if (found.error().code == ErrorCode::cancelled)
                return forward(found);
            return std::nullopt;  // not every policy can be calibrated: the report does without
        },
        [this, path, material](std::optional<report::Promise> promise) {
            material->promise = std::move(promise);
            writeReport(path, material);
        });
}

/// Draws the figures here; the rest takes a worker thread.
void MainWindow::writeReport(const QString& path, const std::shared_ptr<const report::Material>& material)
{
    const SourceTexts english;
    const bool pdf = path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
    const bool letter = QLocale().measurementSystem() == QLocale::ImperialUSSystem;
    const QPageSize page(letter ? QPageSize::Letter : QPageSize::A4);
    session_.writeFile(
        path, [material, figures = print::report_figures(*material), pdf, page]() -> Expected<std::string> {
            const report::Document document = report::compose(*material, figures);
            return pdf ? print::report_pdf(document, page) : report::html(document);
        });
}

void MainWindow::exportBundle()
{
    const analyse::PolicyResult* policy = session_.result(session_.policy());
    if (!policy || !session_.point()->decided())
        return;
    delete bundleDialog_;  // its point is not the one of now
    const analyse::Outcome& outcome = session_.point()->decisions.outcome;
    BundleDialog::Point point;
    point.policy = *policy;
    point.decisions = session_.point()->decisions;
    point.title = tr("%1 at %2 of the full cost").arg(text(policy->info->title), gui::percent(outcome.relative_cost));
    if (outcome.accuracy.samples > 0)
        point.title += tr(", accuracy %1 on the test split").arg(gui::percent(outcome.accuracy.value));
    point.model = text(session_.run()->provenance.model_path);
    point.folder = QDir::current().filePath(suggestedName(QStringLiteral("bundle"), QString()));
    if (!session_.settings().mean.empty())
        point.reading.mean = session_.settings().mean;
    if (!session_.settings().std.empty())
        point.reading.std = session_.settings().std;
    bundleDialog_ = new BundleDialog(prompts_, std::move(point), this);
    bundleDialog_->setAttribute(Qt::WA_DeleteOnClose);
    connect(bundleDialog_, &BundleDialog::written, this,
            [this](const QString& folder) { emit session_.note(tr("Exported %1").arg(folder)); });
    bundleDialog_->show();
}

QString MainWindow::suggestedName(const QString& what, const QString& ending) const
{
    QString base =
        session_.run() ? QFileInfo(text(session_.run()->provenance.model_path)).completeBaseName() : QString();
    if (base.isEmpty())
        base = QStringLiteral("run");
    if (!what.isEmpty())
        base += QLatin1Char('-') + what;
    return ending.isEmpty() ? base : base + QLatin1Char('.') + ending;
}

}  // namespace exitscope::app
