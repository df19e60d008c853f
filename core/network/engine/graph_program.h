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

/// A graph with any inputs and outputs as one program: a stage of a bundle, an operator's test. Everything that goes in
/// and out is row-major. Unlike Program it owns its scratch: one thread at a time.
class GraphProgram {
public:
    struct Port {
        std::string name;
        model::Shape shape;
    };

    /// A specialised graph, in float32. Errors: as Program::compile().
    [[nodiscard]] static Expected<GraphProgram> compile(const model::Graph& graph);
    /// An ONNX file for `batch` images: a quantized one on its own integers, any other in float32. Errors: unreadable,
    /// as Program::compile(); inputs or outputs that are no floats.
    [[nodiscard]] static Expected<GraphProgram> open(const std::filesystem::path& path, std::int64_t batch = 1);

    [[nodiscard]] const std::vector<Port>& inputs() const { return inputs_; }
    [[nodiscard]] const std::vector<Port>& outputs() const { return outputs_; }

    /// `in` belong to inputs(), `out` to outputs(); each as long as its shape says.
    void run(std::span<const float* const> in, std::span<float* const> out);

private:
    GraphProgram(Program program, const model::Graph& graph);

    Program program_;
    Program::Scratch scratch_;
    std::vector<Port> inputs_;
    std::vector<Port> outputs_;
};

}  // namespace exitscope::engine
