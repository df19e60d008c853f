// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/base/error.h"
#include "core/network/model/graph.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::model {

/// A graph as read, brought to what specialise() takes, and what the file says beyond its operators.
struct Imported {
    Graph graph;
    std::map<std::string, ExitRule> rules;  ///< by output name (unfold_exits())
    std::string quantized_form;             ///< unify_quantization()
};
/// Errors: those of unify_quantization().
[[nodiscard]] Expected<Imported> import_graph(Graph as_read);

}  // namespace exitscope::model
