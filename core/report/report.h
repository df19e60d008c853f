// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/dataset/dataset.h"
#include "core/evaluate/analysis.h"

namespace exitscope::report {

/// A drawing made elsewhere (the core draws nothing): an inline SVG document and what it shows.
struct Figure {
    std::string title;
    std::string caption;
    std::string svg;
    std::string svg_dark;  ///< the same for dark screens; may be empty
};

/// What goes into the HTML report.
struct Content {
    const evaluate::Analysis* analysis = nullptr;
    const cost::Costs* costs = nullptr;
    std::vector<evaluate::PolicyResult> policies;
    evaluate::Decisions decisions;   ///< the chosen operating point
    bool budget_by_default = false;  ///< the operating point is default_budget()'s, nobody asked for its budget
    std::vector<Figure> figures;
    dataset::DatasetPtr test_images;  ///< for thumbnails; may be null
};

/// One self-contained HTML file without scripts: what was run, curves and comparison table, operating point, exit
/// shares, predicted against actual error, instructive images, method notes. UTF-8.
[[nodiscard]] std::string html(const Content& content);

}  // namespace exitscope::report
