// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/state_facts.h"

namespace exitscope::policy {

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
