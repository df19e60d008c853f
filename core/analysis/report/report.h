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

/// Returns the image at a source position of the test data as a small PNG file; empty when it does not exist or has
/// another label, because the data is not that of the run.
using Thumbnails = std::function<std::vector<unsigned char>(SampleIndex source, std::int32_t label)>;

/// Input of a report.
struct Content {
    const analyse::Analysis* analysis = nullptr;
    const cost::Costs* costs = nullptr;
    std::vector<analyse::PolicyResult> policies;
    analyse::Decisions decisions;    ///< the chosen operating point
    bool budget_by_default = false;  ///< the budget is default_budget(), not a choice of the user
    std::optional<Promise> promise;  ///< the guarantee; nullopt where none can be given
    std::vector<Figure> figures;
    Thumbnails thumbnails;  ///< of test images; may be empty
};

/// The report: operating point, curves and comparison table, exits, predicted against actual error, quantization,
/// guarantee, instructive images, provenance, notes on methods.
[[nodiscard]] Document compose(const Content& content);

/// One self-contained HTML file without scripts. UTF-8.
[[nodiscard]] std::string html(const Document& document);

}  // namespace exitscope::report
