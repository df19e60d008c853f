// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/network/dataset/preprocessing.h"

namespace exitscope::dataset {

/// What images are scaled to.
struct Resize {
    bool on = true;
    bool shorter_side = false;  ///< `box` is square and stands for the shorter side: Fit::crop unless something is said
    Extent box = {};            ///< 0 x 0 = the network's input
    double crop_share = 0;      ///< above 0: the shorter side becomes that of the input divided by this; small
                                ///< inputs (below 64 pixels) are not scaled

    friend bool operator==(const Resize&, const Resize&) = default;
};

/// What somebody says about preprocessing: the user, a preset, or a file. What is left open stays as it was.
struct PreprocessingChoice {
    std::optional<std::string> preset;  ///< one of presets(), under all else
    std::optional<Resize> resize;
    std::optional<Extent> crop;  ///< 0 x 0 = the network's input; any other must be its size, where that is known
    std::optional<Fit> fit;      ///< without any `resize`, images are scaled to the network's input (or `crop`ped)
    std::optional<Filter> filter;
    std::optional<bool> antialias;
    std::optional<ChannelOrder> order;
    std::optional<ValueRange> range;
    std::optional<std::vector<float>> mean;  ///< empty = 0, one value = the same for all channels
    std::optional<std::vector<float>> std;   ///< empty = 1, one value = the same for all channels
    std::optional<bool> upright;

    [[nodiscard]] bool empty() const { return *this == PreprocessingChoice(); }
    /// Something is said about the numbers that pixels become.
    [[nodiscard]] bool says_values() const { return preset || range || mean || std; }

    friend bool operator==(const PreprocessingChoice&, const PreprocessingChoice&) = default;
};

/// `base` with what is chosen. Where `base` has no height and width, the choice's crop or size gives them, if it has
/// any. Errors (usage): an unknown preset; a crop of another size than the input; another range while mean and standard
/// deviation, which are in its units, stay; those of validate().
[[nodiscard]] Expected<Preprocessing> apply(const PreprocessingChoice& choice, const Preprocessing& base);

/// A well-known preprocessing by name.
struct Preset {
    std::string_view name;
    std::string_view title;  ///< one line for help and tool tips
    PreprocessingChoice choice;
    Extent usual_input;  ///< of the networks it is for
};
/// imagenet, imagenet-inception, cifar10, mnist, raw.
[[nodiscard]] std::span<const Preset> presets();
[[nodiscard]] const Preset* find_preset(std::string_view name);

/// What a JSON text in the form of Preprocessing::to_json() says; keys may be missing.
struct StoredPreprocessing {
    std::optional<int> channels;
    std::optional<int> height;
    std::optional<int> width;
    PreprocessingChoice choice;
};
/// The choice in that form, with a key for each thing that is said, but without its preset.
[[nodiscard]] std::string to_json(const PreprocessingChoice& choice);
/// Errors: no JSON object, a value of the wrong kind or out of range, named.
[[nodiscard]] Expected<StoredPreprocessing> parse_preprocessing(std::string_view json);

}  // namespace exitscope::dataset
