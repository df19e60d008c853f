// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <cmath>
#include <filesystem>
#include <string>

#include "core/network/dataset/dataset.h"
#include "core/network/engine/own_rules.h"
#include "core/network/engine/run_model.h"
#include "core/network/model/imported.h"
#include "core/network/model/multi_exit.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"
#include "tests/support/external_data.h"
#include "tests/support/float_array.h"

using namespace exitscope;
using namespace exitscope::model;
using Measure = ExitRule::Measure;
namespace fs = std::filesystem;

namespace {

const fs::path models = fs::path(EXITSCOPE_TEST_DATA) / "models";

MultiExitModel opened(const std::string& name, std::int64_t batch = 1)
{
    OpenOptions options;
    options.batch = batch;
    Expected<MultiExitModel> model = open_model(models / name, options);
    if (!model)
        throw std::runtime_error(model.error().message());
    return std::move(*model);
}

std::string refusal(const std::string& name)
{
    const Expected<MultiExitModel> model = open_model(models / name);
    return model ? "opened" : model.error().message();
}

engine::ModelRun ran(const MultiExitModel& model, const dataset::Dataset& data)
{
    Progress progress;
    const auto run = engine::run_model(model, nullptr, fp32, data, {8, 1}, progress);
    if (!run)
        throw std::runtime_error(run.error().message());
    return *run;
}

}  // namespace

class TestUnfoldExits : public QObject {
    Q_OBJECT

private slots:
    void rulesAndBatch_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("exits");
        QTest::addColumn<bool>("entropy");
        QTest::addColumn<float>("threshold");
        QTest::newRow("confidence") << "if_confidence" << 2 << false << 0.41F;
        QTest::newRow("condition for going on") << "if_unsure" << 2 << false << 0.41F;
        QTest::newRow("entropy") << "if_entropy" << 2 << true << 1.072F;
        QTest::newRow("nested") << "if_nested" << 3 << false << 0.41F;
    }
    void rulesAndBatch()
    {
        QFETCH(QString, name);
        QFETCH(int, exits);
        QFETCH(bool, entropy);
        QFETCH(float, threshold);
        const MultiExitModel model = opened(name.toStdString() + ".onnx", 4);
        QCOMPARE(model.exit_count(), std::size_t(exits));
        QVERIFY(model.stages[0].rule.has_value());
        QCOMPARE(model.stages[0].rule->measure, entropy ? Measure::entropy : Measure::confidence);
        QCOMPARE(model.stages[0].rule->threshold, threshold);
        QVERIFY(!model.stages[0].rule->or_equal);
        QVERIFY(!model.stages.back().rule.has_value());
        if (exits == 3)
            QCOMPARE(model.stages[1].rule->threshold, 0.54F);
        QCOMPARE(QString::fromStdString(model.stages[0].exit_name), QString("y.1"));
        QVERIFY2(!model.fixed_batch && model.batch == 4, "the batch of one is the condition's, not the network's");
        const Expected<MultiExitModel> other = with_batch(model, 7);
        QVERIFY(other && other->stages[0].rule == model.stages[0].rule);
    }

    /// Each image gets the answer that the file gives when its own `If` decides (operators' text in numpy).
    void answersAreTheFiles_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"if_confidence", "if_unsure", "if_entropy", "if_nested", "if_then_softmax"})
            QTest::newRow(name) << name;
    }
    void answersAreTheFiles()
    {
        QFETCH(QString, name);
        const auto data = dataset::open((models / "if_images.npy").string());
        const std::vector<float> truth = tests::read_floats(models / (name.toStdString() + ".npy"));
        QVERIFY(data);
        const MultiExitModel model = opened(name.toStdString() + ".onnx", 8);
        const engine::ModelRun run = ran(model, **data);
        QCOMPARE(truth.size(), run.samples * run.classes);
        const auto ruled = engine::apply_own_rules(model, run, {});
        QVERIFY(ruled && !ruled->accuracy);
        for (const double share : ruled->shares)
            QVERIFY2(share > 0.05, "every exit is taken by some image, or the test shows nothing");
        for (std::size_t i = 0; i < run.samples; ++i)
            for (std::size_t c = 0; c < run.classes; ++c) {
                const float mine = run.logits[(ruled->exit[i] * run.samples + i) * run.classes + c];
                QVERIFY(std::abs(mine - truth[i * run.classes + c]) < 1e-5F);
            }
    }

    void constantConditionTakesOneBranchAlone()
    {
        const MultiExitModel model = opened("if_constant.onnx", 3);
        QCOMPARE(model.exit_count(), std::size_t(1));
        QCOMPARE(model.batch, std::int64_t(3));
        for (const Node& node : model.graph.nodes)
            QVERIFY(node.op != "If" && node.op != "NoSuchOperator");
    }

    /// Conditions that are no rule of confidence or entropy: both answers are exits, without a rule and with a notice.
    void conditionsThatAreNotRead_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("reason");
        const QString other = "its condition is not a comparison of a softmax's largest probability or entropy";
        QTest::newRow("learned gate") << "if_gate" << other;
        QTest::newRow("spread of the scores") << "if_spread" << other;
        QTest::newRow("the image itself") << "if_data" << other;
        QTest::newRow("another answer") << "if_other_answer"
                                        << "its condition is not computed from the answer of the leaving branch";
    }
    void conditionsThatAreNotRead()
    {
        QFETCH(QString, name);
        QFETCH(QString, reason);
        const MultiExitModel model = opened(name.toStdString() + ".onnx", 8);
        QCOMPARE(model.exit_count(), std::size_t(2));
        for (const Stage& stage : model.stages)
            QVERIFY(!stage.rule);
        QVERIFY2(!model.fixed_batch && model.batch == 8, "the batch of one is the condition's, not the network's");
        QCOMPARE(model.notices.size(), std::size_t(1));
        QCOMPARE(model.notices.front().code, std::string("exit-rule-unread"));
        const QString text = QString::fromStdString(model.notices.front().text);
        QVERIFY2(text.contains("the node 'exit' (If): " + reason), qPrintable(text));
        const auto data = dataset::open((models / "if_images.npy").string());
        const std::vector<float> truth = tests::read_floats(models / (name.toStdString() + ".npy"));
        const engine::ModelRun run = ran(model, **data);
        std::vector<int> taken(2, 0);
        for (std::size_t i = 0; i < run.samples; ++i) {  // the file's answer is that of one of the exits
            int found = -1;
            for (const int exit : {0, 1}) {
                bool same = true;
                for (std::size_t c = 0; c < run.classes; ++c)
                    same = same && std::abs(run.logits[(std::size_t(exit) * run.samples + i) * run.classes + c] -
                                            truth[i * run.classes + c]) < 1e-5F;
                found = same ? exit : found;
            }
            QVERIFY(found >= 0);
            ++taken[std::size_t(found)];
        }
        QVERIFY2(taken[0] > 2 && taken[1] > 2, "both exits are taken, or the test shows nothing");
    }

    /// What follows the choice is applied to every exit; the rule stays.
    void operatorsBehindTheChoice()
    {
        const MultiExitModel model = opened("if_then_softmax.onnx", 8);
        QCOMPARE(model.exit_count(), std::size_t(2));
        QVERIFY(model.stages[0].rule.has_value());
        for (const Stage& stage : model.stages)
            QCOMPARE(stage.exit_kind, OutputKind::probabilities);
        QVERIFY(model.notices.empty());
    }

    void whatCannotBeUnfoldedSaysWhy()
    {
        QVERIFY(refusal("bad_if_depth.onnx").find("nested more than 16 branches deep") != std::string::npos);
        QVERIFY(refusal("bad_if_branch.onnx").find("has no branch for false") != std::string::npos);
    }

    void branchyLeNet()
    {
        const auto external = tests::external_data();
        if (!external || !fs::exists(*external / "models/mnist_branchy_lenet_if.onnx"))
            QSKIP("the model and MNIST are not there (EXITSCOPE_DATA)");
        OpenOptions options;
        options.batch = 50;
        const auto model = open_model(*external / "models/mnist_branchy_lenet_if.onnx", options);
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(model->exit_count(), std::size_t(2));
        QCOMPARE(model->stages[0].rule->threshold, 0.996F);
        QCOMPARE(model->batch, std::int64_t(50));
        const auto data = dataset::open((*external / "mnist").string() + ":test");
        QVERIFY(data);
        const engine::ModelRun run = ran(*model, **data);
        const auto labels = engine::read_labels(*model, **data);
        QVERIFY(labels);
        const auto ruled = engine::apply_own_rules(*model, run, *labels);
        QVERIFY(ruled.has_value());
        QCOMPARE(std::round(*ruled->accuracy * 10000), 9888.0);  // right answers of ONNX Runtime, image by image
        QVERIFY(std::abs(ruled->shares[0] - 0.841) < 0.0005);
        QVERIFY(run.accuracy[0] > 0.986 && run.accuracy[1] > 0.988);
    }
};

QTEST_GUILESS_MAIN(TestUnfoldExits)
#include "tst_unfold_exits.moc"
