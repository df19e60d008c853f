// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/exit_shares.h"
#include "core/analysis/report/sections.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {
namespace {

std::string right_share(const ExitShare& exit)
{
    return exit.right + exit.wrong > 0 ? percent(exit.right / (exit.right + exit.wrong)) : "–";
}

}  // namespace

void add_operating_point(Page& page)
{
    const ExitShares shares = exit_shares(page.run, page.content.decisions);
    page.section("The chosen operating point", "operating-point");
    page.figure("flow");
    page.figure("exits");
    Table table;
    table.head = {"Exit", "images", "share"};
    if (page.labelled())
        table.head.emplace_back("right");
    for (const std::string& precision : shares.precisions)
        table.head.push_back("last stage at " + precision);
    std::vector<double> totals(shares.precisions.size(), 0.0);
    for (std::size_t e = 0; e < shares.exits.size(); ++e) {
        const ExitShare& exit = shares.exits[e];
        std::vector<std::string> cells = {exit.name + " (" + page.run.exit_names[e] + ")", grouped(exit.samples),
                                          percent(exit.share, 1)};
        if (page.labelled())
            cells.push_back(right_share(exit));
        for (std::size_t p = 0; p < totals.size(); ++p) {
            cells.push_back(percent(exit.by_precision[p], 1));
            totals[p] += exit.by_precision[p];
        }
        table.rows.push_back(row(std::move(cells)));
    }
    std::vector<std::string> cells = {"All exits", grouped(shares.samples), percent(1, 1)};
    if (page.labelled())
        cells.push_back(percent(page.content.decisions.outcome.accuracy.value));
    for (const double total : totals)
        cells.push_back(percent(total, 1));
    table.rows.push_back(row(std::move(cells), true));
    page.add(std::move(table));
}

}  // namespace exitscope::report
