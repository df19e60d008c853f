// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <memory>

#include "app/cli/model_options.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/network/model/cut_points.h"
#include "core/network/model/exit_outputs.h"
#include "core/network/model/image_input.h"
#include "core/network/model/imported.h"
#include "core/network/model/native_quantization.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"

namespace exitscope::cli {
namespace {

/// What can be said of a model; `model` is empty when the engine cannot run it.
struct Description {
    model::Graph graph;
    std::optional<model::MultiExitModel> model;
    std::vector<model::UnsupportedNode> unsupported;
    std::optional<model::NativeQuantization> quantization;  ///< of a quantized file
};

Expected<Description> describe(const std::string& path, const ModelOptions& options)
{
    Expected<model::Graph> graph = model::read_onnx(path);
    if (!graph)
        return forward(graph);
    Description description;
    description.graph = std::move(*graph);
    const Expected<model::OpenOptions> how = options.open_options(1);
    if (!how)
        return tl::unexpected<Error>(how.error());
    model::Graph prepared = description.graph;
    static_cast<void>(model::prepare_input(prepared, how->input_size));  // open_model() says what is wrong with it
    Expected<model::Imported> imported = model::import_graph(std::move(prepared));
    if (!imported)
        return fail(imported.error().code, path, imported.error().where + ": " + imported.error().detail);
    if (const auto dropped = model::drop_other_outputs(imported->graph, options.exits); !dropped)
        return fail(dropped.error().code, path, dropped.error().detail);
    description.unsupported = model::unsupported_nodes(imported->graph);
    if (!description.unsupported.empty())
        return description;
    ModelOptions lenient = options;
    lenient.allow_training_mode = true;
    Expected<model::MultiExitModel> opened = lenient.open(path, 1);
    if (!opened)
        return forward(opened);
    description.model = std::move(*opened);
    description.quantization = model::native_quantization(*description.model);
    return description;
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::map<std::string, int> operators(const model::Graph& graph)
{
    std::map<std::string, int> counts;
    for (const model::Node& node : graph.nodes)
        ++counts[node.op];
    return counts;
}

std::vector<model::CutPoint> candidates(const Description& description)
{
    return description.model ? model::cut_points(description.model->graph) : std::vector<model::CutPoint>();
}

std::string_view measure_name(model::ExitRule::Measure measure)
{
    return measure == model::ExitRule::Measure::confidence ? "confidence" : "entropy";
}

/// What an exit's output holds; "unknown" until images are seen.
std::string_view kind_name(const model::Stage& stage)
{
    return stage.exit_kind_known ? name(stage.exit_kind) : "unknown";
}

/// What the file's outputs are taken for.
std::string outputs_text(const model::MultiExitModel& model)
{
    std::string text;
    for (const model::FileOutput& output : model.outputs) {
        text += "output " + output.name + (output.shape.empty() ? "" : " " + model::to_text(output.shape)) + ": ";
        if (output.exits.empty())
            text += "no exit, " + output.reason;
        else if (output.stack_axis)
            text += "a stack of the exits " + joined(output.exits);
        else
            text += "exit";
        text += "\n";
    }
    for (const model::Stage& stage : model.stages)
        text += "exit " + stage.exit_name + " holds " +
                (stage.exit_kind_known ? std::string(name(stage.exit_kind))
                                       : "logits or probabilities: decided when images are seen, or by --outputs") +
                "\n";
    return text;
}

Json quantization_json(const Description& description)
{
    Json json = {{"form", description.model->quantized_form},
                 {"precision", description.model->quantized_precision.name()},
                 {"integer_layers", description.quantization->integer_layers},
                 {"float_layers", Json::array()}};
    for (const auto& layer : description.quantization->float_layers)
        json["float_layers"].push_back({{"node", layer.node}, {"operator", layer.op}, {"reason", layer.reason}});
    return json;
}

/// What the file brings: its own integers and its own rules for leaving.
std::string own_text(const Description& description)
{
    std::string text;
    if (const auto& own = description.quantization) {
        const std::size_t layers = own->integer_layers + own->float_layers.size();
        text += "\nquantized file (" + description.model->quantized_form + "): " + std::to_string(own->integer_layers) +
                " of " + std::to_string(layers) + " layers run in integers" +
                (description.model->quantized_precision.is_float()
                     ? ""
                     : " at " + description.model->quantized_precision.name()) +
                "\n";
        for (const auto& layer : own->float_layers)
            text += "in floating point: " + layer.op + ", node " + layer.node + ": " + layer.reason + "\n";
    }
    for (std::size_t i = 0; i < description.model->stages.size(); ++i)
        if (const auto& rule = description.model->stages[i].rule)
            text += "\nthe file leaves at exit " + std::to_string(i + 1) + " when the " +
                    std::string(measure_name(rule->measure)) + " is " +
                    (rule->measure == model::ExitRule::Measure::confidence ? "above " : "below ") +
                    decimal(double(rule->threshold), 4) + "\n";
    return text;
}

Json to_json(const Description& description)
{
    Json json;
    json["inputs"] = Json::array();
    for (const ValueIndex input : description.graph.inputs) {
        const model::Value& value = description.graph.value(input);
        json["inputs"].push_back(
            {{"name", value.name}, {"shape", value.shape}, {"type", model::type_name(value.type())}});
    }
    json["exits"] = Json::array();
    if (description.model) {
        for (std::size_t i = 0; i < description.model->stages.size(); ++i) {
            const model::Stage& stage = description.model->stages[i];
            json["exits"].push_back({{"index", i},
                                     {"name", stage.exit_name},
                                     {"holds", kind_name(stage)},
                                     {"macs", stage.trunk_macs + stage.head_macs},
                                     {"cumulative_macs", description.model->cumulative_macs(ExitIndex(i))},
                                     {"params", stage.trunk_parameters + stage.head_parameters}});
            if (stage.rule)
                json["exits"].back()["rule"] = {{"measure", measure_name(stage.rule->measure)},
                                                {"threshold", stage.rule->threshold}};
        }
    }
    json["outputs"] = Json::array();
    if (description.model)
        for (const model::FileOutput& output : description.model->outputs) {
            json["outputs"].push_back({{"name", output.name}, {"shape", output.shape}, {"exits", output.exits}});
            if (output.exits.empty())
                json["outputs"].back()["reason"] = output.reason;
        }
    json["operators"] = operators(description.graph);
    json["unsupported"] = Json::array();
    for (const model::UnsupportedNode& node : description.unsupported)
        json["unsupported"].push_back(
            {{"node", node.node}, {"operator", node.op}, {"opset", node.opset}, {"reason", node.reason}});
    json["candidates"] = Json::array();
    for (const model::CutPoint& point : candidates(description))
        json["candidates"].push_back(
            {{"tensor", point.tensor}, {"cumulative_macs", point.cumulative_macs}, {"shape", point.shape}});
    if (description.quantization)
        json["quantization"] = quantization_json(description);
    return json;
}

/// Where `attach` can put exits, with those marked that it takes when asked for four exits.
std::string cut_point_text(const Description& description, double full)
{
    const std::vector<model::CutPoint> points = candidates(description);
    if (points.empty())
        return {};
    std::vector<std::string> suggested;
    for (const model::CutPoint& point : model::spread_cut_points(points, static_cast<std::int64_t>(full), 3))
        suggested.push_back(point.tensor);
    std::vector<std::vector<std::string>> rows = {{"cut point", "shape", "share", ""}};
    for (const model::CutPoint& point : points) {
        const bool taken = std::find(suggested.begin(), suggested.end(), point.tensor) != suggested.end();
        rows.push_back({point.tensor, model::to_text(point.shape),
                        percent(full > 0 ? double(point.cumulative_macs) / full : 1, 1), taken ? "suggested" : ""});
    }
    return "\n" + table(rows);
}

std::string to_text(const Description& description)
{
    std::string text;
    for (const ValueIndex input : description.graph.inputs) {
        const model::Value& value = description.graph.value(input);
        text += "input " + value.name + " " + model::to_text(value.shape) +
                (value.type() == model::float_type ? "" : " " + model::type_name(value.type())) + "\n";
    }
    text += "opset " + std::to_string(description.graph.opset);
    text += description.graph.producer.empty() ? "\n" : ", made by " + description.graph.producer + "\n";
    text += "operators:";
    for (const auto& [op, count] : operators(description.graph))
        text += " " + op + " " + std::to_string(count);
    text += "\n";
    for (const model::UnsupportedNode& node : description.unsupported)
        text += "not supported: " + node.op + " (opset " + std::to_string(node.opset) + "), node " + node.node + ": " +
                node.reason + "\n";
    if (!description.model)
        return text;
    std::vector<std::vector<std::string>> rows = {{"\nexit", "MACs", "cumulative", "share", "parameters"}};
    const auto exits = description.model->exit_count();
    const auto full = double(description.model->cumulative_macs(ExitIndex(exits - 1)));
    for (std::size_t i = 0; i < exits; ++i) {
        const model::Stage& stage = description.model->stages[i];
        const auto cumulative = double(description.model->cumulative_macs(ExitIndex(i)));
        rows.push_back({std::to_string(i + 1) + " " + stage.exit_name,
                        magnitude(double(stage.trunk_macs + stage.head_macs)), magnitude(cumulative),
                        percent(full > 0 ? cumulative / full : 1, 1),
                        magnitude(double(stage.trunk_parameters + stage.head_parameters))});
    }
    text += outputs_text(*description.model) + table(rows) + own_text(description) + cut_point_text(description, full);
    if (!description.model->preprocessing_known)
        text += "\nThe file does not say how images are normalised; give --mean and --std where that matters.\n";
    return text;
}

}  // namespace

Verb info_verb(Command& program, const Common& common)
{
    auto path = std::make_shared<std::string>();
    auto options = std::make_shared<ModelOptions>();
    Command* app = program.add_subcommand("info", "Show a model's inputs, exits, operators and costs");
    app->add_option("MODEL", *path, "ONNX file")->required();
    options->add_to(*app);
    return {app, [path, options, &common]() -> Expected<void> {
                const Expected<Description> description = describe(*path, *options);
                if (!description)
                    return tl::unexpected(description.error());
                return common.json ? print_json(to_json(*description)) : print_text(to_text(*description));
            }};
}

}  // namespace exitscope::cli
