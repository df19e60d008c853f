// SPDX-License-Identifier: GPL-3.0-or-later
// Images a second of one model's programs, all stages with heads, each thread on a batch of its own:
//     bench_program MODEL.onnx [--batch N] [--threads N] [--milliseconds N] [--json] [--profile] [PRECISION...]
// Wall clock from the moment when all threads start together, and processor time, which other programs' work does not
// disturb; the best of several repeats, or, with --milliseconds, one of that length. Integer programs are calibrated on
// noise. --profile lists the slowest steps.
#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "core/base/processor_time.h"
#include "core/base/random.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/run_model.h"

namespace {

using namespace exitscope;

/// Images of normal noise.
class Noise final : public dataset::Dataset {
public:
    explicit Noise(const dataset::Preprocessing& wanted) : wanted_(wanted) { info_.name = info_.source = "noise"; }
    [[nodiscard]] const dataset::Info& info() const override { return info_; }
    [[nodiscard]] std::size_t size() const override { return 32; }
    [[nodiscard]] Expected<dataset::Image> image(SampleIndex index) const override
    {
        Random random(index.value + 1);
        dataset::Image image;
        image.width = wanted_.width;
        image.height = wanted_.height;
        image.channels = wanted_.channels;
        image.values.resize(wanted_.values());
        for (float& value : image.values)
            value = static_cast<float>(random.normal());
        return image;
    }
    [[nodiscard]] std::optional<ClassIndex> label(SampleIndex) const override { return std::nullopt; }
    [[nodiscard]] std::string origin(SampleIndex index) const override
    {
        return "noise #" + std::to_string(index.value);
    }
    [[nodiscard]] std::string content_hash() const override { return "noise"; }

private:
    dataset::Info info_;
    dataset::Preprocessing wanted_;
};

/// One thread's way through the programs, again and again.
class Runner {
public:
    Runner(const model::MultiExitModel& model, const std::vector<engine::Program>& programs)
        : programs_(programs), values_(model), exit_(static_cast<std::size_t>(model.batch * model.classes))
    {
        for (const engine::Program& program : programs) {
            scratches_.push_back(program.scratch());
            profile_.emplace_back(program.steps().size());
        }
        Random random(1);
        for (float& x : values_.input())
            x = static_cast<float>(random.normal());
    }
    void pass()
    {
        for (std::size_t s = 0; s < programs_.size(); ++s)
            programs_[s].run(scratches_[s], values_.inputs(StageIndex(s)), values_.outputs(StageIndex(s)), exit_);
    }
    /// Seconds of every step so far, by stage.
    const std::vector<std::vector<double>>& profiled_pass()
    {
        for (std::size_t s = 0; s < programs_.size(); ++s)
            programs_[s].run_profiled(scratches_[s], values_.inputs(StageIndex(s)), values_.outputs(StageIndex(s)),
                                      exit_, profile_[s]);
        return profile_;
    }

private:
    const std::vector<engine::Program>& programs_;
    engine::HandOver values_;
    std::vector<engine::Program::Scratch> scratches_;
    std::vector<float> exit_;
    std::vector<std::vector<double>> profile_;
};

struct Speed {
    double wall = 0;       ///< images a second, all threads together
    double processor = 0;  ///< images a second of a thread's own time
};

struct Timing {
    std::size_t repeats = 7;
    double seconds = 0.2;  ///< of each
};

Speed measure(const model::MultiExitModel& model, const std::vector<engine::Program>& programs, unsigned threads,
              const Timing& timing)
{
    using Clock = std::chrono::steady_clock;
    std::barrier together(static_cast<std::ptrdiff_t>(threads));
    std::vector<Speed> sums(timing.repeats);
    std::vector<std::vector<Speed>> speeds(threads, sums);
    const auto work = [&](unsigned t) {
        Runner runner(model, programs);
        runner.pass();
        for (Speed& speed : speeds[t]) {
            together.arrive_and_wait();
            const auto start = Clock::now();
            const double own_start = processor_seconds();
            double images = 0;
            double seconds = 0;
            do {
                runner.pass();
                images += static_cast<double>(model.batch);
                seconds = std::chrono::duration<double>(Clock::now() - start).count();
            } while (seconds < timing.seconds);
            speed = {images / seconds, images / (processor_seconds() - own_start)};
        }
    };
    {
        std::vector<std::jthread> pool;
        for (unsigned t = 1; t < threads; ++t)
            pool.emplace_back(work, t);
        work(0);
    }
    Speed best;
    for (std::size_t r = 0; r < timing.repeats; ++r) {
        Speed sum;
        for (const auto& own : speeds) {
            sum.wall += own[r].wall;
            sum.processor += own[r].processor;
        }
        best = {std::max(best.wall, sum.wall), std::max(best.processor, sum.processor)};
    }
    return best;
}

void print_profile(const model::MultiExitModel& model, const std::vector<engine::Program>& programs)
{
    constexpr int passes = 50;
    Runner runner(model, programs);
    std::vector<std::vector<double>> seconds;
    for (int pass = 0; pass < passes; ++pass)
        seconds = runner.profiled_pass();
    struct Row {
        double microseconds;
        std::string what;
    };
    std::vector<Row> rows;
    double total = 0;
    for (std::size_t s = 0; s < programs.size(); ++s) {
        const auto steps = programs[s].steps();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            Row row{1e6 * seconds[s][i] / passes / static_cast<double>(model.batch), "stage " + std::to_string(s)};
            for (const NodeIndex node : steps[i].nodes)
                row.what += " " + model.graph.node(node).op;
            if (!steps[i].conversion.empty())
                row.what += " (" + std::string(steps[i].conversion) + ")";
            total += row.microseconds;
            rows.push_back(std::move(row));
        }
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return a.microseconds > b.microseconds; });
    std::printf("%10.2f us an image\n", total);
    for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 40); ++i)
        std::printf("%10.2f %5.1f %% %s\n", rows[i].microseconds, 100 * rows[i].microseconds / total,
                    rows[i].what.c_str());
}

template <class T>
T or_exit(Expected<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message().c_str());
        std::exit(2);
    }
    return std::move(*result);
}

}  // namespace

int main(int argc, char** argv)
{
    std::vector<std::string> words(argv + 1, argv + argc);
    const auto option = [&](const char* name, int otherwise) {
        const auto found = std::find(words.begin(), words.end(), name);
        if (found == words.end() || found + 1 == words.end())
            return otherwise;
        const int value = std::atoi((found + 1)->c_str());
        words.erase(found, found + 2);
        return value;
    };
    const auto flag = [&](const char* name) { return std::erase(words, name) > 0; };
    model::OpenOptions options;
    options.batch = option("--batch", 16);
    const auto threads = static_cast<unsigned>(std::max(1, option("--threads", 1)));
    const int milliseconds = option("--milliseconds", 0);
    const Timing timing = milliseconds > 0 ? Timing{1, milliseconds / 1000.0} : Timing{};
    const bool json = flag("--json");
    const bool profile = flag("--profile");
    if (words.empty()) {
        std::fprintf(stderr, "usage: bench_program MODEL.onnx [--batch N] [--threads N] [--milliseconds N] [--json] "
                             "[--profile] [PRECISION...]\n");
        return 1;
    }
    const auto model = or_exit(model::open_model(words[0], options));
    if (words.size() == 1)
        words.insert(words.end(), {"fp32", "w8a8", "w4a4"});
    std::vector<Precision> precisions;
    for (std::size_t i = 1; i < words.size(); ++i)
        if (const auto precision = Precision::parse(words[i]))
            precisions.push_back(*precision);
    Progress progress;
    const Noise noise(model.preprocessing);
    calibrate::CalibrationOptions calibration;
    calibration.samples = 16;
    calibration.bias_correction = false;
    const auto quantization = or_exit(calibrate::calibrate(model, noise, precisions, calibration, progress));
    for (const Precision precision : precisions) {
        const auto programs = or_exit(engine::compile_stages(model, &quantization, precision));
        if (profile) {
            print_profile(model, programs);
            continue;
        }
        const Speed speed = measure(model, programs, threads, timing);
        const std::string name = precision.name();
        if (json)
            std::printf("{\"precision\":\"%s\",\"batch\":%ld,\"threads\":%u,\"images_per_second\":%.0f,"
                        "\"images_per_processor_second\":%.0f}\n",
                        name.c_str(), static_cast<long>(model.batch), threads, speed.wall, speed.processor / threads);
        else
            std::printf("%s batch %ld, %u threads: %.0f images/s, %.0f of processor time\n", name.c_str(),
                        static_cast<long>(model.batch), threads, speed.wall, speed.processor / threads);
    }
    return 0;
}
