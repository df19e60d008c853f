// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/small_network.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "core/base/random.h"
#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"

namespace exitscope::tests {
namespace {

constexpr std::size_t channels = 2;
constexpr std::size_t side = 12;
constexpr std::size_t classes = 5;

class SmallData final : public dataset::Dataset {
public:
    explicit SmallData(const SmallDataOptions& options) : options_(options)
    {
        info_.name = "small";
        info_.source = "small:" + std::to_string(options.seed);
        info_.format = "memory";
        info_.labelled = options.labelled;
        info_.class_count = options.labelled ? classes : 0;
    }

    const dataset::Info& info() const override { return info_; }
    std::size_t size() const override { return options_.samples; }
    Expected<dataset::Image> image(SampleIndex index) const override
    {
        if (index.at() == options_.unreadable)
            return bad_input(origin(index), "damaged on purpose");
        dataset::Image image;
        image.channels = channels;
        image.height = side;
        image.width = side;
        Random pattern(100 + index.at() % classes);
        Random noise(options_.seed * 1000 + index.at());
        for (std::size_t i = 0; i < channels * side * side; ++i)
            image.values.push_back(static_cast<float>(pattern.normal() + 0.7 * noise.normal()));
        return image;
    }
    std::optional<ClassIndex> label(SampleIndex index) const override
    {
        if (!options_.labelled)
            return std::nullopt;
        if (options_.odd_label >= 0 && index.at() + 1 == options_.samples)
            return ClassIndex(static_cast<std::size_t>(options_.odd_label));
        return ClassIndex(index.at() % classes);
    }
    std::string origin(SampleIndex index) const override { return info_.source + " #" + std::to_string(index.value); }
    std::string content_hash() const override { return "small-" + std::to_string(options_.seed); }

private:
    SmallDataOptions options_;
    dataset::Info info_;
};

template <class T>
T taken(Expected<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().message());
    return std::move(*result);
}

}  // namespace

model::MultiExitModel small_network(std::int64_t batch)
{
    auto graph = std::make_shared<model::Graph>(build_graph(R"(
        x = input [N,2,12,12]
        w1 = random [8,2,3,3] scale=0.3
        b1 = random [8] scale=0.2
        c1 = Conv(x, w1, b1) pads=[1,1,1,1]
        r1 = Relu(c1)
        w2 = random [8,8,3,3] scale=0.15
        b2 = random [8] scale=0.1
        c2 = Conv(r1, w2, b2) pads=[1,1,1,1]
        r2 = Relu(c2)
        w3 = random [8,8,3,3] scale=0.15
        b3 = random [8] scale=0.1
        c3 = Conv(r2, w3, b3) pads=[1,1,1,1]
        a3 = Add(c3, r1)
        r3 = Relu(a3)

        p1 = AveragePool(r3) kernel_shape=[4,4] strides=[4,4]
        f1 = Flatten(p1)
        v1 = random [16,72] scale=0.15
        d1 = random [16] scale=0.1
        g1 = Gemm(f1, v1, d1) transB=1
        h1 = Relu(g1)
        v2 = random [5,16] scale=0.4
        d2 = random [5] scale=0.1
        exit1 = Gemm(h1, v2, d2) transB=1

        w4 = random [16,8,3,3] scale=0.15
        b4 = random [16] scale=0.1
        c4 = Conv(r3, w4, b4) pads=[1,1,1,1] strides=[2,2]
        r4 = Relu(c4)
        p2 = GlobalAveragePool(r4)
        f2 = Flatten(p2)
        v3 = random [5,16] scale=0.5
        exit2 = Gemm(f2, v3) transB=1

        w5 = random [16,16,3,3] scale=0.1
        b5 = random [16] scale=0.1
        c5 = Conv(r4, w5, b5) pads=[1,1,1,1]
        r5 = Relu(c5)
        m5 = MaxPool(r5) kernel_shape=[2,2] strides=[2,2]
        w6 = random [16,16,3,3] scale=0.1
        c6 = Conv(m5, w6)
        f3 = Flatten(c6)
        v4 = random [5,16] scale=0.5
        z3 = Gemm(f3, v4) transB=1
        exit3 = Softmax(z3) axis=1
        > exit1, exit2, exit3
    )",
                                                            5));
    model::MultiExitModel network = taken(model::cut(taken(model::specialise(*graph, batch)), batch));
    network.path = "small.onnx";
    network.content_hash = "small";
    network.source = std::move(graph);
    network.preprocessing.channels = channels;
    network.preprocessing.height = side;
    network.preprocessing.width = side;
    return network;
}

dataset::DatasetPtr small_data(const SmallDataOptions& options)
{
    return std::make_shared<SmallData>(options);
}

}  // namespace exitscope::tests
