// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/risk/loss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/base/text.h"

namespace exitscope::risk {
namespace {

constexpr std::array infos = {
    LossInfo{Loss::performance_gap, "performance-gap", "Performance gap", -1, 1, true, true, false},
    LossInfo{Loss::consistency, "consistency", "Inconsistency", 0, 1, true, false, false},
    LossInfo{Loss::brier_gap, "brier-gap", "Brier gap", -2, 2, false, true, true},
    LossInfo{Loss::brier_consistency, "brier-consistency", "Brier inconsistency", -2, 2, false, false, true},
    LossInfo{Loss::hellinger, "hellinger", "Hellinger distance", 0, 1, false, false, true},
};

/// Shorter and older names, as plain() leaves them.
constexpr std::array<std::pair<std::string_view, Loss>, 7> synonyms = {{
    {"gap", Loss::performance_gap},
    {"gap01", Loss::performance_gap},
    {"performance", Loss::performance_gap},
    {"performancegap01", Loss::performance_gap},
    {"consistency01", Loss::consistency},
    {"brier", Loss::brier_gap},
    {"hellingerdistance", Loss::hellinger},
}};

std::string plain(std::string_view name)
{
    std::string text;
    for (const char c : name)
        if (is_alphanumeric(c))
            text += lower(c);
    return text;
}

/// One split's answers beside those of the full model.
struct Comparison {
    const run::Split& split;
    const FullAnswers& full;

    [[nodiscard]] std::span<const float> probabilities(std::size_t state, std::size_t sample) const
    {
        return std::span(split.probabilities[state]).subspan(sample * full.classes, full.classes);
    }
    [[nodiscard]] std::span<const float> full_probabilities(std::size_t sample) const
    {
        return full.probabilities.subspan(sample * full.classes, full.classes);
    }
    [[nodiscard]] double gap(std::size_t state, std::size_t sample) const
    {
        const std::int32_t label = split.labels[sample];
        return double(split.prediction[state][sample] != label) - double(full.prediction[sample] != label);
    }

    /// |p - onehot(label)|^2
    [[nodiscard]] static double brier(std::span<const float> p, std::size_t label)
    {
        double squares = 1;
        for (const float value : p)
            squares += static_cast<double>(value) * static_cast<double>(value);
        return squares - 2 * static_cast<double>(p[label]);
    }
    [[nodiscard]] double brier_gap(std::size_t state, std::size_t sample, std::size_t label) const
    {
        return brier(probabilities(state, sample), label) - brier(full_probabilities(sample), label);
    }
    [[nodiscard]] double hellinger(std::size_t state, std::size_t sample) const
    {
        const std::span<const float> p = probabilities(state, sample);
        const std::span<const float> q = full_probabilities(sample);
        double squares = 0;
        for (std::size_t c = 0; c < p.size(); ++c) {
            const double difference = std::sqrt(static_cast<double>(p[c])) - std::sqrt(static_cast<double>(q[c]));
            squares += difference * difference;
        }
        return std::min(1.0, std::sqrt(0.5 * squares));
    }

    [[nodiscard]] double operator()(Loss loss, std::size_t state, std::size_t sample) const
    {
        switch (loss) {
        case Loss::performance_gap: return gap(state, sample);
        case Loss::consistency: return split.prediction[state][sample] != full.prediction[sample] ? 1.0 : 0.0;
        case Loss::brier_gap: return brier_gap(state, sample, static_cast<std::size_t>(split.labels[sample]));
        case Loss::brier_consistency: return brier_gap(state, sample, full.prediction[sample]);
        case Loss::hellinger: return hellinger(state, sample);
        }
        return 0;
    }
};

}  // namespace

std::span<const LossInfo> losses()
{
    return infos;
}

const LossInfo& info(Loss loss)
{
    return *std::find_if(infos.begin(), infos.end(), [loss](const LossInfo& i) { return i.loss == loss; });
}

const LossInfo* find_loss(std::string_view name)
{
    const std::string wanted = plain(name);
    for (const LossInfo& candidate : infos)
        if (plain(candidate.name) == wanted)
            return &candidate;
    for (const auto& [synonym, loss] : synonyms)
        if (synonym == wanted)
            return &info(loss);
    return nullptr;
}

std::string loss_names()
{
    std::string names;
    for (const LossInfo& candidate : infos)
        names += (names.empty() ? "" : ", ") + std::string(candidate.name);
    return names;
}

std::vector<std::uint32_t> usable_samples(const run::Split& split, Loss loss)
{
    std::vector<std::uint32_t> usable;
    for (std::size_t i = 0; i < split.samples; ++i)
        if (!info(loss).needs_labels || (split.labelled() && split.labels[i] >= 0))
            usable.push_back(static_cast<std::uint32_t>(i));
    return usable;
}

FullAnswers full_answers(const run::Run& measured, const run::Split& split)
{
    FullAnswers full{measured.full_prediction(split), {}, measured.classes};
    if (!split.probabilities.empty())
        full.probabilities = split.probabilities[measured.full().at()];
    return full;
}

Expected<std::vector<std::vector<float>>> state_losses(const run::Split& split, const FullAnswers& full, Loss loss)
{
    const LossInfo& about = info(loss);
    const std::vector<std::uint32_t> usable = usable_samples(split, loss);
    if (usable.empty())
        return bad_input(about.name, "this loss needs labels, and the " + split.name + " split has none");
    if (about.needs_probabilities && (split.probabilities.empty() || full.probabilities.empty()))
        return bad_input(about.name,
                         "this loss needs the probabilities of all classes, and this run does not hold them");
    const Comparison loss_of{split, full};
    std::vector<std::vector<float>> columns(split.prediction.size(), std::vector<float>(split.samples, 0.0F));
    for (std::size_t s = 0; s < columns.size(); ++s)
        for (const std::uint32_t i : usable)
            columns[s][i] = static_cast<float>(loss_of(loss, s, i));
    return columns;
}

}  // namespace exitscope::risk
