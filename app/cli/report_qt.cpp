// SPDX-License-Identifier: GPL-3.0-or-later
#include <utility>

#include <qcustomplot.h>

#include "app/cli/drawing.h"
#include "core/analysis/analyse/stage_flow.h"
#include "widgets/plots/canvas.h"
#include "widgets/plots/content.h"
#include "widgets/plots/flow.h"
#include "widgets/plots/guarantee.h"
#include "widgets/plots/plot_export.h"
#include "widgets/report/report_pdf.h"

namespace exitscope::cli {
namespace {

QString from(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

void draw_flow_figure(QCustomPlot& plot, const FigureInput& input, const plots::Theme& theme)
{
    const run::Run& run = input.decided.run();
    (void)plots::draw_flow(plot, run, analyse::stage_flow(run, input.decisions.state),
                           plots::decision_note(input.decided, input.decisions), theme);
}

void draw_promise(QCustomPlot& plot, const FigureInput& input, const plots::Theme& theme)
{
    const risk::Guarantee& found = input.promise->guarantee;
    plots::draw_risk_path(plot, found, from(risk::info(input.promise->loss).title),
                          QObject::tr("%1 images of %2 calibrate, %3 are held out.")
                              .arg(plots::count_text(found.calibration_samples),
                                   from(input.analysis.run().test.dataset), plots::count_text(found.held_out_samples)),
                          theme);
}

void draw(QCustomPlot& plot, const std::string& id, const FigureInput& input, const plots::Theme& theme)
{
    if (id == "flow")
        draw_flow_figure(plot, input, theme);
    else if (id == "guarantee")
        draw_promise(plot, input, theme);
    else
        (void)draw_plot(plot, id, input, theme);
}

report::Figure figure(const FigureInput& input, const std::string& id, const std::string& title, int height)
{
    plots::ExportSize size;
    size.width = 760;
    size.height = height;
    QCustomPlot plot;
    report::Figure figure;
    figure.id = id;
    figure.title = title;
    draw(plot, id, input, plots::Theme::light());
    figure.svg = plots::to_inline_svg(plot, size).toStdString();
    draw(plot, id, input, plots::Theme::dark());
    figure.svg_dark = plots::to_inline_svg(plot, size).toStdString();
    return figure;
}

}  // namespace

std::vector<report::Figure> report_figures(const FigureInput& input)
{
    need_application();
    std::vector<report::Figure> figures = {figure(input, "trade-off", "Accuracy against cost", 450),
                                           figure(input, "flow", "How the images pass through the network", 400),
                                           figure(input, "exits", "Where the images leave", 300),
                                           figure(input, "reliability", "Predicted against actual error", 360)};
    if (input.promise)
        figures.push_back(figure(input, "guarantee", "Risk of every setting against its cost", 360));
    return figures;
}

std::vector<std::string> paper_sizes()
{
    return {"a4", "letter"};
}

Expected<std::string> report_pdf(const report::Document& document, const std::string& paper)
{
    need_application();
    return print::report_pdf(document, QPageSize(paper == "letter" ? QPageSize::Letter : QPageSize::A4));
}

}  // namespace exitscope::cli
