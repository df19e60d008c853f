// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/figures.h"

#include <cmath>
#include <cstdio>

#include <QApplication>

#include <qcustomplot.h>

#include "widgets/plots/plot_export.h"
#include "widgets/report/figures.h"
#include "widgets/report/report_pdf.h"

namespace exitscope::cli {
namespace {

/// Drawing needs an application object, and no display: made for the first plot only.
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

plots::PaperStyle screen_style(const PlotRequest& request)
{
    constexpr double pixels_per_mm = 96 / 25.4;
    plots::PaperStyle style;
    style.theme = request.theme == "dark"    ? plots::Theme::dark()
                  : request.theme == "light" ? plots::Theme::light()
                                             : plots::Theme::paper();
    style.size = {static_cast<int>(std::lround(request.width_mm * pixels_per_mm)),
                  static_cast<int>(std::lround(request.height_mm * pixels_per_mm)), request.dpi};
    return style;
}

}  // namespace

std::vector<std::string> plot_kinds()
{
    return print::plot_kinds();
}

Expected<void> write_plot(const report::Material& material, const PlotRequest& request,
                          const std::filesystem::path& path)
{
    need_application();
    const plots::PaperStyle style =
        request.paper ? plots::paper_style(request.width_mm, request.height_mm, request.points, request.dpi)
                      : screen_style(request);
    QCustomPlot plot;
    if (!print::draw_plot(plot, request.kind, material, style.theme))
        return fail(ErrorCode::usage, "--kind", "there is no plot \"" + request.kind + "\"");
    return plots::export_plot(plot, path, style.size);
}

std::vector<report::Figure> report_figures(const report::Material& material)
{
    need_application();
    return print::report_figures(material);
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
