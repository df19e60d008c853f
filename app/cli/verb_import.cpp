// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>
#include <optional>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/run/import.h"
#include "core/analysis/run/run_file.h"
#include "core/base/file.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/network/dataset/class_list.h"

namespace exitscope::cli {
namespace {

struct Options {
    std::vector<std::string> logits;
    std::string labels;
    std::string table;
    run::TableColumns columns;
    std::string classes;  ///< a file with names; for a table also their number
    std::string costs;
    std::string precision = "fp32";
    std::string images;
    std::uint64_t probability_mebibytes = 256;
    std::string output;
    run::ImportOptions import;
};

/// --classes as a number.
std::optional<std::size_t> class_count(const Options& options)
{
    const std::optional<double> count = number_of(options.classes);
    if (!count || !std::all_of(options.classes.begin(), options.classes.end(), is_digit) || *count > 65536)
        return std::nullopt;
    return static_cast<std::size_t>(*count);
}

Expected<run::ImportOptions> import_options(const Options& options, const Common& common)
{
    run::ImportOptions import = options.import;
    Expected<Precision> precision = parse_precision(options.precision);
    if (!precision)
        return forward(precision);
    import.precision = *precision;
    import.seed = common.seed;
    import.threads = common.threads;
    import.probability_bytes = options.probability_mebibytes << 20;
    if (!options.images.empty()) {
        Expected<dataset::DatasetPtr> images = DataOptions().open(options.images, nullptr, common);
        if (!images)
            return forward(images);
        import.images = (*images)->info().source;
        import.images_hash = (*images)->content_hash();
        import.image_count = (*images)->size();
        for (std::size_t i = 0; (*images)->info().labelled && i < (*images)->size(); ++i) {
            const std::optional<ClassIndex> label = (*images)->label(SampleIndex(i));
            import.image_labels.push_back(label ? static_cast<std::int32_t>(label->value) : -1);
        }
        if (import.name.empty())
            import.name = (*images)->info().name;
    }
    if (!options.classes.empty() && !class_count(options)) {
        const Expected<dataset::ClassList> names = dataset::read_class_list(options.classes);
        if (!names)
            return tl::unexpected<Error>(names.error());
        for (const dataset::ClassEntry& entry : names->entries)
            import.class_names.push_back(entry.text);
    }
    return import;
}

Expected<run::RunPtr> import(const Options& options, const run::ImportOptions& how, Progress& progress)
{
    if (!options.table.empty())
        return run::import_table(options.table, options.columns, class_count(options).value_or(how.class_names.size()),
                                 options.costs, how);
    Expected<std::unique_ptr<run::LogitSource>> source =
        run::open_logits({options.logits.begin(), options.logits.end()});
    if (!source)
        return forward(source);
    Expected<std::vector<std::int32_t>> labels = run::read_labels(options.labels);
    if (!labels)
        return forward(labels);
    const std::size_t exits = (*source)->exits();
    Expected<std::vector<run::StageCost>> costs =
        options.costs.empty() ? run::equal_costs(exits) : run::read_costs(options.costs, exits);
    if (!costs)
        return forward(costs);
    return run::import_logits(**source, *labels, *costs, how, progress);
}

Json to_json(const run::Run& run, double full_cost)
{
    Json json;
    json["states"] = run.states.size();
    json["stages"] = run.exit_count();
    json["precisions"] = {run.precisions.front().name()};
    json["fit_samples"] = run.fit.samples;
    json["test_samples"] = run.test.samples;
    json["classes"] = run.classes;
    json["probabilities"] = !run.test.probabilities.empty();
    json["full"] = {{"accuracy", nullptr}, {"cost", full_cost}};
    if (run.test.labelled())
        json["full"]["accuracy"] = analyse::state_accuracy(run, run.full()).value;
    return json;
}

std::string to_text(const run::Run& run, const cost::Costs& costs)
{
    std::vector<std::vector<std::string>> rows = {{"exit", "relative cost", "test accuracy"}};
    for (std::size_t s = 0; s < run.states.size(); ++s)
        rows.push_back({run.exit_names[s], percent(costs.relative(StateIndex(s)), 1),
                        run.test.labelled() ? percent(analyse::state_accuracy(run, StateIndex(s)).value) : "-"});
    return grouped(run.fit.samples) + " fit and " + grouped(run.test.samples) + " test samples, " +
           grouped(run.classes) + " classes" +
           (run.confidences_only()           ? "; confidences only"
            : run.test.probabilities.empty() ? "; probabilities of all classes are not kept (--probability-memory)"
                                             : "") +
           "\n\n" + table(rows);
}

Expected<void> run_import(const Options& options, const Common& common)
{
    if (options.logits.empty() == options.table.empty())
        return fail(ErrorCode::usage, {}, "import needs either --logits or --table");
    if (!options.logits.empty() && options.labels.empty())
        return fail(ErrorCode::usage, {}, "--logits needs --labels: everything is fitted on labels");
    if (Expected<void> writable = check_writable(options.output); !writable)
        return writable;
    Expected<run::ImportOptions> how = import_options(options, common);
    if (!how)
        return forward(how);
    Progress progress;
    Expected<run::RunPtr> run = [&] {
        const Watch watch(progress, !common.quiet);
        return import(options, *how, progress);
    }();
    if (!run)
        return forward(run);
    const cost::Kind kind = cost::Kind::bops;
    Expected<cost::Costs> costs = cost::make_costs(**run, kind);
    if (!costs)
        return fail(costs.error().code, options.costs, costs.error().detail);
    if (options.costs.empty() && !common.quiet)
        log_line("no --costs were given: every stage is taken to cost the same");
    {
        const Writing writing;
        if (Expected<void> saved = run::save(**run, options.output); !saved)
            return saved;
    }
    return common.json ? print_json(to_json(**run, costs->reference)) : print_text(to_text(**run, *costs));
}

}  // namespace

Verb import_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand("import", "Make a run from answers computed by another program");
    app->add_option("--logits", options->logits,
                    "NPY or NPZ [exits,samples,classes], or one file per exit (NPY, NPZ, CSV), first exit first");
    app->add_option("--labels", options->labels, "Labels [samples]: NPY, NPZ or CSV");
    app->add_option("--table", options->table,
                    "CSV with one row per sample: label, confidence and prediction of each exit");
    app->add_option("--costs", options->costs,
                    "CSV, one line per exit: cumulative cost, or columns cumulative_macs, macs, params, ms "
                    "(default: equal stages)");
    app->add_flag("--probabilities", options->import.probabilities, "--logits holds probabilities");
    app->add_option("--fit-fraction", options->import.fit_fraction, "Share of the samples drawn for the fit split")
        ->capture_default_str();
    app->add_option("--fit-first", options->import.fit_first,
                    "The first N samples are the fit split, the others the test split");
    app->add_option("--precision", options->precision, "At which the answers were computed; scales costs only")
        ->capture_default_str();
    app->add_option("--target-column", options->columns.target, "--table: column of the label")->capture_default_str();
    app->add_option("--confidence-columns", options->columns.confidence, "--table: {} stands for the exit's number")
        ->capture_default_str();
    app->add_option("--prediction-columns", options->columns.prediction, "--table: {} stands for the exit's number")
        ->capture_default_str();
    app->add_option(
        "--classes", options->classes,
        "File with the class names in order, one a line; with --table also their number (default: as many as "
        "occur)");
    app->add_option("--name", options->import.name, "Name of the data");
    app->add_option("--images", options->images, "Data set that holds the images, in the order of the samples");
    app->add_option("--probability-memory", options->probability_mebibytes,
                    "MiB up to which the probabilities of all classes are kept")
        ->check(in_range(0, 1 << 20))
        ->capture_default_str();
    app->add_option("-o,--output", options->output, "Run file to write (.exr)")->required();
    return {app, [options, &common] { return run_import(*options, common); }};
}

}  // namespace exitscope::cli
