// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/pooled_fit.h"
#include "core/analysis/run/run.h"
#include "core/deploy/adaptive/steps.h"
#include "core/deploy/evaluate/state_walk.h"
#include "core/network/engine/hand_over.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::adaptive {

/// State of a sample inside the pipeline: its number, and the set of gates that decides for it.
struct Ticket {
    std::uint32_t sample = 0;
    std::uint8_t rule = 0;
    std::uint32_t slot = 0;                  ///< of what its heads said, where answers are pooled
    std::uint16_t heads = 0;                 ///< asked so far
    std::optional<StateIndex> heading = {};  ///< the state to run to before the next decision
    std::optional<StateIndex> asked = {};    ///< the last state whose head was read
    run::Statistics statistics = {};         ///< of its answer
    std::uint16_t prediction = 0;
    std::uint16_t agreeing = 0;  ///< heads asked in a row that gave this answer
    std::uint32_t source = 0;    ///< position in the data set
};

/// Where one sample left, and with which answer.
struct Departure {
    Ticket ticket;
    StateIndex state;
    std::uint16_t prediction = 0;
};

/// The deployed network of one thread. Samples wait in front of every step until a micro-batch is full; the stage then
/// runs once for all of them, the state's gate decides for each, and those that go on wait in front of the chosen step:
/// no stage ever runs for a sample that has left. A second pass starts from the image, which is kept while the first
/// one runs. Memory grows with the number of states that samples reach, not with the number of samples; once every
/// state has been reached no more memory is allocated.
class Pipeline {
public:
    /// `run` holds the states that the rules decide on, `pools` how their answers are combined from the heads passed
    /// ([states]; empty: the heads' own). `programs` are [stage][precision of run.precisions], compiled for `model` and
    /// its batch size; `rules` are the gates that Ticket::rule names. All must outlive the pipeline.
    /// Precondition: check_separable(model) succeeded.
    Pipeline(const model::MultiExitModel& model, const run::Run& run, std::span<const policy::Pool> pools,
             const evaluate::StagePrograms& programs, std::vector<policy::GatesPtr> rules,
             std::function<void(const Departure&)> leave);

    /// Admits a sample and returns the buffer for its preprocessed input, [C, H, W]; to be filled before the next call.
    /// Precondition: full() is false.
    [[nodiscard]] std::span<float> admit(Ticket ticket);
    /// True when a full micro-batch waits at the entrance: call run() before the next admit().
    [[nodiscard]] bool full() const { return full_.has_value(); }
    /// Runs the full micro-batch at the entrance and every later micro-batch that becomes full by it.
    void run();
    /// Runs all micro-batches that are not full. Afterwards every sample has left.
    void finish();
    /// The first sample, in order of Ticket::sample, with an answer that is not finite.
    struct NotFinite {
        std::size_t sample = 0;
        StateIndex state;
    };
    [[nodiscard]] const std::optional<NotFinite>& not_finite() const { return not_finite_; }
    /// Time inside the programs so far.
    [[nodiscard]] double kernel_seconds() const { return kernel_seconds_; }

private:
    /// Samples in front of one step.
    struct Queue {
        std::vector<Ticket> tickets;
        std::vector<std::vector<float>> rows;  ///< by position in needed_[stage]: [batch, row]
        std::vector<const float*> inputs;      ///< argument of Program::run()
        bool reads = true;                     ///< the exit's answer is needed
    };
    /// Storage of one stage's results in one pass, shared by its steps; later stages do not write to it.
    struct Results {
        std::vector<std::vector<float>> values;  ///< by position in Stage::outputs
        std::vector<float*> outputs;
        std::vector<float> exit;
        std::vector<std::optional<std::size_t>> next;   ///< [batch] step to go on with; nullopt: the sample leaves
        std::vector<engine::Program::Scratch> scratch;  ///< by level
    };
    /// Origin of a row of needed_[stage] when a sample enters that stage.
    struct Source {
        bool made_before = false;  ///< by the stage just run, else handed through from its own queue
        std::size_t position = 0;  ///< in Stage::outputs, or in needed_[stage - 1]
    };

    [[nodiscard]] Queue& queue(std::size_t step);
    void run(std::size_t step);
    [[nodiscard]] Results& results(const StageRun& step)
    {
        return results_[(step.second_pass ? model_.stages.size() : 0) + step.stage];
    }
    /// The step that a sample takes after the head of `state` has given its row of outputs; nullopt: it leaves.
    [[nodiscard]] std::optional<std::size_t> decide(StateIndex state, Ticket& ticket, std::span<const float> row,
                                                    bool reads);
    /// The state's answer: the head's own, or pooled with those before, which the ticket's slot keeps.
    [[nodiscard]] evaluate::Answer answer(StateIndex state, Ticket& ticket, std::span<const float> row);
    /// The first step from `from` on the way to `to`.
    [[nodiscard]] std::size_t step_towards(StateIndex from, StateIndex to) const;
    /// Puts sample `row` of the micro-batch that just ran at step `from` in front of step `to`.
    void pass_on(std::size_t from, std::size_t row, std::size_t to);

    const model::MultiExitModel& model_;
    const run::Run& run_;
    std::span<const policy::Pool> pools_;
    const evaluate::StagePrograms& programs_;
    std::vector<policy::GatesPtr> rules_;
    std::function<void(const Departure&)> leave_;
    std::optional<NotFinite> not_finite_;
    std::size_t batch_;
    std::vector<std::vector<ValueIndex>> needed_;  ///< [stage] values that it or a later stage reads
    std::vector<std::vector<Source>> sources_;     ///< [stage][position in needed_]
    std::vector<std::vector<std::size_t>> width_;  ///< [stage][position in needed_] elements of one sample
    Steps steps_;
    std::vector<std::unique_ptr<Queue>> queues_;  ///< [steps], made when the first sample arrives
    std::vector<Results> results_;                ///< [passes * stages]
    std::vector<float> row_;                      ///< [classes]
    std::vector<float> pooled_;                   ///< [classes]
    std::size_t most_heads_ = 0;                  ///< on the way to any state
    std::vector<float> logarithms_;               ///< [slots * most_heads_ * classes] where answers are pooled
    std::vector<std::uint32_t> free_slots_;
    std::optional<std::size_t> full_;
    double kernel_seconds_ = 0;
};

/// Error: a value handed over between stages is not stored sample by sample, so that batches cannot be regrouped.
[[nodiscard]] Expected<void> check_separable(const model::MultiExitModel& model);

}  // namespace exitscope::adaptive
