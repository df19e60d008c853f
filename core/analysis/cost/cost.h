// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/cost/energy.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/index.h"

namespace exitscope::cost {

/// Cost models of methods.md#costs. BOPs are the default.
enum class Kind { macs, bops, mac_bits, energy, latency };
[[nodiscard]] std::optional<Kind> parse_kind(std::string_view text);  ///< "macs" "bops" "mac-bits" "energy" "latency"
[[nodiscard]] std::string_view name(Kind kind);                       ///< the inverse
[[nodiscard]] std::string_view title(Kind kind);                      ///< for axes: "BOPs", "Measured latency"
[[nodiscard]] std::string_view unit(Kind kind);                       ///< "MAC", "BOP", "MAC*bit", "pJ", "ms"
inline constexpr Kind all_kinds[] = {Kind::bops, Kind::macs, Kind::mac_bits, Kind::energy, Kind::latency};

/// Costs of every state of one run under one model, per image (methods.md#costs): per stage
///   MACs      trunk + head;
///   BOPs      MACs * b_w * b_a (32 x 32 for fp32; pinned MACs of an integer stage 8 x 8);
///   MAC-bits  MACs * max(b_w, b_a);
///   energy    pJ of the MACs + pJ of reading the stage's weights once at their width;
///   latency   measured milliseconds of trunk and head.
/// If a coarser precision saves less than 5 % of a stage's measured time the difference is noise; states that differ
/// from one of finer precisions only in such stages are not offered.
/// All heads asked on the way and all passes count. The gates' own arithmetic (a few hundred multiply-adds) does not.
struct Costs {
    Kind kind = Kind::bops;
    std::vector<double> state;  ///< [states] cumulative: all passes, stages and heads asked up to here
    std::vector<double> step;   ///< [states] cost added to the parent's: the stages run since, and the state's own head
    double reference = 1.0;     ///< cost of the full model: Run::full() of the run as evaluated
    EnergyTable energy;         ///< for Kind::energy
    /// [states] false if the measured latency is not lower than that of a state with finer precisions on the same
    /// stages, so that no policy should end there. Empty: every state is offered.
    std::vector<bool> offered;

    [[nodiscard]] double relative(StateIndex index) const { return state[index.at()] / reference; }
    [[nodiscard]] bool offers(StateIndex index) const { return offered.empty() || offered[index.at()]; }
};

/// Errors: Kind::latency for a run in which it was not measured; a cost that is not finite; a full model of cost 0.
[[nodiscard]] Expected<Costs> make_costs(const run::Run& run, Kind kind, const EnergyTable& energy = {});

/// Costs of a graph derived from the run that `costs` belong to, by the same cost model and relative to the same full
/// model. Errors: those of make_costs().
[[nodiscard]] Expected<Costs> derived_costs(const run::Run& derived, const Costs& costs);

/// The state of least cost; of several the first.
[[nodiscard]] StateIndex cheapest(const Costs& costs);

}  // namespace exitscope::cost
