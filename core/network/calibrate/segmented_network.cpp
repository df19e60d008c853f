// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/segmented_network.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace exitscope::calibrate {

SegmentedNetwork::SegmentedNetwork(const SegmentedModel& cut, std::size_t batches, std::vector<plan::StagePlan>* plans)
    : cut_(cut), plans_(plans), kept_(batches)
{
    for (std::vector<Kept>& batch : kept_)
        batch.resize(cut.model.graph.values.size());
}

plan::StagePlan& SegmentedNetwork::plan(std::size_t segment) const
{
    return (*plans_)[cut_.segments[segment].stage.at()];
}

std::size_t SegmentedNetwork::floats(const SegmentedModel& cut, ValueIndex value)
{
    const model::Value& described = cut.model.graph.value(value);
    return static_cast<std::size_t>(model::element_count(described.shape)) * (described.is_int ? 2 : 1);
}

std::uint64_t SegmentedNetwork::bytes(const SegmentedModel& cut, std::size_t networks)
{
    const std::uint64_t each = sizeof(float) + networks;
    std::uint64_t now = floats(cut, cut.model.input()) * each;
    std::uint64_t most = now;
    for (std::size_t s = 0; s < cut.segments.size(); ++s) {
        for (const ValueIndex value : cut.model.stages[s].outputs)
            now += floats(cut, value) * each;
        most = std::max(most, now);
        for (const ValueIndex value : cut.segments[s].expired)
            now -= floats(cut, value) * each;
    }
    return most;
}

void SegmentedNetwork::store(std::size_t segment, std::size_t batch, ValueIndex value, std::vector<float> numbers)
{
    Kept& to = kept_[batch][value.at()];
    const bool on_grid = plans_ && !cut_.model.graph.value(value).is_int && plan(segment).stream[value.at()];
    if (!on_grid) {
        to.numbers = std::move(numbers);
        return;
    }
    to.grid = *plan(segment).stream[value.at()];
    to.bytes.resize(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i)
        to.bytes[i] = plan::quantize(numbers[i], to.grid);
}

std::span<const float> SegmentedNetwork::read(std::size_t batch, ValueIndex value, std::vector<float>& buffer) const
{
    const Kept& from = kept_[batch][value.at()];
    if (from.bytes.empty())
        return from.numbers;
    buffer.resize(from.bytes.size());
    for (std::size_t i = 0; i < buffer.size(); ++i)
        buffer[i] = plan::dequantize(from.bytes[i], from.grid);
    return buffer;
}

void SegmentedNetwork::run(const engine::Program& program, engine::Program::Scratch& scratch, std::size_t segment,
                           std::size_t batch, engine::Program::Observer observer, void* context)
{
    const model::Stage& stage = cut_.model.stages[segment];
    std::vector<std::vector<float>> buffers(stage.inputs.size());
    std::vector<const float*> in;
    for (std::size_t i = 0; i < stage.inputs.size(); ++i)
        in.push_back(read(batch, stage.inputs[i], buffers[i]).data());
    std::vector<std::vector<float>> results;
    std::vector<float*> out;
    for (const ValueIndex value : stage.outputs)
        out.push_back(results.emplace_back(floats(cut_, value)).data());
    if (observer)
        program.run_observed(scratch, in, out, {}, observer, context);
    else
        program.run(scratch, in, out, {});
    for (std::size_t i = 0; i < results.size(); ++i)
        store(segment, batch, stage.outputs[i], std::move(results[i]));
}

void SegmentedNetwork::leave(std::size_t segment)
{
    for (std::vector<Kept>& batch : kept_)
        for (const ValueIndex value : cut_.segments[segment].expired)
            batch[value.at()] = {};
}

}  // namespace exitscope::calibrate
