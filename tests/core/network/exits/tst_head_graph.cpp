// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/base/file.h"
#include "core/base/random.h"
#include "core/network/engine/run_model.h"
#include "core/network/exits/features.h"
#include "core/network/exits/head_graph.h"
#include "core/network/exits/network.h"
#include "core/network/exits/propose.h"
#include "core/network/model/multi_exit.h"
#include "core/network/model/onnx_writer.h"
#include "tests/core/network/exits/pattern_data.h"

using namespace exitscope;
using namespace exitscope::exits;

namespace {

Head random_head(const HeadSpec& spec)
{
    Random random(7);
    Head head(spec);
    for (Linear* layer : head.layers())
        for (std::vector<float>* values : {&layer->weights, &layer->bias})
            for (float& value : *values)
                value = static_cast<float>(random.normal() / std::sqrt(double(layer->columns)));
    return head;
}

}  // namespace

class TestHeadGraph : public QObject {
    Q_OBJECT
private slots:
    void fileComputesWhatTrainingComputes_data();
    void fileComputesWhatTrainingComputes();
    void poolingCommonToAllHeads();
    void proposalsFitTheirBudget();
};

void TestHeadGraph::fileComputesWhatTrainingComputes_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<QString>("kind");
    for (const char* file : {"backbone_8", "backbone_13", "backbone_17"})
        for (const char* tensor : {"map14", "map7", "stream", "vector"})
            for (const HeadKind kind : all_head_kinds) {
                const bool map = tensor[0] == 'm';
                if (map ? kind != HeadKind::mlp : kind <= HeadKind::mlp) {
                    const QString text = QString::fromStdString(std::string(name(kind)));
                    QTest::addRow("%s %s %s", file, tensor, qPrintable(text)) << file << tensor << text;
                }
            }
}

/// Random weights; the file's new output, run by the engine, against the network used in training on the features that
/// the engine hands over, reduced as they are for the store.
void TestHeadGraph::fileComputesWhatTrainingComputes()
{
    QFETCH(QString, file);
    QFETCH(QString, tensor);
    QFETCH(QString, kind);
    constexpr std::size_t samples = 8;
    const std::filesystem::path path = EXITSCOPE_TEST_DATA "/models/" + file.toStdString() + ".onnx";
    const auto bytes = read_file(path, 1 << 20);
    QVERIFY(bytes);
    model::OpenOptions open;
    open.batch = samples;
    const auto backbone = model::open_model(path, open);
    QVERIFY2(backbone, backbone ? "" : backbone.error().message().c_str());
    std::optional<FeatureShape> shape;
    for (const model::Value& value : backbone->graph.values)
        if (value.name == tensor.toStdString())
            shape = feature_shape(value.shape);
    QVERIFY(shape);
    const auto spec = propose_head(*parse_head_kind(kind.toStdString()), *shape, 4, 100'000'000);
    QVERIFY(spec);
    const Head head = random_head(*spec);
    model::Graph addition;
    append_head(addition, head, {tensor.toStdString(), "early", "early/", backbone->source->opset});
    const auto extended = model::extend_onnx(*bytes, addition, path.string());
    QVERIFY2(extended, extended ? "" : extended.error().message().c_str());
    const auto made = model::open_model(*extended, path, open);
    QVERIFY2(made, made ? "" : made.error().message().c_str());
    QCOMPARE(made->stages.size(), std::size_t{2});
    // A head on this tiny network may cost more than what it spares; then it comes last.
    const std::size_t early = made->stages[0].exit_name == "early" ? 0 : 1;
    QCOMPARE(made->stages[early].exit_name, std::string("early"));
    QCOMPARE(made->stages[early].head_macs, spec->macs());

    const tests::PatternData data(samples, 4, 3);
    Progress progress;
    const auto run = engine::run_model(*made, nullptr, fp32, data, {samples, 1}, progress);
    QVERIFY2(run, run ? "" : run.error().message().c_str());

    auto cuts = find_cuts(*made, {tensor.toStdString()});
    QVERIFY2(cuts, cuts ? "" : cuts.error().message().c_str());
    cuts->front().pool = common_pooling(*shape, std::span(&*spec, 1));
    const auto programs = engine::compile_stages(*made, nullptr, fp32);
    QVERIFY(programs);
    const std::size_t values = stored_shape(cuts->front()).values();
    std::vector<float> features(samples * values);
    const auto keep = [&](std::size_t, std::size_t, std::size_t sample, std::span<const float> from) {
        std::copy(from.begin(), from.end(), features.begin() + static_cast<std::ptrdiff_t>(sample * values));
    };
    QVERIFY(walk_features(*made, *programs, *cuts, data, {samples, 0, 1}, progress, keep));
    Network network(stored_spec(*spec, cuts->front()), samples);
    const auto logits = network.forward(head, features, samples);
    double largest = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const float answer = run->logits[early * samples * 4 + i];
        QVERIFY2(std::abs(logits[i] - answer) <= 1e-4F * (1 + std::abs(logits[i])),
                 qPrintable(QString("%1: %2, not %3").arg(i).arg(double(answer)).arg(double(logits[i]))));
        largest = std::max(largest, std::abs(double(logits[i])));
    }
    QVERIFY(largest > 0.01);
}

void TestHeadGraph::poolingCommonToAllHeads()
{
    const FeatureShape wide{FeatureShape::Layout::map, 16, 32, 32};
    std::vector<HeadSpec> specs = propose_heads(wide, 10, 40'000'000);
    QCOMPARE(specs.back().kind, HeadKind::conv);
    QCOMPARE(common_pooling(wide, specs), std::size_t{2});  // the convolution reads means over 2 x 2
    specs.pop_back();
    QCOMPARE(common_pooling(wide, specs), std::size_t{8});
    const FeatureShape odd{FeatureShape::Layout::map, 16, 14, 14};  // 4 cells overlap there
    QCOMPARE(common_pooling(odd, propose_heads(odd, 10, 40'000'000)), std::size_t{1});
}

void TestHeadGraph::proposalsFitTheirBudget()
{
    for (const std::size_t side : {4, 7, 8, 14, 16, 28, 32, 56})
        for (const std::size_t channels : {8, 64, 512})
            for (const std::int64_t macs : {1'000'000L, 40'000'000L, 4'000'000'000L}) {
                const FeatureShape shape{FeatureShape::Layout::map, channels, side, side};
                const auto specs = propose_heads(shape, 10, macs);
                QVERIFY(specs.size() >= 3);
                for (const HeadSpec& spec : specs) {
                    if (spec.kind != HeadKind::conv)
                        continue;
                    QVERIFY(double(spec.macs()) <= largest_head_share * double(macs));
                    QVERIFY(spec.gridded().height >= 4);
                    QCOMPARE(side % spec.pool, std::size_t{0});
                }
            }
}

QTEST_APPLESS_MAIN(TestHeadGraph)
#include "tst_head_graph.moc"
