// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/network/model/graph.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::model {

/// What unfold_exits() did.
struct Unfolded {
    std::map<std::string, ExitRule> rules;  ///< by output name
    bool any = false;                       ///< an `If` was unfolded
    std::vector<std::string> unread;        ///< `If`s that were unfolded without their rule, each with the reason
};

/// Turns an output that is chosen by an `If` into one output per exit: `y` becomes `y.1`, `y.2`, ... Nested `If`s give
/// more exits; operators that follow the choice are applied to every exit. A rule is read where the condition compares
/// the largest softmax probability, or the entropy, of the early answer with a constant; an output with any other
/// condition has no rules. An `If` that cannot be unfolded gets the attribute `reason` with a sentence; one whose
/// condition does not depend on the data stays for specialise().
Unfolded unfold_exits(Graph& graph);

}  // namespace exitscope::model
