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

std::int64_t saturating_add(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

/// One exit while the graph is cut.
struct Exit {
    ValueIndex value;
    std::string name;
    std::size_t position = 0;     ///< among the file's outputs
    std::vector<bool> ancestors;  ///< by node: needed for this exit
    std::int64_t macs = 0;        ///< of all ancestors, whole batch
    std::int64_t node_count = 0;
};

/// Finds the exits of a graph, orders them and shares the nodes out among stages.
class Cutter {
public:
    Cutter(Graph graph, std::int64_t batch) : graph_(std::move(graph)), batch_(batch) {}

    Expected<MultiExitModel> cut()
    {
        if (Expected<void> done = check_input(); !done)
            return forward(done);
        if (Expected<void> done = check_outputs(); !done)
            return forward(done);
        isolate_outputs();
        find_exits();
        MultiExitModel model;
        model.batch = batch_;
        model.classes = classes_;
        model.stages = make_stages();
        for (const Stage& stage : model.stages)
            for (const ValueIndex value : stage.outputs)
                if (graph_.value(value).is_int)
                    return unsupported({}, "its exits share '" + graph_.value(value).name +
                                               "', which holds integers: only floats are handed from stage to stage");
        model.graph = std::move(graph_);
        return model;
    }

private:
    Expected<void> check_input() const
    {
        if (graph_.inputs.size() != 1)
            return unsupported({}, "has " + std::to_string(graph_.inputs.size()) +
                                       " inputs; a classifier of images has exactly one");
        const Value& input = graph_.value(graph_.inputs.front());
        if (input.shape.size() != 4 || input.is_int)
            return unsupported({}, "its input '" + input.name + "' " + to_text(input.shape) +
                                       " is not a batch of images [batch, channels, height, width] of floats");
        if (input.shape.front() != batch_)
            return bad_input({}, "its input '" + input.name + "' " + to_text(input.shape) + " is not a batch of " +
                                     std::to_string(batch_));
        return {};
    }

    /// The number of classes of an output [batch, classes], with axes of one element anywhere after the batch; nullopt
    /// for other shapes.
    static std::optional<std::int64_t> classes_of(const Shape& shape, std::int64_t batch)
    {
        if (shape.size() < 2 || shape.front() != batch)
            return std::nullopt;
        std::int64_t classes = 1;
        for (std::size_t axis = 1; axis < shape.size(); ++axis) {
            if (shape[axis] != 1 && classes != 1)
                return std::nullopt;
            classes = std::max(classes, shape[axis]);
        }
        return classes >= 2 ? std::optional(classes) : std::nullopt;
    }

    Expected<void> check_outputs()
    {
        if (graph_.outputs.empty())
            return bad_input({}, "has no outputs");
        const std::vector<bool> depends = depends_on_input();
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
            const Shape& shape = graph_.value(graph_.outputs[o]).shape;
            const std::optional<std::int64_t> classes = classes_of(shape, batch_);
            const std::string name = "its output '" + graph_.output_names[o] + "' ";
            if (!classes)
                return unsupported({}, name + to_text(shape) + " is not [batch, classes] with a batch of " +
                                           std::to_string(batch_) + " and at least two classes");
            if (o > 0 && *classes != classes_)
                return unsupported({}, name + "has " + std::to_string(*classes) + " classes, '" +
                                           graph_.output_names.front() + "' has " + std::to_string(classes_));
            if (graph_.value(graph_.outputs[o]).is_int)
                return unsupported({}, name + "holds integers, not a score for every class");
            if (!depends[graph_.outputs[o].at()])
                return unsupported({}, name + "does not depend on the input");
            classes_ = *classes;
        }
        return {};
    }

    std::vector<bool> depends_on_input() const
    {
        std::vector<bool> depends(graph_.values.size(), false);
        depends[graph_.inputs.front().at()] = true;
        for (const Node& node : graph_.nodes) {
            const bool any = std::any_of(node.inputs.begin(), node.inputs.end(),
                                         [&](const auto& input) { return input && depends[input->at()]; });
            for (const ValueIndex output : node.outputs)
                depends[output.at()] = depends[output.at()] || any;
        }
        return depends;
    }

    /// Puts a Reshape behind every output that is not [batch, classes], is the graph's input, is read by a node or
    /// serves two exits: afterwards each exit is made by a node of its own and read by none.
    void isolate_outputs()
    {
        const Shape wanted{batch_, classes_};
        const std::vector<std::vector<NodeIndex>> readers = graph_.consumers();
        const std::vector<ValueIndex> outputs = graph_.outputs;
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
            const ValueIndex output = outputs[o];
            const Value& value = graph_.value(output);
            if (std::count(outputs.begin(), outputs.end(), output) == 1 && value.shape == wanted && value.producer &&
                readers[output.at()].empty() && graph_.node(*value.producer).outputs.size() == 1)
                continue;
            Node copy;
            copy.op = "Reshape";
            copy.name = graph_.output_names[o];
            copy.inputs = {output};
            copy.outputs = {ValueIndex(graph_.values.size())};
            copy.attributes = {{"shape", wanted}};
            Value made;
            made.name = graph_.output_names[o];
            made.shape = wanted;
            made.producer = NodeIndex(graph_.nodes.size());
            graph_.values.push_back(std::move(made));
            graph_.outputs[o] = copy.outputs.front();
            graph_.nodes.push_back(std::move(copy));
        }
    }

    /// Orders exits by cumulative MACs, then by number of nodes (an exit never comes before one that it is computed
    /// from), then by position in the file.
    void find_exits()
    {
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
            Exit exit{graph_.outputs[o], graph_.output_names[o], o, ancestors(graph_.outputs[o])};
            for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
                if (!exit.ancestors[n])
                    continue;
                exit.macs = saturating_add(exit.macs, macs(graph_, graph_.nodes[n]));
                ++exit.node_count;
            }
            exits_.push_back(std::move(exit));
        }
        std::sort(exits_.begin(), exits_.end(), [](const Exit& a, const Exit& b) {
            return std::tie(a.macs, a.node_count, a.position) < std::tie(b.macs, b.node_count, b.position);
        });
    }

    std::vector<bool> ancestors(ValueIndex value) const
    {
        std::vector<bool> found(graph_.nodes.size(), false);
        found[graph_.value(value).producer->at()] = true;
        for (std::size_t n = graph_.nodes.size(); n-- > 0;) {
            if (!found[n])
                continue;
            for (const std::optional<ValueIndex>& input : graph_.nodes[n].inputs)
                if (input && graph_.value(*input).producer)
                    found[graph_.value(*input).producer->at()] = true;
        }
        return found;
    }

    std::vector<Stage> make_stages()
    {
        constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
        std::vector<std::size_t> stage_of(graph_.nodes.size(), none);
        std::vector<Stage> stages(exits_.size());
        std::set<ValueIndex> counted;
        for (std::size_t s = 0; s < exits_.size(); ++s) {
            Stage& stage = stages[s];
            stage.exit = exits_[s].value;
            stage.exit_name = exits_[s].name;
            const std::optional<OutputKind> kind = output_kind(graph_, stage.exit);
            stage.exit_kind = kind.value_or(OutputKind::logits);
            stage.exit_kind_known = kind.has_value();
            std::set<ValueIndex> read;
            for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
                if (!exits_[s].ancestors[n] || stage_of[n] != none)
                    continue;
                stage_of[n] = s;
                const bool shared = std::any_of(exits_.begin() + static_cast<std::ptrdiff_t>(s) + 1, exits_.end(),
                                                [n](const Exit& later) { return later.ancestors[n]; });
                const Node& node = graph_.nodes[n];
                const std::int64_t per_image = macs(graph_, node) / batch_;
                const std::int64_t own = new_parameters(node, counted);
                (shared ? stage.trunk : stage.head).emplace_back(n);
                std::int64_t& stage_macs = shared ? stage.trunk_macs : stage.head_macs;
                stage_macs = saturating_add(stage_macs, per_image);
                (shared ? stage.trunk_parameters : stage.head_parameters) += own;
                for (const std::optional<ValueIndex>& input : node.inputs)
                    if (input && !graph_.value(*input).constant)
                        read.insert(*input);
            }
            for (const ValueIndex value : read) {
                const std::optional<NodeIndex> producer = graph_.value(value).producer;
                if (producer && stage_of[producer->at()] == s)
                    continue;
                stage.inputs.push_back(value);
                if (producer)
                    hand_over(stages[stage_of[producer->at()]], value);
            }
        }
        for (Stage& stage : stages)
            std::sort(stage.outputs.begin(), stage.outputs.end());
        return stages;
    }

    static void hand_over(Stage& from, ValueIndex value)
    {
        if (std::find(from.outputs.begin(), from.outputs.end(), value) == from.outputs.end())
            from.outputs.push_back(value);
    }

    /// Elements of the node's constants that no earlier node has counted.
    std::int64_t new_parameters(const Node& node, std::set<ValueIndex>& counted) const
    {
        std::int64_t count = 0;
        for (const std::optional<ValueIndex>& input : node.inputs)
            if (input && graph_.value(*input).constant && counted.insert(*input).second)
                count += element_count(graph_.value(*input).shape);
        return count;
    }

    Graph graph_;
    std::int64_t batch_;
    std::int64_t classes_ = 0;
    std::vector<Exit> exits_;
};

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

/// Whether an image's answer depends on the others of its batch: ranges of integers are those of a whole tensor.
bool mixes_images(const Graph& source)
{
    return std::any_of(source.nodes.begin(), source.nodes.end(),
                       [](const Node& node) { return node.op == "DynamicQuantizeLinear"; });
}

/// Notices about outputs that were left out by rule, and about `If`s whose rules were not read.
void say_what_was_decided(MultiExitModel& model, const OpenOptions& options, const std::vector<std::string>& unread)
{
    for (const std::string& reason : unread)
        model.notices.push_back({"exit-rule-unread", model.path.string() + ": " + reason +
                                                         "; its exits are used without that rule, and policies decide "
                                                         "where an image leaves"});
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

Expected<MultiExitModel> open_graph(OnnxFile file, const std::filesystem::path& path, const OpenOptions& given)
{
    const Expected<OpenOptions> choice = with_named_exits(given, file.graph);
    if (!choice)
        return in_file(path, choice.error());
    const OpenOptions& options = *choice;
    Expected<ImageInput> input = prepare_input(file.graph, options.input_size);
    if (!input)
        return in_file(path, input.error());
    const Notices training = stop_training(file.graph);
    if (!training.empty() && !options.allow_training_mode)
        return unsupported(path.string(), training.front().text + "; export the model after model.eval(), or run it "
                                                                  "with --allow-training-mode");
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
    const bool fixed_by_file = fixed;
    const bool single = mixes_images(*source);
    if (single && !fixed) {
        batch = 1;
        fixed = true;
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
    model->quantized_form = std::move(imported->quantized_form);
    add_notices(model->notices, in_file(path, input->notices));
    add_notices(model->notices, in_file(path, training));
    if (!model->quantized_form.empty())
        model->quantized_precision = quantized_precision(model->graph);
    model->outputs.insert(model->outputs.end(), dropped->begin(), dropped->end());
    for (Stage& stage : model->stages)
        if (options.outputs)
            std::tie(stage.exit_kind, stage.exit_kind_known) = std::tuple(*options.outputs, true);
    set_rules(*model, imported->unfolded.rules);
    say_what_was_decided(*model, options, imported->unfolded.unread);
    if (single && !fixed_by_file)
        model->notices.push_back({"one-image-at-a-time", path.string() +
                                                             ": takes the ranges of its integers from all images of a "
                                                             "batch together: it runs one image at a time"});
    model->fixed_batch = fixed || !with_batch(*model, model->batch + 1);
    if (Expected<void> done = read_class_names(*model); !done)
        return in_file(path, done.error());
    if (Expected<void> done = settle_preprocessing(*model, *input, options); !done)
        return in_file(path, done.error());
    return model;
}

}  // namespace

std::int64_t MultiExitModel::cumulative_macs(ExitIndex exit) const
{
    std::int64_t total = 0;
    for (std::size_t s = 0; s <= exit.at(); ++s)
        total = saturating_add(total, saturating_add(stages[s].trunk_macs, stages[s].head_macs));
    return total;
}

Expected<MultiExitModel> cut(Graph graph, std::int64_t batch)
{
    return Cutter(std::move(graph), batch).cut();
}

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
