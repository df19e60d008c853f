// SPDX-License-Identifier: GPL-3.0-or-later
#include <cctype>
#include <filesystem>
#include <memory>
#include <optional>

#include "app/cli/figures.h"
#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/network/dataset/thumbnail.h"
#include "core/base/file.h"
#include "core/analysis/report/promise.h"
#include "core/analysis/report/report.h"
#include "core/analysis/report/requirement.h"

namespace exitscope::cli {
namespace {

struct Options {
    RunInput run;
    OperatingPointOptions point;
    std::vector<std::string> policies;
    std::string images;
    std::optional<std::string> require;
    report::PromiseRequest promise;
    std::string paper = "a4";
    std::string output;
};

enum class Format { html, pdf };

Expected<Format> format_of(const std::string& output)
{
    std::string ending = std::filesystem::path(output).extension().string();
    for (char& c : ending)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (ending == ".html" || ending == ".htm")
        return Format::html;
    if (ending == ".pdf")
        return Format::pdf;
    return fail(ErrorCode::usage, output, "reports are written as .html or .pdf");
}

/// A policy that cannot be calibrated still makes a report, without the guarantee.
std::optional<report::Promise> find_promise(const Options& options, const OpenedRun& run, const Common& common)
{
    Progress progress;
    Expected<report::Promise> found = [&] {
        const Watch watch(progress, !common.quiet);
        return report::promise(*run.analysis, run.costs, options.point.policy, options.promise, progress);
    }();
    if (found)
        return std::move(*found);
    if (!common.quiet)
        log_line("exitscope: no guarantee in the report: " + found.error().message());
    return std::nullopt;
}

/// The test images for thumbnails. A run that came from another machine still makes a report, without them.
dataset::DatasetPtr open_images(const Options& options, const run::Split& test, const Common& common)
{
    const std::string source = options.images.empty() ? test.dataset_source : options.images;
    if (source.empty())
        return nullptr;
    Expected<dataset::DatasetPtr> images = dataset::open(source);
    if (images)
        return *images;
    if (!common.quiet)
        log_line("exitscope: no example images in the report: " + images.error().message());
    return nullptr;
}

}  // namespace

Verb report_verb(CLI::App& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    CLI::App* app = program.add_subcommand("report", "Write a report on a run as one HTML file or a PDF document");
    options->run.add_to(*app);
    app->add_option("--policies", options->policies, "Methods to compare (default: all except oracles)")
        ->delimiter(',')
        ->allow_extra_args(false);
    options->point.add_to(*app, false);
    app->add_option("--images", options->images, "Where the test images are now (default: where they were)");
    app->add_option(
        "--require", options->require,
        "Conditions on the operating point, such as drop<=0.005,cost<=0.4; exit code 2 when one does not hold");
    app->add_option("--eps", options->promise.eps, "Risk that the guarantee allows")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app->add_option("--delta", options->promise.delta, "Probability with which the guarantee may fail")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    CLI::Option* paper = app->add_option("--page", options->paper, "Paper of a .pdf")->capture_default_str();
    if (!paper_sizes().empty())
        paper->check(CLI::IsMember(paper_sizes()));
    app->add_option("-o,--output", options->output, "File to write: .html or .pdf")->required();
    return {app, [options, &common]() -> Expected<void> {
                const auto format = format_of(options->output);
                if (!format)
                    return tl::unexpected<Error>(format.error());
                if (auto valid = options->point.check(); !valid)
                    return valid;
                std::vector<report::Requirement> required;
                if (options->require) {
                    auto parsed = report::parse_requirements(*options->require);
                    if (!parsed)
                        return forward(parsed);
                    required = std::move(*parsed);
                }
                auto names = parse_policies(options->policies, false);
                if (!names)
                    return forward(names);
                auto run = open_run(options->run, common);
                if (!run)
                    return forward(run);
                auto policies = fit_policies(*run, applicable(*names, !options->policies.empty(), *run), 101);
                if (!policies)
                    return forward(policies);
                auto point = decide_point(*run, options->point);
                if (!point)
                    return forward(point);

                FigureInput figures{*run->analysis,          run->costs,       {},
                                    *point->policy.analysis, point->decisions, !options->policies.empty()};
                for (const analyse::PolicyResult& policy : *policies)
                    figures.curves.push_back(policy.curve);
                report::Content content;
                content.analysis = point->policy.analysis.get();
                content.costs = &point->policy.costs;
                content.policies = std::move(*policies);
                content.decisions = point->decisions;
                content.budget_by_default = options->point.budget.empty();
                content.promise = find_promise(*options, *run, common);
                figures.promise = content.promise ? &*content.promise : nullptr;
                content.figures = report_figures(figures);
                content.thumbnails =
                    dataset::thumbnails_of(open_images(*options, run->analysis->run().test, common));
                const report::Document document = report::compose(content);
                const Expected<std::string> bytes =
                    *format == Format::pdf ? report_pdf(document, options->paper) : report::html(document);
                if (!bytes)
                    return fail(bytes.error().code, options->output, bytes.error().detail);
                const Writing writing;
                if (auto written = write_file(options->output, *bytes); !written)
                    return written;
                if (common.json)
                    if (auto printed = print_json({{"file", options->output}, {"bytes", bytes->size()}}); !printed)
                        return printed;
                return report::check(required, point->policy.analysis->run(), point->decisions.outcome,
                                     options->run.path);
            }};
}

}  // namespace exitscope::cli
