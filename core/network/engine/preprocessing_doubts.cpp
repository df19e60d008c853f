// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/preprocessing_doubts.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/softmax.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/run_model.h"

namespace exitscope::engine {
namespace {

using dataset::ChannelOrder;
using dataset::Preprocessing;
using dataset::ValueRange;

constexpr double most_macs = 3e11;           // of the first look; about two seconds on two cores
constexpr double most_macs_at_least = 1e12;  // with the fewest images that say something
constexpr std::size_t most_images = 64;
constexpr std::size_t fewest_images = 16;
constexpr double most_macs_again = 2e11;  // of the second look, at one alternative
constexpr std::size_t most_images_again = 512;

/// The numbers of one channel: slope * pixel + start.
struct Line {
    double slope;
    double start;
};

Line line_of(const Preprocessing& how, std::size_t channel)
{
    const double mean = how.mean.empty() ? 0.0 : double(how.mean[channel]);
    const double deviation = how.std.empty() ? 1.0 : double(how.std[channel]);
    switch (how.range) {
    case ValueRange::unit: return {1 / 255.0 / deviation, -mean / deviation};
    case ValueRange::bytes: return {1 / deviation, -mean / deviation};
    case ValueRange::symmetric: return {1 / 127.5 / deviation, (-1 - mean) / deviation};
    }
    return {};
}

/// They give a network nearly the same: no channel differs by more than a twentieth of its extent.
bool alike(const Preprocessing& a, const Preprocessing& b)
{
    if (a.order != b.order)
        return false;
    for (std::size_t c = 0; c < static_cast<std::size_t>(a.channels); ++c) {
        const Line x = line_of(a, c);
        const Line y = line_of(b, c);
        const double tolerance = 0.05 * 255 * std::max(x.slope, y.slope);
        if (std::abs(x.start - y.start) > tolerance ||
            std::abs(x.start + 255 * x.slope - y.start - 255 * y.slope) > tolerance)
            return false;
    }
    return true;
}

/// Numbers that networks are commonly fed with.
struct Values {
    ValueRange range;
    std::vector<float> mean;  ///< red first
    std::vector<float> std;
};

std::vector<Values> usual_values(bool grey)
{
    std::vector<Values> usual(3);
    usual[0].range = ValueRange::unit;
    usual[1].range = ValueRange::symmetric;
    usual[2].range = ValueRange::bytes;
    if (grey) {
        usual.push_back({ValueRange::unit, {0.1307F}, {0.3081F}});
    } else {
        usual.push_back({ValueRange::unit, {0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}});
        usual.push_back({ValueRange::bytes, {123, 117, 104}, {}});
    }
    return usual;
}

/// Plausible preprocessings other than the model's: first that which it states itself, where options go over it.
std::vector<Preprocessing> alternatives(const model::MultiExitModel& model)
{
    const Preprocessing& how = model.preprocessing;
    const bool grey = how.channels == 1;
    const std::vector<Values> usual = usual_values(grey);
    std::vector<Preprocessing> found;
    const auto add = [&](const Preprocessing& other) {
        const auto same = [&other](const Preprocessing& one) { return alike(one, other); };
        if (!same(how) && std::none_of(found.begin(), found.end(), same))
            found.push_back(other);
    };
    if (model.stated_preprocessing) {
        Preprocessing stated = how;
        stated.order = model.stated_preprocessing->order;
        stated.range = model.stated_preprocessing->range;
        stated.mean = model.stated_preprocessing->mean;
        stated.std = model.stated_preprocessing->std;
        add(stated);
    }
    for (const ChannelOrder order : {ChannelOrder::gray, ChannelOrder::rgb, ChannelOrder::bgr}) {
        if (grey != (order == ChannelOrder::gray))
            continue;
        Preprocessing other = how;
        other.order = order;
        add(other);  // with the numbers as they are
        for (const Values& values : usual) {
            other.range = values.range;
            other.mean = values.mean;
            other.std = values.std;
            if (order == ChannelOrder::bgr) {
                std::reverse(other.mean.begin(), other.mean.end());
                std::reverse(other.std.begin(), other.std.end());
            }
            add(other);
        }
    }
    return found;
}

/// The network's answers at its last exit to some images in one form.
struct Answers {
    std::vector<std::uint32_t> prediction;  ///< [images]
    std::vector<bool> right;                ///< [images]; all false without labels

    [[nodiscard]] std::size_t hits() const
    {
        return static_cast<std::size_t>(std::count(right.begin(), right.end(), true));
    }
    /// Share of the commonest answer.
    [[nodiscard]] double commonest() const
    {
        std::vector<std::uint32_t> sorted = prediction;
        std::sort(sorted.begin(), sorted.end());
        std::size_t most = 0;
        for (auto at = sorted.begin(); at != sorted.end();) {
            const auto end = std::upper_bound(at, sorted.end(), *at);
            most = std::max(most, static_cast<std::size_t>(end - at));
            at = end;
        }
        return double(most) / double(std::max<std::size_t>(prediction.size(), 1));
    }
};

/// Runs a network on images that are preprocessed in several ways.
class Prober {
public:
    Prober(const model::MultiExitModel& model, std::vector<Program> programs, unsigned threads, Progress& progress)
        : model_(model), programs_(std::move(programs)), threads_(threads), progress_(progress)
    {
    }

    /// One Answers for each of `ways`.
    Expected<std::vector<Answers>> answers(const std::vector<dataset::Image>& images,
                                           const std::vector<std::int32_t>& labels,
                                           const std::vector<Preprocessing>& ways)
    {
        const auto batch = static_cast<std::size_t>(model_.batch);
        const std::size_t batches = batch_count(images.size(), batch);
        const std::size_t jobs = batches * ways.size();
        const unsigned threads = thread_count(threads_, jobs);
        std::vector<std::vector<std::uint32_t>> predictions(ways.size(), std::vector<std::uint32_t>(images.size()));
        std::vector<Worker> workers;
        for (unsigned t = 0; t < threads; ++t)
            workers.push_back(make_worker());
        const auto work = [&](unsigned worker, std::size_t job) -> Expected<void> {
            if (progress_.cancelled())
                return cancelled();
            const std::size_t begin = job % batches * batch;
            const std::size_t count = std::min(batch, images.size() - begin);
            return run(workers[worker], std::span(images).subspan(begin, count), ways[job / batches],
                       std::span(predictions[job / batches]).subspan(begin, count));
        };
        if (auto done = parallel_for(jobs, threads, work); !done)
            return forward(done);
        std::vector<Answers> answers;
        for (std::vector<std::uint32_t>& prediction : predictions) {
            Answers& made = answers.emplace_back(Answers{std::move(prediction), {}});
            for (std::size_t i = 0; i < images.size(); ++i)
                made.right.push_back(labels[i] >= 0 && static_cast<std::uint32_t>(labels[i]) == made.prediction[i]);
        }
        return answers;
    }

private:
    struct Worker {
        HandOver values;
        std::vector<Program::Scratch> scratch;
        std::vector<float> exit;
    };

    Worker make_worker() const
    {
        Worker worker{
            HandOver(model_), {}, std::vector<float>(static_cast<std::size_t>(model_.batch * model_.classes))};
        for (const Program& program : programs_)
            worker.scratch.push_back(program.scratch());
        return worker;
    }

    Expected<void> run(Worker& my, std::span<const dataset::Image> images, const Preprocessing& how,
                       std::span<std::uint32_t> predictions) const
    {
        const std::size_t each = how.values();
        const std::span<float> input = my.values.input();
        std::fill(input.begin(), input.end(), 0.0F);
        for (std::size_t i = 0; i < images.size(); ++i)
            if (auto done = dataset::preprocess(images[i], how, input.subspan(i * each, each)); !done)
                return done;
        for (std::size_t s = 0; s < programs_.size(); ++s) {
            const StageIndex stage(s);
            programs_[s].run(my.scratch[s], my.values.inputs(stage), my.values.outputs(stage), my.exit,
                             s + 1 == programs_.size());
        }
        const auto classes = static_cast<std::size_t>(model_.classes);
        for (std::size_t i = 0; i < images.size(); ++i) {
            const auto row = std::span(my.exit).subspan(i * classes, classes);
            predictions[i] = static_cast<std::uint32_t>(std::max_element(row.begin(), row.end()) - row.begin());
        }
        return {};
    }

    const model::MultiExitModel& model_;
    std::vector<Program> programs_;
    unsigned threads_;
    Progress& progress_;
};

/// By how many standard deviations the second is right more often than the first, on the images where they differ.
double advantage(const Answers& now, const Answers& other)
{
    double gained = 0;
    double lost = 0;
    for (std::size_t i = 0; i < now.right.size(); ++i) {
        gained += other.right[i] && !now.right[i] ? 1 : 0;
        lost += now.right[i] && !other.right[i] ? 1 : 0;
    }
    return gained + lost > 0 ? (gained - lost) / std::sqrt(gained + lost) : 0;
}

std::string options_of(const Preprocessing& how, const Preprocessing& now)
{
    Preprocessing shown = how;
    const std::size_t channels = static_cast<std::size_t>(how.channels);
    if (shown.mean.empty() && !now.mean.empty())
        shown.mean.assign(channels, 0.0F);
    if (shown.std.empty() && !now.std.empty())
        shown.std.assign(channels, 1.0F);
    shown.resize = shown.crop = false;
    shown.upright = true;
    return shown.to_options();
}

std::string percent(std::size_t part, std::size_t whole)
{
    return std::to_string((200 * part + whole) / (2 * whole)) + " %";
}

/// Images with their labels, -1 where there is none.
struct Sample {
    std::vector<dataset::Image> images;
    std::vector<std::int32_t> labels;
};

/// `count` images spread evenly over the data, the `phase`-th quarter of the way to the next one.
Expected<Sample> take(const dataset::Dataset& data, std::size_t count, std::size_t phase, std::int64_t classes)
{
    Sample sample;
    for (std::size_t i = 0; i < count; ++i) {
        const SampleIndex index((4 * i + phase) * data.size() / (4 * count));
        Expected<dataset::Image> image = data.image(index);
        if (!image)
            return forward(image);
        const auto label = data.label(index);
        const bool usable = label && std::int64_t{label->value} < classes;
        sample.images.push_back(std::move(*image));
        sample.labels.push_back(usable ? static_cast<std::int32_t>(label->value) : -1);
    }
    return sample;
}

/// How many labels there are, and how often the commonest of them, the hits of one answer for all images.
struct Labels {
    std::size_t distinct = 0;
    std::size_t commonest = 0;
};

Labels labels_of(const std::vector<std::int32_t>& labels)
{
    std::map<std::int32_t, std::size_t> counts;
    Labels found;
    for (const std::int32_t label : labels)
        if (label >= 0)
            found.commonest = std::max(found.commonest, ++counts[label]);
    found.distinct = counts.size();
    return found;
}

/// Whether nothing was doubtful about which class of the network a label means.
bool numbered_alike(const dataset::Info& info)
{
    constexpr std::string_view doubts[] = {"class-count", "class-names", "class-order", "labels-from-1",
                                           "development-kit"};
    return std::none_of(info.notices.begin(), info.notices.end(), [&](const Notice& notice) {
        return std::find(std::begin(doubts), std::end(doubts), notice.code) != std::end(doubts);
    });
}

Notice doubtful(const model::MultiExitModel& model, const Preprocessing& other, const std::string& evidence)
{
    return {"preprocessing-doubtful", model.path.string() + " answers better with " +
                                          options_of(other, model.preprocessing) + " (" + evidence + ")"};
}

std::int64_t full_macs(const model::MultiExitModel& model)
{
    return model.cumulative_macs(ExitIndex(model.exit_count() - 1));
}

Expected<Notices> compare(const model::MultiExitModel& model, const dataset::Dataset& data, std::size_t count,
                          const std::vector<Preprocessing>& others, Prober& prober)
{
    const Expected<Sample> first = take(data, count, 0, model.classes);
    if (!first)
        return tl::unexpected<Error>(first.error());
    const std::vector<dataset::Image>& seen = first->images;
    if (std::all_of(seen.begin(), seen.end(),
                    [&](const dataset::Image& image) { return image.pixels == seen.front().pixels; }))
        return Notices{{"same-images", data.info().source + ": the " + std::to_string(seen.size()) +
                                           " images that were looked at are all the same"}};
    std::vector<Preprocessing> ways{model.preprocessing};
    ways.insert(ways.end(), others.begin(), others.end());
    const auto answers = prober.answers(first->images, first->labels, ways);
    if (!answers)
        return tl::unexpected<Error>(answers.error());
    const Answers& now = answers->front();
    const Labels labels = labels_of(first->labels);
    if (labels.distinct == 1)
        return Notices();
    if (labels.distinct == 0 || !numbered_alike(data.info())) {
        constexpr double nearly_all = 0.9;
        constexpr double apart = 0.5;
        const auto best =
            std::min_element(answers->begin() + 1, answers->end(),
                             [](const Answers& a, const Answers& b) { return a.commonest() < b.commonest(); });
        const auto words = [count](const Answers& given) {
            return percent(static_cast<std::size_t>(std::lround(given.commonest() * double(count))), count);
        };
        if (now.commonest() < nearly_all || best->commonest() > apart)
            return Notices();
        return Notices{doubtful(model, ways[static_cast<std::size_t>(best - answers->begin())],
                                "the commonest answer then is that to " + words(*best) + " instead of " + words(now) +
                                    " of " + std::to_string(count) +
                                    " images, which is better unless they are all of one class")};
    }
    const auto best = std::max_element(answers->begin() + 1, answers->end(),
                                       [](const Answers& a, const Answers& b) { return a.hits() < b.hits(); });
    const Preprocessing& other = ways[static_cast<std::size_t>(best - answers->begin())];
    constexpr double worth_a_second_look = 0.5;
    constexpr double certain = 4;
    constexpr double convincing = 2.5;  // on images that had no part in the choice of the alternative
    const double gain = best->hits() > labels.commonest ? advantage(now, *best) : 0;
    const auto evidence = [](std::size_t better, std::size_t worse, std::size_t images) {
        return percent(better, images) + " right instead of " + percent(worse, images) + " of " +
               std::to_string(images) + " images";
    };
    if (gain >= certain)
        return Notices{doubtful(model, other, evidence(best->hits(), now.hits(), count))};
    const double macs = 2.0 * double(std::max<std::int64_t>(full_macs(model), 1));
    const auto affordable =
        static_cast<std::size_t>(std::clamp(most_macs_again / macs, double(count), double(most_images_again)));
    const std::size_t part = std::min(affordable / 3, data.size() / 4);
    if (gain < worth_a_second_look || part < fewest_images)
        return Notices();
    Answers more_now;
    Answers more_other;
    for (std::size_t phase = 1; phase < 4; ++phase) {
        const Expected<Sample> fresh = take(data, part, phase, model.classes);
        if (!fresh)
            return tl::unexpected<Error>(fresh.error());
        const auto again = prober.answers(fresh->images, fresh->labels, {model.preprocessing, other});
        if (!again)
            return tl::unexpected<Error>(again.error());
        more_now.right.insert(more_now.right.end(), again->front().right.begin(), again->front().right.end());
        more_other.right.insert(more_other.right.end(), again->back().right.begin(), again->back().right.end());
    }
    if (advantage(more_now, more_other) < convincing)
        return Notices();
    return Notices{doubtful(model, other, evidence(more_other.hits(), more_now.hits(), more_now.right.size()))};
}

Expected<Notices> probed(const model::MultiExitModel& model, const dataset::Dataset& data, unsigned threads,
                         Progress& progress)
{
    const std::vector<Preprocessing> others = alternatives(model);
    const double macs = double(std::max<std::int64_t>(full_macs(model), 1)) * double(others.size() + 1);
    std::size_t count =
        static_cast<std::size_t>(std::clamp(most_macs / macs, double(fewest_images), double(most_images)));
    if (macs * double(count) > most_macs_at_least || data.size() < fewest_images)
        return Notices();
    count = std::min(count, data.size());
    constexpr std::int64_t batch = 8;
    const auto sized = batched(model, batch);
    if (!sized)
        return tl::unexpected<Error>(sized.error());
    auto programs = compile_stages(*sized, nullptr, fp32);
    if (!programs)
        return forward(programs);
    progress.begin("Comparing preprocessings", 0);
    Prober prober(*sized, std::move(*programs), threads, progress);
    return compare(*sized, data, count, others, prober);
}

}  // namespace

Expected<Notices> preprocessing_doubts(const model::MultiExitModel& model, const dataset::Dataset& data, bool probe,
                                       unsigned threads, Progress& progress)
{
    Notices notices;
    if (data.size() == 0 || (model.preprocessing.channels != 1 && model.preprocessing.channels != 3))
        return notices;
    const Expected<dataset::Image> first = data.image(SampleIndex(0));
    if (!first)
        return tl::unexpected<Error>(first.error());
    if (first->is_float()) {
        if (model.preprocessing_source.starts_with("options"))
            notices.push_back({"array-values",
                               data.info().source +
                                   " holds floats, which are fed to the network as they are: options of preprocessing "
                                   "do not change them; save bytes from 0 to 255 (uint8) where they should"});
        return notices;
    }
    if (!model.preprocessing_known)
        notices.push_back({"preprocessing-unknown",
                           model.path.string() + " does not say what its input is: pixels are divided by 255 and no "
                                                 "mean is subtracted (say --preset, or --range, --mean and --std)"});
    if (probe) {
        const Expected<Notices> doubts = probed(model, data, threads, progress);
        if (!doubts)
            return tl::unexpected<Error>(doubts.error());
        add_notices(notices, *doubts);
    }
    return notices;
}

}  // namespace exitscope::engine
