// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QToolBar>

#include "app/exports.h"
#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"
#include "core/base/file.h"
#include "core/report/exit_shares.h"
#include "core/report/report.h"
#include "widgets/common/format.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/plot.h"
#include "widgets/error/error_view.h"
#include "widgets/exits/exit_shares_view.h"
#include "widgets/plots/content.h"
#include "widgets/plots/exit_shares.h"
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

std::string inlineSvg(QCustomPlot& plot)
{
    return plots::to_inline_svg(plot).toStdString();
}

}  // namespace

gui::Plot* MainWindow::plotInFront() const
{
    const auto plots = {tradeOff_->plot(), exits_->plot(), error_->plot()};
    for (gui::Plot* plot : plots)
        if (plot->hasFocus())
            return plot;
    for (gui::Plot* plot : plots)
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
    const QString path = prompts_.saveFile(this, tr("Export samples"),
                                           suggestedName(QStringLiteral("samples"), QStringLiteral("csv")),
                                           tr("CSV (*.csv)"));
    if (path.isEmpty())
        return;
    session_.writeFile(path, [point = session_.point(), order = samples_->model().rows()] {
        return samplesCsv(point, order);
    });
}

void MainWindow::exportCurves()
{
    const QString path = prompts_.saveFile(this, tr("Export curves"),
                                           suggestedName(QStringLiteral("curves"), QStringLiteral("csv")),
                                           tr("CSV (*.csv)"));
    if (!path.isEmpty())
        session_.writeFile(path, [results = session_.results()] { return curvesCsv(results); });
}

void MainWindow::exportReport()
{
    const QString path = prompts_.saveFile(this, tr("Export report"),
                                           suggestedName(QStringLiteral("report"), QStringLiteral("html")),
                                           tr("HTML (*.html)"));
    if (path.isEmpty())
        return;
    const AnalysisPtr analysis = session_.analysis();
    const gui::OperatingPoint& point = session_.point();
    const plots::Theme paper = plots::Theme::paper();
    report::Content content;
    content.policies = session_.results();
    content.decisions = point.decisions;
    content.test_images = thumbnails_->dataset();
    std::vector<evaluate::Curve> curves;
    for (const evaluate::PolicyResult& result : content.policies)
        curves.push_back(result.curve);
    QCustomPlot plot;
    plots::TradeOff tradeOff = plots::trade_off_content(*analysis, point.costs, curves);
    if (point.labelled())
        tradeOff.operating_point = plots::operating_point(point.decisions);
    plots::draw_trade_off(plot, tradeOff, paper);
    content.figures.push_back({tr("Accuracy against cost").toStdString(), tradeOff.note.toStdString(), inlineSvg(plot)});
    const QString note = plots::decision_note(*analysis, point.decisions);
    plots::draw_exit_shares(plot, report::exit_shares(*point.run, point.decisions), {}, paper);
    content.figures.push_back({tr("Where the images leave").toStdString(), note.toStdString(), inlineSvg(plot)});
    if (point.labelled()) {
        plots::Reliability reliability = plots::reliability_content(*analysis, point.decisions);
        const std::string caption = reliability.note.toStdString();
        reliability.note.clear();
        plots::draw_reliability(plot, reliability, paper);
        content.figures.push_back({tr("Predicted against actual error").toStdString(), caption, inlineSvg(plot)});
    }
    session_.writeFile(path, [content = std::move(content), analysis, costs = point.costs]() mutable {
        content.analysis = analysis.get();
        content.costs = &costs;
        return report::html(content);
    });
}

QString MainWindow::suggestedName(const QString& what, const QString& ending) const
{
    QString base = session_.run() ? QFileInfo(text(session_.run()->provenance.model_path)).completeBaseName() : QString();
    if (base.isEmpty())
        base = QStringLiteral("run");
    return what.isEmpty() ? base + QLatin1Char('.') + ending : base + QLatin1Char('-') + what + QLatin1Char('.') + ending;
}

}  // namespace exitscope::app
