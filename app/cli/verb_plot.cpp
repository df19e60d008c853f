// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>
#include <memory>

#include "app/cli/figures.h"
#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/base/text.h"

namespace exitscope::cli {
namespace {

struct Options {
    RunInput run;
    OperatingPointOptions point;
    std::vector<std::string> policies;
    PlotRequest plot;
    std::string style = "screen";
    std::string width;   ///< empty: the style's
    std::string height;  ///< empty: the style's share of the width
    std::string output;
};

constexpr double mm_a_pixel = 25.4 / 96;

/// "84mm", "8.4cm", "3.3in" or pixels of 1/96 inch, in millimetres. Error: another form, or no size for a drawing.
Expected<double> parse_length(const std::string& text, const char* option)
{
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string unit(static_cast<const char*>(end), text.data() + text.size());
    const double mm = unit == "mm"                   ? 1
                      : unit == "cm"                 ? 10
                      : unit == "in"                 ? 25.4
                      : unit.empty() || unit == "px" ? mm_a_pixel
                                                     : 0;
    if (problem != std::errc() || mm == 0 || !(value * mm >= 20 && value * mm <= 2000))
        return fail(ErrorCode::usage, option,
                    "\"" + text + "\" is not a length of 20 mm to 2 m such as 84mm, 8.4cm, 3.3in or 720 (pixels)");
    return value * mm;
}

/// The size that was asked for, or the style's: a column of a paper, or a part of a screen.
Expected<void> set_size(Options& options)
{
    PlotRequest& plot = options.plot;
    plot.paper = options.style == "paper";
    plot.width_mm = plot.paper ? 84 : 720 * mm_a_pixel;
    if (!options.width.empty()) {
        const Expected<double> width = parse_length(options.width, "--width");
        if (!width)
            return tl::unexpected<Error>(width.error());
        plot.width_mm = *width;
    }
    plot.height_mm = plot.paper ? 0.85 * plot.width_mm : plot.width_mm * 2 / 3;
    if (!options.height.empty()) {
        const Expected<double> height = parse_length(options.height, "--height");
        if (!height)
            return tl::unexpected<Error>(height.error());
        plot.height_mm = *height;
    }
    return {};
}

/// Refuses what would fail anyway before the long part begins.
Expected<void> check_request(const Options& options)
{
    const std::filesystem::path path = options.output;
    const std::string ending = lower(path.extension().string());
    if (ending != ".png" && ending != ".svg" && ending != ".pdf" && ending != ".csv")
        return fail(ErrorCode::usage, options.output, "plots are written as .png, .svg, .pdf or .csv");
    return options.point.check();
}

}  // namespace

Verb plot_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app =
        program.add_subcommand("plot", "Draw a plot into a PNG, SVG or PDF file, or write its numbers as CSV");
    options->run.add_to(*app);
    Option* kind = app->add_option("--kind", options->plot.kind, "Kind of plot")->capture_default_str();
    if (!plot_kinds().empty())
        kind->check(one_of(plot_kinds()));
    app->add_option("--policies", options->policies, "Methods in a trade-off plot (default: all except oracles)")
        ->list(is_policy);
    options->point.add_to(*app, false);
    app->add_option("--style", options->style,
                    "screen, or paper: black on white, no small print, type of --font-size, 84 mm wide")
        ->check(one_of({"screen", "paper"}))
        ->capture_default_str();
    app->add_option("--theme", options->plot.theme, "Colours of the screen style")
        ->check(one_of({"paper", "light", "dark"}))
        ->capture_default_str();
    app->add_option("--width", options->width,
                    "Width: 84mm, 8.4cm, 3.3in or pixels of 1/96 inch (default: the style's)");
    app->add_option("--height", options->height, "Height, as the width (default: the style's share of the width)");
    app->add_option("--font-size", options->plot.points, "Type of the paper style in points")
        ->check(in_range(4.0, 40.0))
        ->capture_default_str();
    app->add_option("--dpi", options->plot.dpi, "Resolution of PNG files")
        ->check(in_range(48, 1200))
        ->capture_default_str();
    app->add_option("-o,--output", options->output, "File to write: .png, .svg, .pdf, or .csv for the numbers")
        ->required();
    return {app, [options, &common]() -> Expected<void> {
                if (auto checked = check_request(*options); !checked)
                    return checked;
                if (auto sized = set_size(*options); !sized)
                    return sized;
                auto names = parse_policies(options->policies, false);
                if (!names)
                    return forward(names);
                auto run = open_run(options->run, common);
                if (!run)
                    return forward(run);
                auto point = decide_point(*run, options->point);
                if (!point)
                    return forward(point);
                report::Material material{.analysis = run->analysis,
                                          .costs = run->costs,
                                          .decided = point->policy.analysis,
                                          .decided_costs = point->policy.costs,
                                          .policies = {},
                                          .decisions = point->decisions,
                                          .policies_asked_for = !options->policies.empty()};
                if (options->plot.kind == "trade-off") {
                    auto policies = fit_policies(*run, applicable(*names, !options->policies.empty(), *run), 101);
                    if (!policies)
                        return forward(policies);
                    material.policies = std::move(*policies);
                }
                const Writing writing;
                if (auto written = write_plot(material, options->plot, options->output); !written)
                    return written;
                return common.json ? print_json({{"kind", options->plot.kind}, {"file", options->output}})
                                   : Expected<void>();
            }};
}

}  // namespace exitscope::cli
