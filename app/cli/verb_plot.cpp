// SPDX-License-Identifier: GPL-3.0-or-later
#include <cctype>
#include <memory>

#include "app/cli/figures.h"
#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"

namespace exitscope::cli {
namespace {

struct Options {
    RunInput run;
    OperatingPointOptions point;
    std::vector<std::string> policies;
    PlotRequest plot;
    std::string output;
};

/// Refuses what would fail anyway before the long part begins.
Expected<void> check_request(const Options& options)
{
    const std::filesystem::path path = options.output;
    std::string ending = path.extension().string();
    for (char& c : ending)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (ending != ".png" && ending != ".svg" && ending != ".pdf")
        return fail(ErrorCode::usage, options.output, "plots are written as .png, .svg or .pdf");
    if (!options.point.budget.empty())
        if (auto budget = parse_budget(options.point.budget); !budget)
            return forward(budget);
    return {};
}

}  // namespace

Verb plot_verb(CLI::App& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    CLI::App* app = program.add_subcommand("plot", "Draw a plot into a PNG, SVG or PDF file");
    options->run.add_to(*app);
    CLI::Option* kind = app->add_option("--kind", options->plot.kind, "What to draw")->capture_default_str();
    if (!plot_kinds().empty())
        kind->check(CLI::IsMember(plot_kinds()));
    app->add_option("--policies", options->policies, "Methods in a trade-off plot (default: all that are no oracles)")
        ->delimiter(',')
        ->allow_extra_args(false);
    options->point.add_to(*app, false);
    app->add_option("--theme", options->plot.theme, "Colours")
        ->check(CLI::IsMember({"paper", "light", "dark"}))
        ->capture_default_str();
    app->add_option("--width", options->plot.width, "Width in pixels of 1/96 inch")
        ->check(CLI::Range(100, 10000))
        ->capture_default_str();
    app->add_option("--height", options->plot.height, "Height in pixels of 1/96 inch")
        ->check(CLI::Range(100, 10000))
        ->capture_default_str();
    app->add_option("--dpi", options->plot.dpi, "Resolution of PNG files")
        ->check(CLI::Range(48, 1200))
        ->capture_default_str();
    app->add_option("-o,--output", options->output, "File to write: .png, .svg or .pdf")->required();
    return {app, [options, &common]() -> Expected<void> {
                if (auto checked = check_request(*options); !checked)
                    return checked;
                auto chosen = parse_policies({options->point.policy}, true);
                if (!chosen)
                    return forward(chosen);
                auto names = parse_policies(options->policies, false);
                if (!names)
                    return forward(names);
                auto run = open_run(options->run, common);
                if (!run)
                    return forward(run);
                auto point = fit_policies(*run, *chosen, 2);
                if (!point)
                    return forward(point);
                auto decisions = decide(point->front(), options->point);
                if (!decisions)
                    return forward(decisions);
                FigureInput input{*run->analysis,           run->costs, {},
                                  *point->front().analysis, *decisions, !options->policies.empty()};
                if (options->plot.kind == "trade-off") {
                    auto policies = fit_policies(*run, applicable(*names, !options->policies.empty(), *run), 101);
                    if (!policies)
                        return forward(policies);
                    for (evaluate::PolicyResult& policy : *policies)
                        input.curves.push_back(std::move(policy.curve));
                }
                const Writing writing;
                if (auto written = write_plot(input, options->plot, options->output); !written)
                    return written;
                return common.json ? print_json({{"kind", options->plot.kind}, {"file", options->output}})
                                   : Expected<void>();
            }};
}

}  // namespace exitscope::cli
