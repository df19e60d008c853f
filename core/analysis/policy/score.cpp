// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/score.h"

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

std::vector<double> state_accuracy(const run::Run& run)
{
    std::vector<double> accuracy;
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        std::size_t hits = 0;
        std::size_t labelled = 0;
        for (std::size_t i = 0; i < run.fit.labels.size(); ++i) {
            labelled += run.fit.labels[i] >= 0;
            hits += run.fit.correct(StateIndex(s), SampleIndex(i));
        }
        accuracy.push_back(labelled > 0 ? static_cast<double>(hits) / static_cast<double>(labelled) : 0.0);
    }
    return accuracy;
}

std::vector<bool> leads_to_offered(const run::Run& run, const cost::Costs& costs)
{
    std::vector<bool> leads(run.states.size(), false);
    for (std::size_t s = run.states.size(); s-- > 0;) {
        leads[s] = leads[s] || costs.offers(StateIndex(s));
        if (const auto parent = run.states[s].parent)
            leads[parent->at()] = leads[parent->at()] || leads[s];
    }
    return leads;
}

std::vector<StateIndex> offered_roots(const run::Run& run, const cost::Costs& costs)
{
    const std::vector<bool> leads = leads_to_offered(run, costs);
    std::vector<StateIndex> roots;
    for (const StateIndex root : run.roots())
        if (leads[root.at()])
            roots.push_back(root);
    return roots;
}

}  // namespace exitscope::policy
