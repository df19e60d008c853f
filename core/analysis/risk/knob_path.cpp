// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/risk/knob_path.h"

#include <algorithm>
#include <string>

namespace exitscope::risk {
namespace {

constexpr std::size_t most_values = std::size_t{1} << 28;

/// At most `most` of `count` positions, evenly spaced, the last first; both ends are kept.
std::vector<std::size_t> thinned_backwards(std::size_t count, std::size_t most)
{
    std::vector<std::size_t> kept;
    const std::size_t wanted = std::min(count, std::max<std::size_t>(most, 1));
    for (std::size_t i = 0; i < wanted; ++i)
        kept.push_back(wanted > 1 ? (count - 1) - i * (count - 1) / (wanted - 1) : count - 1);
    return kept;
}

}  // namespace

Expected<KnobPath> knob_path(const analyse::Analysis& analysis, const cost::Costs& costs, std::string_view policy,
                             Loss loss, std::size_t most_knobs)
{
    const Expected<analyse::PolicyBasis> basis = analysis.basis(policy, costs);
    if (!basis)
        return tl::unexpected<Error>(basis.error());
    const run::Run& run = basis->analysis->run();
    const run::Run& measured = analysis.measured();
    const auto fit_losses = state_losses(run.fit, full_answers(measured, measured.fit), loss);
    if (!fit_losses)
        return tl::unexpected<Error>(fit_losses.error());
    const auto test_losses = state_losses(run.test, full_answers(measured, measured.test), loss);
    if (!test_losses)
        return tl::unexpected<Error>(test_losses.error());
    const Expected<policy::FittedPtr> fitted = fit_by_loss(*basis, *fit_losses);
    if (!fitted)
        return tl::unexpected<Error>(fitted.error());

    KnobPath path;
    path.samples = usable_samples(run.test, loss);
    const std::vector<std::size_t> kept = thinned_backwards((*fitted)->points().size(), most_knobs);
    LossTable& table = path.losses;
    table.knobs = kept.size();
    table.samples = path.samples.size();
    if (table.samples > most_values / table.knobs)
        return bad_input(policy, std::to_string(table.knobs) + " knobs on " + std::to_string(table.samples) +
                                     " samples are too many to hold: ask for fewer knobs");
    table.values.resize(table.knobs * table.samples);
    path.relative_cost.resize(table.values.size());
    const policy::Sweep sweep = (*fitted)->sweep(run.test, analysis.threads());
    for (std::size_t k = 0; k < kept.size(); ++k) {
        path.points.push_back((*fitted)->points()[kept[k]]);
        for (std::size_t i = 0; i < table.samples; ++i) {
            const StateIndex state = sweep.state(SampleIndex(path.samples[i]), kept[k]);
            const std::size_t at = k * table.samples + i;
            table.values[at] = static_cast<double>((*test_losses)[state.at()][path.samples[i]]);
            path.relative_cost[at] = static_cast<float>(basis->costs.relative(state));
        }
    }
    return path;
}

}  // namespace exitscope::risk
