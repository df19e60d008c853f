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
#include "app/language.h"
#include "app/print_dialog.h"
#include "app/prompts.h"
#include "app/session.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/report/csv.h"
#include "core/analysis/report/material.h"
#include "core/network/dataset/thumbnail.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/plot.h"
#include "widgets/plots/plot_export.h"
#include "widgets/report/figures.h"
#include "widgets/report/report_pdf.h"
#include "widgets/samples/sample_model.h"
#include "widgets/samples/thumbnails.h"

namespace exitscope::app {
namespace {

using gui::text;

constexpr Lane reportLane{"report"};

std::filesystem::path toPath(const QString& path)
{
    return std::filesystem::path(path.toStdString());
}

}  // namespace

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
    // the numbers as they are now: the session may go on while the report is made
    const auto material = std::make_shared<report::Material>(report::Material{.analysis = session_.analysis(),
                                                                              .costs = session_.costs(),
                                                                              .decided = point.analysis,
                                                                              .decided_costs = point.costs,
                                                                              .policies = session_.results(),
                                                                              .decisions = point.decisions});
    material->thumbnails = dataset::thumbnails_of(thumbnails.dataset());

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
void Exporter::writeReport(const QString& path, const std::shared_ptr<const report::Material>& material)
{
    const SourceTexts english;
    const bool pdf = path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
    const bool letter = QLocale().measurementSystem() == QLocale::ImperialUSSystem;
    const QPageSize page(letter ? QPageSize::Letter : QPageSize::A4);
    session_.writeFile(path,
                       [material, figures = print::report_figures(*material), pdf, page]() -> Expected<std::string> {
                           const report::Document document = report::compose(*material, figures);
                           return pdf ? print::report_pdf(document, page) : report::html(document);
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
