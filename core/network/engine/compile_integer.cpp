// SPDX-License-Identifier: GPL-3.0-or-later
// Values on grids and the nodes that work on bytes; arithmetic: integer_semantics.h.
#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "core/network/engine/compiler.h"
#include "core/network/engine/integer_layer.h"
#include "core/network/engine/kernels/bytes.h"
#include "core/network/engine/kernels/rearrange.h"
#include "core/network/engine/node_kernels.h"

namespace exitscope::engine {
namespace {

/// True when channels-last bytes of this shape lie as row-major ones do.
bool flat(const model::Shape& shape)
{
    if (shape.size() != 4 || shape[1] == 1)
        return true;
    return std::all_of(shape.begin() + 2, shape.end(), [](std::int64_t extent) { return extent == 1; });
}

bool averages(const model::Node& node, const model::Shape& in)
{
    return (node.op == "AveragePool" && in.size() == 4) || node.op == "GlobalAveragePool" ||
           (node.op == "ReduceMean" && in.size() == 4 && node.integers("axes") == std::vector<std::int64_t>{2, 3});
}

kernels::PoolPlan average_plan(const model::Node& node, const model::Shape& in, const model::Shape& out)
{
    return node.op == "ReduceMean" ? kernels::global_pool_plan(kernels::Pooling::average, in)
                                   : pool_plan(node, in, out);
}

/// Nodes whose result has the values of their input, so that its grid serves both.
bool keeps_values(const model::Node& node)
{
    return node.op == "MaxPool" || node.op == "GlobalMaxPool" || node.op == "Reshape" || node.op == "Slice" ||
           (node.op == "Pad" && node.number("value", 0.0F) == 0.0F);
}

bool keeps_every_byte(const kernels::ByteTable& table)
{
    for (std::size_t q = 0; q < table.size(); ++q)
        if (table[q] != q)
            return false;
    return true;
}

}  // namespace

std::optional<plan::Grid> Compiler::target_grid(ValueIndex value) const
{
    if (!plan_ || (value == stage_.exit && !plan_->rounds_inside))
        return std::nullopt;
    if (const auto& stream = plan_->stream[value.at()])
        return stream;
    const bool handed_over = std::find(stage_.outputs.begin(), stage_.outputs.end(), value) != stage_.outputs.end();
    if (handed_over || consumers_[value.at()].empty())
        return std::nullopt;
    const auto& readers = consumers_[value.at()];
    const bool all_layers = std::all_of(readers.begin(), readers.end(), [&](NodeIndex reader) {
        return plan_->weights[reader.at()].has_value() && model_.graph.node(reader).inputs[0] == value;
    });
    if (all_layers)
        return plan_->operand[value.at()];
    if (readers.size() == 1 && keeps_values(model_.graph.node(readers.front())))
        return target_grid(model_.graph.node(readers.front()).outputs[0]);
    return std::nullopt;
}

void Compiler::round_to_stream(ValueIndex value)
{
    if (!plan_ || (value == stage_.exit && !plan_->rounds_inside) || !plan_->stream[value.at()])
        return;
    const QuantizedForm form = on_grid(value, *plan_->stream[value.at()]);
    set_bytes(value, form);
    floats_[value.at()].clear();
}

void Compiler::set_bytes(ValueIndex value, const QuantizedForm& form)
{
    quantized_[value.at()] = {form};
    on_grid_[value.at()] = true;
}

QuantizedForm Compiler::on_grid(ValueIndex value, const plan::Grid& grid)
{
    std::vector<QuantizedForm>& forms = quantized_[value.at()];
    for (const QuantizedForm& form : forms)
        if (form.grid == grid)
            return form;
    QuantizedForm made{grid, shape(value), {}};
    const std::size_t size = count(value);
    const Converting scope(*this, on_grid_[value.at()] ? "requantize" : "quantize");
    if (on_grid_[value.at()]) {
        const QuantizedForm source = forms.front();
        made.stored = source.stored;
        made.buffer = out_.arena(size);
        emit({source.buffer, made.buffer}, [=, table = kernels::conversion_table(source.grid, grid)](const Context& c) {
            kernels::look_up(table, c.at<std::uint8_t>(source.buffer), c.at<std::uint8_t>(made.buffer), size);
        });
    } else if (reshape_of_[value.at()] && floats_[value.at()].empty()) {
        made = on_grid(*reshape_of_[value.at()], grid);
    } else {
        const model::Shape& extents = shape(value);
        const dnnl::memory::desc wanted = channels_last_layout(extents);
        const bool in_order = std::any_of(floats_[value.at()].begin(), floats_[value.at()].end(),
                                          [&](const FloatForm& form) { return form.layout == wanted; });
        const BufferIndex source = in_order ? in_layout(value, wanted) : plain(value);
        made.buffer = out_.arena(size);
        const auto batch = extents.empty() ? std::size_t{1} : static_cast<std::size_t>(extents[0]);
        const auto channels = in_order || extents.size() != 4 ? std::size_t{1} : static_cast<std::size_t>(extents[1]);
        emit({source, made.buffer}, [=](const Context& c) {
            kernels::quantize(c.at<float>(source), c.at<std::uint8_t>(made.buffer), batch, channels,
                              size / batch / channels, grid);
        });
    }
    quantized_[value.at()].push_back(made);
    return made;
}

BufferIndex Compiler::row_major_bytes(const QuantizedForm& form)
{
    if (flat(form.stored))
        return form.buffer;
    const Converting scope(*this, "reorder");
    const std::size_t rank = form.stored.size();
    const BufferIndex result = out_.arena(static_cast<std::size_t>(model::element_count(form.stored)));
    emit({form.buffer, result},
         [=, move = kernels::permutation(form.stored, kernels::channels_last(rank), kernels::row_major(rank))](
             const Context& c) { move(c.at<std::uint8_t>(form.buffer), c.at<std::uint8_t>(result), std::uint8_t{0}); });
    return result;
}

std::optional<QuantizedForm> Compiler::own_bytes(ValueIndex value)
{
    if (!on_grid_[value.at()]) {
        const auto source = reshape_of_[value.at()];
        if (!source || !floats_[value.at()].empty())
            return std::nullopt;
        const auto inner = own_bytes(*source);
        if (!inner)
            return std::nullopt;
        set_bytes(value, *inner);
    }
    return in_own_order(value, quantized_[value.at()].front());
}

QuantizedForm Compiler::in_own_order(ValueIndex value, const QuantizedForm& form)
{
    const model::Shape& extents = shape(value);
    if (form.stored == extents || (flat(form.stored) && flat(extents)))
        return {form.grid, extents, form.buffer};
    const Converting scope(*this, "reorder");
    QuantizedForm made{form.grid, extents, row_major_bytes(form)};
    if (!flat(extents)) {
        const std::size_t rank = extents.size();
        const BufferIndex source = made.buffer;
        made.buffer = out_.arena(count(value));
        emit({source, made.buffer},
             [=, target = made.buffer,
              move = kernels::permutation(extents, kernels::row_major(rank), kernels::channels_last(rank))](
                 const Context& c) { move(c.at<std::uint8_t>(source), c.at<std::uint8_t>(target), std::uint8_t{0}); });
    }
    for (QuantizedForm& known : quantized_[value.at()])
        if (known.grid == form.grid)
            known = made;
    return made;
}

void Compiler::dequantize(ValueIndex value)
{
    const Converting scope(*this, "dequantize");
    const QuantizedForm form = quantized_[value.at()].front();
    const std::size_t size = count(value);
    const model::Shape& extents = shape(value);
    const BufferIndex result = out_.arena(size * sizeof(float));
    BufferIndex source = form.buffer;
    if (form.stored == extents) {
        set_float(value, channels_last_layout(extents), result);
    } else {
        source = row_major_bytes(form);
        set_float(value, plain_layout(extents), result);
    }
    emit({source, result}, [=, grid = form.grid](const Context& c) {
        kernels::dequantize(c.at<std::uint8_t>(source), c.at<float>(result), size, grid);
    });
}

bool Compiler::integer_node(const model::Node& node)
{
    const bool one_result = node.outputs.size() == 1 || node.op == "Split";
    if (node.inputs.empty() || !node.inputs[0] || !one_result || node.op == "Gemm" || node.op == "MatMul")
        return false;
    const ValueIndex input = *node.inputs[0];
    const ValueIndex output = node.outputs[0];
    if (node.op == "Concat")
        return byte_concatenation(node);
    const std::optional<QuantizedForm> source = own_bytes(input);
    if (!source)
        return false;
    const std::size_t rank = shape(input).size();
    if ((node.op == "MaxPool" || node.op == "GlobalMaxPool") && rank == 4) {
        const BufferIndex result = new_bytes(output, source->grid);
        emit({source->buffer, result},
             [=, from = source->buffer, plan = pool_plan(node, shape(input), shape(output))](const Context& c) {
                 kernels::max_pool(plan, c.at<std::uint8_t>(from), c.at<std::uint8_t>(result));
             });
        return true;
    }
    if (averages(node, shape(input))) {
        byte_average(node, *source);
        return true;
    }
    if (node.op == "Slice" || node.op == "Split" || (node.op == "Pad" && node.number("value", 0.0F) == 0.0F)) {
        for (std::size_t o = 0; o < node.outputs.size(); ++o) {
            const BufferIndex result = new_bytes(node.outputs[o], source->grid);
            const auto fill = static_cast<std::uint8_t>(source->grid.zero_point);
            auto move = *rearrangement(node, o, shape(input), shape(node.outputs[o]), kernels::channels_last(rank));
            emit({source->buffer, result}, [=, from = source->buffer, move = std::move(move)](const Context& c) {
                move(c.at<std::uint8_t>(from), c.at<std::uint8_t>(result), fill);
            });
        }
        return true;
    }
    const std::optional<plan::Grid> grid = target_grid(output);
    if (!grid)
        return false;
    if (const auto operation = unary_operation(node)) {
        if (const kernels::ByteTable same = kernels::conversion_table(source->grid, *grid, &*operation);
            source->grid == *grid && keeps_every_byte(same)) {
            set_bytes(output, *source);
            return true;
        }
        const BufferIndex result = new_bytes(output, *grid);
        emit({source->buffer, result},
             [=, from = source->buffer, size = count(output),
              table = kernels::conversion_table(source->grid, *grid, &*operation)](const Context& c) {
                 kernels::look_up(table, c.at<std::uint8_t>(from), c.at<std::uint8_t>(result), size);
             });
        return true;
    }
    return node.op == "Add" && byte_addition(node, *source, *grid);
}

BufferIndex Compiler::new_bytes(ValueIndex value, const plan::Grid& grid)
{
    const BufferIndex buffer = out_.arena(count(value));
    set_bytes(value, {grid, shape(value), buffer});
    return buffer;
}

void Compiler::byte_average(const model::Node& node, const QuantizedForm& source)
{
    const ValueIndex output = node.outputs[0];
    const kernels::PoolPlan plan = average_plan(node, shape(*node.inputs[0]), shape(output));
    const BufferIndex sums = out_.arena(plan.channels * sizeof(std::int32_t));
    if (const auto grid = target_grid(output)) {
        const BufferIndex result = new_bytes(output, *grid);
        emit({source.buffer, sums, result},
             [=, from = source.buffer, average = kernels::ByteAverage{plan, source.grid, *grid}](const Context& c) {
                 average(c.at<std::uint8_t>(from), c.at<std::int32_t>(sums), c.at<std::uint8_t>(result), nullptr);
             });
        return;
    }
    const BufferIndex result = out_.arena(count(output) * sizeof(float));
    set_float(output, channels_last_layout(shape(output)), result);
    emit({source.buffer, sums, result},
         [=, from = source.buffer, average = kernels::ByteAverage{plan, source.grid, {}}](const Context& c) {
             average(c.at<std::uint8_t>(from), c.at<std::int32_t>(sums), nullptr, c.at<float>(result));
         });
}

bool Compiler::byte_addition(const model::Node& node, const QuantizedForm& left, const plan::Grid& grid)
{
    if (shape(*node.inputs[0]) != shape(*node.inputs[1]))
        return false;
    const auto right = own_bytes(*node.inputs[1]);
    if (!right)
        return false;
    const ValueIndex output = node.outputs[0];
    const kernels::ByteAddition addition{static_cast<float>(left.grid.zero_point),
                                         left.grid.scale / grid.scale,
                                         static_cast<float>(right->grid.zero_point),
                                         right->grid.scale / grid.scale,
                                         semantics::full_range(grid),
                                         grid.zero_point};
    const BufferIndex result = new_bytes(output, grid);
    emit({left.buffer, right->buffer, result},
         [=, a = left.buffer, b = right->buffer, size = count(output)](const Context& c) {
             addition(c.at<std::uint8_t>(a), c.at<std::uint8_t>(b), c.at<std::uint8_t>(result), size);
         });
    return true;
}

bool Compiler::byte_concatenation(const model::Node& node)
{
    const ValueIndex output = node.outputs[0];
    std::optional<plan::Grid> grid = target_grid(output);
    for (const auto& input : node.inputs) {
        const auto bytes = own_bytes(*input);
        if (!bytes ||
            (!grid && input != node.inputs[0] && bytes->grid != quantized_[node.inputs[0]->at()].front().grid))
            return false;
    }
    if (!grid)
        grid = quantized_[node.inputs[0]->at()].front().grid;
    const model::Shape& out = shape(output);
    const std::vector<std::size_t> stored = kernels::channels_last(out.size());
    const auto axis = static_cast<std::size_t>(node.integer("axis", 0));
    const auto position = static_cast<std::size_t>(std::find(stored.begin(), stored.end(), axis) - stored.begin());
    const auto elements_from = [&](const model::Shape& extents, std::size_t first, std::size_t last) {
        std::size_t product = 1;
        for (std::size_t d = first; d < last; ++d)
            product *= static_cast<std::size_t>(extents[stored[d]]);
        return product;
    };
    const std::size_t outer = elements_from(out, 0, position);
    const std::size_t row = elements_from(out, position, stored.size());
    std::vector<QuantizedForm> sources;
    for (const auto& input : node.inputs)
        sources.push_back(in_own_order(*input, on_grid(*input, *grid)));
    const BufferIndex result = new_bytes(output, *grid);
    std::size_t at = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const std::size_t width = elements_from(shape(*node.inputs[i]), position, stored.size());
        emit({sources[i].buffer, result}, [=, from = sources[i].buffer](const Context& c) {
            for (std::size_t o = 0; o < outer; ++o)
                std::memcpy(c.at<std::uint8_t>(result) + o * row + at, c.at<std::uint8_t>(from) + o * width, width);
        });
        at += width;
    }
    return true;
}

}  // namespace exitscope::engine
