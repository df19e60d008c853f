// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exits/attach.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <set>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/engine/run_model.h"
#include "core/exits/features.h"
#include "core/exits/head_graph.h"
#include "core/exits/propose.h"
#include "core/model/cut_points.h"
#include "core/model/onnx_reader.h"
#include "core/model/onnx_writer.h"
#include "core/quant/quantization.h"

namespace exitscope::exits {
namespace {

using Bytes = std::vector<std::byte>;

/// Images of one part of the data, in all views, with what was computed from them.
struct Part {
    dataset::DatasetPtr data;
    std::size_t views = 1;
    std::vector<std::int32_t> labels;
    std::vector<FeatureStore> features;  ///< one a cut point
    std::vector<float> answers;          ///< [views * samples, classes] softmax of the last exit, as far as computed
    std::size_t answered = 0;            ///< samples of view 0 on which the last exit was run
    double accuracy = 0;                 ///< of the last exit on these

    [[nodiscard]] std::size_t samples() const { return data->size(); }
};

class Attacher {
public:
    Attacher(const std::filesystem::path& backbone, const AttachOptions& options, Progress& progress,
             const EpochObserver& observer)
        : path_(backbone), options_(options), progress_(progress), observer_(observer)
    {
    }

    Expected<Attached> attach(const model::OpenOptions& open, const dataset::DatasetPtr& data)
    {
        const auto start = std::chrono::steady_clock::now();
        if (auto opened = open_backbone(open); !opened)
            return forward(opened);
        if (auto split = split_data(data); !split)
            return forward(split);
        if (auto planned = plan_heads(); !planned)
            return forward(planned);
        if (auto built = build_scaffold(); !built)
            return forward(built);
        if (auto computed = compute_features(); !computed)
            return forward(computed);
        train_heads();
        Expected<Attached> attached = assemble();
        if (attached)
            attached->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return attached;
    }

private:
    std::string file() const { return path_.string(); }
    std::size_t classes() const { return static_cast<std::size_t>(backbone_.classes); }

    Expected<void> open_backbone(const model::OpenOptions& open)
    {
        constexpr std::uint64_t largest = (1ULL << 31) - 1;
        Expected<Bytes> bytes = read_file(path_, largest);
        if (!bytes)
            return forward(bytes);
        bytes_ = std::move(*bytes);
        open_ = open;
        open_.batch = options_.batch;
        Expected<model::MultiExitModel> backbone = model::open_model(bytes_, path_, open_);
        if (!backbone)
            return forward(backbone);
        backbone_ = std::move(*backbone);
        return {};
    }

    Expected<void> split_data(const dataset::DatasetPtr& data)
    {
        if (options_.held_out_data) {
            train_.data = data;
            held_out_.data = options_.held_out_data;
            if (Expected<void> distinct = dataset::check_distinct(*data, *options_.held_out_data); !distinct)
                return distinct;
        } else {
            Expected<dataset::Split> split = dataset::split(data, options_.held_out, options_.seed);
            if (!split)
                return forward(split);
            held_out_.data = split->fit;
            train_.data = split->test;
        }
        for (Part* part : {&train_, &held_out_})
            if (Expected<void> read = read_part_labels(*part); !read)
                return read;
        return check_classes(data->info());
    }

    Expected<void> read_part_labels(Part& part)
    {
        const std::string& source = part.data->info().source;
        Expected<std::vector<std::int32_t>> labels = engine::read_labels(backbone_, *part.data);
        if (!labels)
            return forward(labels);
        const bool all = !labels->empty() && std::all_of(labels->begin(), labels->end(), [](int l) { return l >= 0; });
        if (!all)
            return bad_input(source, "heads need a label for every image, and this data set lacks some");
        part.labels = std::move(*labels);
        return {};
    }

    Expected<void> check_classes(const dataset::Info& info) const
    {
        const std::size_t named = info.class_names.size();
        if (named > 0 && named != classes())
            return bad_input(info.source, "has " + std::to_string(named) + " classes, but " +
                                              path_.filename().string() + " answers with " + std::to_string(classes()));
        if (train_.samples() < classes())
            return bad_input(info.source, "has " + std::to_string(train_.samples()) +
                                              " images to train on, fewer than " + std::to_string(classes()) +
                                              " classes");
        const std::set<std::int32_t> seen(train_.labels.begin(), train_.labels.end());
        if (seen.size() < 2)
            return bad_input(info.source, "holds images of one class only, from which no head can learn");
        return {};
    }

    /// Which heads are tried at which cut point.
    Expected<void> plan_heads()
    {
        const std::vector<model::CutPoint> points = model::cut_points(backbone_.graph);
        if (points.empty())
            return unsupported(file(), "has no tensor through which everything flows, so that no exit can be attached");
        if (options_.tensors.empty())
            return fail(ErrorCode::usage, file(), "no cut point was chosen");
        network_macs_ = backbone_.cumulative_macs(ExitIndex(backbone_.exit_count() - 1));
        std::vector<model::CutPoint> chosen;
        for (const std::string& tensor : options_.tensors) {
            const auto found =
                std::find_if(points.begin(), points.end(), [&](const auto& point) { return point.tensor == tensor; });
            if (found == points.end())
                return fail(ErrorCode::usage, file(), "'" + tensor + "' is no cut point; `info` lists them");
            chosen.push_back(*found);
        }
        std::sort(chosen.begin(), chosen.end(),
                  [](const auto& a, const auto& b) { return a.cumulative_macs < b.cumulative_macs; });
        for (std::size_t e = 0; e < chosen.size(); ++e) {
            if (e > 0 && chosen[e].tensor == chosen[e - 1].tensor)
                return fail(ErrorCode::usage, file(), "'" + chosen[e].tensor + "' was chosen twice");
            const auto shape = feature_shape(chosen[e].shape);
            if (!shape)
                return unsupported(file(), "no head reads the tensor '" + chosen[e].tensor + "'");
            tensors_.push_back(chosen[e].tensor);
            specs_.push_back(options_.head ? std::vector<HeadSpec>() : propose_heads(*shape, classes(), network_macs_));
            if (const auto only =
                    options_.head ? propose_head(*options_.head, *shape, classes(), network_macs_) : std::nullopt)
                specs_.back().push_back(*only);
            if (specs_.back().empty())
                return fail(ErrorCode::usage, file(),
                            "a head of the kind \"" + std::string(name(*options_.head)) +
                                "\" does not fit the tensor '" + chosen[e].tensor + "' " +
                                model::to_text(chosen[e].shape));
        }
        name_exits();
        return {};
    }

    /// "exit1", "exit2", ... with as many underscores behind "exit" as make all names new to the file.
    void name_exits()
    {
        std::set<std::string> taken;
        for (const model::Value& value : backbone_.source->values)
            taken.insert(value.name);
        for (const model::Node& node : backbone_.source->nodes)
            taken.insert(node.name);
        std::string stem = "exit";
        const auto clashes = [&] {
            return std::any_of(taken.begin(), taken.end(), [&](const std::string& name) {
                return name.starts_with(stem) && name.size() > stem.size() &&
                       std::isdigit(static_cast<unsigned char>(name[stem.size()]));
            });
        };
        while (clashes())
            stem += "_";
        for (std::size_t e = 0; e < tensors_.size(); ++e)
            names_.push_back(stem + std::to_string(e + 1));
    }

    Expected<Bytes> extended(std::span<const Head> heads, std::map<std::string, std::string> metadata) const
    {
        model::Graph addition;
        for (std::size_t e = 0; e < heads.size(); ++e)
            append_head(addition, heads[e], {tensors_[e], names_[e], names_[e] + "/", backbone_.source->opset});
        addition.metadata = std::move(metadata);
        return model::extend_onnx(bytes_, addition, file());
    }

    /// The network with an untrained exit at every cut point, cut into stages and compiled at every precision.
    Expected<void> build_scaffold()
    {
        std::vector<Head> heads;
        for (const std::vector<HeadSpec>& specs : specs_)
            heads.emplace_back(*propose_head(HeadKind::linear, specs.front().input, classes(), network_macs_));
        Expected<Bytes> bytes = extended(heads, {});
        if (!bytes)
            return forward(bytes);
        Expected<model::MultiExitModel> scaffold = model::open_model(*bytes, path_, open_);
        if (!scaffold)
            return forward(scaffold);
        scaffold_ = std::move(*scaffold);
        Expected<std::vector<Cut>> cuts = find_cuts(scaffold_, tensors_);
        if (!cuts)
            return forward(cuts);
        cuts_ = std::move(*cuts);
        for (std::size_t e = 0; e < cuts_.size(); ++e)
            cuts_[e].pool = common_pooling(cuts_[e].shape, specs_[e]);

        quant::CalibrationOptions calibration;
        calibration.samples = options_.calibration_samples;
        calibration.threads = options_.threads;
        const auto quantization =
            quant::calibrate(scaffold_, *train_.data, options_.precisions, calibration, progress_);
        if (!quantization)
            return tl::unexpected<Error>(quantization.error());
        for (const Precision precision : options_.precisions) {
            auto programs = engine::compile_stages(scaffold_, &*quantization, precision);
            if (!programs)
                return forward(programs);
            programs_.push_back(std::move(*programs));
        }
        return {};
    }

    Expected<void> compute_features()
    {
        train_.views = options_.augmentation == Augmentation::none && options_.precisions.size() == 1
                           ? 1
                           : std::max<std::size_t>(options_.views, 1);
        held_out_.views = 1;
        const Expected<std::vector<ChannelRanges>> ranges = find_ranges();
        if (!ranges)
            return tl::unexpected<Error>(ranges.error());
        std::uint64_t bytes = 0;
        for (const Cut& cut : cuts_)
            for (const Part* part : {&train_, &held_out_})
                bytes += FeatureStore::bytes(part->samples() * part->views, stored_shape(cut));
        std::filesystem::path directory;
        if (bytes > options_.memory_bytes)
            directory = options_.scratch.empty() ? std::filesystem::temp_directory_path() : options_.scratch;
        progress_.begin("Computing features", train_.samples() * train_.views + held_out_.samples());
        for (Part* part : {&train_, &held_out_}) {
            for (std::size_t c = 0; c < cuts_.size(); ++c) {
                Expected<FeatureStore> store =
                    FeatureStore::make(part->samples() * part->views, stored_shape(cuts_[c]), (*ranges)[c], directory);
                if (!store)
                    return forward(store);
                part->features.push_back(std::move(*store));
            }
            for (std::size_t v = 0; v < part->views; ++v)
                if (Expected<void> done = fill(*part, v); !done)
                    return done;
        }
        return {};
    }

    static constexpr std::size_t ranged_samples = 512;
    static constexpr std::size_t familiar_samples = 2000;

    Expected<std::vector<ChannelRanges>> find_ranges()
    {
        const std::size_t samples = std::min(ranged_samples, train_.samples());
        const std::size_t batches =
            (samples + static_cast<std::size_t>(scaffold_.batch) - 1) / static_cast<std::size_t>(scaffold_.batch);
        std::vector<std::vector<ChannelRanges>> seen(batches);
        for (auto& batch : seen)
            for (const Cut& cut : cuts_) {
                const std::size_t channels = stored_shape(cut).channels;
                batch.push_back({std::vector<float>(channels, 0.0F), std::vector<float>(channels, 0.0F)});
            }
        const auto widen = [&](std::size_t batch, std::size_t c, std::size_t, std::span<const float> values) {
            ChannelRanges& ranges = seen[batch][c];
            const std::size_t positions = values.size() / ranges.low.size();
            for (std::size_t i = 0; i < values.size(); ++i) {
                float& low = ranges.low[i / positions];
                float& high = ranges.high[i / positions];
                low = std::min(low, values[i]);
                high = std::max(high, values[i]);
            }
        };
        progress_.begin("Looking at features", samples);
        if (auto walked = walk_features(scaffold_, programs_.front(), cuts_, *train_.data,
                                        {samples, 0, options_.threads}, progress_, widen);
            !walked)
            return forward(walked);
        std::vector<ChannelRanges> ranges = std::move(seen.front());
        for (std::size_t b = 1; b < seen.size(); ++b)
            for (std::size_t c = 0; c < ranges.size(); ++c)
                for (std::size_t k = 0; k < ranges[c].low.size(); ++k) {
                    ranges[c].low[k] = std::min(ranges[c].low[k], seen[b][c].low[k]);
                    ranges[c].high[k] = std::max(ranges[c].high[k], seen[b][c].high[k]);
                }
        return ranges;
    }

    /// Features of one view; of view 0 also how often the last exit is right.
    Expected<void> fill(Part& part, std::size_t number)
    {
        const bool distils = options_.training.distillation > 0 && &part == &train_;
        const std::size_t samples = part.samples();
        const std::size_t answers = distils ? samples : number == 0 ? std::min(samples, familiar_samples) : 0;
        if (distils)
            part.answers.resize(samples * part.views * classes());
        std::vector<std::uint8_t> right(answers, 0);
        const auto keep = [&](std::size_t, std::size_t c, std::size_t sample, std::span<const float> values) {
            if (c < cuts_.size()) {
                part.features[c].put(number * samples + sample, values);
                return;
            }
            const auto answer = std::max_element(values.begin(), values.end()) - values.begin();
            right[sample] = answer == part.labels[sample];
            if (distils)
                to_probabilities(values,
                                 std::span(part.answers).subspan((number * samples + sample) * classes(), classes()));
        };
        const auto& programs = programs_[number % programs_.size()];
        const auto images = view(part.data, options_.augmentation, number, options_.seed);
        if (auto walked = walk_features(scaffold_, programs, cuts_, *images, {samples, answers, options_.threads},
                                        progress_, keep);
            !walked)
            return walked;
        if (number == 0) {
            part.answered = answers;
            part.accuracy = double(std::count(right.begin(), right.end(), 1)) / double(answers);
        }
        return {};
    }

    void to_probabilities(std::span<const float> answer, std::span<float> to) const
    {
        std::copy(answer.begin(), answer.end(), to.begin());
        if (scaffold_.stages.back().exit_is_probability)
            return;
        const float largest = *std::max_element(answer.begin(), answer.end());
        float total = 0;
        for (float& value : to)
            total += value = std::exp(value - largest);
        for (float& value : to)
            value /= total;
    }

    /// One job a head: heads in training share nothing, so the number of threads cannot matter. Where there are several
    /// candidates, a pilot training of each decides which one is trained in full.
    void train_heads()
    {
        std::vector<Job> pilots;
        for (std::size_t e = 0; e < specs_.size(); ++e)
            if (specs_[e].size() > 1)
                for (const HeadSpec& spec : specs_[e])
                    pilots.push_back({e, spec, {}});
        TrainOptions pilot = options_.training;
        pilot.epochs = std::max(pilot.epochs / pilot_share, std::min(pilot.epochs, 2));
        run_jobs("Comparing heads", pilots, pilot, {});
        std::vector<Job> finals;
        for (std::size_t e = 0; e < specs_.size(); ++e) {
            Job final{e, specs_[e].front(), {}};
            double best = -std::numeric_limits<double>::infinity();
            for (const Job& candidate : pilots)
                if (candidate.exit == e && worth(candidate) > best) {
                    best = worth(candidate);
                    final.spec = candidate.spec;
                }
            finals.push_back(final);
        }
        run_jobs("Training heads", finals, options_.training, observer_);
        for (Job& job : finals)
            trained_.push_back(std::move(job.trained));
    }

    static constexpr int pilot_share = 5;

    struct Job {
        std::size_t exit = 0;
        HeadSpec spec;
        TrainedHead trained;
    };

    double worth(const Job& job) const
    {
        return job.trained.accuracy -
               price_of_macs * double(job.spec.macs()) / double(std::max<std::int64_t>(network_macs_, 1));
    }

    void run_jobs(std::string_view phase, std::vector<Job>& jobs, const TrainOptions& options,
                  const EpochObserver& observer)
    {
        std::vector<std::size_t> order(jobs.size());  // dearest first, so that threads finish at about the same time
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return jobs[a].spec.macs() > jobs[b].spec.macs(); });
        progress_.begin(phase, jobs.size() * static_cast<std::size_t>(options.epochs));
        std::mutex mutex;
        for_each_job(jobs.size(), options_.threads, [&](std::size_t j) {
            Job& job = jobs[order[j]];
            const std::size_t e = job.exit;
            TrainOptions own = options;
            own.seed = mix64(options_.seed ^ mix64(e * 16 + static_cast<std::size_t>(job.spec.kind)));
            const auto observe = [&](EpochReport report) {
                report.exit = e;
                const std::scoped_lock lock(mutex);
                observer(report);
            };
            job.trained = train_head(stored_spec(job.spec, cuts_[e]), set_of(train_, e), set_of(held_out_, e), own,
                                     progress_, observer ? EpochObserver(observe) : EpochObserver());
            job.trained.head.spec = job.spec;
        });
    }

    static TrainingSet set_of(const Part& part, std::size_t exit)
    {
        return {&part.features[exit], part.samples(), part.views, part.labels, part.answers};
    }

    Expected<Attached> assemble()
    {
        std::vector<Head> heads;
        for (const TrainedHead& trained : trained_)
            heads.push_back(trained.head);
        Attached attached;
        attached.complete = !progress_.cancelled();
        attached.familiarity = {train_.accuracy, held_out_.accuracy, train_.answered, held_out_.answered,
                                options_.held_out_data != nullptr};
        Expected<Bytes> bytes = extended(heads, metadata());
        if (!bytes)
            return forward(bytes);
        attached.model = std::move(*bytes);
        const Expected<model::MultiExitModel> made = model::open_model(attached.model, path_, open_);
        if (!made)
            return tl::unexpected<Error>(made.error());
        for (std::size_t s = 0; s < made->stages.size(); ++s) {
            const model::Stage& stage = made->stages[s];
            AttachedExit exit;
            exit.name = stage.exit_name;
            exit.tensor = stage.exit_name;
            exit.macs = made->cumulative_macs(ExitIndex(s));
            exit.relative_macs = double(exit.macs) / double(std::max<std::int64_t>(network_macs_, 1));
            exit.head_macs = stage.head_macs;
            const auto own = std::find(names_.begin(), names_.end(), stage.exit_name);
            if (own != names_.end()) {
                const auto e = static_cast<std::size_t>(own - names_.begin());
                exit.tensor = tensors_[e];
                exit.head = trained_[e].head.spec.kind;
                exit.accuracy = trained_[e].accuracy;
            } else if (s + 1 == made->stages.size()) {
                exit.accuracy = held_out_.accuracy;
            }
            attached.exits.push_back(std::move(exit));
        }
        return attached;
    }

    std::map<std::string, std::string> metadata() const
    {
        std::map<std::string, std::string> entries;
        entries["exitscope.format"] = "1";
        if (backbone_.preprocessing_known)
            entries["exitscope.preprocessing"] = backbone_.preprocessing.to_json();
        const dataset::Info& info = train_.data->info();
        if (info.class_names.size() == classes() && backbone_.class_names.empty())
            entries["exitscope.classes"] = nlohmann::json(info.class_names).dump();
        nlohmann::ordered_json heads = nlohmann::ordered_json::array();
        for (std::size_t e = 0; e < trained_.size(); ++e)
            heads.push_back({{"output", names_[e]},
                             {"tensor", tensors_[e]},
                             {"head", name(trained_[e].head.spec.kind)},
                             {"macs", trained_[e].head.spec.macs()},
                             {"held_out_accuracy", trained_[e].accuracy}});
        nlohmann::ordered_json training;
        training["data"] = info.source;
        training["data_hash"] = train_.data->content_hash();
        training["samples"] = train_.samples();
        training["held_out_samples"] = held_out_.samples();
        training["precisions"] = nlohmann::json::array();
        for (const Precision precision : options_.precisions)
            training["precisions"].push_back(precision.name());
        training["augmentation"] = name(options_.augmentation);
        training["views"] = train_.views;
        training["epochs"] = options_.training.epochs;
        training["distillation"] = options_.training.distillation;
        training["seed"] = options_.seed;
        entries["exitscope.heads"] = heads.dump();
        entries["exitscope.training"] = training.dump();
        return entries;
    }

    std::filesystem::path path_;
    const AttachOptions& options_;
    Progress& progress_;
    const EpochObserver& observer_;

    Bytes bytes_;
    model::OpenOptions open_;
    model::MultiExitModel backbone_;
    std::int64_t network_macs_ = 0;
    Part train_;
    Part held_out_;
    std::vector<std::string> tensors_;          ///< by new exit
    std::vector<std::string> names_;            ///< by new exit
    std::vector<std::vector<HeadSpec>> specs_;  ///< by new exit: the candidates
    model::MultiExitModel scaffold_;
    std::vector<std::vector<engine::Program>> programs_;  ///< [precision][stage]
    std::vector<Cut> cuts_;                               ///< by new exit
    std::vector<TrainedHead> trained_;                    ///< by new exit
};

}  // namespace

bool Familiarity::suspicious() const
{
    if (!held_out_is_new)
        return training_accuracy > 0.98;
    const auto variance = [](double p, std::size_t n) { return p * (1 - p) / double(std::max<std::size_t>(n, 1)); };
    const double gap = training_accuracy - held_out_accuracy;
    const double error =
        std::sqrt(variance(training_accuracy, training_samples) + variance(held_out_accuracy, held_out_samples));
    return gap > 0.01 && gap > 3 * error;
}

Expected<Attached> attach(const std::filesystem::path& backbone, const model::OpenOptions& open,
                          const dataset::DatasetPtr& data, const AttachOptions& options, Progress& progress,
                          const EpochObserver& observer)
{
    return Attacher(backbone, options, progress, observer).attach(open, data);
}

}  // namespace exitscope::exits
