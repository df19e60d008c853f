// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <optional>

#include "core/analysis/analyse/paired.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/report/sections.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {
namespace {

/// The state of one exit with every stage at one precision; nullopt where the run does not contain it.
std::optional<StateIndex> uniform_state(const run::Run& run, std::size_t exit, Precision precision)
{
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        const run::State& state = run.states[s];
        if (state.exit.at() == exit && state.first_pass.empty() &&
            std::all_of(state.path.begin(), state.path.end(), [&](Precision p) { return p == precision; }))
            return StateIndex(s);
    }
    return std::nullopt;
}

/// Differences between the answers of two states on the test split, numbers of samples.
struct Change {
    std::size_t answers = 0;  ///< different answers
    std::size_t broken = 0;   ///< right at the reference, wrong here
    std::size_t mended = 0;
};

Change change(const run::Split& test, StateIndex here, StateIndex reference)
{
    Change found;
    for (std::size_t i = 0; i < test.samples; ++i) {
        found.answers += test.prediction[here.at()][i] != test.prediction[reference.at()][i] ? 1 : 0;
        if (!test.labelled() || test.labels[i] < 0)
            continue;
        const bool right = test.correct(here, SampleIndex(i));
        const bool before = test.correct(reference, SampleIndex(i));
        found.broken += before && !right ? 1 : 0;
        found.mended += right && !before ? 1 : 0;
    }
    return found;
}

std::string p_text(double p)
{
    return p < 0.001 ? "< 0.001" : decimal(p, 3);
}

Table::Row state_row(const Page& page, StateIndex here, StateIndex reference, const std::string& name)
{
    const Change changes = change(page.run.test, here, reference);
    std::vector<std::string> cells = {name, percent(page.content.costs->relative(here), 1)};
    if (page.labelled())
        cells.push_back(percent(analyse::state_accuracy(page.run, here).value));
    const bool same = here == reference;
    cells.push_back(same ? "–" : percent(double(changes.answers) / double(page.run.test.samples)));
    if (page.labelled()) {
        cells.push_back(same ? "–" : grouped(changes.broken));
        cells.push_back(same ? "–" : grouped(changes.mended));
        cells.push_back(same ? "–" : p_text(analyse::mcnemar(changes.broken, changes.mended)));
    }
    return row(std::move(cells), same);
}

}  // namespace

void add_quantization(Page& page)
{
    const run::Run& run = page.run;
    if (run.precisions.size() < 2 || run.test.samples == 0)
        return;
    const Precision highest = run.precisions.back();
    Table table;
    table.head = {"Exit and precision", "cost"};
    if (page.labelled())
        table.head.emplace_back("accuracy");
    table.head.emplace_back("other answers");
    if (page.labelled())
        table.head.insert(table.head.end(), {"right → wrong", "wrong → right", "p"});
    for (std::size_t exit = 0; exit < run.exit_count(); ++exit) {
        const std::optional<StateIndex> reference = uniform_state(run, exit, highest);
        if (!reference)
            continue;
        for (auto precision = run.precisions.rbegin(); precision != run.precisions.rend(); ++precision)
            if (const std::optional<StateIndex> here = uniform_state(run, exit, *precision))
                table.rows.push_back(state_row(page, *here, *reference,
                                               "Exit " + std::to_string(exit + 1) + " at " + precision->name()));
    }
    if (table.rows.empty())
        return;
    page.section("Effects of quantization", "quantization");
    page.add(std::move(table));
    page.note("Every stage at one precision, compared with " + highest.name() +
              " (shaded) at the same exit on the same " + grouped(run.test.samples) + " test images. " +
              (page.labelled() ? "p: exact two-sided McNemar test of the two kinds of flips; small values mean that "
                                 "the precisions really differ in accuracy."
                               : "Without labels only the answers can be compared."));
}

}  // namespace exitscope::report
