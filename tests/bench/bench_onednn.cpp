// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine's kernels reach at best, as a peer of bench.py: bare oneDNN convolutions of a good size (3x3, 64
// channels, 56x56), on as many threads as OMP_NUM_THREADS says. bench_onednn fp32|int8 prints "ready", then for every
// line of seconds on standard input the 10^9 operations a second (two a multiply-accumulate) over about that time.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

namespace {

using dnnl::memory;

constexpr memory::dim batch = 4;
constexpr memory::dim channels = 64;
constexpr memory::dim side = 56;

/// Memory of the layout that a primitive wants, filled with one byte pattern.
memory filled(const memory::desc& layout, const dnnl::engine& engine)
{
    memory made(layout, engine);
    std::memset(made.get_data_handle(), 1, layout.get_size());
    return made;
}

}  // namespace

int main(int argc, char** argv)
try {
    const bool integer = argc > 1 && std::string(argv[1]) == "int8";
    const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    dnnl::stream stream(engine);
    const auto any = [](const memory::dims& extents, memory::data_type type) {
        return memory::desc(extents, type, memory::format_tag::any);
    };
    const memory::dims image = {batch, channels, side, side};
    using Type = memory::data_type;
    const dnnl::convolution_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference,
         dnnl::algorithm::convolution_direct,
         any(image, integer ? Type::u8 : Type::f32),
         any({channels, channels, 3, 3}, integer ? Type::s8 : Type::f32),
         any(image, integer ? Type::s32 : Type::f32),
         {1, 1},
         {1, 1},
         {1, 1}},
        engine);
    const dnnl::convolution_forward convolution(description);
    const memory source = filled(description.src_desc(), engine);
    const memory weights = filled(description.weights_desc(), engine);
    const memory target = filled(description.dst_desc(), engine);
    const auto run = [&] {
        convolution.execute(stream, {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, target}});
        stream.wait();
    };
    run();
    std::puts("ready");
    std::fflush(stdout);
    using Clock = std::chrono::steady_clock;
    constexpr double operations = 2.0 * batch * channels * channels * 9 * side * side;
    for (double limit = 0; std::scanf("%lf", &limit) == 1;) {
        const auto start = Clock::now();
        double done = 0;
        double seconds = 0;
        do {
            run();
            done += operations;
            seconds = std::chrono::duration<double>(Clock::now() - start).count();
        } while (seconds < limit);
        std::printf("%.2f\n", 1e-9 * done / seconds);
        std::fflush(stdout);
    }
    return 0;
} catch (const dnnl::error& error) {
    std::fprintf(stderr, "bench_onednn: %s\n", error.what());
    return 2;
}
