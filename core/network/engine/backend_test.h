// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace exitscope::engine {

/// Outcome of one ONNX backend test: a folder with `model.onnx` and folders `test_data_set_*`, each with tensors
/// `input_0.pb`, ... and the expected `output_0.pb`, ...
struct BackendResult {
    enum class Status { passed, failed, unsupported };
    Status status = Status::passed;
    std::string reason;  ///< one sentence; empty when passed
};

/// The folders at and below `root` that hold a model.onnx, sorted. Error: `root` cannot be read.
[[nodiscard]] Expected<std::vector<std::filesystem::path>> find_backend_tests(const std::filesystem::path& root);

/// Runs the model on every data set through specialise() and a float32 program. Inputs that determine shapes are made
/// constants first, because shapes cannot depend on data in a program. An output passes when its shape, element type
/// and values are the expected ones: integers equal, floats within 1e-7 + 1e-3 |expected|, the tolerances of ONNX's own
/// test runner, where NaN equals NaN and infinity equals infinity.
[[nodiscard]] BackendResult run_backend_test(const std::filesystem::path& folder);

}  // namespace exitscope::engine
