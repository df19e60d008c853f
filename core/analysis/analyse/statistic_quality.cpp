// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/statistic_quality.h"

#include <array>

#include "core/analysis/predict/quality.h"

namespace exitscope::analyse {

StatisticQuality best_statistic(const run::Run& run, StateIndex gate)
{
    struct Statistic {
        std::string_view name;
        float (*risk)(const run::Statistics&);  ///< rises with uncertainty
    };
    constexpr std::array statistics = {
        Statistic{"maximum", [](const run::Statistics& s) { return 1 - s.maximum; }},
        Statistic{"entropy", [](const run::Statistics& s) { return s.entropy; }},
        Statistic{"margin", [](const run::Statistics& s) { return 1 - s.margin; }},
        Statistic{"square entropy", [](const run::Statistics& s) { return s.square_entropy; }},
    };
    std::vector<std::uint8_t> wrong;
    std::array<std::vector<float>, statistics.size()> risk;
    for (std::size_t i = 0; i < run.test.labels.size(); ++i) {
        if (run.test.labels[i] < 0)
            continue;
        wrong.push_back(!run.test.correct(gate, SampleIndex(i)));
        for (std::size_t k = 0; k < statistics.size(); ++k)
            risk[k].push_back(statistics[k].risk(run.test.statistics[gate.at()][i]));
    }
    StatisticQuality best;
    for (std::size_t k = 0; k < statistics.size(); ++k)
        if (const double auroc = predict::quality(risk[k], wrong).auroc; best.name.empty() || auroc > best.auroc)
            best = {statistics[k].name, auroc};
    return best;
}

}  // namespace exitscope::analyse
