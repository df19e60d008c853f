// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/report/figures.h"

#include <QObject>

#include <qcustomplot.h>

#include "core/analysis/analyse/curve.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/stage_flow.h"
#include "core/analysis/report/exit_shares.h"
#include "widgets/plots/canvas.h"
#include "widgets/plots/confusion.h"
#include "widgets/plots/content.h"
#include "widgets/plots/exit_shares.h"
#include "widgets/plots/flow.h"
#include "widgets/plots/guarantee.h"
#include "widgets/plots/plot_export.h"
#include "widgets/plots/reliability.h"
#include "widgets/plots/trade_off.h"

namespace exitscope::print {
namespace {

QString from(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

void draw_trade_off(QCustomPlot& plot, const report::Material& material, const plots::Theme& theme)
{
    std::vector<analyse::Curve> curves;
    for (const analyse::PolicyResult& policy : material.policies) {
        // the fixed models are drawn as points; their staircase and the random control would only cover the rest
        const bool covers = policy.curve.policy == "static" || policy.curve.policy == "random";
        if (material.policies_asked_for || !covers)
            curves.push_back(policy.curve);
    }
    plots::TradeOff content = plots::trade_off_content(*material.analysis, material.costs, curves);
    content.operating_point = plots::operating_point(material.decisions);
    plots::draw_trade_off(plot, content, theme);
}

void draw_flow(QCustomPlot& plot, const report::Material& material, const plots::Theme& theme)
{
    const run::Run& run = material.decided->run();
    static_cast<void>(plots::draw_flow(plot, run, analyse::stage_flow(run, material.decisions.state),
                                       plots::decision_note(*material.decided, material.decisions), theme));
}

void draw_promise(QCustomPlot& plot, const report::Material& material, const plots::Theme& theme)
{
    const risk::Guarantee& found = material.promise->guarantee;
    plots::draw_risk_path(plot, found, from(risk::info(material.promise->loss).title),
                          QObject::tr("%1 images of %2 calibrate, %3 are held out.")
                              .arg(plots::count_text(found.calibration_samples),
                                   from(material.analysis->run().test.dataset),
                                   plots::count_text(found.held_out_samples)),
                          theme);
}

report::Figure figure(const report::Material& material, const std::string& id, const std::string& title, int height)
{
    plots::ExportSize size;
    size.width = 760;
    size.height = height;
    QCustomPlot plot;
    const auto svg = [&](const plots::Theme& theme) {
        if (id == "guarantee")
            draw_promise(plot, material, theme);
        else
            static_cast<void>(draw_plot(plot, id, material, theme));
        return plots::to_inline_svg(plot, size).toStdString();
    };
    report::Figure figure;
    figure.id = id;
    figure.title = title;
    figure.svg = svg(plots::Theme::light());
    figure.svg_dark = svg(plots::Theme::dark());
    return figure;
}

}  // namespace

std::vector<std::string> plot_kinds()
{
    return {"trade-off", "reliability", "exits", "flow", "confusion"};
}

bool draw_plot(QCustomPlot& plot, const std::string& kind, const report::Material& material, const plots::Theme& theme)
{
    const analyse::Analysis& decided = *material.decided;
    if (kind == "trade-off")
        draw_trade_off(plot, material, theme);
    else if (kind == "reliability")
        plots::draw_reliability(plot, plots::reliability_content(decided, material.decisions), theme);
    else if (kind == "exits")
        plots::draw_exit_shares(plot, report::exit_shares(decided.run(), material.decisions),
                                plots::decision_note(decided, material.decisions), theme);
    else if (kind == "flow")
        draw_flow(plot, material, theme);
    else if (kind == "confusion")
        plots::draw_confusion(plot, plots::confusion_content(decided, material.decisions), theme);
    else
        return false;
    return true;
}

std::vector<report::Figure> report_figures(const report::Material& material)
{
    std::vector<report::Figure> figures = {figure(material, "trade-off", "Accuracy against cost", 450),
                                           figure(material, "flow", "How the images pass through the network", 400),
                                           figure(material, "exits", "Where the images leave", 300),
                                           figure(material, "reliability", "Predicted against actual error", 360)};
    if (material.promise)
        figures.push_back(figure(material, "guarantee", "Risk of every setting against its cost", 360));
    return figures;
}

}  // namespace exitscope::print
