// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "core/analysis/policy/policies.h"

namespace exitscope::policy {
namespace {

constexpr std::array policies = {
    Info{"quee", "QuEE",
         "Chooses exit and precision of every stage by the predicted error of each continuation plus lambda times its "
         "cost, and decides again at every gate",
         false, fit_quee},
    Info{"quee-table", "QuEE (cluster table)",
         "QuEE with predicted errors read from a table over clusters of the gate's features", false, fit_quee_table},
    Info{"quee-dp", "QuEE (backward induction)",
         "QuEE by exact backward induction over clusters of the gates' features and the moves between them", false,
         fit_quee_dp},
    Info{"confidence", "Confidence",
         "Leaves at the first exit whose largest probability is above one shared threshold; highest precision", false,
         fit_confidence},
    Info{"entropy", "Entropy",
         "Leaves at the first exit whose entropy is below one shared threshold; highest precision", false, fit_entropy,
         true},
    Info{"margin", "Margin",
         "Leaves at the first exit whose two largest probabilities differ by more than one shared threshold; highest "
         "precision",
         false, fit_margin, true},
    Info{"composite", "Composite",
         "One confidence threshold on one fixed mixed-precision path, both chosen on the fit split", false,
         fit_composite},
    Info{"eero", "EERO",
         "Weighs the exits exponentially by risk and cost under a budget and takes survivors' quantiles of the largest "
         "probability as thresholds; highest precision",
         false, fit_eero},
    Info{"eero-paths", "EERO (paths)", "EERO on the exits of one fixed mixed-precision path, chosen on the fit split",
         false, fit_eero_paths},
    Info{"msdnet", "MSDNet", "Exit shares that fall or rise geometrically from exit to exit; highest precision", false,
         fit_msdnet},
    Info{"jei", "JEI gates",
         "A logistic gate at every exit learns whether a later exit is worth its cost; highest precision", false,
         fit_jei, true},
    Info{"patience", "Patience", "Leaves when so many exits in a row agree; highest precision", false, fit_patience},
    Info{"pcee", "PCEE",
         "Leaves where answers of this confidence were right often enough on the fit split; highest precision", false,
         fit_pcee},
    Info{"static", "Static models",
         "One exit and one precision path for every image; those that no cheaper model beats on the fit split", false,
         fit_static},
    Info{"static-hull", "Static hull", "Random mixing of two static models: what a dynamic method must beat", false,
         fit_static_hull},
    Info{"random", "Random exits",
         "The same share of images in every state as QuEE, drawn without looking at the image", false, fit_random},
    Info{"escalate", "Escalation",
         "A complete cheap pass with early exits first; images still uncertain at its end run again at a higher "
         "precision; every answer pools all heads visited",
         false, fit_escalate, false, escalate_graph},
    Info{"quee-escalate", "QuEE with escalation",
         "QuEE that may also run the network again at a higher precision after a complete cheap pass; every answer "
         "pools all heads visited",
         false, fit_quee, false, quee_escalate_graph},
    Info{"oracle", "Oracle", "Knows the labels and minimises error plus lambda times cost: no policy lies above it",
         true, fit_oracle},
    Info{"oracle-cheapest", "Oracle (cheapest correct)",
         "Knows the labels and takes the cheapest state that is right, or the cheapest of all if none is", true,
         fit_oracle_cheapest},
};

}  // namespace

std::span<const Info> registry()
{
    return policies;
}

const Info* find(std::string_view name)
{
    const auto found = std::find_if(policies.begin(), policies.end(), [name](const Info& i) { return i.name == name; });
    return found == policies.end() ? nullptr : &*found;
}

}  // namespace exitscope::policy
