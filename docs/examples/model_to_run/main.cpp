// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a network at every exit and two precisions: model_to_run MODEL.onnx FIT TEST LIMIT RUN.exr
// FIT and TEST are data sets as dataset::open() takes them; of each the first LIMIT images count.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include <exitscope/analysis/analyse/static_points.h>
#include <exitscope/analysis/run/run_file.h>
#include <exitscope/deploy/evaluate/evaluator.h>
#include <exitscope/network/dataset/dataset.h>
#include <exitscope/network/model/multi_exit.h>

using namespace exitscope;

/// The value of a result, or its error as an exception.
template <class T>
T value_of(Expected<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().message());
    return std::move(*result);
}

int main(int argc, char** argv)
try {
    if (argc != 6)
        throw std::runtime_error("usage: model_to_run MODEL.onnx FIT TEST LIMIT RUN.exr");
    evaluate::EvaluateOptions options;
    options.precisions = {*Precision::parse("w8a8"), fp32};
    options.measure_latency = false;

    model::OpenOptions batched;
    batched.batch = options.batch;
    const model::MultiExitModel model = value_of(model::open_model(argv[1], batched));
    const std::size_t limit = std::stoul(argv[4]);
    const dataset::DatasetPtr fit = dataset::first(value_of(dataset::open(argv[2])), limit);
    const dataset::DatasetPtr test = dataset::first(value_of(dataset::open(argv[3])), limit);

    Progress progress;  // another thread may read it, or cancel
    const run::RunPtr run = value_of(evaluate::evaluate_model(model, *fit, *test, options, progress));
    if (const auto saved = run::save(*run, argv[5]); !saved)
        throw std::runtime_error(saved.error().message());
    for (std::size_t s = 0; s < run->states.size(); ++s)
        std::printf("%s: accuracy %.4f\n", run->states[s].name().c_str(),
                    analyse::state_accuracy(*run, StateIndex(s)).value);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "model_to_run: %s\n", error.what());
    return 2;
}
