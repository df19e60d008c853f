// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#include "core/network/model/graph.h"

namespace exitscope::engine {

/// The process's CPU engine of oneDNN.
[[nodiscard]] const dnnl::engine& cpu_engine();

/// As long as this object lives, oneDNN creates and executes primitives on the calling thread only (OpenMP runtime).
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

/// Float memory of values handed over between stages and of the results of integer layers: images [N, C, H, W]
/// channels-last, all others row-major.
[[nodiscard]] dnnl::memory::desc channels_last_layout(const model::Shape& shape);

/// True when the layout has no padding elements, so that an element-wise loop may run over its bytes.
[[nodiscard]] bool is_dense(const dnnl::memory::desc& layout);

/// The widest instructions that our own kernels may use: those of the CPU, limited by the environment variable
/// ONEDNN_MAX_CPU_ISA like those of oneDNN, so that one variable lets tests take every path.
enum class InstructionSet { generic, avx2, avx512, avx512_vnni };
[[nodiscard]] InstructionSet instruction_set();

}  // namespace exitscope::engine
