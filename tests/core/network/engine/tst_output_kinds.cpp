// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/softmax.h"
#include "core/network/engine/output_kinds.h"
#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"
#include "tests/support/small_network.h"

using namespace exitscope;
using namespace exitscope::engine;

namespace {

/// A network for tests::small_data() that ends as the statements say; its scores are called e.
model::MultiExitModel network(const std::string& end)
{
    const model::Graph graph = tests::build_graph(R"(
        x = input [N,2,12,12]
        w = random [5,2,3,3]
        c = Conv(x, w)
        g = GlobalMaxPool(c)
        f = Flatten(g)
        h = random [5,5]
        e = Gemm(f, h)
        one = ints [1] {1}
    )" + end);
    Expected<model::Graph> specialised = model::specialise(graph, 4);
    if (!specialised)
        throw std::runtime_error(specialised.error().message());
    Expected<model::MultiExitModel> model = model::cut(std::move(*specialised), 4);
    if (!model)
        throw std::runtime_error(model.error().message());
    model->preprocessing.channels = 2;
    model->preprocessing.height = 12;
    model->preprocessing.width = 12;
    return std::move(*model);
}

}  // namespace

class TestOutputKinds : public QObject {
    Q_OBJECT

private slots:
    void decidedByValues_data()
    {
        QTest::addColumn<QString>("end");
        QTest::addColumn<QString>("kind");
        const QString softmax =
            "m = ReduceMax(e) axes=[1]\nd = Sub(e, m)\nn = Exp(d)\ns = ReduceSum(n, one)\np = Div(n, s)\n";
        QTest::newRow("softmax written out") << softmax + "> p"
                                             << "probabilities";
        QTest::newRow("without the largest") << "n = Exp(e)\ns = ReduceSum(n, one)\np = Div(n, s)\n> p"
                                             << "probabilities";
        QTest::newRow("softmax, clipped")
            << "p = Softmax(e)\nl = constant [] {0.0000001}\nu = constant [] {0.9999999}\ny = Clip(p, l, u)\n> y"
            << "probabilities";
        QTest::newRow("exp of log-softmax") << "l = LogSoftmax(e)\np = Exp(l)\n> p"
                                            << "probabilities";
        QTest::newRow("through 16 bits") << "h16 = Cast(e) to=10\np = Softmax(h16)\ny = Cast(p) to=1\n> y"
                                         << "probabilities";
        QTest::newRow("softmax, scaled") << "p = Softmax(e)\nk = constant [] {1.001}\ny = Mul(p, k)\n> y"
                                         << "probabilities";
        QTest::newRow("mean of two distributions")
            << "p = Softmax(e)\nt = constant [] {3}\nq0 = Div(e, t)\nq = Softmax(q0)\ny = Mean(p, q)\n> y"
            << "probabilities";
        QTest::newRow("sums of ones") << "r = Sigmoid(e)\ns = ReduceSum(r, one)\ny = Div(r, s)\n> y"
                                      << "probabilities";
        QTest::newRow("sigmoid") << "y = Sigmoid(e)\n> y"
                                 << "scores";
        QTest::newRow("rectified") << "y = Relu(e)\n> y"
                                   << "logits";
        QTest::newRow("squashed both ways") << "y = Tanh(e)\n> y"
                                            << "logits";
        QTest::newRow("layer") << "y = Identity(e)\n> y"
                               << "logits";
        QTest::newRow("log-softmax") << "y = LogSoftmax(e)\n> y"
                                     << "logits";
        QTest::newRow("negative log-softmax") << "l = LogSoftmax(e)\ny = Neg(l)\n> y"
                                              << "logits";
    }
    void decidedByValues()
    {
        QFETCH(QString, end);
        QFETCH(QString, kind);
        model::MultiExitModel model = network(end.toStdString());
        Progress progress;
        const auto decided = decide_output_kinds(model, *tests::small_data(), 1, progress);
        QVERIFY2(decided, decided ? "" : decided.error().message().c_str());
        const model::Stage& stage = model.stages.front();
        QVERIFY(stage.exit_kind_known);
        QCOMPARE(QString::fromUtf8(name(stage.exit_kind)), kind);
        QCOMPARE(model.notices.size(), std::size_t(kind == "scores" ? 1 : 0));
    }

    void whatIsSaidIsNotDecided()
    {
        model::MultiExitModel model = network("y = Sigmoid(e)\n> y");
        model.stages.front().exit_kind_known = true;
        Progress progress;
        QVERIFY(decide_output_kinds(model, *tests::small_data(), 1, progress));
        QCOMPARE(model.stages.front().exit_kind, OutputKind::logits);
        QVERIFY(model.notices.empty());
    }

    void probabilitiesOfARow()
    {
        std::array<float, 3> scratch{};
        const auto of = [&](std::vector<float> row, OutputKind kind) {
            const std::span<const float> p = probabilities_of(row, kind, scratch);
            return std::vector<float>(p.begin(), p.end());
        };
        QCOMPARE(of({0.5F, 0.25F, 0.25F}, OutputKind::probabilities), (std::vector<float>{0.5F, 0.25F, 0.25F}));
        QCOMPARE(of({0.75F, 0.5F, 0.25F}, OutputKind::scores), (std::vector<float>{0.5F, 1.0F / 3, 1.0F / 6}));
        QCOMPARE(of({0.5F, 0.5F, -0.001F}, OutputKind::probabilities), (std::vector<float>{0.5F, 0.5F, 0}));
        QCOMPARE(of({0, 0, 0}, OutputKind::scores), (std::vector<float>(3, 1.0F / 3)));
        const std::vector<float> p = of({0, std::log(2.0F), 0}, OutputKind::logits);
        QVERIFY(std::abs(p[1] - 0.5F) < 1e-6F);
    }
};

QTEST_APPLESS_MAIN(TestOutputKinds)
#include "tst_output_kinds.moc"
