// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/plan/stage_plan.h"
#include "core/network/model/graph.h"
#include "core/network/model/linear_layer.h"

namespace exitscope::bundle {

/// Builds one ONNX file from nodes of a specialised graph, translating our normal form (model::specialise()) back to
/// operators of the standard, opsets 17 to 20. `graph` and `names` ([values]) must outlive it.
class NodeWriter {
public:
    NodeWriter(const model::Graph& graph, const std::vector<std::string>& names, std::int64_t opset);
    ~NodeWriter();
    NodeWriter(const NodeWriter&) = delete;
    NodeWriter& operator=(const NodeWriter&) = delete;

    /// The tensor that readers of `value` read.
    [[nodiscard]] const std::string& name(ValueIndex value) const { return names_[value.at()]; }
    /// The tensor that its producer writes: another one than name() if the value is `rounded` in between.
    [[nodiscard]] std::string raw_name(ValueIndex value, bool rounded) const
    {
        return rounded ? name(value) + "/real" : name(value);
    }

    void add_input(ValueIndex value, const std::string& tensor);
    void add_output(ValueIndex value);
    /// Errors: an operator or element type that cannot be written.
    [[nodiscard]] Expected<void> add_node(const model::Node& node, const std::vector<std::string>& outputs);
    /// input -> (Clip) -> QuantizeLinear -> DequantizeLinear -> output; returns `output`.
    std::string add_rounding(const std::string& input, const std::string& output, const plan::Grid& grid);
    /// The layer on integers: `input` lies on a grid of scale `input_scale` already.
    void add_integer_layer(const model::Node& node, const model::LinearLayer& layer,
                           const plan::QuantizedWeights& weights, float input_scale, const std::string& input,
                           const std::string& output);
    // Parts of exact chains; every tensor that is read is already on a grid (add_rounding()).

    /// The layer's sums with its biases as whole numbers, which floats add exactly below 2^24.
    void add_sums(const model::Node& node, const model::LinearLayer& layer, const plan::QuantizedWeights& weights,
                  const std::string& input, const std::string& output);
    /// input * factors, one factor per output channel; `rank` is the input's.
    void add_factors(const std::string& input, const std::string& output, const std::vector<float>& factors,
                     bool convolution, std::size_t rank);
    /// input + ratio * (q - zero point) of `residual`, rounded once.
    void add_residual(const std::string& input, const std::string& output, const std::string& residual, float ratio);
    /// add_rounding() for numbers in units of the grid's scale, after a clamp to [low, high].
    void add_whole_rounding(const std::string& input, const std::string& output, const plan::Grid& grid, float low,
                            float high);
    /// The file's bytes. Error: beyond 2 GiB.
    [[nodiscard]] Expected<std::vector<std::byte>> finish(const std::string& name);

private:
    struct File;

    std::string emit(const std::string& op, const std::vector<std::string>& inputs, const std::string& output,
                     const std::map<std::string, model::Attribute>& attributes = {});
    std::string constant(const std::string& name, const model::Tensor& tensor);
    std::string integers(const std::string& name, std::vector<std::int64_t> values);
    std::string number(const std::string& name, float value);
    std::string zero_point_of(const std::string& name, const plan::Grid& grid);
    /// q - zero point of a tensor on a grid.
    std::string whole(const std::string& tensor);
    std::string bytes(const std::string& name, int type, const model::Shape& shape, std::span<const std::byte> values);
    [[nodiscard]] std::vector<std::string> inputs_of(const model::Node& node);
    [[nodiscard]] Expected<void> check_types(const model::Node& node) const;
    [[nodiscard]] Expected<void> check_operator(const model::Node& node) const;
    [[nodiscard]] Expected<void> add_tile(const model::Node& node, const std::string& input, const std::string& out);
    void add_fake_quantization(const model::Node& node, const std::string& input, const std::string& out);
    void add_slice_inputs(const model::Node& node, const std::string& out, std::vector<std::string>& inputs);
    /// A scale of 1 for a normalisation without one.
    std::string ones(const model::Node& node, const std::string& name);
    /// Attributes of the normal form that are inputs in the standard.
    void move_attributes(const model::Node& node, const std::string& out, std::vector<std::string>& inputs,
                         std::map<std::string, model::Attribute>& attributes);

    const model::Graph& graph_;
    const std::vector<std::string>& names_;
    std::int64_t opset_;
    std::unique_ptr<File> file_;
    std::set<std::string> whole_;  ///< tensors for which whole() has already added nodes
};

}  // namespace exitscope::bundle
