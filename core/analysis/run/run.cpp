// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/run/run.h"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace exitscope::run {

std::string State::name() const
{
    const auto joined = [](const std::vector<Precision>& precisions) {
        std::string text;
        for (const Precision& precision : precisions)
            text += (text.empty() ? "" : "-") + precision.name();
        return text;
    };
    return first_pass.empty() ? joined(path) : joined(first_pass) + "|" + joined(path);
}

std::string_view name(Schedule schedule)
{
    switch (schedule) {
    case Schedule::free: return "free";
    case Schedule::non_increasing: return "non-increasing";
    case Schedule::non_decreasing: return "non-decreasing";
    case Schedule::uniform: return "uniform";
    }
    return "free";
}

std::optional<Schedule> parse_schedule(std::string_view text)
{
    for (const Schedule s : {Schedule::free, Schedule::non_increasing, Schedule::non_decreasing, Schedule::uniform})
        if (name(s) == text)
            return s;
    return std::nullopt;
}

std::string utc_text(std::chrono::system_clock::time_point when)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    char text[32];
    if (!gmtime_r(&seconds, &parts) || std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return {};
    return text;
}

void Run::link()
{
    roots_.clear();
    for (State& state : states)
        state.children.clear();
    for (std::size_t i = 0; i < states.size(); ++i) {
        if (states[i].parent)
            states[states[i].parent->at()].children.push_back(StateIndex(i));
        else
            roots_.push_back(StateIndex(i));
    }
    full_ = StateIndex(0);
    for (std::size_t i = 0; i < states.size(); ++i) {
        const State& best = states[full_.at()];
        const State& candidate = states[i];
        if (!candidate.first_pass.empty())
            continue;
        if (candidate.exit > best.exit || (candidate.exit == best.exit && candidate.path > best.path))
            full_ = StateIndex(i);
    }
}

namespace {

bool allowed(Schedule schedule, Precision before, Precision next)
{
    switch (schedule) {
    case Schedule::free: return true;
    case Schedule::non_increasing: return next <= before;
    case Schedule::non_decreasing: return next >= before;
    case Schedule::uniform: return next == before;
    }
    return true;
}

}  // namespace

bool obeys(Schedule schedule, std::span<const Precision> path)
{
    for (std::size_t l = 1; l < path.size(); ++l)
        if (!allowed(schedule, path[l - 1], path[l]))
            return false;
    return true;
}

std::vector<State> enumerate_states(std::size_t exits, const std::vector<Precision>& precisions, Schedule schedule)
{
    std::vector<Precision> levels = precisions;
    std::sort(levels.begin(), levels.end());
    std::vector<State> states;
    std::size_t begin = 0;
    for (std::size_t exit = 0; exit < exits; ++exit) {
        const std::size_t end = states.size();
        if (exit == 0) {
            for (const Precision level : levels)
                states.push_back(State{ExitIndex(0), {level}, std::nullopt, {}});
            continue;
        }
        for (std::size_t parent = begin; parent < end; ++parent) {
            for (const Precision level : levels) {
                if (!allowed(schedule, states[parent].precision(), level))
                    continue;
                State child{ExitIndex(exit), states[parent].path, StateIndex(parent), {}};
                child.path.push_back(level);
                states.push_back(std::move(child));
            }
        }
        begin = end;
    }
    return states;
}

Statistics statistics(std::span<const float> probabilities)
{
    Statistics s;
    float second = 0;
    double entropy = 0;
    double squares = 0;
    for (const float p : probabilities) {
        if (p > s.maximum) {
            second = s.maximum;
            s.maximum = p;
        } else if (p > second) {
            second = p;
        }
        if (p > 0)
            entropy -= double(p) * std::log(double(p));
        squares += double(p) * double(p);
    }
    double square_entropy = 0;
    for (const float p : probabilities) {
        const double share = squares > 0 ? double(p) * double(p) / squares : 0;
        if (share > 0)
            square_entropy -= share * std::log(share);
    }
    s.entropy = static_cast<float>(entropy);
    s.margin = s.maximum - second;
    if (probabilities.size() > 1)
        s.square_entropy = static_cast<float>(square_entropy / std::log(double(probabilities.size())));
    return s;
}

Evidence evidence(const std::vector<State>& states, const Split& split, StateIndex state, SampleIndex sample)
{
    Evidence known{split.statistics[state.at()][sample.at()], {}, false, false};
    if (const auto parent = states[state.at()].parent) {
        known.before = split.statistics[parent->at()][sample.at()];
        known.asked_before = true;
        known.agrees = split.prediction[parent->at()][sample.at()] == split.prediction[state.at()][sample.at()];
    }
    return known;
}

}  // namespace exitscope::run
