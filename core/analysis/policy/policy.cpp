// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/policy.h"

namespace exitscope::policy {

Sweep Fitted::sweep(const run::Split& split, unsigned) const
{
    std::vector<std::vector<StateIndex>> states;
    for (std::size_t p = 0; p < points().size(); ++p)
        states.push_back(decide(split, p));
    return Sweep(states);
}

}  // namespace exitscope::policy
