// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/analysis/run/run.h"

namespace exitscope::analyse {

/// One stage at one precision, regardless of the stages before it.
struct FlowNode {
    std::uint32_t pass = 0;  ///< 1 in a second pass (escalation)
    StageIndex stage;
    std::uint32_t precision = 0;  ///< in Run::precisions

    friend bool operator==(const FlowNode&, const FlowNode&) = default;
};

/// Test samples that go from one node to the next, or leave after one.
struct FlowLink {
    enum class Kind {
        enter,     ///< from the input to the first stage `to`
        step,      ///< from stage `from` to the next one of the same pass
        escalate,  ///< from the end of the first pass to the start of the second
        leave,     ///< answered by the head behind `from`; `to` equals `from`
    };
    Kind kind = Kind::enter;
    FlowNode from;  ///< equals `to` for Kind::enter
    FlowNode to;
    std::size_t count = 0;
    std::size_t right = 0;  ///< of those with a label; right + wrong = count if every sample has one
    std::size_t wrong = 0;
    std::vector<StateIndex> states;  ///< decided states of the samples that went this way, ascending
};

/// Flow of the test samples through the stages at one operating point. Links without samples are left out; the order is
/// by pass, stage, kind and precisions.
struct StageFlow {
    std::size_t samples = 0;
    std::vector<FlowLink> links;
};

/// `states` [test samples] are the decided states, numbered in `run`. On a split without labels an answer counts as
/// right if it equals the full model's.
[[nodiscard]] StageFlow stage_flow(const run::Run& run, std::span<const StateIndex> states);

}  // namespace exitscope::analyse
