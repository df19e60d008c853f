// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/compiler.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "core/network/engine/kernels/bytes.h"

namespace exitscope::engine {

Compiler::Compiler(const model::MultiExitModel& model, StageIndex stage, const plan::StagePlan* plan, Tracing tracing)
    : model_(model), stage_(model.stages[stage.at()]), plan_(plan), tracing_(tracing),
      fusion_(plan_fusion(model, stage_, plan, tracing != Tracing::every_value)), consumers_(model.graph.consumers()),
      floats_(model.graph.values.size()), quantized_(model.graph.values.size()), integers_(model.graph.values.size()),
      on_grid_(model.graph.values.size(), false), reshape_of_(model.graph.values.size())
{
}

Expected<Assembly> Compiler::compile()
{
    for (std::size_t i = 0; i < stage_.inputs.size(); ++i) {
        const ValueIndex value = stage_.inputs[i];
        const BufferIndex buffer = out_.external(Buffer::Source::input, i, bytes(value));
        if (is_int(value)) {
            integers_[value.at()] = buffer;
            continue;
        }
        floats_[value.at()].push_back({boundary_layout(value), buffer, true});
        round_to_stream(value);
    }
    if (auto done = section(stage_.trunk, false); !done)
        return forward(done);
    working_for_.clear();
    for (std::size_t i = 0; i < stage_.outputs.size(); ++i)
        hand_over(stage_.outputs[i], Buffer::Source::output, i);
    if (auto done = section(stage_.head, true); !done)
        return forward(done);
    head_ = true;
    working_for_.clear();
    hand_over(stage_.exit, Buffer::Source::exit, 0);
    out_.plan_memory();
    return std::move(out_);
}

Expected<void> Compiler::section(const std::vector<NodeIndex>& nodes, bool head)
{
    head_ = head;
    for (const NodeIndex index : nodes) {
        if (fusion_.absorbed[index.at()])
            continue;
        if (auto done = node(index); !done)
            return done;
    }
    return {};
}

Expected<void> Compiler::node(NodeIndex index)
{
    const model::Node& node = model_.graph.node(index);
    current_ = index;
    Expected<void> done;
    working_for_ = {index};
    if (std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueIndex output) { return count(output) == 0; })) {
        for (const ValueIndex output : node.outputs)
            static_cast<void>(new_elements(output));
    } else if (const auto& chain = fusion_.ends_here[index.at()]) {
        working_for_ = {chain->layer};
        for (const auto& fused : {chain->add, chain->activation})
            if (fused)
                working_for_.push_back(*fused);
        const model::LinearLayer layer = *model::linear_layer(model_.graph, model_.graph.node(chain->layer));
        if (plan_ && plan_->weights[chain->layer.at()])
            done = integer_layer(layer, *chain);
        else
            float_layer(layer, *chain);
    } else if (!alias(node) && !(plan_ && integer_node(node)) && !quantize_operator(node) && !float_pool(node)) {
        done = generic(node);
    }
    if (!done)
        return done;
    for (const ValueIndex output : node.outputs)
        if (!is_int(output))
            round_to_stream(output);
    if (tracing_ == Tracing::every_value || (tracing_ == Tracing::results && !reshape_of_[node.outputs[0].at()]))
        observe(node);
    return {};
}

bool Compiler::alias(const model::Node& node)
{
    if (node.op != "Reshape" || model_.graph.value(*node.inputs[0]).constant)
        return false;
    reshape_of_[node.outputs[0].at()] = *node.inputs[0];
    return true;
}

void Compiler::observe(const model::Node& node)
{
    for (const ValueIndex value : node.outputs) {
        if (is_int(value))
            continue;
        const BufferIndex buffer = plain(value);
        ProgramStep step = new_step();
        step.observed = ProgramStep::Observed{value, buffer, count(value)};
        out_.add(std::move(step), std::array{buffer});
    }
}

dnnl::memory::desc Compiler::boundary_layout(ValueIndex value) const
{
    const auto in = [&](const std::vector<ValueIndex>& values) {
        return std::find(values.begin(), values.end(), value) != values.end();
    };
    const bool of_graph = value == stage_.exit || in(model_.graph.inputs) || in(model_.graph.outputs);
    return of_graph ? plain_layout(shape(value)) : channels_last_layout(shape(value));
}

void Compiler::hand_over(ValueIndex value, Buffer::Source memory, std::size_t slot)
{
    const Converting scope(*this, "hand-over");
    const BufferIndex target = out_.external(memory, slot, bytes(value));
    ProgramStep step = new_step();
    step.target = target;
    const dnnl::memory::desc layout = boundary_layout(value);
    if (const auto own = on_grid_[value.at()] ? own_bytes(value) : std::nullopt;
        own && layout != plain_layout(shape(value))) {
        step.run = [=, from = own->buffer, grid = own->grid, size = count(value)](const Context& c) {
            kernels::dequantize(c.at<std::uint8_t>(from), c.at<float>(target), size, grid);
        };
        out_.add(std::move(step), std::array{own->buffer});
        return;
    }
    const BufferIndex source = is_int(value) ? integers(value) : in_layout(value, layout);
    step.run = [=, size = bytes(value)](const Context& c) {
        std::memcpy(c.at<std::byte>(target), c.at<std::byte>(source), size);
    };
    out_.add(std::move(step), std::array{source});
}

std::size_t Compiler::count(ValueIndex value) const
{
    return static_cast<std::size_t>(model::element_count(shape(value)));
}

bool Compiler::used_later(ValueIndex value) const
{
    return fusion_.last_use[value.at()] > fusion_.position[current_.at()];
}

ProgramStep Compiler::new_step() const
{
    ProgramStep step;
    step.head = head_;
    step.nodes = working_for_;
    step.conversion = conversion_;
    return step;
}

void Compiler::emit(std::vector<BufferIndex> touched, std::function<void(const Context&)> run)
{
    ProgramStep step = new_step();
    step.run = std::move(run);
    out_.add(std::move(step), touched);
}

void Compiler::emit_call(dnnl::primitive primitive, std::vector<Call::Argument> arguments)
{
    std::vector<BufferIndex> touched;
    touched.reserve(arguments.size());
    for (const Call::Argument& argument : arguments)
        touched.push_back(argument.buffer);
    const CallIndex call = out_.call(std::move(primitive), std::move(arguments));
    emit(std::move(touched), [call](const Context& c) { c.calls.execute(call); });
}

BufferIndex Compiler::in_layout(ValueIndex value, const dnnl::memory::desc& layout)
{
    for (const FloatForm& form : floats_[value.at()])
        if (form.layout == layout)
            return form.buffer;
    const FloatForm source = floating(value);
    if (source.layout == layout)
        return source.buffer;
    const BufferIndex target = out_.arena(layout.get_size());
    reorder(source.layout, source.buffer, layout, target);
    floats_[value.at()].push_back({layout, target});
    return target;
}

FloatForm Compiler::floating(ValueIndex value)
{
    std::vector<FloatForm>& forms = floats_[value.at()];
    if (!forms.empty())
        return forms.front();
    if (const model::Tensor* constant = model_.graph.value(value).constant.get()) {
        std::vector<float> values = constant->floats;
        if (constant->is_int)
            values.assign(constant->ints.begin(), constant->ints.end());
        forms.push_back({plain_layout(shape(value)), out_.constant(values), true});
    } else if (on_grid_[value.at()]) {
        dequantize(value);
    } else if (const auto source = reshape_of_[value.at()]) {
        const BufferIndex buffer = plain(*source);
        for (FloatForm& form : floats_[source->at()])
            form.shared = form.shared || form.buffer == buffer;
        forms.push_back({plain_layout(shape(value)), buffer, true});
    }
    if (forms.empty())
        throw std::logic_error("value " + model_.graph.value(value).name + " is read before it is computed");
    return forms.front();
}

BufferIndex Compiler::new_plain(ValueIndex value)
{
    const BufferIndex buffer = out_.arena(count(value) * sizeof(float));
    set_float(value, plain_layout(shape(value)), buffer);
    return buffer;
}

std::size_t Compiler::bytes(ValueIndex value) const
{
    return count(value) * (is_int(value) ? sizeof(std::int64_t) : sizeof(float));
}

BufferIndex Compiler::new_elements(ValueIndex value)
{
    if (!is_int(value))
        return new_plain(value);
    integers_[value.at()] = out_.arena(bytes(value));
    return *integers_[value.at()];
}

BufferIndex Compiler::integers(ValueIndex value)
{
    std::optional<BufferIndex>& buffer = integers_[value.at()];
    if (buffer)
        return *buffer;
    if (const model::Tensor* constant = model_.graph.value(value).constant.get())
        buffer = out_.constant(constant->ints);
    else if (const auto source = reshape_of_[value.at()])
        buffer = integers(*source);
    else
        throw std::logic_error("value " + model_.graph.value(value).name + " is read before it is computed");
    return *buffer;
}

void Compiler::set_float(ValueIndex value, const dnnl::memory::desc& layout, BufferIndex buffer)
{
    floats_[value.at()].push_back({layout, buffer});
}

void Compiler::reorder(const dnnl::memory::desc& from, BufferIndex source, const dnnl::memory::desc& to,
                       BufferIndex target)
{
    const Converting scope(*this, "reorder");
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::reorder::primitive_desc description(cpu_engine(), from, cpu_engine(), to, attributes);
    emit_call(dnnl::reorder(description), {{DNNL_ARG_FROM, from, source},
                                           {DNNL_ARG_TO, to, target},
                                           {DNNL_ARG_SCRATCHPAD, description.scratchpad_desc(),
                                            out_.arena(description.scratchpad_desc().get_size())}});
}

}  // namespace exitscope::engine
