// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

#include "app/cli/options.h"
#include "core/base/error.h"

namespace exitscope::cli {

/// Options that every verb has.
struct Common {
    bool json = false;
    bool quiet = false;
    bool strict = false;   ///< notices are errors
    unsigned threads = 0;  ///< 0 = one per core
    std::uint64_t seed = 1;
};

/// One verb: its options are registered, `run` does the work after parsing.
struct Verb {
    Command* command = nullptr;
    std::function<Expected<void>()> run;
};

[[nodiscard]] Verb info_verb(Command& program, const Common& common);
[[nodiscard]] Verb run_verb(Command& program, const Common& common);
[[nodiscard]] Verb attach_verb(Command& program, const Common& common);
[[nodiscard]] Verb evaluate_verb(Command& program, const Common& common);
[[nodiscard]] Verb curve_verb(Command& program, const Common& common);
[[nodiscard]] Verb decide_verb(Command& program, const Common& common);
[[nodiscard]] Verb adaptive_verb(Command& program, const Common& common);
[[nodiscard]] Verb diff_verb(Command& program, const Common& common);
[[nodiscard]] Verb predictors_verb(Command& program, const Common& common);
[[nodiscard]] Verb onnx_test_verb(Command& program, const Common& common);
[[nodiscard]] Verb calibrate_verb(Command& program, const Common& common);
[[nodiscard]] Verb import_verb(Command& program, const Common& common);
[[nodiscard]] Verb export_verb(Command& program, const Common& common);
[[nodiscard]] Verb plot_verb(Command& program, const Common& common);
[[nodiscard]] Verb quantization_verb(Command& program, const Common& common);
[[nodiscard]] Verb preprocess_verb(Command& program, const Common& common);
[[nodiscard]] Verb report_verb(Command& program, const Common& common);

}  // namespace exitscope::cli
