// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that happens to a model file before inference: read, list what is unsupported, specialise, cut, and (for
// networks that are small enough) compile, in float and on integer grids, and write the stages again as a bundle does.
// The same bytes as a tensor. Errors are results; anything else is a find.
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>

#include "core/deploy/bundle/stage_onnx.h"
#include "core/network/engine/program.h"
#include "core/network/model/multi_exit.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"
#include "tests/fuzz/on_disk.h"
#include "tests/support/random_plan.h"

namespace {

using namespace exitscope;

/// Programs are compiled up to this many elements in all values together, weights included.
constexpr std::int64_t compiled_elements = 2'000'000;

bool small(const model::MultiExitModel& network)
{
    std::int64_t elements = 0;
    for (const model::Value& value : network.graph.values) {
        elements += model::element_count(value.shape);
        if (elements > compiled_elements)
            return false;
    }
    return true;
}

void compile(const model::MultiExitModel& network)
{
    const std::vector<std::string> names = bundle::tensor_names(network);
    for (std::size_t s = 0; s < network.stages.size(); ++s) {
        const StageIndex stage(s);
        static_cast<void>(engine::Program::compile(network, stage, fp32, nullptr));
        const plan::StagePlan plan = tests::random_plan(network, stage, {});
        static_cast<void>(engine::Program::compile(network, stage, {8, 8}, &plan));
        for (const plan::StagePlan* with : {static_cast<const plan::StagePlan*>(nullptr), &plan})
            for (const bundle::Form form : {bundle::Form::qdq, bundle::Form::exact})
                if (const auto written = bundle::stage_onnx(network, stage, with, true, form, names))
                    static_cast<void>(model::parse_onnx(*written, "again"));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fuzz::OnDisk disk;
    // What the seeds with weights in another file read: 256 bytes, 0 to 255.
    static const std::filesystem::path weights = [] {
        std::array<std::uint8_t, 256> bytes{};
        std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
        return disk.put("weights.bin", bytes.data(), bytes.size());
    }();
    const std::filesystem::path path = disk.put("fuzz.onnx", data, size);
    static_cast<void>(model::read_onnx_tensor(path));
    static_cast<void>(model::read_onnx(path));
    static_cast<void>(model::read_whole_onnx(path));
    const auto bytes = std::as_bytes(std::span(data, size));
    if (const auto graph = model::parse_onnx(bytes, "fuzz"))
        static_cast<void>(model::unsupported_nodes(*graph));
    model::OpenOptions options;
    options.batch = 2;
    if (const auto network = model::open_model(bytes, "fuzz.onnx", options); network && small(*network))
        compile(*network);
    return 0;
}
