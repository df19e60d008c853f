// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/sections.h"

namespace exitscope::report {

void add_method_notes(Page& page)
{
    page.section("Method notes", "method-notes");
    page.add(Bullets{{
        {{"Two splits.", true},
         {" Calibration, error predictors, thresholds and operating points read the fit split only; the test split "
          "only scores. A budget is met on the fit split, so the cost on the test split may differ slightly. Where the "
          "budget falls between two points of a policy, images are divided between them by a seeded hash."}},
        {{"QuEE", true},
         {" follows the published abstract of "},
         {"arXiv 2406.14404", false, "https://arxiv.org/abs/2406.14404"},
         {": after training, with a frozen network, each decision point either exits or continues at one of several "
          "precisions; the predicted probability of error of every continuation drives the choice, and a weight on "
          "cost traces the curve. The rest is this project's own: what the predictors read, how they are fitted, "
          "deciding again at every gate, and the search for a budget."}},
        {{"EERO", true},
         {" follows the published idea of "},
         {"arXiv 2402.03779", false, "https://arxiv.org/abs/2402.03779"},
         {": exit shares by exponential weights under a budget, thresholds by quantiles. MSDNet's geometric shares are "
          "those of "},
         {"arXiv 1703.09844", false, "https://arxiv.org/abs/1703.09844"},
         {", patience is PABEE's ("},
         {"arXiv 2006.04152", false, "https://arxiv.org/abs/2006.04152"},
         {")."}},
        {{"Guarantee.", true},
         {" Losses against the full model and their control follow "},
         {"arXiv 2405.20915", false, "https://arxiv.org/abs/2405.20915"},
         {"; the procedure is learn then test, "},
         {"arXiv 2110.01052", false, "https://arxiv.org/abs/2110.01052"},
         {". It holds for images drawn like the calibration images, and for the setting itself."}},
        {{"Static hull", true},
         {" is what random mixing of fixed models reaches; a dynamic method is useful only above it. Oracles know the "
          "labels: they are bounds, not methods."}},
        {{"Cost", true},
         {" counts every head on the way. BOPs are multiply-accumulates times weight bits times activation bits; "
          "layers "
          "pinned to 8 bits count as such. BOPs credit precisions below 8 bits that a CPU cannot turn into speed."}},
        {{"Intervals", true},
         {" are Wilson's at 95 % and cover the sampling of test images, not the choice of the fit split. Differences "
          "on "
          "the same images are tested exactly (McNemar)."}},
    }});
}

}  // namespace exitscope::report
