// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/hand_over.h"

#include <algorithm>

namespace exitscope::engine {
namespace {

std::size_t elements(const model::MultiExitModel& model, ValueIndex value)
{
    return static_cast<std::size_t>(model::element_count(model.graph.value(value).shape));
}

}  // namespace

HandOver::HandOver(const model::MultiExitModel& model)
{
    std::vector<float*> home(model.graph.values.size(), nullptr);
    const auto store = [&](ValueIndex value) {
        buffers_.emplace_back(elements(model, value));
        return home[value.at()] = buffers_.back().data();
    };
    store(model.input());
    for (const model::Stage& stage : model.stages) {
        std::vector<const float*>& reads = reads_.emplace_back();
        for (const ValueIndex value : stage.inputs)
            reads.push_back(home[value.at()]);
        std::vector<float*>& writes = writes_.emplace_back();
        for (const ValueIndex value : stage.outputs)
            writes.push_back(store(value));
    }
}

std::uint64_t HandOver::bytes(const model::MultiExitModel& model)
{
    std::uint64_t count = elements(model, model.input());
    for (const model::Stage& stage : model.stages)
        for (const ValueIndex value : stage.outputs)
            count += elements(model, value);
    return count * sizeof(float);
}

Expected<void> read_padded(const dataset::Dataset& data, std::size_t begin, std::size_t count,
                           const model::MultiExitModel& model, std::span<float> input)
{
    const std::size_t each = model.preprocessing.values();
    if (each * static_cast<std::size_t>(model.batch) != input.size())
        return bad_input(model.path.string(), "the preprocessing does not fit the network's input");
    if (auto read = dataset::read_batch(data, begin, count, model.preprocessing, input.first(count * each)); !read)
        return forward(read);
    for (std::size_t at = count * each; at < input.size(); at += each)
        std::copy_n(input.begin(), each, input.begin() + static_cast<std::ptrdiff_t>(at));
    return {};
}

Expected<model::MultiExitModel> batched(const model::MultiExitModel& model, std::int64_t batch)
{
    if (model.batch == batch || model.fixed_batch || !model.source)
        return model;
    return model::with_batch(model, batch);
}

}  // namespace exitscope::engine
