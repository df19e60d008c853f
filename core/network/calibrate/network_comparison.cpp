// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/network_comparison.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/base/parallel.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/program.h"

namespace exitscope::calibrate {
namespace {

/// The float network and the network at every precision, side by side.
class Comparison {
public:
    Comparison(const model::MultiExitModel& model, const std::vector<Precision>& precisions,
               const std::vector<Subject>& subjects)
        : model_(model), subjects_(subjects), precisions_(precisions.size()), slot_(model.graph.values.size()),
          readers_(model.graph.values.size()), ends_(precisions.size(), Layers(model.graph.values.size()))
    {
        for (std::size_t l = 0; l < subjects.size(); ++l) {
            readers_[subjects[l].layer.input.at()].push_back(l);
            for (std::size_t p = 0; p < precisions_; ++p) {
                if (!subjects[l].plans[p])
                    continue;
                const ValueIndex end = *subjects[l].ends[p];
                ends_[p][end.at()].push_back(l);
                if (!slot_[end.at()])
                    slot_[end.at()] = slots_++;
            }
        }
    }

    Expected<void> compile(const plan::Quantization& quantization)
    {
        integer_.resize(precisions_);
        for (std::size_t s = 0; s < model_.stages.size(); ++s) {
            auto program = engine::Program::compile_observable(model_, StageIndex(s));
            if (!program)
                return forward(program);
            float_.push_back(std::move(*program));
            for (std::size_t p = 0; p < precisions_; ++p) {
                auto quantized = engine::Program::compile_observable(model_, StageIndex(s), quantization.plans[p][s]);
                if (!quantized)
                    return forward(quantized);
                integer_[p].push_back(std::move(*quantized));
            }
        }
        return {};
    }

    /// Compares all kept batches; fills the float network's exit outputs.
    Expected<Sums> run(std::vector<KeptBatch>& kept, const std::vector<Observation>& ranges, ExitOutputs& exact,
                       unsigned threads, Progress& progress) const
    {
        const std::size_t exits = model_.stages.size();
        std::vector<Sums> sums(kept.size(), Sums(precisions_, ranges, exits));
        std::vector<std::size_t> first(kept.size(), 0);
        for (std::size_t b = 1; b < kept.size(); ++b)
            first[b] = first[b - 1] + static_cast<std::size_t>(kept[b - 1].samples);
        const unsigned workers = thread_count(threads, kept.size());
        std::vector<std::vector<std::vector<float>>> floats(workers, std::vector<std::vector<float>>(slots_));
        progress.begin("Comparing with the float network", kept.size());
        const auto work = [&](unsigned worker, std::size_t b) -> Expected<void> {
            if (progress.cancelled())
                return cancelled();
            compare(kept[b], floats[worker], exact, first[b], sums[b]);
            progress.advance();
            return {};
        };
        if (auto done = parallel_for(kept.size(), workers, work); !done)
            return forward(done);
        Sums total = std::move(sums.front());
        for (std::size_t b = 1; b < sums.size(); ++b)
            total.add(sums[b]);
        return total;
    }

private:
    using Layers = std::vector<std::vector<std::size_t>>;  ///< by ValueIndex: positions of layers

    /// Context of an observer during one batch.
    struct Watcher {
        const Comparison& comparison;
        std::vector<std::vector<float>>& floats;
        Sums& sums;
        std::size_t samples;
        std::size_t precision = 0;
    };

    /// The part of a batch's elements that belongs to real samples.
    [[nodiscard]] std::span<const float> real(std::span<const float> elements, std::size_t samples) const
    {
        return elements.first(elements.size() / static_cast<std::size_t>(model_.batch) * samples);
    }

    void see_float(const Watcher& watcher, ValueIndex value, std::span<const float> elements) const
    {
        elements = real(elements, watcher.samples);
        if (const auto slot = slot_[value.at()])
            watcher.floats[*slot].assign(elements.begin(), elements.end());
        for (const std::size_t l : readers_[value.at()]) {
            count(elements, watcher.sums.inputs[l]);
            for (std::size_t p = 0; p < precisions_; ++p)
                if (subjects_[l].plans[p])
                    round(elements, *input_grid(subjects_[l], p), watcher.sums.input[p][l], watcher.sums.clipped[p][l]);
        }
    }
    static void count(std::span<const float> elements, Observation& seen)
    {
        const auto bins = static_cast<float>(seen.histogram.size());
        const float width = seen.maximum - seen.minimum;
        const float per_unit = width > 0 ? bins / width : 0.0F;
        for (const float x : elements)
            if (std::isfinite(x))
                ++seen.histogram[static_cast<std::size_t>(
                    std::clamp((x - seen.minimum) * per_unit, 0.0F, bins - 1.0F))];
    }
    static void round(std::span<const float> elements, const plan::Grid& grid, Distortion& distortion,
                      std::uint64_t& clipped)
    {
        const float low = grid.scale * (static_cast<float>(-grid.zero_point) - 0.5F);
        const float high = grid.scale * (static_cast<float>(grid.maximum() - grid.zero_point) + 0.5F);
        Distortion sum;
        for (const float x : elements) {
            if (!std::isfinite(x))
                continue;
            sum.add(double(x), double(plan::dequantize(plan::quantize(x, grid), grid)));
            clipped += x < low || x > high;
        }
        distortion += sum;
    }
    void see_integer(const Watcher& watcher, ValueIndex value, std::span<const float> elements) const
    {
        const std::vector<std::size_t>& layers = ends_[watcher.precision][value.at()];
        if (layers.empty())
            return;
        const std::vector<float>& exact = watcher.floats[*slot_[value.at()]];
        Distortion sum;
        for (std::size_t i = 0; i < exact.size(); ++i)
            if (std::isfinite(exact[i]) && std::isfinite(elements[i]))
                sum.add(double(exact[i]), double(elements[i]));
        for (const std::size_t l : layers)
            watcher.sums.output[watcher.precision][l] += sum;
    }

    void compare(KeptBatch& batch, std::vector<std::vector<float>>& floats, ExitOutputs& exact, std::size_t first,
                 Sums& sums) const
    {
        const auto classes = static_cast<std::size_t>(model_.classes);
        const auto samples = static_cast<std::size_t>(batch.samples);
        std::vector<float> exit(static_cast<std::size_t>(model_.batch) * classes);
        Watcher watcher{*this, floats, sums, samples};
        const auto float_observer = [](void* context, ValueIndex value, std::span<const float> elements) {
            const auto& my = *static_cast<const Watcher*>(context);
            my.comparison.see_float(my, value, elements);
        };
        const auto integer_observer = [](void* context, ValueIndex value, std::span<const float> elements) {
            const auto& my = *static_cast<const Watcher*>(context);
            my.comparison.see_integer(my, value, elements);
        };
        see_float(watcher, model_.input(), batch.values.input());
        for (std::size_t s = 0; s < float_.size(); ++s) {
            auto scratch = float_[s].scratch();
            float_[s].run_observed(scratch, batch.values.inputs(StageIndex(s)), batch.values.outputs(StageIndex(s)),
                                   exit, float_observer, &watcher);
            std::copy_n(exit.begin(), samples * classes,
                        exact[s].begin() + static_cast<std::ptrdiff_t>(first * classes));
        }
        engine::HandOver values(model_);
        std::copy(batch.values.input().begin(), batch.values.input().end(), values.input().begin());
        for (std::size_t p = 0; p < precisions_; ++p) {
            watcher.precision = p;
            for (std::size_t s = 0; s < integer_[p].size(); ++s) {
                auto scratch = integer_[p][s].scratch();
                integer_[p][s].run_observed(scratch, values.inputs(StageIndex(s)), values.outputs(StageIndex(s)), exit,
                                            integer_observer, &watcher);
                for (std::size_t i = 0; i < samples; ++i)
                    sums.exits[p][s].add(std::span(exact[s]).subspan((first + i) * classes, classes),
                                         std::span(exit).subspan(i * classes, classes));
            }
        }
    }

    const model::MultiExitModel& model_;
    const std::vector<Subject>& subjects_;
    std::size_t precisions_;
    std::vector<std::optional<std::size_t>> slot_;  ///< by ValueIndex: where its floats are kept during a batch
    std::size_t slots_ = 0;
    Layers readers_;                                     ///< the layers that read a value
    std::vector<Layers> ends_;                           ///< [precisions]: the layers that end in a value
    std::vector<engine::Program> float_;                 ///< [stages]
    std::vector<std::vector<engine::Program>> integer_;  ///< [precisions][stages]
};

}  // namespace

Expected<Sums> compare_networks(const model::MultiExitModel& model, const plan::Quantization& quantization,
                                const std::vector<Subject>& subjects, const std::vector<Observation>& ranges,
                                std::vector<KeptBatch>& kept, ExitOutputs& exact, unsigned threads, Progress& progress)
{
    Comparison comparison(model, quantization.precisions, subjects);
    if (auto compiled = comparison.compile(quantization); !compiled)
        return forward(compiled);
    return comparison.run(kept, ranges, exact, threads, progress);
}

}  // namespace exitscope::calibrate
