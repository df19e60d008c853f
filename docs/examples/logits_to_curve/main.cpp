// SPDX-License-Identifier: GPL-3.0-or-later
// From the logits of a multi-exit network to trade-off curves and a guarantee: logits_to_curve RUN.exr
// The logits are random here, better at every exit; yours come from any framework. Writes the run, reads it again.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <random>
#include <stdexcept>
#include <string>

#include <exitscope/analysis/analyse/analysis.h>
#include <exitscope/analysis/analyse/static_points.h>
#include <exitscope/analysis/cost/cost.h>
#include <exitscope/analysis/policy/registry.h>
#include <exitscope/analysis/risk/guarantee.h>
#include <exitscope/analysis/run/import.h>
#include <exitscope/analysis/run/run_file.h>

using namespace exitscope;

constexpr std::size_t exit_count = 3, sample_count = 2000, class_count = 10;

/// The value of a result, or its error as an exception.
template <class T>
T value_of(Expected<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().message());
    return std::move(*result);
}

/// Logits in memory. For files there is run::open_logits().
class Logits : public run::LogitSource {
public:
    Logits()
    {
        std::mt19937 random(1);
        std::normal_distribution<float> noise;
        std::uniform_int_distribution<std::int32_t> any(0, class_count - 1);
        for (std::size_t i = 0; i < sample_count; ++i)
            labels.push_back(any(random));
        for (std::size_t exit = 0; exit < exit_count; ++exit)
            for (const std::int32_t label : labels)
                for (std::int32_t c = 0; c < std::int32_t(class_count); ++c)
                    values_.push_back(noise(random) + (c == label ? 2.0F + float(exit) : 0.0F));
    }

    std::size_t exits() const override { return exit_count; }
    std::size_t samples() const override { return sample_count; }
    std::size_t classes() const override { return class_count; }
    Expected<void> read(std::size_t exit, std::size_t first, std::span<float> out) const override
    {
        const std::size_t begin = (exit * sample_count + first) * class_count;
        std::copy_n(values_.begin() + std::ptrdiff_t(begin), out.size(), out.begin());
        return {};
    }
    const std::string& name() const override { return name_; }
    std::string content_hash() const override { return "random"; }

    std::vector<std::int32_t> labels;

private:
    std::string name_ = "random logits";
    std::vector<float> values_;  ///< [exits, samples, classes]
};

int main(int argc, char** argv)
try {
    if (argc != 2)
        throw std::runtime_error("usage: logits_to_curve RUN.exr");
    Progress progress;

    // A run: half of the samples choose (fit), the other half scores (test). Here every stage costs the same.
    const Logits logits;
    const run::RunPtr imported =
        value_of(run::import_logits(logits, logits.labels, run::equal_costs(exit_count), {}, progress));
    if (const auto saved = run::save(*imported, argv[1]); !saved)
        throw std::runtime_error(saved.error().message());

    // Everything from here on works on any run file, also on one that Exitscope evaluated.
    const run::RunPtr run = value_of(run::load(argv[1]));
    const cost::Costs costs = value_of(cost::make_costs(*run, cost::Kind::macs));
    const auto analysis = value_of(analyse::Analysis::make(run));
    std::printf("full model: accuracy %.4f\n", analyse::full_accuracy(*run).value);
    for (const policy::Info& info : policy::registry()) {
        const auto fitted = analysis->fit(info.name, costs, 11);
        if (!fitted) {  // a policy may need what this run lacks
            std::printf("%s: %s\n", std::string(info.name).c_str(), fitted.error().message().c_str());
            continue;
        }
        for (const analyse::CurvePoint& point : fitted->curve.points)
            std::printf("%s: cost %.3f, accuracy %.4f [%.4f, %.4f]\n", fitted->curve.policy.c_str(),
                        point.relative_cost, point.accuracy.value, point.accuracy.low, point.accuracy.high);
    }

    // A threshold under which at most 2 % of the images are lost against the full model, with probability 0.9.
    const risk::LossInfo& loss = risk::info(risk::Loss::performance_gap);
    const risk::KnobPath path = value_of(risk::knob_path(*analysis, costs, "confidence", loss.loss));
    risk::GuaranteeRequest request;
    request.rule = risk::rule_for(risk::Method::ltt, loss, 0.1);
    request.eps = 0.02;
    request.n = path.samples.size() / 2;
    const risk::Guarantee guarantee = value_of(risk::guarantee(path, request, progress));
    if (guarantee.index)
        std::printf("guarantee: %s, eps = %.2f: threshold %.4f at cost %.3f\n", risk::promise(request.rule).c_str(),
                    request.eps, path.points[*guarantee.index].knob, guarantee.knobs[*guarantee.index].relative_cost);
    else
        std::printf("guarantee: none below the full model\n");
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "logits_to_curve: %s\n", error.what());
    return 2;
}
