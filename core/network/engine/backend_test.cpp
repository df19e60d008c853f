// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/backend_test.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "core/base/number_text.h"
#include "core/network/engine/run_graph.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"

namespace exitscope::engine {
namespace {

namespace fs = std::filesystem;
using model::Graph;
using model::Tensor;

constexpr double relative_tolerance = 1e-3;
constexpr double absolute_tolerance = 1e-7;

Expected<std::vector<Tensor>> read_tensors(const fs::path& folder, const std::string& kind)
{
    std::vector<Tensor> tensors;
    for (;;) {
        const fs::path path = folder / (kind + "_" + std::to_string(tensors.size()) + ".pb");
        if (!fs::exists(path))
            return tensors;
        Expected<Tensor> tensor = model::read_onnx_tensor(path);
        if (!tensor)
            return forward(tensor);
        tensors.push_back(std::move(*tensor));
    }
}

/// The graph for inputs of these shapes, those that `constant` says made constants, with the inputs that are left.
struct Bound {
    Graph graph;
    std::vector<Tensor> inputs;
};
template <class Constant>
Expected<Bound> bind(const Graph& source, const std::vector<Tensor>& inputs, Constant constant)
{
    Graph graph = source;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        graph.values[graph.inputs[i].at()].shape = inputs[i].shape;
    Bound bound;
    for (std::size_t i = inputs.size(); i-- > 0;)
        if (constant(i))
            model::bind_input(graph, i, inputs[i]);
        else
            bound.inputs.insert(bound.inputs.begin(), inputs[i]);
    Expected<Graph> specialised = model::specialise(graph, 1);
    if (!specialised)
        return forward(specialised);
    bound.graph = std::move(*specialised);
    return bound;
}

/// As many inputs as possible flow. Error: that of the last attempt, with all inputs constant.
Expected<Bound> bind_what_decides_shapes(const Graph& source, const std::vector<Tensor>& inputs)
{
    Expected<Bound> bound = bind(source, inputs, [](std::size_t) { return false; });
    const auto retry = [&](auto constant) {
        if (!bound && bound.error().code == ErrorCode::unsupported)
            bound = bind(source, inputs, constant);
    };
    retry([&](std::size_t i) { return i > 0 && inputs[i].is_int; });
    retry([&](std::size_t i) { return i > 0; });
    retry([&](std::size_t) { return true; });
    return bound;
}

bool close(float a, float b)
{
    if (std::isnan(a) || std::isnan(b))
        return std::isnan(a) && std::isnan(b);
    if (std::isinf(a) || std::isinf(b))
        return a == b;
    return std::fabs(double(a) - double(b)) <= absolute_tolerance + relative_tolerance * std::fabs(double(b));
}

/// nullopt when the result agrees, else a sentence about the difference.
std::optional<std::string> difference(const Tensor& result, const Tensor& expected)
{
    if (result.shape != expected.shape)
        return "has the shape " + model::to_text(result.shape) + " instead of " + model::to_text(expected.shape);
    if (result.type() != expected.type())
        return "has the element type " + model::type_name(result.type()) + " instead of " +
               model::type_name(expected.type());
    std::size_t wrong = 0;
    std::string first;
    const auto compare = [&](const auto& a, const auto& b, auto equal) {
        for (std::size_t i = 0; i < a.size(); ++i)
            if (!equal(a[i], b[i]) && wrong++ == 0)
                first = "element " + std::to_string(i) + " is " + general_text(static_cast<double>(a[i]), 9) +
                        " instead of " + general_text(static_cast<double>(b[i]), 9);
    };
    compare(result.ints, expected.ints, std::equal_to<>());
    compare(result.floats, expected.floats, close);
    if (wrong == 0)
        return std::nullopt;
    return "differs in " + std::to_string(wrong) + " of " +
           std::to_string(std::max(result.ints.size(), result.floats.size())) + " elements: " + first;
}

BackendResult because(const Error& error)
{
    const bool unsupported = error.code == ErrorCode::unsupported;
    return {unsupported ? BackendResult::Status::unsupported : BackendResult::Status::failed, error.message()};
}

BackendResult run_data_set(const Graph& graph, const fs::path& folder)
{
    const auto failed = [&](const std::string& what) {
        return BackendResult{BackendResult::Status::failed, folder.filename().string() + ": " + what};
    };
    const auto inputs = read_tensors(folder, "input");
    if (!inputs)
        return because(inputs.error());
    const auto expected = read_tensors(folder, "output");
    if (!expected)
        return because(expected.error());
    if (inputs->size() != graph.inputs.size() || expected->size() != graph.outputs.size())
        return failed("it does not hold one tensor for each of " + std::to_string(graph.inputs.size()) +
                      " inputs and " + std::to_string(graph.outputs.size()) + " outputs");
    const auto bound = bind_what_decides_shapes(graph, *inputs);
    if (!bound)
        return because(bound.error());
    const auto results = run_graph(bound->graph, bound->inputs);
    if (!results)
        return because(results.error());
    for (std::size_t o = 0; o < results->size(); ++o)
        if (const auto wrong = difference((*results)[o], (*expected)[o]))
            return failed("the output '" + graph.output_names[o] + "' " + *wrong);
    return {};
}

}  // namespace

Expected<std::vector<fs::path>> find_backend_tests(const fs::path& root)
{
    std::error_code error;
    if (!fs::is_directory(root, error))
        return bad_input(root.string(), "is not a folder");
    std::vector<fs::path> found;
    if (fs::exists(root / "model.onnx", error))
        found.push_back(root);
    fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error))
        if (at->path().filename() == "model.onnx" && at->path().parent_path() != root)
            found.push_back(at->path().parent_path());
    if (error)
        return bad_input(root.string(), "cannot be read: " + error.message());
    std::sort(found.begin(), found.end());
    return found;
}

BackendResult run_backend_test(const fs::path& folder)
try {
    const Expected<Graph> graph = model::read_onnx(folder / "model.onnx");
    if (!graph)
        return because(graph.error());
    std::vector<fs::path> sets;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (entry.is_directory() && entry.path().filename().string().starts_with("test_data_set_"))
            sets.push_back(entry.path());
    std::sort(sets.begin(), sets.end());
    if (sets.empty())
        return {BackendResult::Status::failed, "it holds no test_data_set"};
    for (const fs::path& set : sets)
        if (BackendResult result = run_data_set(*graph, set); result.status != BackendResult::Status::passed)
            return result;
    return {};
} catch (const fs::filesystem_error& error) {
    return {BackendResult::Status::failed, std::string("it cannot be read: ") + error.what()};
} catch (const std::bad_alloc&) {
    return {BackendResult::Status::failed, "it needs more memory than there is"};
}

}  // namespace exitscope::engine
