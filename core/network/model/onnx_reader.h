// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// A model file.
struct OnnxFile {
    Graph graph;
    std::string content_hash;  ///< of its bytes and of the files that hold its weights
};

/// Reads an ONNX file as it is: no folding, symbolic dimensions kept as -1. Initializers become constant values; those
/// that lie in other files are read from there (ExternalData). Nodes come in topological order (sorted if the file's
/// are not). Functions of the model are replaced by their nodes (inline_functions()), and the branches of an `If` become
/// part of the graph (inline_branches()); other sub-graph bodies (`Loop`, `Scan`) are not read: their nodes stay, so
/// that unsupported_nodes() can name them. Operators of other domains keep the domain as a prefix
/// ("com.microsoft.FusedConv").
/// Errors: not a protobuf / not ONNX, larger than 2 GiB without the other files, those of ExternalData::read(),
/// inconsistent (dangling or duplicate names, cycles, functions that call themselves, tensors whose data does not match
/// their shape).
[[nodiscard]] Expected<OnnxFile> read_onnx_file(const std::filesystem::path& path);
[[nodiscard]] Expected<Graph> read_onnx(const std::filesystem::path& path);

/// The same from bytes in memory; `where` names them in errors. Error: weights in other files.
[[nodiscard]] Expected<Graph> parse_onnx(std::span<const std::byte> bytes, std::string_view where);

/// The bytes of a model file with all its weights inside and its functions replaced by their nodes, so that its tensors
/// have the names that they have in read_onnx(): the file's own bytes unless it has weights elsewhere or functions.
/// Errors: those of embed_external_data() and inline_functions(); functions with another version of the operators; not
/// an ONNX model.
[[nodiscard]] Expected<std::vector<std::byte>> read_whole_onnx(const std::filesystem::path& path);

/// Reads a file with one tensor (`input_0.pb` of the ONNX backend tests).
[[nodiscard]] Expected<Tensor> read_onnx_tensor(const std::filesystem::path& path);

}  // namespace exitscope::model
