// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/plan/stage_plan.h"
#include "core/network/engine/assembly.h"
#include "core/network/engine/fusion.h"
#include "core/network/engine/integer_layer.h"
#include "core/network/engine/kernels/elementwise.h"
#include "core/network/engine/own_loops.h"
#include "core/network/model/linear_layer.h"
#include "core/network/model/multi_exit.h"
#include "core/network/model/window.h"

namespace exitscope::engine {

/// A value as floats in some layout (of oneDNN's choice, or row-major).
struct FloatForm {
    dnnl::memory::desc layout;
    BufferIndex buffer;
    bool shared = false;  ///< another value or the caller uses the same buffer: never overwrite
};

/// A value as bytes on a grid. `stored` is the logical shape whose elements lie channels-last (axis 1 moved to the end)
/// for images (rank 4), row-major otherwise; a reshaped value keeps the shape that it was stored with.
struct QuantizedForm {
    plan::Grid grid;
    model::Shape stored;
    BufferIndex buffer;
};

/// Values that a program reports to an observer.
enum class Tracing {
    off,
    results,      ///< the results of the operations that run, after fusion
    every_value,  ///< all values: no fusion, and float results that are the same on every CPU
};

/// Turns the nodes of one stage into an Assembly. A value exists in one or more forms; asking for a form that does not
/// exist yet adds the steps that convert it. One object compiles one program.
class Compiler {
public:
    /// `plan` null: float.
    Compiler(const model::MultiExitModel& model, StageIndex stage, const plan::StagePlan* plan, Tracing tracing);

    [[nodiscard]] Expected<Assembly> compile();

private:
    // compiler.cpp: order, forms, conversions
    Expected<void> section(const std::vector<NodeIndex>& nodes, bool head);
    Expected<void> node(NodeIndex index);
    /// Memory layout of a value at the program's boundary: row-major for the graph's own inputs and outputs,
    /// channels-last between stages.
    [[nodiscard]] dnnl::memory::desc boundary_layout(ValueIndex value) const;
    void hand_over(ValueIndex value, Buffer::Source memory, std::size_t slot);
    void observe(const model::Node& node);
    [[nodiscard]] const model::Shape& shape(ValueIndex value) const { return model_.graph.value(value).shape; }
    [[nodiscard]] std::size_t count(ValueIndex value) const;
    [[nodiscard]] bool used_later(ValueIndex value) const;
    /// A step for the node that is being compiled.
    [[nodiscard]] ProgramStep new_step() const;
    void emit(std::vector<BufferIndex> touched, std::function<void(const Context&)> run);
    void emit_call(dnnl::primitive primitive, std::vector<Call::Argument> arguments);
    [[nodiscard]] BufferIndex in_layout(ValueIndex value, const dnnl::memory::desc& layout);
    [[nodiscard]] BufferIndex plain(ValueIndex value) { return in_layout(value, plain_layout(shape(value))); }
    /// Any existing float form of a value; else a new one, row-major.
    [[nodiscard]] FloatForm floating(ValueIndex value);
    [[nodiscard]] BufferIndex new_plain(ValueIndex value);
    [[nodiscard]] bool is_int(ValueIndex value) const { return model_.graph.value(value).is_int; }
    /// The row-major buffer of a value: plain() for floats, integers() for int64.
    [[nodiscard]] BufferIndex elements(ValueIndex value) { return is_int(value) ? integers(value) : plain(value); }
    [[nodiscard]] BufferIndex new_elements(ValueIndex value);
    [[nodiscard]] BufferIndex integers(ValueIndex value);
    [[nodiscard]] std::size_t bytes(ValueIndex value) const;
    void set_float(ValueIndex value, const dnnl::memory::desc& layout, BufferIndex buffer);
    void reorder(const dnnl::memory::desc& from, BufferIndex source, const dnnl::memory::desc& to, BufferIndex target);
    [[nodiscard]] bool alias(const model::Node& node);

    // compile_float.cpp: oneDNN
    [[nodiscard]] BufferIndex packed(const std::vector<float>& values, const dnnl::memory::desc& from,
                                     const dnnl::memory::desc& to);
    void float_layer(const model::LinearLayer& layer, const Chain& chain);
    void float_convolution(const model::LinearLayer& layer, const Chain& chain);
    void float_product(const model::LinearLayer& layer, const Chain& chain);
    /// The layer without the rest of its chain, by our own loops, whose sums do not depend on the CPU.
    void reproducible_layer(const model::LinearLayer& layer, ValueIndex result);
    /// The addition and the clamp of a chain after its layer has run by itself, in float.
    void finish_chain(const Chain& chain);
    /// False when oneDNN has no such pooling.
    [[nodiscard]] bool float_pool(const model::Node& node);

    // compile_generic.cpp: own loops
    Expected<void> generic(const model::Node& node);
    void unary(const kernels::UnaryOperation& operation, ValueIndex input, ValueIndex output);
    void binary(kernels::Binary operation, ValueIndex left, ValueIndex right, ValueIndex output);
    void nary(kernels::Binary operation, const model::Node& node);
    void product(const model::Node& node);
    void own_loop(const model::Node& node, LoopPlanner plan);

    // compile_quantize.cpp: QuantizeLinear and similar operators of quantized files that are left in the graph
    /// False for other operators.
    [[nodiscard]] bool quantize_operator(const model::Node& node);

    // compile_integer.cpp: bytes on grids
    /// The grid on which `value` is produced: its stream, else the operand grid that all its readers share.
    [[nodiscard]] std::optional<plan::Grid> target_grid(ValueIndex value) const;
    /// Rounds a value with a stream grid to that grid, for all its readers.
    void round_to_stream(ValueIndex value);
    [[nodiscard]] QuantizedForm on_grid(ValueIndex value, const plan::Grid& grid);
    /// The bytes of a value that is on a grid, stored in its own shape; nullopt for values in float.
    [[nodiscard]] std::optional<QuantizedForm> own_bytes(ValueIndex value);
    [[nodiscard]] QuantizedForm in_own_order(ValueIndex value, const QuantizedForm& form);
    [[nodiscard]] BufferIndex row_major_bytes(const QuantizedForm& form);
    /// Makes `form` the only form of the value.
    void set_bytes(ValueIndex value, const QuantizedForm& form);
    [[nodiscard]] BufferIndex new_bytes(ValueIndex value, const plan::Grid& grid);
    void dequantize(ValueIndex value);
    /// False when the node has no integer version or its inputs are not on grids.
    [[nodiscard]] bool integer_node(const model::Node& node);
    void byte_average(const model::Node& node, const QuantizedForm& source);
    [[nodiscard]] bool byte_addition(const model::Node& node, const QuantizedForm& left, const plan::Grid& grid);
    [[nodiscard]] bool byte_concatenation(const model::Node& node);

    // compile_integer_layer.cpp
    struct LayerDraft;
    struct ByteConvolution;
    Expected<void> integer_layer(const model::LinearLayer& layer, const Chain& chain);
    /// Operand bytes, the weights in their order, and the geometry of both.
    void read_operand(LayerDraft& draft);
    /// The ending of the layer: bytes with the residual and the clamp, or real numbers. False when finish_chain() has
    /// to add the residual.
    [[nodiscard]] bool write_result(LayerDraft& draft);
    /// From sums of products to the result: on the grid `target`, or real numbers when that is empty.
    void set_factors(LayerDraft& draft, const std::optional<plan::Grid>& target);
    /// The accumulators: our own kernel, oneDNN where that is exact, else our own loops.
    void sum_products(LayerDraft& draft);
    /// oneDNN's calls for the slices of a layer.
    void byte_convolution(LayerDraft& draft);
    /// oneDNN pads with 0: where the zero point is another number, it pads first, and the convolution no more.
    void pad_with_zero_point(LayerDraft& draft, ByteConvolution& convolution);
    void call_convolution(LayerDraft& draft, const ByteConvolution& convolution);

    const model::MultiExitModel& model_;
    const model::Stage& stage_;
    const plan::StagePlan* plan_;
    Tracing tracing_;
    Assembly out_;
    FusionPlan fusion_;
    std::vector<std::vector<NodeIndex>> consumers_;
    std::vector<std::vector<FloatForm>> floats_;         ///< by ValueIndex
    std::vector<std::vector<QuantizedForm>> quantized_;  ///< by ValueIndex
    std::vector<std::optional<BufferIndex>> integers_;   ///< by ValueIndex: int64, row-major
    std::vector<bool> on_grid_;  ///< by ValueIndex: true when the value itself is bytes, quantized_.front(); false
                                 ///< when it is real and bytes exist only for the layers that read it
    std::vector<std::optional<ValueIndex>> reshape_of_;  ///< by ValueIndex: same elements in the same logical order
    NodeIndex current_;
    std::vector<NodeIndex> working_for_;  ///< nodes that new steps compute: current_ and the nodes fused into it
    std::string_view conversion_;         ///< set while new steps only change the form of a value
    bool head_ = false;

    /// Marks the steps added during its life as conversions; the outermost one names them.
    class Converting {
    public:
        Converting(Compiler& compiler, std::string_view how) : compiler_(compiler), before_(compiler.conversion_)
        {
            if (before_.empty())
                compiler_.conversion_ = how;
        }
        ~Converting() { compiler_.conversion_ = before_; }
        Converting(const Converting&) = delete;
        Converting& operator=(const Converting&) = delete;

    private:
        Compiler& compiler_;
        std::string_view before_;
    };
};

}  // namespace exitscope::engine
