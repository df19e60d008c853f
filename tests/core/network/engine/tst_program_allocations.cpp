// SPDX-License-Identifier: GPL-3.0-or-later
// run() does not allocate. oneDNN does inside its own calls, so this looks at programs without them: operators of ours,
// transformer blocks but for their products with constant weights among them, and whole integer networks. CTest runs it
// a second time with ONEDNN_MAX_CPU_ISA=AVX2, for the portable integer kernels.
#include <QTest>

#include <atomic>
#include <cstdlib>
#include <new>

#include "core/network/engine/kernels/convolution_vnni.h"
#include "tests/core/network/engine/stage_runner.h"
#include "tests/support/random_plan.h"

namespace {
std::atomic<std::size_t> allocations = 0;

void* counted(std::size_t bytes, std::size_t alignment)
{
    ++allocations;
    void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}
}  // namespace

void* operator new(std::size_t bytes)
{
    return counted(bytes ? bytes : 1, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment)
{
    return counted(bytes ? bytes : 1, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept
{
    ++allocations;
    return std::malloc(bytes ? bytes : 1);
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}

using namespace exitscope;
using namespace exitscope::tests;

class TestProgramAllocations : public QObject {
    Q_OBJECT

    static std::size_t allocations_of_a_run(const engine::Program& program, const model::MultiExitModel& model)
    {
        const std::vector<std::vector<float>> inputs = {random_values(model.graph.value(model.input()).shape, 5)};
        StageBuffers buffers(model, StageIndex(0), inputs);
        auto scratch = program.scratch();
        program.run(scratch, buffers.inputs, buffers.outputs, buffers.result.exit);
        const std::size_t before = allocations;
        program.run(scratch, buffers.inputs, buffers.outputs, buffers.result.exit);
        return allocations - before;
    }
private slots:
    void counter_counts()
    {
        const std::size_t before = allocations;
        const std::vector<int> some(10);
        QVERIFY(allocations > before);
    }
    void float_operators()
    {
        const auto model = build_model("x = input [N,6,8,8]\nc = random [6,1,1]\na = HardSwish(x)\nb = Mul(a, c)\n"
                                       "l, r = Split(b) axis=1\nd = Concat(r, l, x) axis=1\ns = Softmax(d) axis=1\n"
                                       "m = ReduceMean(s) axes=[2] keepdims=1\nt = Transpose(m) perm=[0,3,2,1]\n"
                                       "f = Flatten(t)\n> f",
                                       3);
        const auto program = engine::Program::compile(model, StageIndex(0), fp32, nullptr);
        QVERIFY(program);
        QCOMPARE(allocations_of_a_run(*program, model), std::size_t{0});
    }
    void attention()
    {
        const auto model =
            build_model("x = input [N,3,9,32]\nm = ReduceMean(x) axes=[3]\nc = Sub(x, m)\nq = Mul(c, c)\n"
                        "v = ReduceMean(q) axes=[3]\ne = constant [] {0.1}\na = Add(v, e)\n"
                        "s = Sqrt(a)\nn = Div(c, s)\nt = Transpose(n) perm=[0,1,3,2]\n"
                        "p = MatMul(n, t)\nw = Softmax(p) axis=-1\no = MatMul(w, n)\ng = Sigmoid(o)\n"
                        "f = Flatten(g)\n> f",
                        3);
        const auto program = engine::Program::compile(model, StageIndex(0), fp32, nullptr);
        QVERIFY(program);
        QCOMPARE(allocations_of_a_run(*program, model), std::size_t{0});
    }
    void integer_network()
    {
        if (engine::int8_kernels_exact() && !engine::kernels::VnniConvolution::available())
            QSKIP("oneDNN runs the integer layers here");
        const auto model = build_model("x = input [N,3,9,8]\nw = random [16,3,3,3]\nv = random [16,16,3,3]\n"
                                       "a = Conv(x, w) pads=[1,1,1,1]\nr = Relu(a)\nc = Conv(r, v) pads=[1,1,1,1]\n"
                                       "s = Add(c, r)\nm = MaxPool(s) kernel_shape=[2,2]\nd = Concat(m, m) axis=1\n"
                                       "p = GlobalAveragePool(d)\nf = Flatten(p)\nh = random [5,32]\n"
                                       "g = Gemm(f, h) transB=1\n> g",
                                       3);
        const plan::StagePlan plan = random_plan(model, StageIndex(0), {});
        const auto program = engine::Program::compile(model, StageIndex(0), {8, 8}, &plan);
        QVERIFY(program);
        QCOMPARE(allocations_of_a_run(*program, model), std::size_t{0});
    }
};

QTEST_APPLESS_MAIN(TestProgramAllocations)
#include "tst_program_allocations.moc"
