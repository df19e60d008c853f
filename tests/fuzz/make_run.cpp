// SPDX-License-Identifier: GPL-3.0-or-later
// Writes small run files as seeds: make_run FOLDER.
#include <cstdio>
#include <filesystem>

#include "core/run/run_file.h"
#include "tests/support/synthetic_run.h"

int main(int argc, char** argv)
{
    using namespace exitscope;
    if (argc != 2)
        return 2;
    std::filesystem::create_directories(argv[1]);
    for (const bool probabilities : {false, true}) {
        const auto run = tests::synthetic_run({.exits = 2,
                                               .precisions = {{4, 4}, {8, 8}},
                                               .classes = 3,
                                               .fit_samples = 30,
                                               .test_samples = 20,
                                               .probabilities = probabilities});
        const auto path = std::filesystem::path(argv[1]) / (probabilities ? "probabilities" : "statistics");
        if (const auto saved = run::save(*run, path); !saved) {
            std::fprintf(stderr, "%s\n", saved.error().message().c_str());
            return 1;
        }
    }
    return 0;
}
