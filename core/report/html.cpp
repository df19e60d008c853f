// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <filesystem>

#include "core/report/comparison.h"
#include "core/report/examples.h"
#include "core/report/exit_shares.h"
#include "core/report/report.h"
#include "core/report/style.h"
#include "core/report/text.h"
#include "core/report/thumbnail.h"

namespace exitscope::report {
namespace {

constexpr std::size_t examples_a_group = 12;
constexpr std::size_t reliability_bins = 15;

/// Everything the sections share.
struct Page {
    const Content& content;
    const run::Run& run;
    double full_accuracy = 0;
    std::string out;

    explicit Page(const Content& c)
        : content(c), run(c.analysis->run()), full_accuracy(evaluate::full_accuracy(run).value)
    {
    }
    [[nodiscard]] bool labelled() const { return run.test.labelled(); }
    [[nodiscard]] std::string cost_title() const { return std::string(cost::title(content.costs->kind)); }
    [[nodiscard]] std::string full_name() const
    {
        return "full depth at " + run.states[run.full().at()].precision().name();
    }
};

std::string policy_title(const std::string& name)
{
    const policy::Info* info = policy::find(name);
    return info ? std::string(info->title) : name;
}

std::string split_text(const run::Split& split)
{
    return (split.dataset.empty() ? split.name : split.dataset) + " (" + grouped(split.samples) + " images)";
}

std::string tag(const std::string& name, const std::string& inner, const std::string& attributes = {})
{
    return "<" + name + (attributes.empty() ? "" : " " + attributes) + ">" + inner + "</" + name + ">";
}

std::string paragraph(const std::string& text, const std::string& kind = {})
{
    return tag("p", escape(text), kind.empty() ? "" : "class=\"" + kind + "\"") + "\n";
}

std::string head_row(const std::vector<std::string>& cells)
{
    std::string row;
    for (const std::string& cell : cells)
        row += tag("th", escape(cell), "scope=\"col\"");
    return "<thead>" + tag("tr", row) + "</thead>";
}

std::string row(const std::vector<std::string>& cells, const std::string& attributes = {})
{
    std::string inner;
    for (const std::string& cell : cells)
        inner += tag("td", escape(cell));
    return tag("tr", inner, attributes) + "\n";
}

std::string interval(const evaluate::Proportion& p, int decimals = 1)
{
    return decimal(100 * p.low, decimals) + " to " + percent(p.high, decimals);
}

void figure(Page& page, std::size_t index)
{
    if (index >= page.content.figures.size())
        return;
    const Figure& figure = page.content.figures[index];
    const std::string label = "role=\"img\" aria-label=\"" + escape(figure.title) + "\"";
    page.out += "<figure>";
    if (!figure.svg_dark.empty())
        page.out += tag("div", figure.svg_dark, "class=\"dark\" " + label);
    page.out += tag("div", figure.svg, "class=\"light\" " + label);
    if (!figure.caption.empty())
        page.out += tag("figcaption", escape(figure.caption));
    page.out += "</figure>\n";
}

std::string card(const std::string& number, const std::string& what)
{
    return tag("div", tag("b", escape(number)) + tag("span", escape(what)), "class=\"card\"");
}

void summary(Page& page)
{
    const evaluate::Decisions& decisions = page.content.decisions;
    const evaluate::Outcome& outcome = decisions.outcome;
    const std::string model = std::filesystem::path(page.run.provenance.model_path).filename().string();
    page.out += tag("h1", escape((model.empty() ? "A model" : model) + " on " +
                                 (page.run.test.dataset.empty() ? "its test split" : page.run.test.dataset))) +
                "\n";
    page.out += paragraph(std::to_string(page.run.exit_count()) + " exits, " +
                              std::to_string(page.run.precisions.size()) + " precisions, " +
                              grouped(page.run.states.size()) + " states. Everything that is chosen is chosen on " +
                              split_text(page.run.fit) + " and scored on " + split_text(page.run.test) + ".",
                          "lead");
    page.out += "<div class=\"cards\">";
    if (page.labelled()) {
        page.out += card(percent(page.full_accuracy), "accuracy of the full model (" + page.full_name() + ")");
        page.out += card(percent(outcome.accuracy.value), "accuracy of " + policy_title(decisions.policy) +
                                                              " (95 %: " + interval(outcome.accuracy) + ")");
        page.out += card(points(outcome.accuracy.value - page.full_accuracy), "points against the full model");
    }
    page.out += card(percent(outcome.relative_cost, 1), "of the full model's " + page.cost_title());
    page.out += card(percent(outcome.agreement, 1), "of the answers equal the full model's");
    page.out += "</div>\n";
    const std::string budget = percent(decisions.budget, 1);
    page.out += paragraph(
        page.content.budget_by_default
            ? "Operating point: " + policy_title(decisions.policy) + " at " + budget +
                  ", the cheapest that loses at most 0.5 points against the full model on the fit split."
            : "Operating point: " + policy_title(decisions.policy) + " at a budget of " + budget + ", as asked for.",
        "note");
    if (!page.labelled())
        page.out += paragraph(
            "The test split has no labels: costs, exits and agreement are real, accuracy is not known.", "warn");
}

/// Rows of numbers with the best of each column in bold; `smaller[c]` tells which end is best.
struct Comparison {
    std::vector<std::string> names;
    std::vector<bool> contest;  ///< oracles are bounds and win nothing
    std::vector<std::vector<std::optional<double>>> values;
    std::vector<bool> smaller;

    [[nodiscard]] std::optional<double> best(std::size_t column) const
    {
        std::optional<double> found;
        for (std::size_t r = 0; r < values.size(); ++r)
            if (contest[r] && values[r][column] &&
                (!found || (smaller[column] ? *values[r][column] < *found : *values[r][column] > *found)))
                found = values[r][column];
        return found;
    }
};

Comparison compare(const Page& page)
{
    Comparison result;
    result.smaller = {false, false, false, true, true, true, false};
    for (const evaluate::PolicyResult& policy : page.content.policies) {
        const evaluate::Curve& curve = policy.curve;
        result.names.push_back(policy_title(curve.policy));
        result.contest.push_back(!policy.info || !policy.info->oracle);
        std::vector<std::optional<double>> values;
        for (const double budget : {0.25, 0.5, 0.75})
            values.push_back(accuracy_at(curve, budget));
        for (const double drop : {0.0, 0.005, 0.01})
            values.push_back(cost_at(curve, page.full_accuracy - drop));
        values.push_back(curve.area);
        result.values.push_back(std::move(values));
    }
    return result;
}

void trade_off(Page& page)
{
    page.out += "<h2>Accuracy against cost</h2>\n";
    figure(page, 0);
    if (!page.labelled() || page.content.policies.empty())
        return;
    const Comparison table = compare(page);
    page.out += "<div class=\"scroll\"><table>" +
                head_row({"Method", "accuracy at 25 %", "at 50 %", "at 75 % cost", "cost at full accuracy",
                          "at −0.5 points", "at −1 point", "area"}) +
                "<tbody>\n";
    for (std::size_t r = 0; r < table.names.size(); ++r) {
        std::string cells = tag("td", escape(table.names[r] + (table.contest[r] ? "" : " (bound)")));
        for (std::size_t c = 0; c < table.smaller.size(); ++c) {
            const std::optional<double> value = table.values[r][c];
            const bool best = value && table.contest[r] && value == table.best(c);
            cells += tag("td", escape(value ? percent(*value, table.smaller[c] ? 1 : 2) : "–"),
                         best ? "class=\"best\"" : "");
        }
        const bool chosen = page.content.policies[r].curve.policy == page.content.decisions.policy;
        page.out += tag("tr", cells, chosen ? "class=\"chosen\"" : "") + "\n";
    }
    page.out += "</tbody></table></div>\n";
    page.out += paragraph(
        "Cost: share of the full model's " + page.cost_title() +
            ". Best of each column in bold; the method of the operating point is shaded. Full accuracy is " +
            percent(page.full_accuracy) + ". Area: mean accuracy over costs from " +
            percent(page.content.policies.front().curve.area_low, 1) +
            " to 100 %. “–”: never reached, or below the cheapest point. With " + grouped(page.run.test.samples) +
            " test images the standard error of an accuracy is about " +
            decimal(100 * std::sqrt(page.full_accuracy * (1 - page.full_accuracy) / double(page.run.test.samples)), 2) +
            " points; smaller differences between methods on the same images may still be real, but are not "
            "tested here.",
        "note");
}

void operating_point(Page& page)
{
    const ExitShares shares = exit_shares(page.run, page.content.decisions);
    page.out += "<h2>The chosen operating point</h2>\n";
    figure(page, 1);
    std::vector<std::string> head = {"Exit", "images", "share"};
    if (page.labelled())
        head.emplace_back("right");
    for (const std::string& precision : shares.precisions)
        head.push_back("last stage at " + precision);
    page.out += "<div class=\"scroll\"><table>" + head_row(head) + "<tbody>\n";
    std::vector<double> totals(shares.precisions.size(), 0.0);
    for (std::size_t e = 0; e < shares.exits.size(); ++e) {
        const ExitShare& exit = shares.exits[e];
        std::vector<std::string> cells = {exit.name + " (" + page.run.exit_names[e] + ")", grouped(exit.samples),
                                          percent(exit.share, 1)};
        if (page.labelled())
            cells.push_back(exit.right + exit.wrong > 0 ? percent(exit.right / (exit.right + exit.wrong)) : "–");
        for (std::size_t p = 0; p < totals.size(); ++p) {
            cells.push_back(percent(exit.by_precision[p], 1));
            totals[p] += exit.by_precision[p];
        }
        page.out += row(cells);
    }
    std::vector<std::string> cells = {"All exits", grouped(shares.samples), percent(1, 1)};
    if (page.labelled())
        cells.push_back(percent(page.content.decisions.outcome.accuracy.value));
    for (const double total : totals)
        cells.push_back(percent(total, 1));
    page.out += row(cells, "class=\"chosen\"") + "</tbody></table></div>\n";
}

void predicted_error(Page& page)
{
    if (!page.labelled())
        return;
    page.out += "<h2>Predicted against actual error</h2>\n";
    figure(page, 2);
    page.out += "<div class=\"scroll\"><table>" +
                head_row({"Answers given at", "images", "predicted error", "actual error", "95 % interval", "AUROC",
                          "ECE", "Brier"}) +
                "<tbody>\n";
    const auto reliability =
        evaluate::decided_reliability(*page.content.analysis, page.content.decisions.state, reliability_bins);
    for (std::size_t e = 0; e < reliability.size(); ++e) {
        const error::Quality& quality = reliability[e].quality;
        const bool all = e + 1 == reliability.size();
        const std::string name = all ? "All exits" : "Exit " + std::to_string(e + 1);
        if (quality.samples == 0) {
            page.out += row({name, "0", "–", "–", "–", "–", "–", "–"});
            continue;
        }
        double predicted = 0;
        double actual = 0;
        for (const error::ReliabilityBin& bin : reliability[e].bins) {
            predicted += bin.predicted * double(bin.samples) / double(quality.samples);
            actual += bin.actual * double(bin.samples);
        }
        const auto wrong = evaluate::proportion(static_cast<std::size_t>(std::lround(actual)), quality.samples);
        page.out += row({name, grouped(quality.samples), percent(predicted), percent(wrong.value), interval(wrong, 2),
                         decimal(quality.auroc, 3), decimal(quality.ece, 4), decimal(quality.brier, 4)},
                        all ? "class=\"chosen\"" : "");
    }
    page.out += "</tbody></table></div>\n";
    page.out +=
        paragraph("Predicted error: of the answer that each image gets, by predictors fitted on the fit split. "
                  "AUROC: chance that a wrong answer is predicted riskier than a right one (0.5 is blind). ECE: mean "
                  "distance between predicted and actual error over 15 bins of equal count. Brier: mean squared error.",
                  "note");
}

/// The example's picture; nothing when the data at hand is not what the run was made on.
std::string picture(const Page& page, SampleIndex sample)
{
    const dataset::DatasetPtr& images = page.content.test_images;
    const SampleIndex source(page.run.test.source_index[sample.at()]);
    if (!images || source.at() >= images->size())
        return {};
    const std::optional<ClassIndex> label = images->label(source);
    if (!label || static_cast<std::int32_t>(label->value) != page.run.test.labels[sample.at()])
        return {};
    const Expected<dataset::Image> image = images->image(source);
    return image ? thumbnail_uri(*image) : std::string();
}

void examples(Page& page)
{
    const std::vector<ExampleGroup> groups =
        instructive_examples(*page.content.analysis, page.content.decisions, examples_a_group);
    if (groups.empty())
        return;
    page.out += "<h2>Images worth a look</h2>\n";
    bool missing = false;
    for (const ExampleGroup& group : groups) {
        page.out +=
            tag("h3", escape(group.title + ": " + grouped(group.count) + " of " + grouped(page.run.test.samples)));
        page.out += paragraph(group.description, "note");
        page.out += "<div class=\"images\">\n";
        for (const Example& example : group.examples) {
            const std::size_t i = example.sample.at();
            const std::string truth = class_text(page.run, static_cast<std::size_t>(page.run.test.labels[i]));
            const std::string uri = picture(page, example.sample);
            missing = missing || uri.empty();
            const std::string image = uri.empty() ? "" : "<img alt=\"" + escape(truth) + "\" src=\"" + uri + "\">";
            page.out += tag("div",
                            image + tag("div", tag("b", escape(truth)) + " " +
                                                   tag("span", "#" + std::to_string(page.run.test.source_index[i]),
                                                       "class=\"number\"") +
                                                   "<br>" + escape(example.caption)),
                            "class=\"image\"") +
                        "\n";
        }
        page.out += "</div>\n";
    }
    page.out += paragraph(
        std::string("Bold: the true class; #: position in the data set; percentages: the exit's own "
                    "confidence.") +
            (missing ? " Some images are missing because the data is no longer where it was or has changed." : ""),
        "note");
}

void provenance(Page& page)
{
    const run::Provenance& from = page.run.provenance;
    page.out += "<h2>What was run</h2>\n<table class=\"facts\"><tbody>\n";
    const auto fact = [&](const std::string& name, const std::string& value) {
        if (!value.empty())
            page.out += row({name, value});
    };
    fact("Model", from.model_path);
    fact("Model hash", from.model_hash);
    std::string precisions;
    for (const Precision precision : page.run.precisions)
        precisions += (precisions.empty() ? "" : ", ") + precision.name();
    fact("Precisions", precisions + "; schedule " + std::string(run::name(page.run.schedule)));
    fact("Fit split", split_text(page.run.fit));
    fact("Fit split hash", page.run.fit.dataset_hash);
    fact("Test split", split_text(page.run.test));
    fact("Test split hash", page.run.test.dataset_hash);
    if (from.calibration_samples > 0)
        fact("Calibration", grouped(from.calibration_samples) + " images" +
                                (from.calibration_data.empty() ? "" : " of " + from.calibration_data) +
                                ", labels unused");
    fact("Cost model", page.cost_title() + ", " + magnitude(page.content.costs->reference) + " " +
                           std::string(cost::unit(page.content.costs->kind)) + " an image at " + page.full_name());
    fact("Machine", from.machine);
    fact("Threads", std::to_string(from.threads));
    fact("Seeds", "run " + std::to_string(from.seed) + ", predictors and mixing " +
                      std::to_string(page.content.analysis->seed()));
    if (from.seconds > 0)
        fact("Evaluation",
             decimal(from.seconds, 1) + " s, " + decimal(from.images_per_second, 0) + " images/s through all states");
    fact("Created", from.created);
    fact("Exitscope", from.program_version);
    page.out += "</tbody></table>\n";
}

void method_notes(Page& page)
{
    page.out += R"(<h2>Method notes</h2>
<ul>
<li><b>Two splits.</b> Calibration, error predictors, thresholds and operating points read the fit split only; the test split only
scores. A budget is met on the fit split, so the cost on the test split may differ slightly. Where the budget falls between two
points of a policy, images are divided between them by a seeded hash.</li>
<li><b>QuEE</b> follows the published abstract of <a href="https://arxiv.org/abs/2406.14404">arXiv 2406.14404</a>: after training,
with a frozen network, each decision point either exits or continues at one of several precisions; the predicted probability of
error of every continuation drives the choice, its targets come from a discretised feature space, and a weight on cost traces the
curve. The rest is this project's own: the four softmax statistics as features, k-means clusters with pseudo-counts, one small
network a gate trained on the clusters' error rates, deciding again at every gate, and the search for a budget.</li>
<li><b>Static hull</b> is what random mixing of fixed models reaches; a dynamic method is useful only above it. Oracles know the
labels: they are bounds, not methods.</li>
<li><b>Cost</b> counts every head on the way. BOPs are multiply-accumulates times weight bits times activation bits; layers pinned to
8 bits count as such. BOPs credit precisions below 8 bits that a CPU cannot turn into speed.</li>
<li><b>Intervals</b> are Wilson's at 95 % and cover the sampling of test images, not the choice of the fit split.</li>
</ul>
)";
}

}  // namespace

std::string html(const Content& content)
{
    Page page(content);
    const std::string title =
        "Exitscope report: " + std::filesystem::path(page.run.provenance.model_path).filename().string() + " on " +
        page.run.test.dataset;
    page.out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n" +
               tag("title", escape(title)) + "\n<style>" + style + "</style>\n</head>\n<body>\n<main>\n";
    summary(page);
    trade_off(page);
    operating_point(page);
    predicted_error(page);
    examples(page);
    provenance(page);
    method_notes(page);
    page.out += "</main>\n</body>\n</html>\n";
    return page.out;
}

}  // namespace exitscope::report
