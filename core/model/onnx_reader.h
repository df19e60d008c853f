// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/base/error.h"
#include "core/model/graph.h"

namespace exitscope::model {

/// Reads an ONNX file as it is: no folding, symbolic dimensions kept as -1. Initializers become constant values.
/// Errors: not a protobuf / not ONNX, larger than 2 GiB, external data, inconsistent (dangling names, cycles,
/// tensors whose data does not match their shape), sub-graphs (`If`, `Loop`, `Scan`: unsupported, with the node named).
[[nodiscard]] Expected<Graph> read_onnx(const std::filesystem::path& path);

/// Every node whose operator or attributes the engine does not implement. Works on any read graph.
[[nodiscard]] std::vector<UnsupportedNode> unsupported_nodes(const Graph& graph);

/// Returns the graph for one batch size: symbolic first dimension of the inputs set to `batch`, shapes propagated
/// to every value, constant sub-graphs folded (Shape/Gather/Cast/ConstantOfShape/Concat/... on known shapes),
/// BatchNormalization folded into the preceding Conv/Gemm or turned into a scale-and-shift ("Mul"+"Add"),
/// Identity/Dropout/no-op Cast removed, dead nodes dropped, optional inputs turned into attributes (see Node).
/// Deterministic: the same nodes in the same order for every batch size.
/// Errors: unsupported nodes (all named in one sentence), shapes that do not fit.
[[nodiscard]] Expected<Graph> specialise(const Graph& graph, std::int64_t batch);

}  // namespace exitscope::model
