// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/model_preprocessing.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/network/dataset/preprocessing_text.h"

namespace exitscope::model {
namespace {

using dataset::Preprocessing;
using dataset::PreprocessingChoice;
using Metadata = std::map<std::string, std::string>;
using Found = Expected<std::optional<FoundPreprocessing>>;

/// The input's shape, and the range of values that the graph expects.
Expected<Preprocessing> bare(const MultiExitModel& model, const ImageInput& input)
{
    const Shape& shape = model.graph.value(model.input()).shape;
    if (std::any_of(shape.begin() + 1, shape.end(), [](std::int64_t extent) { return extent > (1 << 20); }))
        return bad_input({}, "its input " + to_text(shape) + " is absurdly large");
    Preprocessing how;
    how.channels = static_cast<int>(shape[1]);
    how.height = static_cast<int>(shape[2]);
    how.width = static_cast<int>(shape[3]);
    how.order = how.channels == 1 ? dataset::ChannelOrder::gray : dataset::ChannelOrder::rgb;
    how.range = input.range.value_or(how.range);
    return how;
}

/// Of an input of whole numbers, which are normalised inside the model.
void feed_bytes(Preprocessing& how)
{
    how.range = dataset::ValueRange::bytes;
    how.mean.clear();
    how.std.clear();
}

/// What JSON in Preprocessing's own form says, checked against the input.
Expected<PreprocessingChoice> own_form(const std::string& json, const Preprocessing& input, const std::string& what)
{
    Expected<dataset::StoredPreprocessing> stored = dataset::parse_preprocessing(json);
    if (!stored)
        return bad_input({}, what + " is damaged: " + stored.error().detail);
    const auto differs = [](const std::optional<int>& said, int is) { return said && *said != is; };
    if (differs(stored->channels, input.channels) || differs(stored->height, input.height) ||
        differs(stored->width, input.width))
        return bad_input({}, what + " is for images of another size than its input [" + std::to_string(input.channels) +
                                 "," + std::to_string(input.height) + "," + std::to_string(input.width) + "]");
    if (Expected<Preprocessing> fits = dataset::apply(stored->choice, input); !fits)
        return bad_input({}, what + " does not fit: " + fits.error().detail);
    return std::move(stored->choice);
}

/// The keys that ONNX itself defines for images: the order and the range of pixels.
std::optional<FoundPreprocessing> standard_keys(const Metadata& metadata)
{
    FoundPreprocessing found{.choice = {}, .source = "the model's metadata", .unused = {}};
    if (const auto format = metadata.find("Image.BitmapPixelFormat"); format != metadata.end()) {
        if (format->second.starts_with("Rgb"))
            found.choice.order = dataset::ChannelOrder::rgb;
        else if (format->second.starts_with("Bgr"))
            found.choice.order = dataset::ChannelOrder::bgr;
        else if (format->second.starts_with("Gray"))
            found.choice.order = dataset::ChannelOrder::gray;
    }
    const auto range = metadata.find("Image.NominalPixelRange");
    if (range != metadata.end()) {
        if (range->second == "NominalRange_0_255")
            found.choice.range = dataset::ValueRange::bytes;
        else if (range->second == "Normalized_0_1")
            found.choice.range = dataset::ValueRange::unit;
        else if (range->second == "Normalized_1_1")
            found.choice.range = dataset::ValueRange::symmetric;
        else
            found.unused = "its Image.NominalPixelRange \"" + range->second + "\" is not known";
    }
    if (found.choice.empty() && found.unused.empty())
        return std::nullopt;
    return found;
}

/// Mean and standard deviation as plain keys, in JSON or as numbers between blanks and commas.
std::optional<FoundPreprocessing> plain_keys(const Metadata& metadata, const Preprocessing& input)
{
    for (const auto& [mean, std] : {std::pair("mean", "std"), std::pair("image_mean", "image_std")}) {
        const auto first = metadata.find(mean);
        const auto second = metadata.find(std);
        if (first == metadata.end() || second == metadata.end())
            continue;
        const auto list = [](const std::string& text) { return text.starts_with('[') ? text : "[" + text + "]"; };
        const Expected<dataset::StoredPreprocessing> read = dataset::parse_preprocessing(
            R"({"mean":)" + list(first->second) + R"(,"std":)" + list(second->second) + "}");
        FoundPreprocessing found{.choice = {}, .source = "the model's metadata", .unused = {}};
        if (read && dataset::apply(read->choice, input))
            found.choice = read->choice;
        else
            found.unused = std::string("its entries ") + mean + " and " + std + " are not one number per channel";
        return found;
    }
    return std::nullopt;
}

/// A file beside the model, or in the folder above one named "onnx", as Transformers' exporters lay them out.
std::optional<std::filesystem::path> beside(const std::filesystem::path& model, const char* name)
{
    std::error_code ignored;
    std::filesystem::path folder = model.parent_path();
    for (const bool above : {false, true}) {
        if (above && std::filesystem::absolute(folder, ignored).filename() != "onnx")
            break;
        const std::filesystem::path file = (above ? folder / ".." : folder) / name;
        if (std::filesystem::is_regular_file(file, ignored))
            return file.lexically_normal();
    }
    return std::nullopt;
}

/// What a file beside the model says; what is wrong with it is a reason not to use it.
std::optional<FoundPreprocessing> in_side_files(const std::filesystem::path& model, const Preprocessing& input)
{
    constexpr std::uint64_t largest = 16 << 20;
    const auto read = [&](const char* name, auto parse) -> std::optional<FoundPreprocessing> {
        const std::optional<std::filesystem::path> file = beside(model, name);
        if (!file)
            return std::nullopt;
        const Expected<std::vector<std::byte>> bytes = read_file(*file, largest);
        if (!bytes)
            return FoundPreprocessing{{}, file->string(), "it cannot be read"};
        const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
        Found found = parse(text);
        if (found && *found)
            if (const auto fits = dataset::apply((*found)->choice, input); !fits)
                found = tl::unexpected<Error>(fits.error());
        if (!found)
            return FoundPreprocessing{{}, file->string(), found.error().detail};
        if (*found)
            (*found)->source = file->string();
        return *found;
    };
    if (auto found = read("preprocessor_config.json", [&](std::string_view text) -> Found {
            return parse_transformers_config(text, input.input());
        }))
        return found;
    return read("config.json", [&](std::string_view text) -> Found {
        Found found = parse_timm_config(text, input.input());
        return found ? found : Found(std::nullopt);  // most files of this name say nothing about images
    });
}

/// Metadata, or a file beside the model, with its notices.
Expected<std::optional<FoundPreprocessing>> said_by_files(MultiExitModel& model, const Preprocessing& input)
{
    Found found = preprocessing_in_metadata(model.graph.metadata, input);
    if (!found)
        return found;
    if (*found) {
        if (!(*found)->unused.empty())
            model.notices.push_back({"preprocessing-source", model.path.string() + ": " + (*found)->unused});
        return found;
    }
    std::optional<FoundPreprocessing> side = in_side_files(model.path, input);
    if (!side)
        return std::nullopt;
    if (side->choice.empty())
        model.notices.push_back(
            {"preprocessing-source", side->source + " is not used for preprocessing: " + side->unused});
    else if (const auto how = dataset::apply(side->choice, input))
        model.notices.push_back({"preprocessing-source", "preprocessing is read from " + side->source +
                                                             (side->unused.empty() ? "" : " (" + side->unused + ")") +
                                                             ": " + how->to_options()});
    return side;
}

}  // namespace

Expected<std::optional<FoundPreprocessing>> preprocessing_in_metadata(const Metadata& metadata,
                                                                      const Preprocessing& input)
{
    if (const auto own = metadata.find("exitscope.preprocessing"); own != metadata.end()) {
        Expected<PreprocessingChoice> choice =
            own_form(own->second, input, "its metadata entry exitscope.preprocessing");
        if (!choice)
            return forward(choice);
        return FoundPreprocessing{std::move(*choice), "the model's metadata", {}};
    }
    for (const auto& [key, transformers] :
         {std::pair("preprocessor_config", true), std::pair("preprocessor_config.json", true),
          std::pair("pretrained_cfg", false)}) {
        const auto entry = metadata.find(key);
        if (entry == metadata.end())
            continue;
        Found found = transformers ? Found(parse_transformers_config(entry->second, input.input()))
                                   : parse_timm_config(entry->second, input.input());
        if (found && *found && dataset::apply((*found)->choice, input)) {
            (*found)->source = "the model's metadata";
            return found;
        }
        return FoundPreprocessing{
            {}, "the model's metadata", std::string("its metadata entry ") + key + " is not understood"};
    }
    if (auto plain = plain_keys(metadata, input))
        return plain;
    return standard_keys(metadata);
}

Expected<void> settle_preprocessing(MultiExitModel& model, const ImageInput& image_input, const OpenOptions& options)
{
    const Expected<Preprocessing> input = bare(model, image_input);
    if (!input)
        return tl::unexpected<Error>(input.error());
    Expected<Preprocessing> how = *input;
    model.preprocessing_known = image_input.range.has_value();
    model.preprocessing_source = model.preprocessing_known ? "the model's first operators" : "";
    if (!options.run_preprocessing.empty()) {
        Expected<PreprocessingChoice> stored = own_form(options.run_preprocessing, *input, "the run's preprocessing");
        if (!stored)
            return forward(stored);
        how = dataset::apply(*stored, *input);
        model.preprocessing_known = true;
        model.preprocessing_source = "the run";
    } else {
        Expected<std::optional<FoundPreprocessing>> found = said_by_files(model, *input);
        if (!found)
            return forward(found);
        if (*found && !(*found)->choice.empty()) {
            how = dataset::apply((*found)->choice, *input);
            model.preprocessing_known = model.preprocessing_known || (*found)->choice.says_values();
            model.preprocessing_source = (*found)->source;
        }
    }
    if (!how)
        return forward(how);
    model.takes_bytes = image_input.integers;
    if (model.takes_bytes)
        feed_bytes(*how);
    model.preprocessing = std::move(*how);
    if (model.preprocessing_known)
        model.stated_preprocessing = model.preprocessing;
    const Preprocessing before = model.preprocessing;
    if (Expected<void> chosen = choose_preprocessing(model, options.preprocessing); !chosen)
        return chosen;
    if (!options.run_preprocessing.empty() && model.preprocessing != before)
        model.notices.push_back({"preprocessing-differs", "the images are preprocessed by the options given, " +
                                                              model.preprocessing.to_options() +
                                                              ", and not as in the run, " + before.to_options()});
    return {};
}

Expected<void> choose_preprocessing(MultiExitModel& model, const PreprocessingChoice& choice)
{
    Expected<Preprocessing> how = dataset::apply(choice, model.preprocessing);
    if (!how)
        return forward(how);
    if (model.takes_bytes) {
        Preprocessing bytes = *how;
        feed_bytes(bytes);
        if (bytes != *how)
            return fail(ErrorCode::usage, {},
                        "its input '" + model.graph.value(model.input()).name +
                            "' takes whole numbers, which are normalised inside the model: leave out mean, standard "
                            "deviation and range");
    }
    if (*how != model.preprocessing || choice.says_values())
        model.preprocessing_source =
            model.preprocessing_source.empty() ? "options" : "options over " + model.preprocessing_source;
    model.preprocessing_known = model.preprocessing_known || choice.says_values();
    model.preprocessing = std::move(*how);
    return {};
}

}  // namespace exitscope::model
