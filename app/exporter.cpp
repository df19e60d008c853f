// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exporter.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>

#include "app/bundle_dialog.h"
#include "app/cli/figures.h"
#include "app/language.h"
#include "app/print_dialog.h"
#include "app/prompts.h"
#include "app/session.h"
#include "core/analysis/report/csv.h"
#include "core/analysis/report/promise.h"
#include "core/analysis/report/report.h"
#include "core/network/dataset/thumbnail.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/plot.h"
#include "widgets/plots/plot_export.h"
#include "widgets/samples/sample_model.h"
#include "widgets/samples/thumbnails.h"

namespace exitscope::app {
namespace {

using gui::text;

std::filesystem::path toPath(const QString& path)
{
    return std::filesystem::path(path.toStdString());
}

}  // namespace

/// A report's numbers as they were when it was asked for; the session may go on while it is made.
struct Exporter::ReportMaterial {
    AnalysisPtr analysis;
    cost::Costs costs;
    AnalysisPtr decided;
    cost::Costs decidedCosts;
    report::Content content;
};

Exporter::Exporter(Session& session, QSettings& settings, Prompts& prompts, QWidget& window)
    : QObject(&window), session_(session), settings_(settings), prompts_(prompts), window_(window)
{
}

void Exporter::exportPlot(gui::Plot& plot)
{
    const QString path =
        askFile(tr("Export plot"), plot.objectName(), QStringLiteral("png"),
                tr("PNG image (*.png);;SVG drawing (*.svg);;PDF document (*.pdf);;Numbers as CSV (*.csv)"));
    if (path.isEmpty())
        return;
    plots::ExportSize size;
    size.width = plot.width();
    size.height = plot.height();
    const Expected<void> written = plots::export_plot(plot, toPath(path), size);
    if (written)
        emit note(tr("Exported %1").arg(path));
    else
        emit problem(text(written.error().message()));
}

void Exporter::printPlot(gui::Plot& plot)
{
    auto* dialog = new PrintDialog(plot, prompts_, settings_, suggestedName(plot.objectName(), QString()), &window_);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &PrintDialog::written, this,
            [this](const QString& path) { emit note(tr("Exported %1").arg(path)); });
    connect(dialog, &PrintDialog::copied, this, [this] { emit note(tr("Copied the plot")); });
    dialog->show();
}

void Exporter::copyPlot(gui::Plot& plot)
{
    constexpr double scale = 2;
    QGuiApplication::clipboard()->setPixmap(plot.toPixmap(plot.width(), plot.height(), scale));
    emit note(tr("Copied the plot"));
}

void Exporter::exportNumbers(const gui::FactTable& table)
{
    const QString path = askFile(tr("Export numbers"), table.objectName(), QStringLiteral("csv"), tr("CSV (*.csv)"));
    if (!path.isEmpty())
        session_.writeFile(path, [csv = table.model().csv().toStdString()] { return csv; });
}

void Exporter::exportSamples(const gui::SampleModel& shown)
{
    const QString path =
        askFile(tr("Export samples"), QStringLiteral("samples"), QStringLiteral("csv"), tr("CSV (*.csv)"));
    if (path.isEmpty())
        return;
    session_.writeFile(
        path, [point = session_.point(), order = shown.rows()] { return report::decisions_csv(point->rows(), order); });
}

void Exporter::exportCurves()
{
    const QString path =
        askFile(tr("Export curves"), QStringLiteral("curves"), QStringLiteral("csv"), tr("CSV (*.csv)"));
    if (!path.isEmpty())
        session_.writeFile(path, [curves = session_.curves()] { return report::curves_csv(curves); });
}

void Exporter::exportReport(const gui::Thumbnails& thumbnails)
{
    const QString path = askFile(tr("Export report"), QStringLiteral("report"), QStringLiteral("html"),
                                 tr("HTML (*.html);;PDF document (*.pdf)"));
    if (path.isEmpty())
        return;
    const gui::OperatingPoint& point = *session_.point();
    const auto material = std::make_shared<ReportMaterial>(
        ReportMaterial{session_.analysis(), session_.costs(), point.analysis, point.costs, {}});
    report::Content& content = material->content;
    content.analysis = material->decided.get();
    content.costs = &material->decidedCosts;
    content.policies = session_.results();
    content.decisions = point.decisions;
    content.thumbnails = dataset::thumbnails_of(thumbnails.dataset());

    session_.jobs().waitFor(Jobs::Lane::write);  // a second export must not cancel the first
    session_.jobs().start<std::optional<report::Promise>>(
        Jobs::Lane::write, tr("Preparing the report"),
        [material](Progress& progress) -> Expected<std::optional<report::Promise>> {
            Expected<report::Promise> found =
                report::promise(*material->analysis, material->costs, material->content.decisions.policy, {}, progress);
            if (found)
                return std::optional(std::move(*found));
            if (found.error().code == ErrorCode::cancelled)
                return forward(found);
            return std::nullopt;  // not every policy can be calibrated: the report does without
        },
        [this, path, material](std::optional<report::Promise> promise) {
            material->content.promise = std::move(promise);
            writeReport(path, *material);
        });
}

void Exporter::writeReport(const QString& path, ReportMaterial& material)
{
    const SourceTexts english;
    report::Content& content = material.content;
    std::vector<analyse::Curve> curves;
    for (const analyse::PolicyResult& policy : content.policies)
        curves.push_back(policy.curve);
    content.figures = cli::report_figures({*material.analysis, material.costs, std::move(curves), *material.decided,
                                           content.decisions, false, content.promise ? &*content.promise : nullptr});
    const bool pdf = path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
    const std::string paper = QLocale().measurementSystem() == QLocale::ImperialUSSystem ? "letter" : "a4";
    session_.writeFile(path, [document = report::compose(content), pdf, paper]() -> Expected<std::string> {
        return pdf ? cli::report_pdf(document, paper) : report::html(document);
    });
}

void Exporter::exportBundle()
{
    const analyse::PolicyResult* policy = session_.result(session_.policy());
    if (!policy || !session_.point()->decided())
        return;
    delete bundle_;  // its point is not the one of now
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
    bundle_ = new BundleDialog(prompts_, std::move(point), &window_);
    bundle_->setAttribute(Qt::WA_DeleteOnClose);
    connect(bundle_, &BundleDialog::written, this,
            [this](const QString& folder) { emit note(tr("Exported %1").arg(folder)); });
    bundle_->show();
}

/// Empty when the user changed their mind.
QString Exporter::askFile(const QString& title, const QString& what, const QString& ending, const QString& filter)
{
    return prompts_.saveFile(&window_, title, suggestedName(what, ending), filter);
}

QString Exporter::suggestedName(const QString& what, const QString& ending) const
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
