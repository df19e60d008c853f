// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/report/document.h"
#include "core/analysis/report/promise.h"
#include "core/base/error.h"

namespace exitscope::report {

/// The image at a source position of the test data as a small PNG file; empty when there is no such image or its label
/// is another one, because the data is not that of the run.
using Thumbnails = std::function<std::vector<unsigned char>(SampleIndex source, std::int32_t label)>;

/// What a report is made of.
struct Content {
    const analyse::Analysis* analysis = nullptr;
    const cost::Costs* costs = nullptr;
    std::vector<analyse::PolicyResult> policies;
    analyse::Decisions decisions;    ///< the chosen operating point
    bool budget_by_default = false;  ///< the operating point is default_budget()'s, nobody asked for its budget
    std::optional<Promise> promise;  ///< the guarantee; nothing where none can be given
    std::vector<Figure> figures;
    Thumbnails thumbnails;  ///< of test images; may be empty
};

/// What the report says: operating point, curves and comparison table, exits, predicted against actual error,
/// quantization, guarantee, instructive images, what was run, method notes.
[[nodiscard]] Document compose(const Content& content);

/// One self-contained HTML file without scripts. UTF-8.
[[nodiscard]] std::string html(const Document& document);

}  // namespace exitscope::report
