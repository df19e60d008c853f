// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdint>
#include <vector>

#include "core/network/engine/kernels/onednn.h"
#include "core/network/engine/program.h"

namespace exitscope::engine {
namespace {

using dnnl::memory;

/// Convolution of a channels-last image of `byte`s with weights of alternating sign groups: every sum is known.
bool exact(memory::dim channels, memory::dim outputs, memory::dim kernel, memory::dim groups, std::uint8_t byte,
           std::int8_t weight)
{
    constexpr memory::dim side = 8;
    const memory::dim out_side = side - kernel + 1;
    memory::dims weight_extents = {outputs, channels / groups, kernel, kernel};
    if (groups > 1) {
        weight_extents[0] /= groups;
        weight_extents.insert(weight_extents.begin(), groups);
    }
    const memory::desc source_layout({1, channels, side, side}, memory::data_type::u8, memory::format_tag::nhwc);
    const memory::desc target_layout({1, outputs, out_side, out_side}, memory::data_type::s32,
                                     memory::format_tag::nhwc);
    const dnnl::convolution_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference,
         dnnl::algorithm::convolution_direct,
         source_layout,
         memory::desc(weight_extents, memory::data_type::s8, memory::format_tag::any),
         target_layout,
         {1, 1},
         {0, 0},
         {0, 0}},
        cpu_engine());
    std::vector<std::uint8_t> bytes(source_layout.get_size(), byte);
    std::vector<std::int8_t> values(static_cast<std::size_t>(outputs * channels / groups * kernel * kernel), weight);
    std::vector<std::int32_t> sums(target_layout.get_size() / sizeof(std::int32_t));
    const memory source(source_layout, cpu_engine(), bytes.data());
    memory row_major(memory::desc(weight_extents, memory::data_type::s8,
                                  groups > 1 ? memory::format_tag::goihw : memory::format_tag::oihw),
                     cpu_engine(), values.data());
    memory weights(description.weights_desc(), cpu_engine());
    const memory target(target_layout, cpu_engine(), sums.data());
    dnnl::stream stream(cpu_engine());
    dnnl::reorder(row_major, weights).execute(stream, row_major, weights);
    dnnl::convolution_forward(description)
        .execute(stream, {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, target}});
    stream.wait();
    const auto expected = static_cast<std::int32_t>(channels / groups * kernel * kernel) * byte * weight;
    for (const std::int32_t sum : sums)
        if (sum != expected)
            return false;
    return true;
}

bool test()
{
    struct Case {
        memory::dim channels, outputs, kernel, groups;
    };
    const SingleThread alone;
    try {
        for (const Case& c : {Case{16, 16, 3, 1}, Case{3, 16, 3, 1}, Case{64, 64, 1, 1}, Case{64, 10, 1, 1},
                              Case{13, 7, 3, 1}, Case{32, 32, 3, 32}, Case{32, 32, 3, 2}, Case{20, 20, 3, 20}})
            for (const std::int8_t weight : {std::int8_t{127}, std::int8_t{-128}})
                if (!exact(c.channels, c.outputs, c.kernel, c.groups, 255, weight))
                    return false;
    } catch (const dnnl::error&) {
        return false;
    }
    return true;
}

}  // namespace

bool int8_kernels_exact()
{
    static const bool exact_here = test();
    return exact_here;
}

}  // namespace exitscope::engine
