// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/onednn.h"

#include <omp.h>

#include <algorithm>

namespace exitscope::engine {

const dnnl::engine& cpu_engine()
{
    static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

SingleThread::SingleThread() : before_(omp_get_max_threads())
{
    omp_set_num_threads(1);
}

SingleThread::~SingleThread()
{
    omp_set_num_threads(before_);
}

dnnl::memory::desc plain_layout(const model::Shape& shape)
{
    dnnl::memory::dims extents(shape.begin(), shape.end());
    if (extents.empty())
        extents.push_back(1);
    dnnl::memory::dims strides(extents.size(), 1);
    for (std::size_t d = extents.size() - 1; d > 0; --d)
        strides[d - 1] = strides[d] * extents[d];
    return {extents, dnnl::memory::data_type::f32, strides};
}

dnnl::memory::desc channels_last_layout(const model::Shape& shape)
{
    if (shape.size() != 4)
        return plain_layout(shape);
    return {shape, dnnl::memory::data_type::f32, dnnl::memory::format_tag::nhwc};
}

bool is_dense(const dnnl::memory::desc& layout)
{
    std::size_t bytes = dnnl::memory::data_type_size(layout.data_type());
    for (const dnnl::memory::dim extent : layout.dims())
        bytes *= static_cast<std::size_t>(extent);
    return layout.get_size() == bytes;
}

InstructionSet instruction_set()
{
    static const InstructionSet found = [] {
        const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
        const auto has = [isa](dnnl::cpu_isa wanted) {
            return (isa & static_cast<unsigned>(wanted)) == static_cast<unsigned>(wanted);
        };
        if (has(dnnl::cpu_isa::avx512_core_vnni) && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512vnni"))
            return InstructionSet::avx512_vnni;
        if (has(dnnl::cpu_isa::avx512_core) && __builtin_cpu_supports("avx512bw"))
            return InstructionSet::avx512;
        if (has(dnnl::cpu_isa::avx2) && __builtin_cpu_supports("fma"))
            return InstructionSet::avx2;
        return InstructionSet::generic;
    }();
    return found;
}

}  // namespace exitscope::engine
