// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"

namespace exitscope::report {

/// A kind of instructive test images with examples, the clearest first.
struct Example {
    SampleIndex sample;   ///< position in the test split
    std::string caption;  ///< one line: why the image is shown
};
struct ExampleGroup {
    std::string title;
    std::string description;
    std::size_t count = 0;  ///< number of test images of this kind
    std::vector<Example> examples;
};

/// The groups: overconfident errors under `decisions`; and, on the path of the full model, destructive overthinking (an
/// earlier exit was right, the last is wrong), rescued by depth (every earlier exit wrong, the last right), harmed by
/// precision (right at the highest precision, wrong at the lowest, both at full depth). At most `limit` examples each;
/// none without labels.
[[nodiscard]] std::vector<ExampleGroup> instructive_examples(const analyse::Analysis& analysis,
                                                             const analyse::Decisions& decisions, std::size_t limit);

/// The class's name, or its number where classes have no names.
[[nodiscard]] std::string class_text(const run::Run& run, std::size_t index);

}  // namespace exitscope::report
