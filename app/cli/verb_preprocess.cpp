// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>
#include <utility>

#include "app/cli/data_options.h"
#include "app/cli/job.h"
#include "app/cli/model_options.h"
#include "app/cli/npy_writer.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/network/dataset/preprocessing.h"

namespace exitscope::cli {
namespace {

struct Options {
    std::vector<std::string> images;
    std::string model;
    std::string output;
    DataOptions data_options;
    ModelOptions model_options;
};

struct Result {
    dataset::Preprocessing how;
    std::size_t count = 0;
    std::vector<float> values;  ///< [count, channels, height, width]
};

Expected<dataset::DatasetPtr> open_data(const Options& options, const Common& common)
{
    if (options.images.size() == 1)
        return options.data_options.open(options.images.front(), nullptr, common);
    return dataset::open_images(options.images);
}

/// Without a model: the options, with the first image where they leave the shape open.
Expected<dataset::Preprocessing> without_model(const Options& options, const dataset::Dataset& data)
{
    const Expected<dataset::PreprocessingChoice> choice = options.model_options.preprocessing.choice();
    if (!choice)
        return tl::unexpected<Error>(choice.error());
    const Expected<dataset::Image> first = data.image(SampleIndex(0));
    if (!first)
        return tl::unexpected<Error>(first.error());
    dataset::Preprocessing base;
    base.channels = first->channels;
    if (choice->order)
        base.channels = *choice->order == dataset::ChannelOrder::gray ? 1 : 3;
    else if (choice->mean && choice->mean->size() > 1)
        base.channels = static_cast<int>(std::min<std::size_t>(choice->mean->size(), 65536));
    base.order = base.channels == 1 ? dataset::ChannelOrder::gray : dataset::ChannelOrder::rgb;
    Expected<dataset::Preprocessing> how = dataset::apply(*choice, base);
    if (!how || how->height > 0)
        return how;
    base.height = first->height;
    base.width = first->width;
    const bool as_stored = choice->upright == false && first->orientation >= 5;  // rows and columns were exchanged
    if (as_stored)
        std::swap(base.height, base.width);
    return dataset::apply(*choice, base);
}

Expected<dataset::Preprocessing> preprocessing_of(const Options& options, const dataset::Dataset& data)
{
    if (options.model.empty())
        return without_model(options, data);
    auto model = options.model_options.open(options.model, 1);
    if (!model)
        return forward(model);
    return std::move(model->preprocessing);
}

Expected<Result> preprocess(const Options& options, const Common& common, Progress& progress)
{
    const Expected<dataset::DatasetPtr> data = open_data(options, common);
    if (!data)
        return tl::unexpected<Error>(data.error());
    Expected<dataset::Preprocessing> how = preprocessing_of(options, **data);
    if (!how)
        return forward(how);
    Result result{std::move(*how), (*data)->size(), {}};
    const std::size_t each = result.how.values();
    constexpr std::size_t most = std::size_t{1} << 30;
    if (result.count > most / each)
        return fail(ErrorCode::usage, options.images.front(),
                    "becomes more than 4 GiB of values: take fewer images with --limit");
    result.values.resize(result.count * each);
    progress.begin("Preprocessing", result.count);
    const auto work = [&](unsigned, std::size_t image) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        auto done =
            dataset::read_batch(**data, image, 1, result.how, std::span(result.values).subspan(image * each, each));
        progress.advance(1);
        return done;
    };
    if (auto done = parallel_for(result.count, thread_count(common.threads, result.count), work); !done)
        return forward(done);
    return result;
}

}  // namespace

Verb preprocess_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app =
        program.add_subcommand("preprocess", "Write images as a network would be fed with them, to compare or to feed");
    app->add_option("IMAGE", options->images, "Image files, or one data set")->required();
    app->add_option(
        "--model", options->model,
        "ONNX file that is to be fed (default: the shape follows from --crop, --resize or the first image)");
    options->data_options.add_limit_to(*app);
    options->model_options.add_to(*app);
    app->add_option("-o,--output", options->output, "NPY file to write: float32 [images, channels, height, width]")
        ->required();
    return {app, [options, &common]() -> Expected<void> {
                if (Expected<void> writable = check_writable(options->output); !writable)
                    return writable;
                Progress progress;
                Expected<Result> result = [&] {
                    const Watch watch(progress, !common.quiet);
                    return preprocess(*options, common, progress);
                }();
                if (!result)
                    return forward(result);
                const dataset::Preprocessing& how = result->how;
                const std::vector<std::size_t> shape = {result->count, static_cast<std::size_t>(how.channels),
                                                        static_cast<std::size_t>(how.height),
                                                        static_cast<std::size_t>(how.width)};
                {
                    const Writing writing;
                    if (auto written = write_npy(options->output, shape, result->values); !written)
                        return written;
                }
                if (common.json)
                    return print_json(
                        {{"file", options->output}, {"shape", shape}, {"preprocessing", Json::parse(how.to_json())}});
                std::string text;
                for (const std::size_t extent : shape)
                    text += (text.empty() ? "" : ", ") + std::to_string(extent);
                return print_text(options->output + ": float32 [" + text + "], " + how.to_options() + "\n");
            }};
}

}  // namespace exitscope::cli
