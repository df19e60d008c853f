// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <memory>
#include <optional>

#include "app/cli/figures.h"
#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/report/promise.h"
#include "core/analysis/report/report.h"
#include "core/analysis/report/requirement.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/deploy/evaluate/reopen.h"
#include "core/network/dataset/thumbnail.h"

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
    const std::string ending = lower(std::filesystem::path(output).extension().string());
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
    const bool own = options.images.empty();
    if (own && test.dataset_source.empty())
        return nullptr;
    Expected<dataset::DatasetPtr> images =
        own ? evaluate::reopen_data(test) : dataset::reopen({options.images, test.class_numbers});
    if (images)
        return *images;
    if (!common.quiet)
        log_line("exitscope: no example images in the report: " + images.error().message());
    return nullptr;
}

/// Everything but the figures, which are drawn last.
Expected<report::Material> make_material(const Options& options, const std::vector<std::string>& names,
                                         const OpenedRun& run, const Common& common)
{
    auto policies = fit_policies(run, applicable(names, !options.policies.empty(), run), 101);
    if (!policies)
        return forward(policies);
    auto point = decide_point(run, options.point);
    if (!point)
        return forward(point);
    report::Material material{.analysis = run.analysis,
                              .costs = run.costs,
                              .decided = point->policy.analysis,
                              .decided_costs = point->policy.costs,
                              .policies = std::move(*policies),
                              .decisions = std::move(point->decisions)};
    material.policies_asked_for = !options.policies.empty();
    material.budget_by_default = options.point.budget.empty();
    material.promise = find_promise(options, run, common);
    material.thumbnails = dataset::thumbnails_of(open_images(options, run.analysis->run().test, common));
    return material;
}

Expected<std::string> report_of(const report::Material& material, Format format, const Options& options)
{
    const report::Document document = report::compose(material, report_figures(material));
    if (format == Format::html)
        return report::html(document);
    const Expected<std::string> pdf = report_pdf(document, options.paper);
    if (!pdf)
        return fail(pdf.error().code, options.output, pdf.error().detail);
    return pdf;
}

Expected<void> write_report(const Options& options, const Common& common)
{
    const auto format = format_of(options.output);
    if (!format)
        return tl::unexpected<Error>(format.error());
    if (auto valid = options.point.check(); !valid)
        return valid;
    std::vector<report::Requirement> required;
    if (options.require) {
        auto parsed = report::parse_requirements(*options.require);
        if (!parsed)
            return forward(parsed);
        required = std::move(*parsed);
    }
    auto names = parse_policies(options.policies, false);
    if (!names)
        return forward(names);
    const auto run = open_run(options.run, common);
    if (!run)
        return tl::unexpected<Error>(run.error());
    const auto material = make_material(options, *names, *run, common);
    if (!material)
        return tl::unexpected<Error>(material.error());
    const Expected<std::string> bytes = report_of(*material, *format, options);
    if (!bytes)
        return tl::unexpected<Error>(bytes.error());
    const Writing writing;
    if (auto written = write_file(options.output, *bytes); !written)
        return written;
    if (common.json)
        if (auto printed = print_json({{"file", options.output}, {"bytes", bytes->size()}}); !printed)
            return printed;
    return report::check(required, material->decided->run(), material->decisions.outcome, options.run.path);
}

}  // namespace

Verb report_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand("report", "Write a report on a run as one HTML file or a PDF document");
    options->run.add_to(*app);
    app->add_option("--policies", options->policies, "Methods to compare (default: all except oracles)")
        ->list(is_policy);
    options->point.add_to(*app, false);
    app->add_option("--images", options->images, "Where the test images are now (default: where they were)");
    app->add_option(
        "--require", options->require,
        "Conditions on the operating point, such as drop<=0.005,cost<=0.4; exit code 2 when one does not hold");
    app->add_option("--eps", options->promise.eps, "Risk that the guarantee allows")
        ->check(in_range(0.0, 1.0))
        ->capture_default_str();
    app->add_option("--delta", options->promise.delta, "Probability with which the guarantee may fail")
        ->check(in_range(0.0, 1.0))
        ->capture_default_str();
    Option* paper = app->add_option("--page", options->paper, "Paper of a .pdf")->capture_default_str();
    if (!paper_sizes().empty())
        paper->check(one_of(paper_sizes()));
    app->add_option("-o,--output", options->output, "File to write: .html or .pdf")->required();
    return {app, [options, &common] { return write_report(*options, common); }};
}

}  // namespace exitscope::cli
