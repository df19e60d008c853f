// SPDX-License-Identifier: GPL-3.0-or-later
// Images a second of one model's programs, one thread, all stages with heads:
//     bench_program MODEL.onnx [BATCH [PRECISION...]]
// Integer programs get random grids: speed does not depend on them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/engine/program.h"
#include "tests/support/random_plan.h"

namespace {

using namespace exitscope;

double images_per_second(const model::MultiExitModel& model, Precision precision)
{
    std::vector<engine::Program> programs;
    std::vector<engine::Program::Scratch> scratches;
    std::vector<std::vector<float>> values(model.graph.values.size());
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
        const auto plan = tests::random_plan(
            model, StageIndex(s),
            {.precision = precision.is_float() ? Precision{8, 8} : precision, .separate_operand = 0.0});
        auto program = engine::Program::compile(model, StageIndex(s), precision, &plan);
        if (!program) {
            std::fprintf(stderr, "%s\n", program.error().message().c_str());
            std::exit(2);
        }
        programs.push_back(std::move(*program));
        scratches.push_back(programs.back().scratch());
        for (const ValueIndex v : model.stages[s].outputs)
            values[v.at()].resize(static_cast<std::size_t>(model::element_count(model.graph.value(v).shape)));
    }
    Random random(1);
    std::vector<float>& image = values[model.input().at()];
    image.resize(static_cast<std::size_t>(model::element_count(model.graph.value(model.input()).shape)));
    for (float& x : image)
        x = static_cast<float>(random.normal());
    std::vector<float> exit(static_cast<std::size_t>(model.batch * model.classes));

    const auto pass = [&] {
        for (std::size_t s = 0; s < programs.size(); ++s) {
            std::vector<const float*> inputs;
            std::vector<float*> outputs;
            for (const ValueIndex v : model.stages[s].inputs)
                inputs.push_back(values[v.at()].data());
            for (const ValueIndex v : model.stages[s].outputs)
                outputs.push_back(values[v.at()].data());
            programs[s].run(scratches[s], inputs, outputs, exit);
        }
    };
    // Processor time of this thread: other programs' work does not count.
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    };
    std::vector<double> seconds;
    for (int repeat = 0; repeat < 7; ++repeat) {
        const double start = now();
        int passes = 0;
        do {
            pass();
            ++passes;
        } while (now() - start < 0.2);
        seconds.push_back((now() - start) / passes);
    }
    return static_cast<double>(model.batch) / *std::min_element(seconds.begin(), seconds.end());
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_program MODEL.onnx [BATCH [PRECISION...]]\n");
        return 1;
    }
    model::OpenOptions options;
    options.batch = argc > 2 ? std::atoi(argv[2]) : 16;
    const auto model = model::open_model(argv[1], options);
    if (!model) {
        std::fprintf(stderr, "%s\n", model.error().message().c_str());
        return 2;
    }
    std::vector<std::string> names(argv + std::min(argc, 3), argv + argc);
    if (names.empty())
        names = {"fp32", "w8a8", "w4a4"};
    for (const std::string& name : names)
        if (const auto precision = Precision::parse(name))
            std::printf("%s batch %ld: %.0f images/s\n", name.c_str(), static_cast<long>(model->batch),
                        images_per_second(*model, *precision));
    return 0;
}
