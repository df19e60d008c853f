// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/evaluate/input_checks.h"

#include <algorithm>
#include <optional>

#include "core/network/exits/attach_metadata.h"
#include "core/network/model/native_quantization.h"

namespace exitscope::evaluate {
namespace {

using Finding = InputCheck::Finding;

/// So many images, spread over the data, are decoded to see their sizes.
constexpr std::size_t sampled_images = 64;

std::string size_text(int width, int height)
{
    return std::to_string(width) + "x" + std::to_string(height);
}

/// The smallest and the largest of the images looked at, by area.
struct Sizes {
    dataset::Extent smallest;
    dataset::Extent largest;
    bool floats = false;

    [[nodiscard]] std::string text() const
    {
        const std::string small = size_text(smallest.width, smallest.height);
        return smallest == largest ? small : small + " to " + size_text(largest.width, largest.height);
    }
};

std::int64_t area(const dataset::Extent& extent)
{
    return std::int64_t(extent.width) * extent.height;
}

Expected<Sizes> sizes_of(const dataset::Dataset& data, const Progress& progress)
{
    std::optional<Sizes> sizes;
    dataset::Image image;
    const std::size_t count = std::min(sampled_images, data.size());
    for (std::size_t k = 0; k < count && !progress.cancelled(); ++k) {
        if (Expected<void> read = data.read(SampleIndex(k * data.size() / count), image); !read)
            return forward(read);
        const dataset::Extent extent{image.width, image.height};
        if (!sizes)
            sizes = Sizes{extent, extent, image.is_float()};
        if (area(extent) < area(sizes->smallest))
            sizes->smallest = extent;
        if (area(extent) > area(sizes->largest))
            sizes->largest = extent;
    }
    if (!sizes)
        return bad_input(data.info().source, "holds no images");
    return *sizes;
}

void check_preprocessing(const model::MultiExitModel& model, const dataset::Preprocessing& how, bool chosen,
                         std::vector<InputCheck>& checks)
{
    if (chosen)
        checks.push_back({Finding::fine, "preprocessing as chosen here: " + how.to_options()});
    else if (model.preprocessing_known)
        checks.push_back({Finding::fine, "preprocessing by " + model.preprocessing_source + ": " + how.to_options()});
    else
        checks.push_back({Finding::doubtful, "mean and standard deviation are unknown: values from 0 to 1 are assumed; "
                                             "choose a preset or the numbers of the training"});
}

void check_sizes(const dataset::Preprocessing& how, const dataset::Dataset& data, const Progress& progress,
                 std::vector<InputCheck>& checks)
{
    const Expected<Sizes> sizes = sizes_of(data, progress);
    if (!sizes) {
        checks.push_back({Finding::impossible, sizes.error().message()});
        return;
    }
    const std::string input = size_text(how.width, how.height);
    const std::string found = "images " + sizes->text() + " in " + data.info().name;
    if (sizes->floats) {
        checks.push_back({Finding::fine, found + ", floats that are fed as they are"});
        return;
    }
    for (const dataset::Extent& extent : {sizes->smallest, sizes->largest})
        if (const Expected<void> fits = dataset::check_size(extent, how); !fits) {
            checks.push_back(
                {Finding::impossible, found + ", the model takes " + input + ": choose how they are scaled"});
            return;
        }
    const bool same = sizes->smallest == how.input() && sizes->largest == how.input();
    checks.push_back({Finding::fine, found + ", the model takes " + input + (same ? "" : ": scaled")});
}

void check_labels(const model::MultiExitModel& model, const dataset::Dataset& data, std::vector<InputCheck>& checks)
{
    const dataset::Info& info = data.info();
    if (!info.labelled) {
        checks.push_back({Finding::fine, info.name + " has no labels"});
        return;
    }
    checks.push_back({Finding::fine, std::to_string(model.classes) + " classes in the model, labels of " + info.name +
                                         " up to class " + std::to_string(info.class_count - 1)});
    for (const std::string& remark : info.remarks)
        checks.push_back({Finding::fine, info.name + ": " + remark});
    if (!info.skipped.empty())
        checks.push_back({Finding::doubtful, info.name + ": " + std::to_string(info.skipped.size()) +
                                                 " unreadable images are left out, the first is " +
                                                 info.skipped.front().origin});
}

}  // namespace

std::vector<InputCheck> check_inputs(const model::MultiExitModel& model, const dataset::PreprocessingChoice& choice,
                                     const std::vector<Precision>& precisions, const dataset::Dataset* fit,
                                     const dataset::Dataset* test, Progress& progress)
{
    std::vector<InputCheck> checks;
    const Expected<dataset::Preprocessing> how = dataset::apply(choice, model.preprocessing);
    if (how)
        check_preprocessing(model, *how, choice.says_values(), checks);
    else
        checks.push_back({Finding::impossible, how.error().message()});
    Notices notices = model.notices;
    add_notices(notices, model::requantization_notices(model, precisions));
    for (const dataset::Dataset* data : {fit, test}) {
        if (!data || progress.cancelled())
            continue;
        if (how)
            check_sizes(*how, *data, progress, checks);
        check_labels(model, *data, checks);
        add_notices(notices, data->info().notices);
    }
    if (fit && test) {
        add_notices(notices, training_notices(model, *fit, *test));
        add_notices(notices, analyse::label_notices(count_labels(*fit), count_labels(*test)));
    }
    for (const Notice& notice : notices)
        checks.push_back({Finding::doubtful, notice.text});
    std::stable_sort(checks.begin(), checks.end(),
                     [](const InputCheck& a, const InputCheck& b) { return a.finding > b.finding; });
    checks.erase(std::unique(checks.begin(), checks.end()), checks.end());
    return checks;
}

std::vector<InputCheck> data_checks(const dataset::Dataset* fit, const dataset::Dataset* test)
{
    Notices notices;
    for (const dataset::Dataset* data : {fit, test})
        if (data)
            add_notices(notices, data->info().notices);
    std::vector<InputCheck> checks;
    for (const Notice& notice : notices)
        checks.push_back({Finding::doubtful, notice.text});
    return checks;
}

analyse::LabelCount count_labels(const dataset::Dataset& data)
{
    analyse::LabelCount count{data.info().name, 0, data.size()};
    for (std::size_t i = 0; data.info().labelled && i < data.size(); ++i)
        count.labelled += data.label(SampleIndex(i)).has_value();
    return count;
}

Notices training_notices(const model::MultiExitModel& model, const dataset::Dataset& fit, const dataset::Dataset& test)
{
    Notices notices;
    const std::optional<std::string> trained_on = exits::training_source(model.graph);
    for (const auto& [data, name] : {std::pair(&fit, "fit"), std::pair(&test, "test")})
        if (trained_on == data->info().source)
            notices.push_back({"trained-on", "the heads of " + model.path.filename().string() + " were trained on " +
                                                 *trained_on + ", from which the " + name +
                                                 " split is taken: results on it are too good"});
    return notices;
}

}  // namespace exitscope::evaluate
