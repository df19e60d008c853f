// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/registry.h"
#include "core/analysis/report/sections.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {

void add_guarantee(Page& page)
{
    if (!page.content.promise)
        return;
    const Promise& asked = *page.content.promise;
    const risk::Guarantee& found = asked.guarantee;
    const risk::LossInfo& loss = risk::info(asked.loss);
    page.section("Guarantee", "guarantee");
    page.text(std::string(loss.title) + " against the full model, eps = " + percent(found.eps, 1) + ": " +
              risk::promise(asked.rule) + ". " +
              (found.index
                   ? policy::title(asked.policy) + " keeps this at " +
                         percent(found.knobs[*found.index].relative_cost, 1) + " of the full model's " +
                         page.cost_title() + "."
                   : "No setting of " + policy::title(asked.policy) + " qualifies: the full model must answer."));
    page.figure("guarantee");
    Table table;
    if (found.index) {
        const risk::KnobRisk& chosen = found.knobs[*found.index];
        table.rows = {row({"Setting", grouped(*found.index + 1) + " of " + grouped(found.knobs.size()) +
                                          ", safest first; knob " + decimal(asked.knob, 4)}),
                      row({"Risk on the calibration images", percent(chosen.calibration_risk)}),
                      row({"Risk on the held-out images", percent(chosen.held_out_risk)})};
        if (chosen.bound)
            table.rows.push_back(row({"Bound of the risk", percent(*chosen.bound)}));
    }
    table.rows.push_back(row({"Images", grouped(found.calibration_samples) + " of " + split_text(page.run.test) +
                                            " calibrate, " + grouped(found.held_out_samples) + " are held out"}));
    if (found.trials.risk.size() > 1)
        table.rows.push_back(row({"Repeated", "over " + grouped(found.trials.risk.size()) +
                                                  " random splits the held-out risk was above eps in " +
                                                  percent(found.trials.violations, 1) + ", at a mean cost of " +
                                                  percent(found.trials.cost_mean, 1)}));
    page.add(std::move(table));
    page.note("The promise is for the setting itself; a budget between two settings mixes them. The test split both "
              "calibrates and tests here, in two parts, because the policy has already learned from the fit split.");
}

}  // namespace exitscope::report
