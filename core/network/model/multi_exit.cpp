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

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/network/model/file_quantization.h"
#include "core/network/model/imported.h"
#include "core/network/model/model_preprocessing.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"
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
            stage.exit_is_probability = ends_in_softmax(stage.exit);
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

    bool ends_in_softmax(ValueIndex value) const
    {
        const Node* node = &graph_.node(*graph_.value(value).producer);
        while (node->op == "Reshape") {
            const std::optional<NodeIndex> before = graph_.value(*node->inputs.front()).producer;
            if (!before)
                return false;
            node = &graph_.node(*before);
        }
        return node->op == "Softmax";
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

/// specialise() and cut() with errors that name the file.
Expected<MultiExitModel> assemble(const std::filesystem::path& path, const Graph& source, std::int64_t batch)
try {
    Expected<Graph> graph = specialise(source, batch);
    if (!graph)
        return in_file(path, graph.error());
    lift_grids(*graph);
    Expected<MultiExitModel> model = cut(std::move(*graph), batch);
    if (!model)
        return in_file(path, model.error());
    return model;
} catch (const std::bad_alloc&) {
    return bad_input(path.string(), "needs more memory than there is");
}

/// Opens the batch dimension of a file whose `If`s were unfolded. An `If` takes a single condition, so that such a file
/// is fixed to one image; without it any batch size works if samples_are_independent().
void free_batch(Graph& graph)
{
    if (graph.inputs.size() != 1)
        return;
    Shape& shape = graph.values[graph.inputs.front().at()].shape;
    if (shape.empty() || shape.front() != 1)
        return;
    shape.front() = -1;
    constexpr std::int64_t several = 3;
    const Expected<Graph> specialised = specialise(graph, several);
    if (!specialised || !samples_are_independent(*specialised, several))
        shape.front() = 1;
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
    constexpr std::uint64_t largest = std::numeric_limits<int>::max();
    const Expected<std::vector<std::byte>> bytes = read_file(path, largest);
    return bytes ? open_model(*bytes, path, options) : tl::unexpected<Error>(bytes.error());
}

Expected<MultiExitModel> open_model(std::span<const std::byte> bytes, const std::filesystem::path& path,
                                    const OpenOptions& options)
{
    ContentHash hash;
    hash.add(bytes);
    Expected<Graph> read = parse_onnx(bytes, path.string());
    if (!read)
        return forward(read);
    Expected<Imported> imported = import_graph(std::move(*read));
    if (!imported)
        return in_file(path, imported.error());
    if (!imported->rules.empty())
        free_batch(imported->graph);
    auto source = std::make_shared<const Graph>(std::move(imported->graph));
    std::int64_t batch = options.batch;
    bool fixed = false;
    if (!source->inputs.empty()) {
        const Shape& shape = source->value(source->inputs.front()).shape;
        fixed = !shape.empty() && shape.front() > 0;
        batch = fixed ? shape.front() : batch;
    }
    Expected<MultiExitModel> model = assemble(path, *source, batch);
    if (!model && !fixed && batch != 1) {
        if (Expected<MultiExitModel> single = assemble(path, *source, 1); single) {
            model = std::move(single);
            fixed = true;
        }
    }
    if (!model)
        return model;
    model->path = path;
    model->content_hash = hash.hex();
    model->source = std::move(source);
    model->quantized_form = std::move(imported->quantized_form);
    set_rules(*model, imported->rules);
    model->fixed_batch = fixed || !with_batch(*model, model->batch + 1);
    if (Expected<void> done = read_class_names(*model); !done)
        return in_file(path, done.error());
    if (Expected<void> done = settle_preprocessing(*model, options); !done)
        return in_file(path, done.error());
    return model;
}

Expected<MultiExitModel> with_batch(const MultiExitModel& model, std::int64_t batch)
{
    if (batch < 1)
        return fail(ErrorCode::usage, {}, "the batch size must be at least 1");
    if (batch == model.batch)
        return model;
    if (model.fixed_batch || !model.source)
        return unsupported(model.path.string(), "works with batches of " + std::to_string(model.batch) + " only");
    Expected<MultiExitModel> changed = assemble(model.path, *model.source, batch);
    if (!changed)
        return changed;
    if (!same_structure(model.graph, changed->graph))
        return unsupported(model.path.string(), "its structure depends on the batch size");
    share_constants(model.graph, changed->graph);
    MultiExitModel result = model;
    result.graph = std::move(changed->graph);
    result.stages = std::move(changed->stages);
    for (std::size_t s = 0; s < result.stages.size(); ++s)
        result.stages[s].rule = model.stages[s].rule;
    result.batch = batch;
    return result;
}

}  // namespace exitscope::model
