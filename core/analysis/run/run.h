// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/index.h"
#include "core/base/notice.h"
#include "core/base/output_kind.h"
#include "core/base/precision.h"

namespace exitscope::plan {
struct Quantization;
}

namespace exitscope::run {

/// One node of the state graph: the head of exit `exit` has answered, and every stage so far ran at the precision in
/// `path`. The states of a measured run form a tree (methods.md#notation): one pass through the network in which every
/// head is asked, so that a parent is one stage earlier. Derived graphs may skip heads, and may run the network a
/// second time (methods.md#escalation).
struct State {
    ExitIndex exit;
    std::vector<Precision> path;       ///< precision of stages 0..exit of the current pass
    std::optional<StateIndex> parent;  ///< the state whose head was asked just before; nullopt at the start
    std::vector<StateIndex> children;  ///< states whose head may be asked next; in the tree cheapest precision first
    /// precision of every stage of the complete pass before this one; empty in the first pass
    std::vector<Precision> first_pass = {};

    [[nodiscard]] Precision precision() const { return path.back(); }
    /// The precisions of the path, first stage first: "w4a4-w8a8". A complete first pass comes before it:
    /// "w4a4-w4a4|w8a8-w8a8".
    [[nodiscard]] std::string name() const;
};

/// Cost of one stage at one precision, per image.
struct StageCost {
    double trunk_macs = 0;
    double head_macs = 0;
    double trunk_parameters = 0;
    double head_parameters = 0;
    /// measured milliseconds per image (median), single thread, at the run's batch size; by Run::precisions
    std::vector<double> trunk_ms;
    std::vector<double> head_ms;
    /// share of the stage's MACs that run at 8 bits whatever the precision (pinned first/last layers), trunk and head
    double trunk_pinned_macs = 0;
    double head_pinned_macs = 0;
};

/// The four statistics of one softmax output (methods.md#quee-features).
struct Statistics {
    float maximum = 0;         ///< max p
    float entropy = 0;         ///< -sum p ln p, in nats
    float margin = 0;          ///< largest minus second largest p
    float square_entropy = 0;  ///< entropy of p^2 / sum p^2, divided by ln(classes)

    bool operator==(const Statistics&) const = default;
};

/// Input of a gate's decision about a sample: the answers of its own head and of the head asked before it.
struct Evidence {
    Statistics here;
    Statistics before;  ///< valid if `asked_before`
    bool asked_before = false;
    bool agrees = false;  ///< both heads predict the same class
};

/// Results of every state on one split, as columns [state][sample].
struct Split {
    std::string name;            ///< "fit" or "test"
    std::string dataset;         ///< data set's short name, for plots and reports
    std::string dataset_source;  ///< argument of dataset::open() that opens it again
    std::string dataset_hash;
    std::string labels_file;  ///< file that the labels come from instead of the data set's own; empty: none
    std::string image_root;   ///< folder that a list's file names start from, where it was said; empty: found
    std::size_t samples = 0;
    /// [classes of the data set] their numbers here, -1 = unlabelled; empty when they are the same
    std::vector<std::int32_t> class_numbers;
    std::vector<std::string> skipped;         ///< images that were left out: "a.png: is a damaged or incomplete image"
    std::vector<std::uint32_t> source_index;  ///< [samples] position in the data set
    std::vector<std::int32_t> labels;         ///< [samples]; -1 = no label; empty when the data has none
    std::vector<std::vector<std::uint16_t>> prediction;  ///< [states][samples]
    std::vector<std::vector<Statistics>> statistics;     ///< [states][samples]
    std::vector<std::vector<float>> true_probability;    ///< [states][samples]; empty without labels or if unknown
    std::vector<std::vector<float>> probabilities;       ///< [states][samples*classes]; empty beyond the memory limit
    /// [samples] the full model's own answers if prediction[full] holds pooled answers; else empty
    std::vector<std::uint16_t> full_prediction;

    [[nodiscard]] bool labelled() const { return !labels.empty(); }
    [[nodiscard]] bool correct(StateIndex state, SampleIndex sample) const
    {
        return labels[sample.at()] == static_cast<std::int32_t>(prediction[state.at()][sample.at()]);
    }
};

enum class Schedule { free, non_increasing, non_decreasing, uniform };
[[nodiscard]] std::string_view name(Schedule schedule);
[[nodiscard]] std::optional<Schedule> parse_schedule(std::string_view text);
/// Whether the schedule allows every step of a path.
[[nodiscard]] bool obeys(Schedule schedule, std::span<const Precision> path);

/// Where and how a run was made; for reports and reopening.
struct Provenance {
    std::string model_path;
    std::string model_hash;
    std::string program_version;
    std::string machine;  ///< CPU name, cores
    std::string created;  ///< ISO 8601, UTC
    std::uint64_t seed = 0;
    unsigned threads = 1;
    std::size_t calibration_samples = 0;
    std::string calibration_data;
    std::string preprocessing;          ///< JSON: how images became the network's input (dataset::Preprocessing)
    std::string preprocessing_options;  ///< the same in words of the command line; both empty when it is not known
    double seconds = 0;                 ///< wall clock of the evaluation
    double images_per_second = 0;       ///< samples of both splits / seconds
    Notices notices;                    ///< what was doubtful about model and data, or decided for the user
};

/// "2026-01-31T12:00:00Z"
[[nodiscard]] std::string utc_text(std::chrono::system_clock::time_point when);

/// Result of an evaluation; immutable. It is all that the analysis needs: the network does not run again to move the
/// slider, change methods or draw a plot.
struct Run {
    Provenance provenance;
    std::vector<std::string> class_names;
    std::size_t classes = 0;
    std::vector<std::string> exit_names;
    std::vector<OutputKind> exit_kinds;  ///< [exits] what the exits' outputs hold; empty when the run does not say it
    std::vector<Precision> precisions;   ///< cheapest first
    Schedule schedule = Schedule::free;
    std::vector<State> states;           ///< parents before children; first stage first, cheapest first
    std::vector<StageCost> stage_costs;  ///< [stages]
    /// The integer weights and grids of all states, needed to run the same network again; null when no state is integer
    /// or the answers were imported.
    std::shared_ptr<const plan::Quantization> quantization;
    Split fit;
    Split test;

    [[nodiscard]] std::size_t exit_count() const { return exit_names.size(); }
    [[nodiscard]] std::span<const StateIndex> roots() const { return roots_; }
    /// Only the largest probability of every answer is known (imported from a table): the other statistics are 0.
    [[nodiscard]] bool confidences_only() const { return fit.labelled() && fit.true_probability.empty(); }
    /// The deepest state at the highest precision everywhere, in one pass: "full", the reference of relative cost.
    [[nodiscard]] StateIndex full() const { return full_; }
    /// The full model's own answers on one of the two splits, [samples]: the reference of drop and agreement.
    [[nodiscard]] const std::vector<std::uint16_t>& full_prediction(const Split& split) const
    {
        return split.full_prediction.empty() ? split.prediction[full_.at()] : split.full_prediction;
    }
    /// Fills the derived members (children, roots, full); call after `states` is set.
    void link();

private:
    std::vector<StateIndex> roots_;
    StateIndex full_;
};
using RunPtr = std::shared_ptr<const Run>;

/// All states that `schedule` allows for `exits` stages and these precisions, parents before children.
[[nodiscard]] std::vector<State> enumerate_states(std::size_t exits, const std::vector<Precision>& precisions,
                                                  Schedule schedule);

/// Statistics of one probability vector.
[[nodiscard]] Statistics statistics(std::span<const float> probabilities);

/// The evidence about one sample of a split at one of the states.
[[nodiscard]] Evidence evidence(const std::vector<State>& states, const Split& split, StateIndex state,
                                SampleIndex sample);

}  // namespace exitscope::run
