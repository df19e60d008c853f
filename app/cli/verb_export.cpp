// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/registry.h"
#include "core/deploy/bundle/bundle.h"

namespace exitscope::cli {
namespace {

struct Options {
    RunInput run;
    std::string model;
    OperatingPointOptions point;
    std::string output;
    ModelOptions model_options;
    bool exact = false;
};

struct Result {
    analyse::Decisions decisions;
    bundle::Written written;
};

Expected<Result> export_point(const Options& options, const Common& common)
{
    auto opened = open_run(options.run, common);
    if (!opened)
        return forward(opened);
    auto model = options.model_options.reopen(opened->analysis->measured(), options.model, 1);
    if (!model)
        return forward(model);
    auto point = decide_point(*opened, options.point);
    if (!point)
        return forward(point);
    const Writing writing;
    auto written = bundle::write_bundle(*model, point->policy, point->decisions, options.output,
                                        options.exact ? bundle::Form::exact : bundle::Form::qdq);
    if (!written)
        return forward(written);
    return Result{std::move(point->decisions), std::move(*written)};
}

Json to_json(const Result& result, const Options& options)
{
    Json json;
    json["policy"] = result.decisions.policy;
    json["budget"] = result.decisions.budget;
    json["directory"] = options.output;
    json["files"] = result.written.files;
    json["bytes"] = result.written.bytes;
    json["accuracy"] = nullptr;
    if (result.decisions.outcome.accuracy.samples > 0)
        json["accuracy"] = result.decisions.outcome.accuracy.value;
    json["relative_cost"] = result.decisions.outcome.relative_cost;
    return json;
}

std::string to_text(const Result& result, const Options& options)
{
    const analyse::Outcome& outcome = result.decisions.outcome;
    std::string text = options.output + ": " + policy::title(result.decisions.policy) + " at a budget of " +
                       percent(result.decisions.budget, 1) + ", " + std::to_string(result.written.files.size()) +
                       " files, " + grouped(result.written.bytes) + " bytes\n";
    if (outcome.accuracy.samples > 0)
        text += "expected: accuracy " + percent(outcome.accuracy.value) + " at " + percent(outcome.relative_cost) +
                " of the full model's cost\n";
    return text;
}

}  // namespace

Verb export_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand(
        "export", "Write an operating point as a directory that runs in ONNX Runtime without this program");
    options->run.add_to(*app);
    app->add_option("MODEL", options->model, "ONNX file that the run was made with")->required();
    options->point.add_to(*app, false);
    app->add_option("-o,--output", options->output, "Directory to make")->required();
    app->add_flag("--exact", options->exact,
                  "Integers as whole floats instead of QDQ: answers to the last image in ONNX Runtime, too");
    options->model_options.add_to(*app);
    return {app, [options, &common]() -> Expected<void> {
                if (auto valid = options->point.check(); !valid)
                    return valid;
                const auto result = export_point(*options, common);
                if (!result)
                    return tl::unexpected<Error>(result.error());
                return common.json ? print_json(to_json(*result, *options)) : print_text(to_text(*result, *options));
            }};
}

}  // namespace exitscope::cli
