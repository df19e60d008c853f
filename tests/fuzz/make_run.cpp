// SPDX-License-Identifier: GPL-3.0-or-later
// Writes small run files as seeds: make_run FOLDER.
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/analysis/run/run_file.h"
#include "tests/support/random_plan.h"
#include "tests/support/small_network.h"
#include "tests/support/synthetic_run.h"

namespace {

using namespace exitscope;

const tests::SyntheticOptions base{
    .exits = 2, .precisions = {{4, 4}, {8, 8}}, .classes = 3, .fit_samples = 30, .test_samples = 20};

run::RunPtr small_run(const std::function<void(tests::SyntheticOptions&)>& change)
{
    tests::SyntheticOptions options = base;
    change(options);
    return tests::synthetic_run(options);
}

/// With everything that a run file may hold.
run::RunPtr full_run()
{
    auto made = std::make_shared<run::Run>(*small_run([](auto&) {}));
    const model::MultiExitModel network = tests::small_network(1);
    plan::Quantization quantization;
    for (const Precision precision : made->precisions) {
        quantization.precisions.push_back(precision);
        std::vector<plan::StagePlan>& plans = quantization.plans.emplace_back();
        for (std::size_t stage = 0; stage < made->exit_count(); ++stage)
            plans.push_back(tests::random_plan(network, StageIndex(stage), {.precision = precision}));
    }
    made->quantization = std::make_shared<const plan::Quantization>(std::move(quantization));
    return made;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2)
        return 2;
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    const std::map<std::string, run::RunPtr> runs = {
        {"full", full_run()},
        {"statistics", small_run([](auto& options) { options.probabilities = false; })},
        {"unlabelled", small_run([](auto& options) { options.labelled_test = false; })},
        {"uniform", small_run([](auto& options) { options.schedule = run::Schedule::uniform; })},
        {"chunked", small_run([](auto& options) { options.fit_samples = 2000; })},
    };
    for (const auto& [name, run] : runs)
        if (const auto saved = run::save(*run, folder / name); !saved) {
            std::fprintf(stderr, "%s\n", saved.error().message().c_str());
            return 1;
        }
    return 0;
}
