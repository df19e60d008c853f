// SPDX-License-Identifier: GPL-3.0-or-later
// Operators of quantized files that no stage plan could take over (model/file_quantization.h).
#include "core/network/engine/compiler.h"
#include "core/network/engine/node_kernels.h"

namespace exitscope::engine {

bool Compiler::quantize_operator(const model::Node& node)
{
    if (node.op != "QuantizeDequantize")
        return false;
    const ValueIndex input = *node.inputs[0];
    const ValueIndex output = node.outputs[0];
    if (const std::optional<plan::Grid> grid = target_grid(output)) {  // the node's own
        set_bytes(output, on_grid(input, *grid));
        return true;
    }
    const FloatForm source = floating(input);
    const std::size_t size = source.layout.get_size();
    const BufferIndex result = out_.arena(size);
    set_float(output, source.layout, result);
    emit({source.buffer, result}, [=, grid = fake_quantization(node)](const Context& c) {
        kernels::fake_quantize(grid, c.at<float>(source.buffer), c.at<float>(result), size / sizeof(float));
    });
    return true;
}

}  // namespace exitscope::engine
