// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#include "core/network/model/graph.h"

namespace exitscope::engine {

/// The process's CPU engine of oneDNN.
[[nodiscard]] const dnnl::engine& cpu_engine();

/// While alive, oneDNN's OpenMP runtime uses the calling thread alone (creation and execution of primitives).
class SingleThread {
public:
    SingleThread();
    ~SingleThread();
    SingleThread(const SingleThread&) = delete;
    SingleThread& operator=(const SingleThread&) = delete;

private:
    int before_;
};

/// Row-major float memory of a logical shape; a scalar has one dimension of extent 1.
[[nodiscard]] dnnl::memory::desc plain_layout(const model::Shape& shape);

/// Float memory in which stages hand a value over, and in which integer results lie: images [N, C, H, W] channels-last,
/// everything else row-major.
[[nodiscard]] dnnl::memory::desc channels_last_layout(const model::Shape& shape);

/// True when the layout has no padding elements, so that an element-wise loop may run over its bytes.
[[nodiscard]] bool is_dense(const dnnl::memory::desc& layout);

/// The widest instructions that our own kernels may use: what the CPU has, capped by ONEDNN_MAX_CPU_ISA as oneDNN's
/// own are, so that one variable lets tests take every path.
enum class InstructionSet { generic, avx2, avx512, avx512_vnni };
[[nodiscard]] InstructionSet instruction_set();

}  // namespace exitscope::engine
