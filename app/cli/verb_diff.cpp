// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/paired.h"
#include "core/analysis/policy/registry.h"

namespace exitscope::cli {
namespace {

/// One side: a run, how its answers are made, and an operating point.
struct Side {
    RunInput run;
    OperatingPointOptions point;
};

struct Options {
    Side a;
    Side b;
};

Expected<DecidedPoint> decide_side(const Side& side, const Common& common)
{
    const auto run = open_run(side.run, common);
    if (!run)
        return tl::unexpected<Error>(run.error());
    return decide_point(*run, side.point);
}

Json to_json(const Side& side, const DecidedPoint& decided)
{
    return {{"run", side.run.path},
            {"policy", decided.decisions.policy},
            {"pooled", side.run.pooled},
            {"budget", decided.decisions.budget},
            {"accuracy", decided.decisions.outcome.accuracy.value},
            {"relative_cost", decided.decisions.outcome.relative_cost}};
}

Json to_json(const analyse::Estimate& estimate)
{
    return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

std::string side_text(const char* name, const Side& side, const DecidedPoint& decided)
{
    const analyse::Outcome& outcome = decided.decisions.outcome;
    return std::string(name) + "  " + side.run.path + ", " + policy::title(decided.decisions.policy) +
           (side.run.pooled ? ", pooled" : "") + ": accuracy " + percent(outcome.accuracy.value) + ", cost " +
           percent(outcome.relative_cost, 1) + "\n";
}

std::string estimate_text(const analyse::Estimate& estimate)
{
    return report::points(estimate.value) + " points (95 %: " + report::points(estimate.low) + " to " +
           report::points(estimate.high) + ")";
}

std::string to_text(const Options& options, const DecidedPoint& a, const DecidedPoint& b,
                    const analyse::PairedTest& test)
{
    return side_text("a", options.a, a) + side_text("b", options.b, b) + "\na less b on the same " +
           grouped(test.samples) + " images\naccuracy  " + estimate_text(test.accuracy_difference) + "\ncost      " +
           estimate_text(test.cost_difference) + "\nright under a alone " + grouped(test.only_a) + ", under b alone " +
           grouped(test.only_b) + "; McNemar p = " + decimal(test.p, 4) + "\n";
}

}  // namespace

Verb diff_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand("diff", "Two operating points, of one run or two, on the same test images");
    app->add_option("A", options->a.run.path, "Run file made by `evaluate` (.exr)")->required();
    app->add_option("B", options->b.run.path, "The other run file; may be the same")->required();
    auto cost = std::make_shared<std::string>("bops");
    app->add_option("--cost", *cost, "Cost model, as for `curve`")->capture_default_str();
    Option* policy = nullptr;  // of B, after the loop
    Option* budget = nullptr;
    for (auto& [side, suffix] : {std::pair(&options->a, ""), std::pair(&options->b, "-b")}) {
        const bool first = *suffix == '\0';
        const std::string of = first ? " of A" : " of B (default: as for A)";
        policy = app->add_option(std::string("--policy") + suffix, side->point.policy, "Method" + of);
        budget = app->add_option(std::string("--budget") + suffix, side->point.budget, "Relative cost" + of);
        app->add_flag(std::string("--pooled") + suffix, side->run.pooled,
                      "Pooled answers" + std::string(first ? " of A and B" : " of B"));
    }
    return {app, [policy, budget, options, cost, &common]() -> Expected<void> {
                Side& a = options->a;
                Side& b = options->b;
                a.run.cost = b.run.cost = *cost;
                if (policy->count() == 0)
                    b.point.policy = a.point.policy;
                if (budget->count() == 0)
                    b.point.budget = a.point.budget;
                b.run.pooled = b.run.pooled || a.run.pooled;
                for (const Side* side : {&a, &b}) {
                    if (auto valid = side->point.check(); !valid)
                        return valid;
                }
                auto decided_a = decide_side(a, common);
                if (!decided_a)
                    return forward(decided_a);
                auto decided_b = decide_side(b, common);
                if (!decided_b)
                    return forward(decided_b);
                const auto test = analyse::paired_test({decided_a->policy, decided_a->decisions},
                                                       {decided_b->policy, decided_b->decisions}, common.seed);
                if (!test)
                    return tl::unexpected<Error>(test.error());
                if (!common.json)
                    return print_text(to_text(*options, *decided_a, *decided_b, *test));
                return print_json({{"a", to_json(a, *decided_a)},
                                   {"b", to_json(b, *decided_b)},
                                   {"samples", test->samples},
                                   {"accuracy_difference", to_json(test->accuracy_difference)},
                                   {"cost_difference", to_json(test->cost_difference)},
                                   {"only_a", test->only_a},
                                   {"only_b", test->only_b},
                                   {"p", test->p}});
            }};
}

}  // namespace exitscope::cli
