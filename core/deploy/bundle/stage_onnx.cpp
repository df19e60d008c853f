// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/bundle/stage_onnx.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "core/deploy/bundle/node_writer.h"
#include "core/network/engine/fusion.h"
#include "core/network/engine/kernels/integer_semantics.h"
#include "core/network/model/linear_layer.h"

namespace exitscope::bundle {
namespace {

class StageWriter {
public:
    StageWriter(const model::MultiExitModel& model, StageIndex stage, const plan::StagePlan* plan, bool with_exit,
                Form form, const std::vector<std::string>& names)
        : model_(model), graph_(model.graph), stage_(model.stages[stage.at()]), plan_(plan), with_exit_(with_exit),
          form_(form), names_(names), writer_(model.graph, names_, opset()),
          fusion_(engine::plan_fusion(model, stage_, plan, true))
    {
    }

    Expected<std::vector<std::byte>> write()
    {
        for (const ValueIndex value : stage_.inputs) {
            const std::string tensor = names_[value.at()];
            writer_.add_input(value, tensor);
            if (rounds(value)) {
                names_[value.at()] += "/rounded";
                writer_.add_rounding(tensor, writer_.name(value), *plan_->stream[value.at()]);
            }
        }
        if (auto done = section(stage_.trunk); !done)
            return forward(done);
        for (const ValueIndex value : stage_.outputs)
            writer_.add_output(value);
        if (with_exit_) {
            if (auto done = section(stage_.head); !done)
                return forward(done);
            writer_.add_output(stage_.exit);
        }
        return writer_.finish(stage_.exit_name);
    }

private:
    Expected<void> section(const std::vector<NodeIndex>& nodes)
    {
        for (const NodeIndex index : nodes) {
            if (fusion_.absorbed[index.at()])
                continue;
            const auto& chain = fusion_.ends_here[index.at()];
            if (auto done = chain ? write_chain(*chain) : write_node(index); !done) {
                done.error().where = model_.path.string();
                return done;
            }
        }
        return {};
    }

    Expected<void> write_node(NodeIndex index)
    {
        const model::Node& node = graph_.node(index);
        std::vector<std::string> outputs;
        for (const ValueIndex output : node.outputs)
            outputs.push_back(writer_.raw_name(output, rounds(output)));
        if (auto done = writer_.add_node(node, outputs); !done)
            return done;
        for (const ValueIndex output : node.outputs)
            round(output);
        return {};
    }

    /// A layer with the operators that run together with it, without rounding in between.
    Expected<void> write_chain(const engine::Chain& chain)
    {
        if (form_ == Form::exact && ends_on_grid(chain)) {
            write_exact_chain(chain);
            return {};
        }
        const auto output_of = [&](ValueIndex value) {
            return writer_.raw_name(value, value == chain.result && rounds(value));
        };
        if (auto done = write_layer(chain.layer, output_of(chain.layer_result)); !done)
            return done;
        for (const auto& after : {chain.add, chain.activation})
            if (after)
                if (auto done = writer_.add_node(graph_.node(*after), {output_of(graph_.node(*after).outputs[0])});
                    !done)
                    return done;
        round(chain.result);
        return {};
    }

    Expected<void> write_layer(NodeIndex index, const std::string& output)
    {
        const model::Node& node = graph_.node(index);
        if (!plan_ || !plan_->weights[index.at()])
            return writer_.add_node(node, {output});
        const model::LinearLayer layer = *model::linear_layer(graph_, node);
        const auto operand = operand_of(layer.input);
        if (!operand)
            return writer_.add_node(node, {output});
        const std::string input = operand_name(layer.input, *operand);
        const plan::QuantizedWeights& weights = *plan_->weights[index.at()];
        if (form_ == Form::qdq) {
            writer_.add_integer_layer(node, layer, weights, operand->scale, input, output);
            return {};
        }
        writer_.add_sums(node, layer, weights, input, output + "/sums");
        writer_.add_factors(output + "/sums", output, factors(weights, operand->scale, 1.0F), layer.convolution,
                            graph_.value(layer.input).shape.size());
        return {};
    }

    /// Whether the engine keeps the whole chain in integers up to its result's grid.
    [[nodiscard]] bool ends_on_grid(const engine::Chain& chain) const
    {
        if (!rounds(chain.result) || !plan_->weights[chain.layer.at()])
            return false;
        return operand_of(model::linear_layer(graph_, graph_.node(chain.layer))->input) &&
               (!chain.add || rounds(chain.residual));
    }

    /// The arithmetic of engine/kernels/integer_semantics.h, operation by operation.
    void write_exact_chain(const engine::Chain& chain)
    {
        const model::Node& node = graph_.node(chain.layer);
        const model::LinearLayer layer = *model::linear_layer(graph_, node);
        const plan::Grid operand = *operand_of(layer.input);
        const plan::Grid grid = *plan_->stream[chain.result.at()];
        const plan::QuantizedWeights& weights = *plan_->weights[chain.layer.at()];
        const std::string& output = writer_.name(chain.result);
        std::string steps = output + "/steps";
        writer_.add_sums(node, layer, weights, operand_name(layer.input, operand), output + "/sums");
        writer_.add_factors(output + "/sums", steps, factors(weights, operand.scale, grid.scale), layer.convolution,
                            graph_.value(layer.input).shape.size());
        if (chain.add) {
            const float ratio = plan_->stream[chain.residual.at()]->scale / grid.scale;
            writer_.add_residual(steps, output + "/sum", writer_.name(chain.residual), ratio);
            steps = output + "/sum";
        }
        const auto range = chain.clamp ? engine::semantics::clamped_range(grid, chain.clamp->low, chain.clamp->high)
                                       : engine::semantics::full_range(grid);
        writer_.add_whole_rounding(steps, output, grid, range.low, range.high);
    }

    /// (s_x * s_w) / s_y per output channel.
    [[nodiscard]] static std::vector<float> factors(const plan::QuantizedWeights& weights, float input, float result)
    {
        std::vector<float> made;
        for (const float scale : weights.scales)
            made.push_back((input * scale) / result);
        return made;
    }

    [[nodiscard]] std::optional<plan::Grid> operand_of(ValueIndex value) const
    {
        const auto& operand = plan_->operand[value.at()];
        return operand ? operand : plan_->stream[value.at()];
    }
    /// The value on its operand grid.
    std::string operand_name(ValueIndex value, const plan::Grid& operand)
    {
        const std::string& input = writer_.name(value);
        if (operand == plan_->stream[value.at()])
            return input;
        if (operands_.insert(value).second)  // several layers may read it
            writer_.add_rounding(input, input + "/operand", operand);
        return input + "/operand";
    }

    [[nodiscard]] std::int64_t opset() const
    {
        constexpr std::int64_t usual = 17;
        constexpr std::int64_t first_with_gelu = 20;
        const auto is_gelu = [&](NodeIndex node) { return graph_.node(node).op == "Gelu"; };
        const bool gelu = std::any_of(stage_.trunk.begin(), stage_.trunk.end(), is_gelu) ||
                          std::any_of(stage_.head.begin(), stage_.head.end(), is_gelu);
        return gelu ? first_with_gelu : usual;
    }
    /// Whether the value is rounded to a grid for all its readers.
    [[nodiscard]] bool rounds(ValueIndex value) const
    {
        return plan_ && !graph_.value(value).is_int && plan_->stream[value.at()] &&
               (value != stage_.exit || plan_->rounds_inside);
    }
    void round(ValueIndex value)
    {
        if (rounds(value))
            writer_.add_rounding(writer_.raw_name(value, true), writer_.name(value), *plan_->stream[value.at()]);
    }

    const model::MultiExitModel& model_;
    const model::Graph& graph_;
    const model::Stage& stage_;
    const plan::StagePlan* plan_;
    bool with_exit_;
    Form form_;
    std::vector<std::string> names_;  ///< [values] tensor that this stage's nodes read
    NodeWriter writer_;
    std::set<ValueIndex> operands_;  ///< values whose operand form has already been written
    engine::FusionPlan fusion_;
};

}  // namespace

std::vector<std::string> tensor_names(const model::MultiExitModel& model)
{
    std::vector<std::string> names(model.graph.values.size());
    std::set<std::string> taken;
    const auto give = [&](ValueIndex value, std::string wanted) {
        if (!names[value.at()].empty())
            return;
        if (wanted.empty())
            wanted = "value";
        std::string name = wanted;
        for (std::size_t n = 2; !taken.insert(name).second; ++n)
            name = wanted + "_" + std::to_string(n);
        names[value.at()] = std::move(name);
    };
    for (const ValueIndex value : model.graph.inputs)
        give(value, model.graph.value(value).name);
    for (const model::Stage& stage : model.stages)
        give(stage.exit, stage.exit_name);
    for (std::size_t v = 0; v < names.size(); ++v)
        give(ValueIndex(v), model.graph.values[v].name);
    return names;
}

Expected<std::vector<std::byte>> stage_onnx(const model::MultiExitModel& model, StageIndex stage,
                                            const plan::StagePlan* plan, bool with_exit, Form form,
                                            const std::vector<std::string>& names)
{
    return StageWriter(model, stage, plan, with_exit, form, names).write();
}

}  // namespace exitscope::bundle
