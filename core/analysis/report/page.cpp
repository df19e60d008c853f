// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/analysis/analyse/static_points.h"
#include "core/analysis/report/sections.h"

namespace exitscope::report {

Page::Page(const Content& what)
    : content(what), run(what.analysis->run()), full_accuracy(analyse::full_accuracy(run).value)
{
}

std::string Page::full_name() const
{
    return "full depth at " + run.states[run.full().at()].precision().name();
}

void Page::figure(const std::string& id)
{
    const auto found = std::find_if(content.figures.begin(), content.figures.end(),
                                    [&](const Figure& figure) { return figure.id == id; });
    if (found != content.figures.end())
        add(*found);
}

void Page::add(Block block)
{
    blocks_.push_back(std::move(block));
}

}  // namespace exitscope::report
