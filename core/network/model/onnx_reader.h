// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// Reads an ONNX file as it is: no folding, symbolic dimensions kept as -1. Initializers become constant values.
/// Nodes come in topological order (sorted if the file's are not). The branches of an `If` become part of the graph
/// (inline_branches()); other sub-graph bodies (`Loop`, `Scan`) are not read: their nodes stay, so that
/// unsupported_nodes() can name them. Operators of other domains keep the domain as a prefix
/// ("com.microsoft.FusedConv").
/// Errors: not a protobuf / not ONNX, larger than 2 GiB, external data, inconsistent (dangling or duplicate names,
/// cycles, tensors whose data does not match their shape).
[[nodiscard]] Expected<Graph> read_onnx(const std::filesystem::path& path);

/// The same from bytes in memory; `where` names them in errors.
[[nodiscard]] Expected<Graph> parse_onnx(std::span<const std::byte> bytes, std::string_view where);

/// Reads a file with one tensor (`input_0.pb` of the ONNX backend tests).
[[nodiscard]] Expected<Tensor> read_onnx_tensor(const std::filesystem::path& path);

}  // namespace exitscope::model
