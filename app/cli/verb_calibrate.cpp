// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/risk/control.h"
#include "core/analysis/risk/guarantee.h"
#include "core/analysis/risk/knob_path.h"
#include "core/analysis/risk/loss_file.h"
#include "core/analysis/risk/real_losses.h"
#include "core/base/number_text.h"

namespace exitscope::cli {
namespace {

struct Options {
    RunInput run;
    std::string policy = "quee";
    std::string losses;
    std::string method;
    std::string loss;                ///< empty: performance-gap on a run, real losses from a file
    std::vector<double> loss_range;  ///< empty: from the values
    std::vector<double> eps;
    double delta = 0.1;
    std::size_t n = 0;
    std::size_t trials = 1;
    std::size_t knobs = 100;
    std::string order = "random";
    double ltt_bound = 0;  ///< 0 = not given
    bool monotone = false;
    bool reference_compatible = false;
};

std::string range_text(risk::LossRange range)
{
    return "between " + general_text(range.low, 9) + " and " + general_text(range.high, 9);
}

/// What is calibrated: a policy's settings on a run, or losses from a file.
struct Subject {
    risk::RealLosses losses;            ///< the range counts for losses without a kind
    const risk::LossInfo* kind;         ///< null: losses without a kind
    std::vector<float> relative_cost;   ///< empty from a file
    std::vector<policy::Point> points;  ///< [knobs]; empty from a file
    std::string title;
};

/// Losses without a kind; says which range they were taken to have where none was given.
Expected<Subject> open_real_losses(const Options& options)
{
    std::optional<risk::LossRange> range;
    if (!options.loss_range.empty()) {
        if (options.loss_range.size() != 2)
            return fail(ErrorCode::usage, "--loss-range", "is two numbers LO,HI with LO below HI");
        range = risk::LossRange{options.loss_range.front(), options.loss_range.back()};
    }
    Expected<risk::RealLosses> losses = risk::read_real_losses(options.losses, range);
    if (!losses)
        return forward(losses);
    if (!range)
        if (auto told =
                tell({{"loss-range", options.losses + ": the losses are taken to lie " + range_text(losses->range) +
                                         ", the least usual range that holds them; --loss-range LO,HI sets "
                                         "another"}});
            !told)
            return forward(told);
    return Subject{std::move(*losses), nullptr, {}, {}, options.losses};
}

Expected<Subject> open_subject(const Options& options, const risk::LossInfo* kind, const Common& common)
{
    if (!kind)
        return open_real_losses(options);
    const risk::LossInfo& loss = *kind;
    if (!options.losses.empty()) {
        Expected<risk::LossTable> losses = risk::read_losses(options.losses, loss);
        if (!losses)
            return forward(losses);
        return Subject{{std::move(*losses), {}}, kind, {}, {}, options.losses};
    }
    Expected<std::vector<std::string>> name = parse_policies({options.policy}, true);
    if (!name)
        return forward(name);
    Expected<OpenedRun> run = open_run(options.run, common);
    if (!run)
        return forward(run);
    Expected<risk::KnobPath> path =
        risk::knob_path(*run->analysis, run->costs, options.policy, loss.loss, options.knobs);
    if (!path)
        return fail(path.error().code, options.run.path, path.error().detail);
    return Subject{{std::move(path->losses), {}},
                   kind,
                   std::move(path->relative_cost),
                   std::move(path->points),
                   policy::title(options.policy) + " on " + run->analysis->run().test.dataset};
}

Expected<risk::ControlRequest> request_of(const Options& options, const Subject& subject, const Common& common)
{
    const risk::LossTable& losses = subject.losses.losses;
    risk::ControlRequest request;
    request.rule.method = *risk::parse_method(options.method);
    request.rule.delta = options.delta;
    if (subject.kind)
        request.rule = risk::rule_for(request.rule.method, *subject.kind, options.delta);
    if (options.ltt_bound > 0)
        request.rule.ltt_bound = options.ltt_bound;
    else if (subject.points.empty())
        request.rule.ltt_bound = 1.0;
    request.rule.monotone = options.monotone || !subject.points.empty();
    request.rule.reference_compatible = options.reference_compatible;
    request.eps = options.eps;
    request.n = options.n > 0 ? options.n : std::max<std::size_t>(losses.samples / 2, 1);
    request.trials = options.trials;
    request.seed = common.seed;
    request.threads = common.threads;
    if (options.order == "file") {
        request.order.resize(losses.samples);
        std::iota(request.order.begin(), request.order.end(), std::uint32_t{0});
    } else if (options.order != "random") {
        Expected<std::vector<std::uint32_t>> order = risk::read_order(options.order);
        if (!order)
            return forward(order);
        request.order = std::move(*order);
    }
    return request;
}

/// A list, or its only entry.
Json list_or_one(const Json& list)
{
    return list.size() == 1 ? list.front() : list;
}

Json known(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json to_json(const Options& options, const risk::ControlRequest& request, const Subject& subject,
             const std::vector<risk::LevelOutcome>& outcomes)
{
    Json eps = Json::array();
    Json index = Json::array();
    Json knob = Json::array();
    Json risk_mean = Json::array();
    Json cost_mean = Json::array();
    Json violations = Json::array();
    for (const risk::LevelOutcome& outcome : outcomes) {
        Json indices = Json::array();
        Json knobs = Json::array();
        for (const auto& chosen : outcome.index) {
            indices.push_back(chosen ? static_cast<std::int64_t>(*chosen) : -1);
            knobs.push_back(chosen && !subject.points.empty() ? Json(subject.points[*chosen].knob) : Json(nullptr));
        }
        eps.push_back(outcome.eps);
        index.push_back(list_or_one(indices));
        knob.push_back(list_or_one(knobs));
        risk_mean.push_back(known(outcome.risk_mean));
        cost_mean.push_back(known(outcome.cost_mean));
        violations.push_back(known(outcome.violations));
    }
    const bool flat = outcomes.size() == 1 && request.trials > 1;  // one level: the list is that of the trials
    Json json;
    json["method"] = options.method;
    json["loss"] = subject.kind ? Json(std::string(subject.kind->name)) : Json(nullptr);
    if (!subject.kind)
        json["loss_range"] = {subject.losses.range.low, subject.losses.range.high};
    json["eps"] = list_or_one(eps);
    json["delta"] = request.rule.delta;
    json["n"] = request.n;
    json["trials"] = request.trials;
    json["index"] = flat ? index.front() : index;
    json["knob"] = flat ? knob.front() : knob;
    json["risk_mean"] = list_or_one(risk_mean);
    json["cost_mean"] = list_or_one(cost_mean);
    json["violations"] = list_or_one(violations);
    return json;
}

std::string to_text(const risk::ControlRequest& request, const Subject& subject,
                    const std::vector<risk::LevelOutcome>& outcomes)
{
    const auto shown = [](double value, int digits) { return std::isfinite(value) ? decimal(value, digits) : "-"; };
    std::vector<std::vector<std::string>> rows = {{"eps", "index", "knob", "test risk", "cost", "violations"}};
    for (const risk::LevelOutcome& outcome : outcomes) {
        const auto& first = outcome.index.front();
        rows.push_back({decimal(outcome.eps, 4),
                        first          ? std::to_string(*first)
                        : subject.kind ? "full model"
                                       : "none",
                        first && !subject.points.empty() ? decimal(subject.points[*first].knob, 4) : "-",
                        shown(outcome.risk_mean, 4),
                        std::isfinite(outcome.cost_mean) ? percent(outcome.cost_mean, 1) : "-",
                        std::isfinite(outcome.violations) ? percent(outcome.violations, 1) : "-"});
    }
    const std::string losses =
        subject.kind ? std::string(subject.kind->title) : "Losses " + range_text(subject.losses.range);
    return losses + " of " + subject.title + ": " + std::string(risk::name(request.rule.method)) + " on " +
           grouped(request.n) + " of " + grouped(subject.losses.losses.samples) + " samples, " +
           grouped(subject.losses.losses.knobs) + " knobs, " +
           (request.trials > 1 ? grouped(request.trials) + " trials (index and knob: the first one's)" : "one trial") +
           ";\n" + risk::promise(request.rule) + "\n\n" + table(rows);
}

void note_missing_knobs(const Subject& subject, const std::vector<risk::LevelOutcome>& outcomes)
{
    for (const risk::LevelOutcome& outcome : outcomes) {
        const auto none = std::count(outcome.index.begin(), outcome.index.end(), std::nullopt);
        if (none == 0)
            continue;
        const std::string trials = outcome.index.size() > 1 ? " in " + grouped(static_cast<std::size_t>(none)) +
                                                                  " of " + grouped(outcome.index.size()) + " trials"
                                                            : "";
        log_line("no knob is admissible at eps " + decimal(outcome.eps, 4) + trials +
                 (subject.kind ? ": the full model answers" : ""));
    }
}

Expected<void> run_calibrate(const Options& options, const Common& common)
{
    if (options.run.path.empty() == options.losses.empty())
        return fail(ErrorCode::usage, {}, "calibrate needs either a run file or --losses");
    if (!risk::parse_method(options.method))
        return fail(ErrorCode::usage, "--method",
                    "there is no method \"" + options.method + "\"; known are naive, crc, ucb, ltt");
    const bool real = !options.losses.empty() && options.loss.empty();
    const risk::LossInfo* loss =
        real ? nullptr : risk::find_loss(options.loss.empty() ? "performance-gap" : options.loss);
    if (!loss && !real)
        return fail(ErrorCode::usage, "--loss",
                    "there is no loss \"" + options.loss + "\"; known are " + risk::loss_names());
    if (!real && !options.loss_range.empty())
        return fail(ErrorCode::usage, "--loss-range",
                    "belongs to --losses without --loss, which has a range of its own");
    if (real && options.ltt_bound > 0)
        return fail(ErrorCode::usage, "--ltt-bound", "belongs to a loss of a kind; for real losses give --loss-range");
    Expected<Subject> subject = open_subject(options, loss, common);
    if (!subject)
        return forward(subject);
    Expected<risk::ControlRequest> request = request_of(options, *subject, common);
    if (!request)
        return forward(request);
    Progress progress;
    const auto outcomes = [&] {
        const Watch watch(progress, !common.quiet);
        return real ? risk::control_real_losses(subject->losses, *request, progress)
                    : risk::control_risk(subject->losses.losses, subject->relative_cost, *request, progress);
    }();
    if (!outcomes)
        return tl::unexpected<Error>(outcomes.error());
    if (!common.quiet)
        note_missing_knobs(*subject, *outcomes);
    return common.json ? print_json(to_json(options, *request, *subject, *outcomes))
                       : print_text(to_text(*request, *subject, *outcomes));
}

}  // namespace

Verb calibrate_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand("calibrate", "The cheapest setting of a policy that keeps a risk below eps");
    options->run.add_to(*app, false);
    app->add_option("--losses", options->losses,
                    "Losses from another program instead of a run: NPY, NPZ or CSV [knobs,samples], safest knob first; "
                    "any numbers, unless --loss names a kind");
    app->add_option("--policy", options->policy, "Method whose knob is calibrated")->capture_default_str();
    app->add_option("--method", options->method, "naive, crc, ucb or ltt")->required();
    app->add_option("--loss", options->loss,
                    "Loss against the full model: " + risk::loss_names() + " (default for a run: performance-gap)");
    app->add_option(
           "--loss-range", options->loss_range,
           "LO,HI: bounds of the losses of --losses (default: the first of 0,1, -1,1 and -2,2 that holds them)")
        ->list();
    app->add_option("--eps", options->eps, "Levels of risk")->list()->required();
    app->add_option("--delta", options->delta, "Probability with which ucb and ltt may fail")->capture_default_str();
    app->add_option("--n", options->n, "Calibration samples; the others test (default: half)");
    app->add_option("--trials", options->trials, "Random splits into calibration and test samples")
        ->check(in_range(1, 1000000))
        ->capture_default_str();
    app->add_option("--knobs", options->knobs, "Settings of the policy to walk through, at most")
        ->check(in_range(1, 100000))
        ->capture_default_str();
    app->add_option("--order", options->order,
                    "random, file (calibrate on the first n samples as they stand), or a NPY file of positions")
        ->capture_default_str();
    app->add_option("--ltt-bound", options->ltt_bound,
                    "Largest loss that ltt reckons with (default: the loss's own for a run, 1 for --losses)")
        ->check(positive());
    app->add_flag(
        "--monotone", options->monotone,
        "crc counts every sample's largest loss up to the knob, which makes any losses rise (always for a run)");
    app->add_flag("--reference-compatible", options->reference_compatible,
                  "As the published code: ltt takes the first knob that fails, and knob 0 stands for none");
    return {app, [options, &common] { return run_calibrate(*options, common); }};
}

}  // namespace exitscope::cli
