// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/dataset/dataset.h"
#include "core/evaluate/analysis.h"

namespace exitscope::report
{

/// A drawing made elsewhere (the core draws nothing): an inline SVG document and what it shows.
struct Figure {
    std::string title;
    std::string caption;
    std::string svg;
};

/// What goes into the HTML report.
struct Content {
    const evaluate::Analysis* analysis = nullptr;
    const cost::Costs* costs = nullptr;
    std::vector<evaluate::PolicyResult> policies;
    evaluate::Decisions decisions;  ///< the chosen operating point
    std::vector<Figure> figures;
    dataset::DatasetPtr test_images;  ///< for thumbnails; may be null
};

/// One self-contained HTML file without scripts: what was run, curves and comparison table, operating point, exit
/// shares, predicted against actual error, instructive images, method notes. UTF-8.
[[nodiscard]] std::string html(const Content& content);

}  // namespace exitscope::report
