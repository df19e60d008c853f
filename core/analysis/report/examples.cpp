// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/examples.h"

#include <algorithm>
#include <optional>

#include "core/analysis/report/text.h"

namespace exitscope::report {
namespace {

/// A sample with the number by which its kind is sorted, largest first.
struct Candidate {
    std::size_t sample;
    float telling;
};

class Finder {
public:
    Finder(const analyse::Analysis& analysis, const analyse::Decisions& decisions, std::size_t limit)
        : run_(analysis.run()), analysis_(analysis), decisions_(decisions), limit_(limit)
    {
        for (std::optional<StateIndex> s = run_.full(); s; s = run_.states[s->at()].parent)
            full_path_.insert(full_path_.begin(), *s);
        for (std::size_t s = 0; s < run_.states.size(); ++s) {
            const run::State& state = run_.states[s];
            if (state.exit.at() + 1 == run_.exit_count() &&
                (!cheapest_ || state.path < run_.states[cheapest_->at()].path))
                cheapest_ = StateIndex(s);
        }
    }

    [[nodiscard]] ExampleGroup overconfident() const
    {
        const std::vector<float> predicted = analysis_.predicted_error(decisions_.state);
        return group(
            "Overconfident errors", "Wrong answers at the chosen operating point whose predicted error was smallest.",
            [&](std::size_t i) -> std::optional<float> {
                return correct(decisions_.state[i], i) ? std::nullopt : std::optional(-predicted[i]);
            },
            [&](std::size_t i) {
                const StateIndex state = decisions_.state[i];
                return answer(state, i) + " at exit " + exit_text(state) + ", predicted error " +
                       percent(predicted[i], 1);
            });
    }

    [[nodiscard]] ExampleGroup overthinking() const
    {
        const auto early_right = [&](std::size_t i) -> std::optional<StateIndex> {
            std::optional<StateIndex> best;
            for (std::size_t l = 0; l + 1 < full_path_.size(); ++l)
                if (correct(full_path_[l], i) && (!best || confidence(full_path_[l], i) > confidence(*best, i)))
                    best = full_path_[l];
            return best;
        };
        return group(
            "Destructive overthinking", "An earlier exit was right, the last exit is wrong (highest precision).",
            [&](std::size_t i) -> std::optional<float> {
                const auto early = correct(run_.full(), i) ? std::nullopt : early_right(i);
                return early ? std::optional(confidence(*early, i)) : std::nullopt;
            },
            [&](std::size_t i) {
                const StateIndex early = *early_right(i);
                return "right at exit " + exit_text(early) + " (" + percent(confidence(early, i), 0) + "), then " +
                       answer(run_.full(), i) + " (" + percent(confidence(run_.full(), i), 0) + ")";
            });
    }

    [[nodiscard]] ExampleGroup rescued() const
    {
        return group(
            "Rescued by depth", "Every earlier exit was wrong, the last exit is right (highest precision).",
            [&](std::size_t i) -> std::optional<float> {
                if (full_path_.size() < 2 || !correct(run_.full(), i))
                    return std::nullopt;
                float wrongly_sure = 0;
                for (std::size_t l = 0; l + 1 < full_path_.size(); ++l) {
                    if (correct(full_path_[l], i))
                        return std::nullopt;
                    wrongly_sure += confidence(full_path_[l], i);
                }
                return wrongly_sure * confidence(run_.full(), i);
            },
            [&](std::size_t i) {
                const StateIndex before = full_path_[full_path_.size() - 2];
                return answer(before, i) + " (" + percent(confidence(before, i), 0) + ") at exit " + exit_text(before) +
                       ", right at the last (" + percent(confidence(run_.full(), i), 0) + ")";
            });
    }

    [[nodiscard]] ExampleGroup harmed_by_precision() const
    {
        return group(
            "Harmed by precision",
            "Right at " + run_.states[run_.full().at()].precision().name() + ", wrong at " +
                run_.states[cheapest_->at()].precision().name() + ", both at full depth.",
            [&](std::size_t i) -> std::optional<float> {
                if (*cheapest_ == run_.full() || !correct(run_.full(), i) || correct(*cheapest_, i))
                    return std::nullopt;
                return confidence(*cheapest_, i) * confidence(run_.full(), i);
            },
            [&](std::size_t i) {
                return answer(*cheapest_, i) + " (" + percent(confidence(*cheapest_, i), 0) + ") at " +
                       run_.states[cheapest_->at()].precision().name() + ", right at " +
                       run_.states[run_.full().at()].precision().name() + " (" +
                       percent(confidence(run_.full(), i), 0) + ")";
            });
    }

private:
    template <class Tell, class Caption>
    [[nodiscard]] ExampleGroup group(std::string title, std::string description, Tell tell, Caption caption) const
    {
        ExampleGroup result{std::move(title), std::move(description), 0, {}};
        std::vector<Candidate> found;
        for (std::size_t i = 0; i < decisions_.state.size(); ++i)
            if (run_.test.labels[i] >= 0)
                if (const std::optional<float> telling = tell(i))
                    found.push_back({i, *telling});
        result.count = found.size();
        const std::size_t shown = std::min(limit_, found.size());
        std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(shown), found.end(),
                          [](const Candidate& a, const Candidate& b) {
                              return a.telling != b.telling ? a.telling > b.telling : a.sample < b.sample;
                          });
        for (std::size_t k = 0; k < shown; ++k)
            result.examples.push_back({SampleIndex(found[k].sample), caption(found[k].sample)});
        return result;
    }

    [[nodiscard]] bool correct(StateIndex state, std::size_t i) const
    {
        return run_.test.correct(state, SampleIndex(i));
    }
    [[nodiscard]] float confidence(StateIndex state, std::size_t i) const
    {
        return run_.test.statistics[state.at()][i].maximum;
    }
    [[nodiscard]] std::string answer(StateIndex state, std::size_t i) const
    {
        return "“" + class_text(run_, run_.test.prediction[state.at()][i]) + "”";
    }
    [[nodiscard]] std::string exit_text(StateIndex state) const
    {
        return std::to_string(run_.states[state.at()].exit.value + 1);
    }

    const run::Run& run_;
    const analyse::Analysis& analysis_;
    const analyse::Decisions& decisions_;
    std::size_t limit_;
    std::vector<StateIndex> full_path_;   ///< from the first exit to Run::full()
    std::optional<StateIndex> cheapest_;  ///< full depth at the lowest precisions
};

}  // namespace

std::string class_text(const run::Run& run, std::size_t index)
{
    return index < run.class_names.size() ? run.class_names[index] : "class " + std::to_string(index);
}

std::vector<ExampleGroup> instructive_examples(const analyse::Analysis& analysis, const analyse::Decisions& decisions,
                                               std::size_t limit)
{
    if (!analysis.run().test.labelled())
        return {};
    const Finder finder(analysis, decisions, limit);
    return {finder.overconfident(), finder.overthinking(), finder.rescued(), finder.harmed_by_precision()};
}

}  // namespace exitscope::report
