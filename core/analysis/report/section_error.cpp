// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/analysis/analyse/decided_reliability.h"
#include "core/analysis/report/sections.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {
namespace {

constexpr std::size_t bins = 15;

Table::Row quality_row(const analyse::ExitReliability& exit, const std::string& name, bool all)
{
    const predict::Quality& quality = exit.quality;
    if (quality.samples == 0)
        return row({name, "0", "–", "–", "–", "–", "–", "–"});
    double predicted = 0;
    double actual = 0;
    for (const predict::ReliabilityBin& bin : exit.bins) {
        predicted += bin.predicted * double(bin.samples) / double(quality.samples);
        actual += bin.actual * double(bin.samples);
    }
    const auto wrong = analyse::proportion(static_cast<std::size_t>(std::lround(actual)), quality.samples);
    return row({name, grouped(quality.samples), percent(predicted), percent(wrong.value), interval(wrong, 2),
                decimal(quality.auroc, 3), decimal(quality.ece, 4), decimal(quality.brier, 4)},
               all);
}

}  // namespace

void add_predicted_error(Page& page)
{
    if (!page.labelled())
        return;
    page.section("Predicted against actual error", "predicted-error");
    page.figure("reliability");
    Table table;
    table.head = {
        "Answers given at", "images", "predicted error", "actual error", "95 % interval", "AUROC", "ECE", "Brier"};
    const auto reliability = analyse::decided_reliability(*page.content.analysis, page.content.decisions.state, bins);
    for (std::size_t e = 0; e < reliability.size(); ++e) {
        const bool all = e + 1 == reliability.size();
        table.rows.push_back(quality_row(reliability[e], all ? "All exits" : "Exit " + std::to_string(e + 1), all));
    }
    page.add(std::move(table));
    page.note("Predicted error: of the answer that each image gets, by predictors fitted on the fit split. AUROC: "
              "chance that a wrong answer is predicted riskier than a right one (0.5 is blind). ECE: mean distance "
              "between predicted and actual error over 15 bins of equal count. Brier: mean squared error.");
}

}  // namespace exitscope::report
