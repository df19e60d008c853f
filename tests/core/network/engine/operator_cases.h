// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace exitscope::tests {

/// A small graph, and what NumPy, SciPy and PyTorch compute for it. All are made by operator_cases.py.
struct OperatorCase {
    const char* name;
    int opset;
    const char* text;             ///< for build_graph()
    const char* shapes;           ///< of the outputs
    std::vector<double> results;  ///< of all outputs, one after another
};

extern const std::vector<OperatorCase> cases_of_functions;  ///< one input, element by element
extern const std::vector<OperatorCase> cases_of_pairs;      ///< several inputs, element by element
extern const std::vector<OperatorCase> cases_of_axes;       ///< along axes
extern const std::vector<OperatorCase> cases_of_moves;      ///< elements chosen, repeated, resized
extern const std::vector<OperatorCase> cases_of_windows;    ///< products and windows

}  // namespace exitscope::tests
