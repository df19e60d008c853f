// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/error.h"
#include "core/network/model/graph.h"
#include "core/network/model/unfold_exits.h"

namespace exitscope::model {

/// A graph in the form that specialise() takes, with facts of the file that are not operators of the graph.
struct Imported {
    Graph graph;
    Unfolded unfolded;           ///< as returned by unfold_exits()
    std::string quantized_form;  ///< as returned by unify_quantization()
};
/// Takes the result of read_onnx(). Errors: those of unify_quantization().
[[nodiscard]] Expected<Imported> import_graph(Graph as_read);

}  // namespace exitscope::model
