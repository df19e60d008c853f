// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QToolBar>

#include "app/analysis_views.h"
#include "app/bundle_dialog.h"
#include "app/cli/figures.h"
#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"
#include "core/base/file.h"
#include "core/report/csv.h"
#include "core/report/report.h"
#include "widgets/common/format.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/plot.h"
#include "widgets/error/error_view.h"
#include "widgets/exits/exit_shares_view.h"
#include "widgets/plots/plot_export.h"
#include "widgets/samples/sample_model.h"
#include "widgets/samples/sample_view.h"
#include "widgets/samples/thumbnails.h"
#include "widgets/tradeoff/trade_off_view.h"

namespace exitscope::app {
namespace {

using gui::text;

std::filesystem::path toPath(const QString& path)
{
    return std::filesystem::path(path.toStdString());
}

}  // namespace

std::vector<gui::Plot*> MainWindow::plots() const
{
    std::vector<gui::Plot*> all{tradeOff_->plot(), exits_->plot(), error_->plot()};
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
                          tr("PNG image (*.png);;SVG drawing (*.svg);;PDF document (*.pdf)"));
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
        return report::decisions_csv(point.rows(), order);
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
                          tr("HTML (*.html)"));
    if (path.isEmpty())
        return;
    const AnalysisPtr analysis = session_.decidedAnalysis();
    const gui::OperatingPoint& point = session_.point();
    report::Content content;
    content.policies = session_.results();
    content.decisions = point.decisions;
    content.test_images = thumbnails_->dataset();
    content.figures =
        cli::report_figures({*session_.analysis(), session_.costs(), session_.curves(), *analysis, point.decisions});
    session_.writeFile(path, [content = std::move(content), analysis, costs = point.costs]() mutable {
        content.analysis = analysis.get();
        content.costs = &costs;
        return report::html(content);
    });
}

void MainWindow::exportBundle()
{
    const evaluate::PolicyResult* policy = session_.result(session_.policy());
    if (!policy || !session_.point().decided())
        return;
    delete bundleDialog_;  // its point is not the one of now
    const evaluate::Outcome& outcome = session_.point().decisions.outcome;
    BundleDialog::Point point;
    point.policy = *policy;
    point.decisions = session_.point().decisions;
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
