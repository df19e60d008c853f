// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/report/sections.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {

void add_summary(Page& page)
{
    const run::Run& run = page.run;
    const analyse::Decisions& decisions = page.content.decisions;
    const analyse::Outcome& outcome = decisions.outcome;
    const std::string model = std::filesystem::path(run.provenance.model_path).filename().string();
    page.add(Heading{1, (model.empty() ? "A model" : model) + " on " +
                            (run.test.dataset.empty() ? "its test split" : run.test.dataset)});
    page.text(std::to_string(run.exit_count()) + " exits, " + std::to_string(run.precisions.size()) + " precisions, " +
                  grouped(run.states.size()) + " states. Everything that is chosen is chosen on " +
                  split_text(run.fit) + " and scored on " + split_text(run.test) + ".",
              Paragraph::Kind::lead);
    for (const Notice& notice : run.provenance.notices)
        page.text(notice.text + ".", Paragraph::Kind::warning);
    Cards cards;
    if (page.labelled()) {
        cards.cards.push_back({percent(page.full_accuracy), "accuracy of the full model (" + page.full_name() + ")"});
        cards.cards.push_back({percent(outcome.accuracy.value), "accuracy of " + policy::title(decisions.policy) +
                                                                    " (95 %: " + interval(outcome.accuracy) + ")"});
        cards.cards.push_back({points(outcome.accuracy.value - page.full_accuracy), "points against the full model"});
    }
    cards.cards.push_back({percent(outcome.relative_cost, 1), "of the full model's " + page.cost_title()});
    cards.cards.push_back({percent(outcome.agreement, 1), "of the answers equal the full model's"});
    page.add(std::move(cards));
    const std::string budget = percent(decisions.budget, 1);
    page.note(page.content.budget_by_default
                  ? "Operating point: " + policy::title(decisions.policy) + " at " + budget +
                        ", the cheapest that loses at most 0.5 points against the full model on the fit split."
                  : "Operating point: " + policy::title(decisions.policy) + " at a budget of " + budget +
                        ", as asked for.");
    if (!page.labelled())
        page.text("The test split has no labels: costs, exits and agreement are real, accuracy is not known.",
                  Paragraph::Kind::warning);
}

}  // namespace exitscope::report
