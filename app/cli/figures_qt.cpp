// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/drawing.h"

#include <cmath>
#include <cstdio>

#include <QApplication>

#include <qcustomplot.h>

#include "core/analysis/analyse/stage_flow.h"
#include "core/analysis/analyse/curve.h"
#include "widgets/plots/canvas.h"
#include "widgets/plots/confusion.h"
#include "widgets/plots/content.h"
#include "widgets/plots/exit_shares.h"
#include "widgets/plots/flow.h"
#include "widgets/plots/plot_export.h"

namespace exitscope::cli {

void need_application()
{
    if (QCoreApplication::instance())
        return;
    // what a desktop session lacks is none of the user's business here
    qInstallMessageHandler([](QtMsgType type, const QMessageLogContext&, const QString& text) {
        if (type == QtCriticalMsg || type == QtFatalMsg)
            std::fprintf(stderr, "exitscope: %s\n", qPrintable(text));
    });
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    static int argc = 1;
    static char name[] = "exitscope-cli";
    static char* argv[] = {name, nullptr};
    static const QApplication application(argc, argv);
}

bool draw_plot(QCustomPlot& plot, const std::string& kind, const FigureInput& input, const plots::Theme& theme)
{
    if (kind == "trade-off") {
        // the fixed models are drawn as points; their staircase and the random control would only cover the rest
        std::vector<analyse::Curve> curves = input.curves;
        if (!input.curves_asked_for)
            std::erase_if(curves,
                          [](const analyse::Curve& c) { return c.policy == "static" || c.policy == "random"; });
        plots::TradeOff content = plots::trade_off_content(input.analysis, input.costs, curves);
        content.operating_point = plots::operating_point(input.decisions);
        plots::draw_trade_off(plot, content, theme);
    } else if (kind == "reliability") {
        plots::draw_reliability(plot, plots::reliability_content(input.decided, input.decisions), theme);
    } else if (kind == "exits") {
        plots::draw_exit_shares(plot, report::exit_shares(input.decided.run(), input.decisions),
                                plots::decision_note(input.decided, input.decisions), theme);
    } else if (kind == "flow") {
        static_cast<void>(plots::draw_flow(plot, input.decided.run(),
                                           analyse::stage_flow(input.decided.run(), input.decisions.state),
                                           plots::decision_note(input.decided, input.decisions), theme));
    } else if (kind == "confusion") {
        plots::draw_confusion(plot, plots::confusion_content(input.decided, input.decisions), theme);
    } else {
        return false;
    }
    return true;
}

std::vector<std::string> plot_kinds()
{
    return {"trade-off", "reliability", "exits", "flow", "confusion"};
}

Expected<void> write_plot(const FigureInput& input, const PlotRequest& request, const std::filesystem::path& path)
{
    need_application();
    plots::PaperStyle style;
    if (request.paper) {
        style = plots::paper_style(request.width_mm, request.height_mm, request.points, request.dpi);
    } else {
        constexpr double pixels_a_mm = 96 / 25.4;
        style.theme = request.theme == "dark"    ? plots::Theme::dark()
                      : request.theme == "light" ? plots::Theme::light()
                                                 : plots::Theme::paper();
        style.size = {static_cast<int>(std::lround(request.width_mm * pixels_a_mm)),
                      static_cast<int>(std::lround(request.height_mm * pixels_a_mm)), request.dpi};
    }
    QCustomPlot plot;
    if (!draw_plot(plot, request.kind, input, style.theme))
        return fail(ErrorCode::usage, "--kind", "there is no plot \"" + request.kind + "\"");
    return plots::export_plot(plot, path, style.size);
}

}  // namespace exitscope::cli
