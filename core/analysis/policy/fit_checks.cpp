// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/fit_checks.h"

#include <algorithm>
#include <string>

namespace exitscope::policy {

Expected<void> check_fit_split(const Context& context)
{
    const std::vector<std::int32_t>& labels = context.run.fit.labels;
    if (std::none_of(labels.begin(), labels.end(), [](std::int32_t label) { return label >= 0; }))
        return bad_input("fit split", "policies are chosen by accuracy, and the fit split has no labels");
    return {};
}

Expected<void> check_distribution(const Context& context, std::string_view name, std::string_view what)
{
    if (context.run.confidences_only())
        return unsupported(name, "this run was imported from a table of confidences, which does not tell the " +
                                     std::string(what));
    return {};
}

}  // namespace exitscope::policy
