// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

#include <CLI/CLI.hpp>

#include "core/base/error.h"

namespace exitscope::cli {

/// Options that every verb has.
struct Common {
    bool json = false;
    bool quiet = false;
    unsigned threads = 0;  ///< 0 = one per core
    std::uint64_t seed = 1;
};

/// One verb: its options are registered, `run` does the work after parsing.
struct Verb {
    CLI::App* app = nullptr;
    std::function<Expected<void>()> run;
};

[[nodiscard]] Verb info_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb run_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb attach_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb evaluate_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb curve_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb decide_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb adaptive_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb diff_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb predictors_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb onnx_test_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb calibrate_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb import_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb export_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb plot_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb quantization_verb(CLI::App& program, const Common& common);
[[nodiscard]] Verb report_verb(CLI::App& program, const Common& common);

}  // namespace exitscope::cli
