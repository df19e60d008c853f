// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/multi_exit.h"

#include <algorithm>
#include <limits>
#include <map>
#include <new>
#include <set>
#include <span>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/hash.h"
#include "core/network/model/batch.h"
#include "core/network/model/batch_axis.h"
#include "core/network/model/exit_outputs.h"
#include "core/network/model/file_quantization.h"
#include "core/network/model/image_input.h"
#include "core/network/model/imported.h"
#include "core/network/model/model_preprocessing.h"
#include "core/network/model/native_quantization.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"
#include "core/network/model/training_mode.h"
#include "core/network/model/unfold_exits.h"

namespace exitscope::model {
namespace {

/// Moves the place inside the model ("the node 'x' (Conv)") into the sentence and names the file.
tl::unexpected<Error> in_file(const std::filesystem::path& path, const Error& error)
{
    return fail(error.code, path.string(), error.where.empty() ? error.detail : error.where + ": " + error.detail);
}

/// The same for notices.
Notices in_file(const std::filesystem::path& path, Notices notices)
{
    for (Notice& notice : notices)
        notice.text.insert(0, path.string() + ": ");
    return notices;
}

/// What each output of a file is taken for: chosen before, or by choose_exits() on the graph for a batch size that
/// tells the axes apart.
Expected<std::vector<FileOutput>> exits_of(const Graph& source, const Graph& graph, std::int64_t batch,
                                           const OpenOptions& options)
{
    if (!graph.open_batch || !batch_is_ambiguous(graph, batch))
        return choose_exits(graph, batch, options.exits);
    for (std::int64_t other = batch + 1;; ++other) {
        Expected<Graph> probe = specialise(source, other);
        if (!probe)
            return choose_exits(graph, batch, options.exits);
        if (!batch_is_ambiguous(*probe, other))
            return choose_exits(*probe, other, options.exits);
    }
}

/// specialise(), the choice of exits unless it was `chosen` before, and cut(), with errors that name the file.
Expected<MultiExitModel> assemble(const std::filesystem::path& path, const Graph& source, std::int64_t batch,
                                  const OpenOptions& options, const std::vector<FileOutput>* chosen = nullptr)
try {
    Expected<Graph> graph = specialise(source, batch);
    if (!graph)
        return in_file(path, graph.error());
    lift_grids(*graph);
    Expected<std::vector<FileOutput>> outputs = chosen                      ? *chosen
                                                : graph->inputs.size() == 1 ? exits_of(source, *graph, batch, options)
                                                                            : std::vector<FileOutput>();
    if (!outputs)
        return in_file(path, outputs.error());
    if (!outputs->empty())
        keep_exits(*graph, *outputs);
    Expected<MultiExitModel> model = cut(std::move(*graph), batch);
    if (!model)
        return in_file(path, model.error());
    model->outputs = std::move(*outputs);
    return model;
} catch (const std::bad_alloc&) {
    return bad_input(path.string(), "needs more memory than there is");
}

/// Sets Stage::rule of every stage, unless the order of the stages by cost differs from that of the file's outputs, in
/// which the file evaluates its rules.
void set_rules(MultiExitModel& model, const std::map<std::string, ExitRule>& rules)
{
    const bool in_order = std::equal(
        model.stages.begin(), model.stages.end(), model.graph.output_names.begin(), model.graph.output_names.end(),
        [](const Stage& stage, const std::string& name) { return stage.exit_name == name; });
    if (!in_order)
        return;
    for (Stage& stage : model.stages)
        if (const auto rule = rules.find(stage.exit_name); rule != rules.end())
            stage.rule = rule->second;
}

/// Into how many parts of equal width an output is put together as its last step; 1 where it is not.
std::size_t parts_of(const Graph& graph, ValueIndex output)
{
    const Value& value = graph.value(output);
    if (!value.producer || value.shape.size() != 2)
        return 1;
    const Node& node = graph.node(*value.producer);
    const bool alike = node.op == "Concat" && node.integer("axis", 0) == 1 &&
                       std::all_of(node.inputs.begin(), node.inputs.end(), [&](const auto& part) {
                           const Value& of = graph.value(*part);
                           return !of.constant && of.shape == graph.value(*node.inputs.front()).shape;
                       });
    return alike && graph.value(*node.inputs.front()).shape[1] > 1 ? node.inputs.size() : 1;
}

/// Notices about outputs that are put together of parts or were left out by rule, and about `If`s whose rules were not
/// read.
void say_what_was_decided(MultiExitModel& model, const OpenOptions& options, const std::vector<std::string>& unread)
{
    for (const std::string& reason : unread)
        model.notices.push_back({"exit-rule-unread", model.path.string() + ": " + reason +
                                                         "; its exits are used without that rule, and policies decide "
                                                         "where an image leaves"});
    for (std::size_t o = 0; o < model.graph.outputs.size(); ++o)
        if (const std::size_t parts = parts_of(model.graph, model.graph.outputs[o]); parts > 1) {
            const std::int64_t width = model.graph.value(model.graph.outputs[o]).shape[1];
            model.notices.push_back(
                {"output-of-parts", model.path.string() + ": its output '" + model.graph.output_names[o] +
                                        "' puts together " + std::to_string(parts) + " parts of " +
                                        std::to_string(width / static_cast<std::int64_t>(parts)) +
                                        " numbers and is taken for one exit of " + std::to_string(width) +
                                        " classes; export the parts as outputs of their own where they are exits"});
        }
    std::string text;
    for (const FileOutput& output : model.outputs)
        if (options.exits.empty() && output.exits.empty())
            text += (text.empty() ? "'" : "; '") + output.name + "' " + to_text(output.shape) + " " + output.reason;
    if (!text.empty())
        model.notices.push_back({"outputs-left-out", model.path.string() + ": not every output is an exit: " + text +
                                                         "; name the exits with --exits where that is wrong"});
}

Expected<void> read_class_names(MultiExitModel& model)
{
    const auto entry = model.graph.metadata.find("exitscope.classes");
    if (entry == model.graph.metadata.end())
        return {};
    const nlohmann::json names = nlohmann::json::parse(entry->second, nullptr, false);
    if (!names.is_array() || static_cast<std::int64_t>(names.size()) != model.classes ||
        !std::all_of(names.begin(), names.end(), [](const nlohmann::json& name) { return name.is_string(); }))
        return bad_input({}, "its metadata entry exitscope.classes is not a JSON list of " +
                                 std::to_string(model.classes) + " names");
    model.class_names = names.get<std::vector<std::string>>();
    return {};
}

/// Both graphs have the same nodes on the same values, whatever their shapes.
bool same_structure(const Graph& a, const Graph& b)
{
    return a.values.size() == b.values.size() && a.outputs == b.outputs &&
           std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(), [](const Node& x, const Node& y) {
               return x.op == y.op && x.inputs == y.inputs && x.outputs == y.outputs;
           });
}

/// Lets `to` share the constants that it has in common with `from`.
void share_constants(const Graph& from, Graph& to)
{
    for (std::size_t v = 0; v < to.values.size(); ++v) {
        const std::shared_ptr<const Tensor>& old = from.values[v].constant;
        std::shared_ptr<const Tensor>& made = to.values[v].constant;
        if (old && made && old->shape == made->shape && old->floats == made->floats && old->ints == made->ints)
            made = old;
    }
}

/// The options with the exits that the file's metadata name, unless others are asked for.
Expected<OpenOptions> with_named_exits(OpenOptions options, const Graph& graph)
{
    const auto entry = graph.metadata.find("exitscope.exits");
    if (!options.exits.empty() || entry == graph.metadata.end())
        return options;
    const nlohmann::json names = nlohmann::json::parse(entry->second, nullptr, false);
    if (!names.is_array() ||
        !std::all_of(names.begin(), names.end(), [](const nlohmann::json& name) { return name.is_string(); }))
        return bad_input({}, "its metadata entry exitscope.exits is not a JSON list of names");
    options.exits = names.get<std::vector<std::string>>();
    return options;
}

/// What follows where the images of a batch influence each other: the model takes one image at a time, with a notice.
/// Error: its file fixes a larger batch.
Expected<void> keep_images_apart(MultiExitModel& model, const Graph& graph, std::int64_t batch,
                                 const OpenOptions& options)
{
    const std::optional<Mixing> mixing = where_images_mix(graph, batch);
    if (!mixing)
        return {};
    const std::string name = model.path.string();
    const std::string where = " works along the batch at '" + mixing->node +
                              "', so that an image's answer depends on "
                              "the others";
    if (model.fixed_batch && model.batch > 1) {
        if (mixing->certain)
            return unsupported(name, where.substr(1) + " of its batch of " + std::to_string(model.batch) +
                                         "; export it for one image");
        model.notices.push_back({"batch-unclear", name + ": whether the answers to the " + std::to_string(model.batch) +
                                                      " images of a batch depend on each other is not clear at '" +
                                                      mixing->node + "'; export it for one image or an open batch"});
        return {};
    }
    if (model.batch != 1) {
        Expected<MultiExitModel> one = assemble(model.path, *model.source, 1, options);
        if (!one)
            return forward(one);
        model.graph = std::move(one->graph);
        model.stages = std::move(one->stages);
        model.batch = 1;
    }
    model.fixed_batch = true;
    model.notices.push_back(
        {"one-image-at-a-time",
         name +
             (mixing->certain ? ":" + where + " of its batch"
                              : ": whether the answers to the images of a batch depend on each other is not clear "
                                "at '" +
                                    mixing->node + "'") +
             "; it runs one image at a time"});
    return {};
}

/// Sets MultiExitModel::fixed_batch of a model that was assembled for a size that is `fixed` or not.
Expected<void> settle_batch(MultiExitModel& model, bool fixed, const OpenOptions& options)
{
    if (!fixed) {
        const Expected<MultiExitModel> larger = with_batch(model, model.batch + 1);
        if (larger)
            return keep_images_apart(model, larger->graph, larger->batch, options);
    }
    model.fixed_batch = true;
    return model.batch > 1 ? keep_images_apart(model, model.graph, model.batch, options) : Expected<void>();
}

Expected<MultiExitModel> open_graph(OnnxFile file, const std::filesystem::path& path, const OpenOptions& given)
{
    const Expected<OpenOptions> choice = with_named_exits(given, file.graph);
    if (!choice)
        return in_file(path, choice.error());
    const OpenOptions& options = *choice;
    Expected<ImageInput> input = prepare_input(file.graph, options.input_size);
    if (!input)
        return in_file(path, input.error());
    const std::string training = stop_training(file.graph);
    if (!training.empty() && !options.allow_training_mode)
        return unsupported(path.string(), training + "; export the model after model.eval(), or run it in inference "
                                                     "mode with --allow-training-mode");
    Expected<Imported> imported = import_graph(std::move(file.graph));
    if (!imported)
        return in_file(path, imported.error());
    open_fixed_batch(imported->graph);
    Expected<std::vector<FileOutput>> dropped = drop_other_outputs(imported->graph, options.exits);
    if (!dropped)
        return in_file(path, dropped.error());
    auto source = std::make_shared<const Graph>(std::move(imported->graph));
    std::int64_t batch = options.batch;
    bool fixed = false;
    if (!source->inputs.empty()) {
        const Shape& shape = source->value(source->inputs.front()).shape;
        fixed = !shape.empty() && shape.front() > 0;
        batch = fixed ? shape.front() : batch;
    }
    Expected<MultiExitModel> model = assemble(path, *source, batch, options);
    if (!model && !fixed && batch != 1) {
        if (Expected<MultiExitModel> one = assemble(path, *source, 1, options); one) {
            model = std::move(one);
            fixed = true;
        }
    }
    if (!model)
        return model;
    model->path = path;
    model->content_hash = std::move(file.content_hash);
    model->source = std::move(source);
    if (Expected<void> settled = settle_batch(*model, fixed, options); !settled)
        return forward(settled);
    model->quantized_form = std::move(imported->quantized_form);
    add_notices(model->notices, in_file(path, input->notices));
    if (!training.empty())
        model->notices.push_back({"training-mode", path.string() + ": " + training +
                                                       "; it runs in inference mode, with the statistics that the file "
                                                       "stores"});
    if (!model->quantized_form.empty())
        model->quantized_precision = quantized_precision(model->graph);
    model->outputs.insert(model->outputs.end(), dropped->begin(), dropped->end());
    for (Stage& stage : model->stages)
        if (options.outputs)
            std::tie(stage.exit_kind, stage.exit_kind_known) = std::tuple(*options.outputs, true);
    set_rules(*model, imported->unfolded.rules);
    say_what_was_decided(*model, options, imported->unfolded.unread);
    if (Expected<void> done = read_class_names(*model); !done)
        return in_file(path, done.error());
    if (Expected<void> done = settle_preprocessing(*model, *input, options); !done)
        return in_file(path, done.error());
    return model;
}

}  // namespace

Expected<MultiExitModel> open_model(const std::filesystem::path& path, const OpenOptions& options)
{
    Expected<OnnxFile> file = read_onnx_file(path);
    return file ? open_graph(std::move(*file), path, options) : tl::unexpected<Error>(file.error());
}

Expected<MultiExitModel> open_model(std::span<const std::byte> bytes, const std::filesystem::path& path,
                                    const OpenOptions& options)
{
    Expected<Graph> graph = parse_onnx(bytes, path.string());
    if (!graph)
        return forward(graph);
    ContentHash hash;
    hash.add(bytes);
    return open_graph({std::move(*graph), hash.hex()}, path, options);
}

Expected<MultiExitModel> with_batch(const MultiExitModel& model, std::int64_t batch)
{
    if (batch < 1)
        return fail(ErrorCode::usage, {}, "the batch size must be at least 1");
    if (batch == model.batch)
        return model;
    if (model.fixed_batch || !model.source)
        return unsupported(model.path.string(), "works with batches of " + std::to_string(model.batch) + " only");
    Expected<MultiExitModel> changed = assemble(model.path, *model.source, batch, {}, &model.outputs);
    if (!changed)
        return changed;
    if (!same_structure(model.graph, changed->graph))
        return unsupported(model.path.string(), "its structure depends on the batch size");
    share_constants(model.graph, changed->graph);
    MultiExitModel result = model;
    result.graph = std::move(changed->graph);
    result.stages = std::move(changed->stages);
    for (std::size_t s = 0; s < result.stages.size(); ++s) {
        result.stages[s].rule = model.stages[s].rule;
        result.stages[s].exit_kind = model.stages[s].exit_kind;
        result.stages[s].exit_kind_known = model.stages[s].exit_kind_known;
    }
    result.batch = batch;
    return result;
}

}  // namespace exitscope::model
