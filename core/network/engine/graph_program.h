// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/network/engine/program.h"
#include "core/network/model/graph.h"

namespace exitscope::engine {

/// A graph with any inputs and outputs as one program, for stages of a bundle and for tests of operators. Inputs and
/// outputs are row-major. Unlike Program it owns its scratch, so that it serves one thread at a time.
class GraphProgram {
public:
    struct Port {
        std::string name;
        model::Shape shape;
    };

    /// A specialised graph, in float32. Errors: as Program::compile().
    [[nodiscard]] static Expected<GraphProgram> compile(const model::Graph& graph);
    /// An ONNX file for `batch` images: a quantized file runs on its own integers, any other in float32. Errors:
    /// unreadable; those of Program::compile(); inputs or outputs that are not floats.
    [[nodiscard]] static Expected<GraphProgram> open(const std::filesystem::path& path, std::int64_t batch = 1);

    [[nodiscard]] const std::vector<Port>& inputs() const { return inputs_; }
    [[nodiscard]] const std::vector<Port>& outputs() const { return outputs_; }

    /// `in` are the buffers of inputs(), `out` those of outputs(), in the same order; each has as many elements as its
    /// shape.
    void run(std::span<const float* const> in, std::span<float* const> out);

private:
    GraphProgram(Program program, const model::Graph& graph);

    Program program_;
    Program::Scratch scratch_;
    std::vector<Port> inputs_;
    std::vector<Port> outputs_;
};

}  // namespace exitscope::engine
