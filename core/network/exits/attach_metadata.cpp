// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/attach_metadata.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace exitscope::exits {

using Json = nlohmann::ordered_json;

std::map<std::string, std::string> attach_metadata(const model::MultiExitModel& backbone,
                                                   const std::vector<HeadRecord>& heads, const dataset::Dataset& data,
                                                   const AttachOptions& options, bool complete)
{
    std::map<std::string, std::string> entries;
    entries["exitscope.format"] = "1";
    if (backbone.preprocessing_known)
        entries["exitscope.preprocessing"] = backbone.preprocessing.to_json();
    const dataset::Info& info = data.info();
    if (backbone.class_names.empty() && info.class_names.size() == static_cast<std::size_t>(backbone.classes))
        entries["exitscope.classes"] = Json(info.class_names).dump();
    const auto left_out = [](const model::FileOutput& output) { return output.exits.empty(); };
    if (std::any_of(backbone.outputs.begin(), backbone.outputs.end(), left_out)) {
        Json exits = Json::array();
        for (const model::Stage& stage : backbone.stages)
            exits.push_back(stage.exit_name);
        for (const HeadRecord& head : heads)
            exits.push_back(head.output);
        entries["exitscope.exits"] = exits.dump();
    }
    Json list = Json::array();
    for (const HeadRecord& head : heads)
        list.push_back({{"output", head.output},
                        {"tensor", head.tensor},
                        {"head", name(head.trained->head.spec.kind)},
                        {"macs", head.trained->head.spec.macs()},
                        {"held_out_accuracy", head.trained->accuracy}});
    entries["exitscope.heads"] = list.dump();
    Json training;
    training["data"] = info.source;
    training["data_hash"] = data.content_hash();
    training["samples"] = data.size();
    training["held_out"] = options.held_out_data ? Json(options.held_out_data->info().source) : Json(options.held_out);
    training["precisions"] = Json::array();
    for (const Precision precision : options.precisions)
        training["precisions"].push_back(precision.name());
    training["augmentation"] = name(options.augmentation);
    training["views"] = options.views;
    training["epochs"] = options.training.epochs;
    training["distillation"] = options.training.distillation;
    training["seed"] = options.seed;
    if (!complete)
        training["cancelled"] = true;
    entries["exitscope.training"] = training.dump(-1, ' ', false, Json::error_handler_t::replace);
    return entries;
}

std::optional<std::string> training_source(const model::Graph& graph)
{
    const auto entry = graph.metadata.find("exitscope.training");
    if (entry == graph.metadata.end())
        return std::nullopt;
    const Json training = Json::parse(entry->second, nullptr, false);
    if (!training.is_object() || !training.contains("data") || !training["data"].is_string())
        return std::nullopt;
    return training["data"].get<std::string>();
}

}  // namespace exitscope::exits
