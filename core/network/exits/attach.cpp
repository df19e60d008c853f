// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/attach.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/engine/output_kinds.h"
#include "core/network/engine/run_model.h"
#include "core/network/exits/attach_metadata.h"
#include "core/network/exits/choose.h"
#include "core/network/exits/constant_answer.h"
#include "core/network/exits/feature_set.h"
#include "core/network/exits/features.h"
#include "core/network/exits/head_graph.h"
#include "core/network/exits/propose.h"
#include "core/network/exits/request.h"
#include "core/network/model/cut_points.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/onnx_writer.h"

namespace exitscope::exits {
namespace {

using Bytes = std::vector<std::byte>;

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
        if (auto computed = compute(); !computed)
            return forward(computed);
        if (auto trained = train(); !trained)
            return forward(trained);
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
        Expected<Bytes> bytes = model::read_whole_onnx(path_);
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
        data_ = data;
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
        for (FeatureSet* part : {&train_, &held_out_})
            if (Expected<void> read = read_part_labels(*part); !read)
                return read;
        return check_classes(data->info());
    }

    Expected<void> read_part_labels(FeatureSet& part)
    {
        const std::string& source = part.data->info().source;
        Expected<std::vector<std::int32_t>> labels = engine::read_labels(backbone_, *part.data);
        if (!labels)
            return forward(labels);
        part.labels = std::move(*labels);
        part.labels.resize(part.samples(), -1);
        const auto missing = std::count(part.labels.begin(), part.labels.end(), -1);
        labels_missing_ += static_cast<std::size_t>(missing);
        if (missing > 0 && options_.training.distillation < 1)
            return bad_input(source, "heads need a label for every image, and " + std::to_string(missing) +
                                         " have none; with --distill 1 they learn from the network's own answers");
        return {};
    }

    Expected<void> check_classes(const dataset::Info& info) const
    {
        const std::size_t named = info.class_names.size();
        if (named > 0 && named != classes())
            return bad_input(info.source, "has " + std::to_string(named) + " classes, but " +
                                              path_.filename().string() + " answers with " + std::to_string(classes()));
        if (labels_missing_ > 0)
            return {};
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
        if (options_.tensors.empty())
            return fail(ErrorCode::usage, file(), "no cut point was chosen");
        AttachRequest request;
        request.tensors = options_.tensors;
        const Expected<std::vector<model::CutPoint>> points = chosen_cut_points(request, backbone_);
        if (!points)
            return tl::unexpected<Error>(points.error());
        const std::vector<model::CutPoint>& chosen = *points;
        network_macs_ = backbone_.cumulative_macs(ExitIndex(backbone_.exit_count() - 1));
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
                return name.starts_with(stem) && name.size() > stem.size() && is_digit(name[stem.size()]);
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

    /// How the network with the new exits is opened.
    model::OpenOptions open_extended() const
    {
        model::OpenOptions open = open_;
        if (!open.exits.empty())
            open.exits.insert(open.exits.end(), names_.begin(), names_.end());
        return open;
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
        Expected<model::MultiExitModel> scaffold = model::open_model(*bytes, path_, open_extended());
        if (!scaffold)
            return forward(scaffold);
        frozen_.model = std::move(*scaffold);
        if (auto decided = engine::decide_output_kinds(frozen_.model, *train_.data, options_.threads, progress_);
            !decided)
            return decided;
        Expected<std::vector<Cut>> cuts = find_cuts(frozen_.model, tensors_);
        if (!cuts)
            return forward(cuts);
        frozen_.cuts = std::move(*cuts);
        for (std::size_t e = 0; e < specs_.size(); ++e)
            frozen_.cuts[e].pool = common_pooling(frozen_.cuts[e].shape, specs_[e]);

        calibrate::CalibrationOptions calibration;
        calibration.samples = options_.calibration_samples;
        calibration.weights = options_.weights;
        calibration.threads = options_.threads;
        const auto quantization =
            calibrate::calibrate(frozen_.model, *train_.data, options_.precisions, calibration, progress_);
        if (!quantization)
            return tl::unexpected<Error>(quantization.error());
        for (const Precision precision : options_.precisions) {
            auto programs = engine::compile_stages(frozen_.model, &*quantization, precision);
            if (!programs)
                return forward(programs);
            frozen_.programs.push_back(std::move(*programs));
        }
        return {};
    }

    Expected<void> compute()
    {
        const bool one_view = options_.augmentation == Augmentation::none && options_.precisions.size() == 1;
        train_.views = one_view ? 1 : std::max<std::size_t>(options_.views, 1);
        return compute_features(frozen_, train_, held_out_,
                                {options_.augmentation, options_.training.distillation > 0, options_.memory_bytes,
                                 options_.scratch, options_.threads, options_.seed},
                                progress_);
    }

    /// After a cancelled training, exits whose head has not finished an epoch are left out.
    Expected<void> train()
    {
        HeadTraining how{train_, held_out_, frozen_.cuts, network_macs_, options_.training, options_.threads};
        how.options.seed = options_.seed;
        std::vector<TrainedHead> trained = train_heads(specs_, how, progress_, observer_);
        complete_ = !progress_.cancelled();
        const ConstantAnswer constant = constant_answer(train_.labels, held_out_.labels, classes());
        std::vector<std::string> tensors;
        std::vector<std::string> names;
        double best = 0;
        for (std::size_t e = 0; e < trained.size(); ++e) {
            if (!complete_ && trained[e].epochs == 0) {
                left_out_.push_back(tensors_[e]);
                continue;
            }
            best = std::max(best, trained[e].accuracy);
            const bool useful = constant.beaten_by(trained[e].accuracy, trained[e].loss);
            if (!useful && !complete_) {
                left_out_.push_back(tensors_[e]);
                continue;
            }
            if (!useful) {
                notices_.push_back({"useless-head", useless_text(tensors_[e], trained[e], constant)});
                continue;
            }
            tensors.push_back(tensors_[e]);
            names.push_back(names_[names.size()]);
            trained_.push_back(std::move(trained[e]));
        }
        tensors_ = std::move(tensors);
        names_ = std::move(names);
        if (trained_.empty() && notices_.empty())
            return cancelled();
        if (trained_.empty())
            return bad_input(data_->info().source,
                             "no head learned anything from " + std::to_string(train_.samples()) +
                                 " images: the best is right on " + percentage(best) + " of " +
                                 std::to_string(held_out_.samples()) + " held-out images, and one answer for all on " +
                                 percentage(constant.accuracy) + "; more images of each class are needed");
        return {};
    }

    std::string useless_text(const std::string& tensor, const TrainedHead& head, const ConstantAnswer& constant) const
    {
        return "the exit at '" + tensor +
               "' is left out because its head is no better than one answer for all images: "
               "right on " +
               percentage(head.accuracy) + " of " + std::to_string(held_out_.samples()) +
               " held-out images with a loss of " + fixed_text(head.loss, 3) + ", against " +
               percentage(constant.accuracy) + " and " + fixed_text(constant.loss, 3);
    }
    static std::string percentage(double share) { return fixed_text(100 * share, 1) + " %"; }

    Expected<Attached> assemble()
    {
        std::vector<Head> heads;
        std::vector<HeadRecord> records;
        for (std::size_t e = 0; e < trained_.size(); ++e) {
            heads.push_back(trained_[e].head);
            records.push_back({names_[e], tensors_[e], &trained_[e]});
        }
        Attached attached;
        attached.complete = complete_;
        attached.left_out = left_out_;
        attached.notices = notices_;
        if (labels_missing_ > 0)
            attached.notices.push_back(
                {"no-labels", data_->info().source + " has no labels for " + std::to_string(labels_missing_) +
                                  " images: there accuracies are the agreement with the network's own answers"});
        attached.familiarity = {train_.accuracy, held_out_.accuracy, train_.answered, held_out_.answered,
                                options_.held_out_data != nullptr};
        Expected<Bytes> bytes = extended(heads, attach_metadata(backbone_, records, *data_, options_, complete_));
        if (!bytes)
            return forward(bytes);
        attached.model = std::move(*bytes);
        const Expected<model::MultiExitModel> made = model::open_model(attached.model, path_, open_extended());
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
            } else if (s + 1 == made->stages.size() && held_out_.answered > 0) {
                exit.accuracy = held_out_.accuracy;
            }
            attached.exits.push_back(std::move(exit));
        }
        return attached;
    }

    std::filesystem::path path_;
    const AttachOptions& options_;
    Progress& progress_;
    const EpochObserver& observer_;

    Bytes bytes_;
    model::OpenOptions open_;
    model::MultiExitModel backbone_;
    std::int64_t network_macs_ = 0;
    dataset::DatasetPtr data_;
    FeatureSet train_;
    FeatureSet held_out_;
    std::vector<std::string> tensors_;          ///< by new exit
    std::vector<std::string> names_;            ///< by new exit
    std::vector<std::vector<HeadSpec>> specs_;  ///< by new exit: the candidates
    FrozenNetwork frozen_;
    std::vector<TrainedHead> trained_;  ///< by new exit
    bool complete_ = true;
    std::vector<std::string> left_out_;  ///< tensors
    Notices notices_;
    std::size_t labels_missing_ = 0;  ///< images of both parts
};

}  // namespace

Notices training_notices(const dataset::Dataset& data, std::size_t classes, const AttachOptions& options)
{
    constexpr double enough = 10;  // images of a class
    const double share = options.held_out_data ? 1 : 1 - options.held_out;
    const double images =
        share * static_cast<double>(data.size()) / static_cast<double>(std::max<std::size_t>(classes, 1));
    if (images >= enough || options.training.distillation >= 1)
        return {};
    return {
        {"few-images",
         data.info().source + " holds " + fixed_text(images, 1) + " images to train on for each of " +
             std::to_string(classes) +
             " classes: expect heads that are right on a few per cent of new images only; with --distill 1 heads "
             "learn from the network's own answers, for which images need no labels, so that many more can be used"}};
}

Expected<Attached> attach(const std::filesystem::path& backbone, const model::OpenOptions& open,
                          const dataset::DatasetPtr& data, const AttachOptions& options, Progress& progress,
                          const EpochObserver& observer)
{
    return Attacher(backbone, options, progress, observer).attach(open, data);
}

}  // namespace exitscope::exits
