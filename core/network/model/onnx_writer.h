// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// Adds nodes, constants, outputs and metadata to an ONNX file and returns the new file's bytes. The bytes of the
/// file's own nodes, weights and outputs are copied unchanged, so that it computes the same outputs as before.
///
/// `addition` is a graph whose inputs are tensors of the file, by name; its nodes (operators of the file's own opset,
/// in topological order) come after the file's, its constants become initializers, and its outputs, float tensors with
/// the given shapes, come before the file's outputs; an unknown first dimension (-1) is written as the batch dimension
/// of the file's first output. Entries of `addition.metadata` replace those of the same key.
/// Deterministic: the same arguments give the same bytes.
/// Errors: the bytes are not an ONNX model; a name that the file already uses; an input that the file does not have; a
/// result of more than 2 GiB.
[[nodiscard]] Expected<std::vector<std::byte>> extend_onnx(std::span<const std::byte> model, const Graph& addition,
                                                           std::string_view where);

}  // namespace exitscope::model
