// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/index.h"
#include "core/network/engine/kernels/onednn.h"

namespace exitscope::engine {

using BufferIndex = Index<struct BufferRole>;  ///< position in Assembly::buffers
using CallIndex = Index<struct CallRole>;      ///< position in Assembly::calls

inline constexpr std::size_t buffer_alignment = 64;
/// Number of bytes that a kernel may read beyond the end of a buffer in the arena.
inline constexpr std::size_t read_slack = 64;

struct AlignedFree {
    void operator()(std::byte* bytes) const;
};
using AlignedBytes = std::unique_ptr<std::byte[], AlignedFree>;
[[nodiscard]] AlignedBytes allocate_aligned(std::size_t bytes);

/// A piece of memory that steps read and write.
struct Buffer {
    enum class Source {
        arena,     ///< planned into the scratch
        constant,  ///< owned by the program
        input,     ///< the caller's stage input number `slot`
        output,    ///< the caller's stage output number `slot`
        exit,      ///< the caller's exit
    };
    Source source = Source::arena;
    std::size_t bytes = 0;
    std::size_t slot = 0;
    AlignedBytes data;                  ///< constants
    std::size_t offset = 0;             ///< arena, after plan_memory()
    std::size_t first_step = SIZE_MAX;  ///< arena: steps between which it is live
    std::size_t last_step = 0;
};

/// A oneDNN primitive with the memory it works on.
struct Call {
    struct Argument {
        int role;  ///< DNNL_ARG_...
        dnnl::memory::desc layout;
        BufferIndex buffer;
        std::size_t offset = 0;  ///< bytes into the buffer
    };
    dnnl::primitive primitive;
    std::vector<Argument> arguments;
};

/// Calls bound to the addresses of one scratch.
class BoundCalls {
public:
    BoundCalls(std::span<const Call> calls, std::span<std::byte* const> addresses);
    /// Takes new addresses of the caller's buffers.
    void rebind(std::span<const Call> calls, std::span<const Buffer> buffers, std::span<std::byte* const> addresses);
    void execute(CallIndex call) const;

private:
    struct Bound {
        dnnl_primitive_t primitive;
        std::vector<dnnl::memory> memories;
        std::vector<dnnl_exec_arg_t> arguments;
    };
    std::vector<Bound> bound_;
    dnnl::stream stream_;
};

/// Memory addresses passed to a running step.
struct Context {
    std::span<std::byte* const> addresses;  ///< by BufferIndex; null for outputs that the caller does not want
    const BoundCalls& calls;

    template <class T>
    [[nodiscard]] T* at(BufferIndex buffer) const
    {
        return reinterpret_cast<T*>(addresses[buffer.at()]);
    }
};

class IntegerLayer;

struct ProgramStep {
    std::function<void(const Context&)> run;
    bool head = false;                          ///< part of the exit head
    std::vector<NodeIndex> nodes;               ///< nodes that it computes: a layer and the nodes fused into it; empty
                                                ///< for stage inputs and the hand-over
    std::string_view conversion;                ///< kind of conversion if it only changes a value's form, else empty
    std::optional<BufferIndex> target;          ///< output buffer; the step is skipped when the caller passed none
    std::shared_ptr<const IntegerLayer> layer;  ///< set on the step that runs an integer layer

    struct Observed {
        ValueIndex value;
        BufferIndex buffer;  ///< row-major floats
        std::size_t count;
    };
    std::optional<Observed> observed;  ///< a value that is complete before this step (which has no run)
};

/// The steps of a program and their memory, put together by the compiler.
struct Assembly {
    std::vector<Buffer> buffers;
    std::vector<Call> calls;
    std::vector<ProgramStep> steps;
    std::size_t arena_bytes = 0;  ///< after plan_memory()

    [[nodiscard]] BufferIndex arena(std::size_t bytes);
    [[nodiscard]] BufferIndex constant(std::span<const std::byte> bytes);
    template <class T>
    [[nodiscard]] BufferIndex constant(const std::vector<T>& values)
    {
        return constant(std::as_bytes(std::span(values)));
    }
    [[nodiscard]] BufferIndex external(Buffer::Source source, std::size_t slot, std::size_t bytes);
    [[nodiscard]] CallIndex call(dnnl::primitive primitive, std::vector<Call::Argument> arguments);

    /// Appends a step; `touched` are all buffers it reads or writes.
    void add(ProgramStep step, std::span<const BufferIndex> touched);
    /// Gives every arena buffer an offset so that buffers live at the same time do not overlap.
    void plan_memory();
};

}  // namespace exitscope::engine
