// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/isotonic.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/analysis/predict/folds.h"
#include "core/base/parallel.h"

namespace exitscope::predict {
namespace {

constexpr float edge = 1e-6F;

/// Maps of one gate and terminal: without each fold, and of all samples.
using FoldMaps = std::array<Isotonic, folds + 1>;

class CalibratedPredictors final : public Predictors {
public:
    CalibratedPredictors(PredictorsPtr raw, std::vector<std::vector<FoldMaps>> maps, std::vector<std::uint8_t> fold)
        : raw_(std::move(raw)), maps_(std::move(maps)), fold_(std::move(fold))
    {
    }
    std::span<const StateIndex> terminals(StateIndex gate) const override { return raw_->terminals(gate); }
    void predict(StateIndex gate, const run::Evidence& features, std::span<float> out) const override
    {
        raw_->predict(gate, features, out);
        calibrate(gate, all_folds, out);
    }
    void predict_held_out(StateIndex gate, SampleIndex sample, const run::Evidence& features,
                          std::span<float> out) const override
    {
        raw_->predict_held_out(gate, sample, features, out);
        calibrate(gate, fold_[sample.at()], out);
    }

private:
    void calibrate(StateIndex gate, std::size_t without, std::span<float> out) const
    {
        for (std::size_t t = 0; t < out.size(); ++t)
            out[t] = std::clamp(maps_[gate.at()][t][without](out[t]), edge, 1 - edge);
    }

    PredictorsPtr raw_;
    std::vector<std::vector<FoldMaps>> maps_;  ///< [gates][terminals]
    std::vector<std::uint8_t> fold_;           ///< [fit samples]
};

FoldMaps fit_maps(std::span<const float> predicted, std::span<const std::uint8_t> wrong,
                  std::span<const std::uint8_t> fold)
{
    std::vector<std::uint32_t> order(predicted.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return predicted[a] < predicted[b]; });
    FoldMaps maps;
    std::vector<float> x;
    std::vector<std::uint8_t> y;
    for (std::size_t left_out = 0; left_out <= folds; ++left_out) {
        x.clear();
        y.clear();
        for (const std::uint32_t i : order) {
            if (fold[i] == left_out)
                continue;
            x.push_back(predicted[i]);
            y.push_back(wrong[i]);
        }
        maps[left_out] = Isotonic(x, y);
    }
    return maps;
}

}  // namespace

Isotonic::Isotonic(std::span<const float> predicted, std::span<const std::uint8_t> wrong)
{
    struct Block {
        double prediction;
        double errors;
        double count;
    };
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        blocks.push_back({double(predicted[i]), double(wrong[i]), 1});
        while (blocks.size() > 1) {
            const Block last = blocks.back();
            Block& before = blocks[blocks.size() - 2];
            if (before.errors * last.count < last.errors * before.count)
                break;
            before = {before.prediction + last.prediction, before.errors + last.errors, before.count + last.count};
            blocks.pop_back();
        }
    }
    for (const Block& block : blocks) {
        at_.push_back(static_cast<float>(block.prediction / block.count));
        value_.push_back(static_cast<float>(block.errors / block.count));
    }
}

float Isotonic::operator()(float predicted) const
{
    if (at_.empty())
        return predicted;
    const auto above = std::upper_bound(at_.begin(), at_.end(), predicted);
    if (above == at_.begin())
        return value_.front();
    if (above == at_.end())
        return value_.back();
    const auto k = static_cast<std::size_t>(above - at_.begin());
    const float share = (predicted - at_[k - 1]) / (at_[k] - at_[k - 1]);
    return value_[k - 1] + share * (value_[k] - value_[k - 1]);
}

PredictorsPtr calibrated(PredictorsPtr predictors, const run::Run& run, const Errors& errors,
                         const PredictorOptions& options)
{
    std::vector<std::uint8_t> fold = fold_of_samples(run.fit.samples, options.seed);
    std::vector<std::uint8_t> fold_of_row;
    for (const std::uint32_t sample : errors.samples)
        fold_of_row.push_back(fold[sample]);
    std::vector<std::vector<FoldMaps>> maps(run.states.size());
    for_each_job(maps.size(), options.threads, [&](std::size_t s) {
        const StateIndex gate(s);
        const std::span<const StateIndex> terminals = predictors->terminals(gate);
        const std::size_t rows = errors.samples.size();
        std::vector<float> predicted(terminals.size() * rows);  // [terminals, rows]
        std::vector<float> one(terminals.size());
        for (std::size_t row = 0; row < rows; ++row) {
            const SampleIndex sample(errors.samples[row]);
            predictors->predict_held_out(gate, sample, run::evidence(run.states, run.fit, gate, sample), one);
            for (std::size_t t = 0; t < one.size(); ++t)
                predicted[t * rows + row] = one[t];
        }
        for (std::size_t t = 0; t < terminals.size(); ++t)
            maps[s].push_back(
                fit_maps(std::span(predicted).subspan(t * rows, rows), errors.wrong[terminals[t].at()], fold_of_row));
    });
    return std::make_shared<CalibratedPredictors>(std::move(predictors), std::move(maps), std::move(fold));
}

}  // namespace exitscope::predict
