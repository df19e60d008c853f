// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/dataset/dataset.h"
#include "core/evaluate/analysis.h"
#include "core/report/document.h"
#include "core/report/promise.h"

namespace exitscope::report {

/// What a report is made of.
struct Content {
    const evaluate::Analysis* analysis = nullptr;
    const cost::Costs* costs = nullptr;
    std::vector<evaluate::PolicyResult> policies;
    evaluate::Decisions decisions;   ///< the chosen operating point
    bool budget_by_default = false;  ///< the operating point is default_budget()'s, nobody asked for its budget
    std::optional<Promise> promise;  ///< the guarantee; nothing where none can be given
    std::vector<Figure> figures;
    dataset::DatasetPtr test_images;  ///< for thumbnails; may be null
};

/// What the report says: operating point, curves and comparison table, exits, predicted against actual error,
/// quantization, guarantee, instructive images, what was run, method notes.
[[nodiscard]] Document compose(const Content& content);

/// One self-contained HTML file without scripts. UTF-8.
[[nodiscard]] std::string html(const Document& document);

}  // namespace exitscope::report
