// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/assembly.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <numeric>
#include <stdexcept>

namespace exitscope::engine {
namespace {

constexpr std::size_t round_up(std::size_t bytes)
{
    return (bytes + buffer_alignment - 1) / buffer_alignment * buffer_alignment;
}

}  // namespace

void AlignedFree::operator()(std::byte* bytes) const
{
    ::operator delete[](bytes, std::align_val_t(buffer_alignment));
}

AlignedBytes allocate_aligned(std::size_t bytes)
{
    const std::size_t size = round_up(std::max<std::size_t>(bytes, 1));
    AlignedBytes result(static_cast<std::byte*>(::operator new[](size, std::align_val_t(buffer_alignment))));
    std::memset(result.get(), 0, size);
    return result;
}

BoundCalls::BoundCalls(std::span<const Call> calls, std::span<std::byte* const> addresses) : stream_(cpu_engine())
{
    bound_.reserve(calls.size());
    for (const Call& call : calls) {
        Bound bound{call.primitive.get(), {}, {}};
        bound.memories.reserve(call.arguments.size());
        for (const Call::Argument& argument : call.arguments) {
            std::byte* address = addresses[argument.buffer.at()];
            bound.memories.emplace_back(argument.layout, cpu_engine(), address ? address + argument.offset : nullptr);
            bound.arguments.push_back({argument.role, bound.memories.back().get()});
        }
        bound_.push_back(std::move(bound));
    }
}

void BoundCalls::rebind(std::span<const Call> calls, std::span<const Buffer> buffers,
                        std::span<std::byte* const> addresses)
{
    for (std::size_t c = 0; c < calls.size(); ++c)
        for (std::size_t a = 0; a < calls[c].arguments.size(); ++a) {
            const Call::Argument& argument = calls[c].arguments[a];
            const Buffer::Source source = buffers[argument.buffer.at()].source;
            if (source == Buffer::Source::arena || source == Buffer::Source::constant)
                continue;
            std::byte* address = addresses[argument.buffer.at()];
            bound_[c].memories[a].set_data_handle(address ? address + argument.offset : nullptr);
        }
}

void BoundCalls::execute(CallIndex call) const
{
    const Bound& bound = bound_[call.at()];
    const dnnl_status_t status = dnnl_primitive_execute(
        bound.primitive, stream_.get(), static_cast<int>(bound.arguments.size()), bound.arguments.data());
    if (status != dnnl_success)
        throw std::runtime_error("oneDNN could not execute a primitive");
}

BufferIndex Assembly::arena(std::size_t bytes)
{
    Buffer buffer;
    buffer.bytes = bytes;
    buffers.push_back(std::move(buffer));
    return BufferIndex(buffers.size() - 1);
}

BufferIndex Assembly::constant(std::span<const std::byte> bytes)
{
    Buffer buffer;
    buffer.source = Buffer::Source::constant;
    buffer.bytes = bytes.size();
    buffer.data = allocate_aligned(bytes.size());
    std::copy(bytes.begin(), bytes.end(), buffer.data.get());
    buffers.push_back(std::move(buffer));
    return BufferIndex(buffers.size() - 1);
}

BufferIndex Assembly::external(Buffer::Source source, std::size_t slot, std::size_t bytes)
{
    Buffer buffer;
    buffer.bytes = bytes;
    buffer.source = source;
    buffer.slot = slot;
    buffers.push_back(std::move(buffer));
    return BufferIndex(buffers.size() - 1);
}

CallIndex Assembly::call(dnnl::primitive primitive, std::vector<Call::Argument> arguments)
{
    calls.push_back({std::move(primitive), std::move(arguments)});
    return CallIndex(calls.size() - 1);
}

void Assembly::add(ProgramStep step, std::span<const BufferIndex> touched)
{
    for (const BufferIndex index : touched) {
        Buffer& buffer = buffers[index.at()];
        buffer.first_step = std::min(buffer.first_step, steps.size());
        buffer.last_step = std::max(buffer.last_step, steps.size());
    }
    steps.push_back(std::move(step));
}

void Assembly::plan_memory()
{
    // Largest first, each at the lowest offset where no buffer live at the same time stands.
    std::vector<std::size_t> order;
    for (std::size_t b = 0; b < buffers.size(); ++b)
        if (buffers[b].source == Buffer::Source::arena && buffers[b].first_step != SIZE_MAX)
            order.push_back(b);
    std::stable_sort(order.begin(), order.end(),
                     [this](std::size_t a, std::size_t b) { return buffers[a].bytes > buffers[b].bytes; });
    std::vector<std::size_t> placed;  // by offset
    for (const std::size_t b : order) {
        Buffer& buffer = buffers[b];
        std::size_t offset = 0;
        for (const std::size_t p : placed) {
            const Buffer& other = buffers[p];
            if (other.last_step < buffer.first_step || buffer.last_step < other.first_step)
                continue;
            if (other.offset >= offset + round_up(buffer.bytes))
                break;
            offset = std::max(offset, other.offset + round_up(other.bytes));
        }
        buffer.offset = offset;
        arena_bytes = std::max(arena_bytes, offset + round_up(buffer.bytes) + read_slack);
        placed.insert(
            std::upper_bound(placed.begin(), placed.end(), b,
                             [this](std::size_t x, std::size_t y) { return buffers[x].offset < buffers[y].offset; }),
            b);
    }
}

}  // namespace exitscope::engine
