// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/mean_errors.h"

#include <numeric>
#include <utility>

namespace exitscope::predict {
namespace {

class MeanErrors final : public Predictors {
public:
    MeanErrors(std::vector<std::vector<StateIndex>> terminals, std::vector<float> error)
        : terminals_(std::move(terminals)), error_(std::move(error))
    {
    }
    std::span<const StateIndex> terminals(StateIndex gate) const override { return terminals_[gate.at()]; }
    void predict(StateIndex gate, const run::Evidence&, std::span<float> out) const override
    {
        for (std::size_t t = 0; t < out.size(); ++t)
            out[t] = error_[terminals_[gate.at()][t].at()];
    }

private:
    std::vector<std::vector<StateIndex>> terminals_;  ///< [states]
    std::vector<float> error_;                        ///< [states]
};

}  // namespace

PredictorsPtr mean_errors(const Errors& errors, std::vector<std::vector<StateIndex>> terminals)
{
    std::vector<float> error;
    for (const std::vector<std::uint8_t>& wrong : errors.wrong)
        error.push_back((std::accumulate(wrong.begin(), wrong.end(), 0.0F) + 1) /
                        (static_cast<float>(wrong.size()) + 2));
    return std::make_shared<MeanErrors>(std::move(terminals), std::move(error));
}

}  // namespace exitscope::predict
