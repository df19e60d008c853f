// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/network/dataset/preprocessing_choice.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::model {

/// What a file says about preprocessing, and what of it is not used.
struct FoundPreprocessing {
    dataset::PreprocessingChoice choice;
    std::string source;  ///< "preprocessor_config.json", for sentences
    std::string unused;  ///< a clause such as "its crop of 384x384 is not the model's input"; empty when all is used
};

/// Sets `preprocessing`, `preprocessing_known` and `preprocessing_source` of a model whose graph is complete, and adds
/// notices. What is said first wins: options.preprocessing, then options.run_preprocessing if there is one, else the
/// model's metadata, else files beside the model, else the graph (`input`). Errors: a damaged entry, values that do not
/// fit the input; mean, standard deviation or another range for an input of whole numbers.
[[nodiscard]] Expected<void> settle_preprocessing(MultiExitModel& model, const ImageInput& input,
                                                  const OpenOptions& options);

/// What metadata_props say: the key `exitscope.preprocessing`, or keys of other programs (docs/formats.md). nullopt
/// when they say nothing. Errors: `exitscope.preprocessing` is damaged or for another input than `input`, a shape with
/// channels, height and width.
[[nodiscard]] Expected<std::optional<FoundPreprocessing>>
preprocessing_in_metadata(const std::map<std::string, std::string>& metadata, const dataset::Preprocessing& input);

/// What a `preprocessor_config.json` of Transformers says for an input of this size. Errors: no JSON object, a value of
/// the wrong kind, a setting that cannot be done (named).
[[nodiscard]] Expected<FoundPreprocessing> parse_transformers_config(std::string_view json, dataset::Extent input);

/// What timm's `config.json` (or its `pretrained_cfg` alone) says; nullopt when the JSON is no configuration of timm.
/// Errors: as above.
[[nodiscard]] Expected<std::optional<FoundPreprocessing>> parse_timm_config(std::string_view json,
                                                                            dataset::Extent input);

}  // namespace exitscope::model
