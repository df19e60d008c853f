// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "core/network/calibrate/calibrate.h"
#include "core/network/engine/run_model.h"
#include "core/network/exits/attach.h"
#include "core/network/exits/attach_metadata.h"
#include "core/network/exits/constant_answer.h"
#include "tests/core/network/exits/pattern_data.h"

using namespace exitscope;
using namespace exitscope::exits;
using exitscope::tests::PatternData;

namespace {

const std::filesystem::path backbone = EXITSCOPE_TEST_DATA "/models/backbone_13.onnx";

AttachOptions quick(std::vector<std::string> tensors)
{
    AttachOptions options;
    options.tensors = std::move(tensors);
    options.training.epochs = 3;
    options.training.batch = 32;
    options.training.rate = 1e-2F;
    options.augmentation = Augmentation::none;
    return options;
}

Expected<Attached> attach(const dataset::DatasetPtr& data, const AttachOptions& options)
{
    Progress progress;
    return exits::attach(backbone, {}, data, options, progress);
}

dataset::DatasetPtr patterns(std::size_t samples, std::size_t classes = 4, std::uint64_t seed = 1)
{
    return std::make_shared<PatternData>(samples, classes, seed);
}

engine::ModelRun run_on(const model::MultiExitModel& model, const dataset::Dataset& data,
                        const plan::Quantization* quantization = nullptr, Precision precision = fp32)
{
    Progress progress;
    auto made = engine::run_model(model, quantization, precision, data, {}, progress);
    return made ? *made : engine::ModelRun{};
}

}  // namespace

class TestAttach : public QObject {
    Q_OBJECT
private slots:
    void learnsAndKeepsTheLastExit();
    void sameBytesWhateverTheThreads_data();
    void sameBytesWhateverTheThreads();
    void integerFeatures();
    void headsQuantizeWithTheirStage();
    void attachesAgain();
    void metadataSaysWhatWasDone();
    void familiarImagesAreNoticed();
    void cancelledTrainingKeepsTheBest();
    void cancelledTrainingFallsBackOnPilots();
    void cancelledTrainingLeavesOutWhatHasLearntNothing();
    void headsMustBeatTheConstantAnswer();
    void fewImagesAreSaidBefore();
    void distillationNeedsNoLabels();
    void errors_data();
    void errors();
};

void TestAttach::headsMustBeatTheConstantAnswer()
{
    using Labels = std::vector<std::int32_t>;
    const ConstantAnswer even = constant_answer(Labels{0, 1, 2, 3}, Labels{0, 1, 2, 3}, 4);
    QCOMPARE(even.accuracy, 0.25);
    QCOMPARE(even.loss, std::log(4.0));
    QVERIFY(!even.beaten_by(0.25, 0.1));           // not by accuracy
    QVERIFY(!even.beaten_by(0.9, std::log(4.0)));  // a head of zeros
    QVERIFY(even.beaten_by(0.5, 1.0));
    const ConstantAnswer skewed = constant_answer(Labels(18, 1), Labels{1, 1, 1, 0}, 2);
    QCOMPARE(skewed.accuracy, 0.75);
    QVERIFY(std::abs(skewed.loss - std::min(std::log(2.0), -(3 * std::log(0.95) + std::log(0.05)) / 4)) < 1e-12);

    // Labels that have nothing to do with the images: nothing can be learned.
    class Shuffled final : public dataset::Dataset {
    public:
        explicit Shuffled(dataset::DatasetPtr images) : images_(std::move(images)) {}
        const dataset::Info& info() const override { return images_->info(); }
        std::size_t size() const override { return images_->size(); }
        Expected<dataset::Image> image(SampleIndex index) const override { return images_->image(index); }
        std::optional<ClassIndex> label(SampleIndex index) const override
        {
            return ClassIndex(index.at() % 8 == 0 ? index.at() / 8 % 4 : 1);
        }
        std::string origin(SampleIndex index) const override { return images_->origin(index); }
        std::string content_hash() const override { return "shuffled"; }

    private:
        dataset::DatasetPtr images_;
    };
    AttachOptions options = quick({"map14", "map7"});
    options.training.rate = 1e-6F;
    const auto made = attach(std::make_shared<Shuffled>(patterns(400)), options);
    QVERIFY(!made && made.error().code == ErrorCode::bad_input);
    QVERIFY2(made.error().detail.find("no head learned anything") != std::string::npos, made.error().detail.c_str());
}

void TestAttach::fewImagesAreSaidBefore()
{
    AttachOptions options = quick({"map14"});
    const Notices said = training_notices(*patterns(40), 4, options);
    QCOMPARE(said.size(), std::size_t(1));
    QVERIFY2(said[0].text.find("9.0 images to train on for each of 4 classes") != std::string::npos,
             said[0].text.c_str());
    QVERIFY(said[0].text.find("--distill 1") != std::string::npos);
    QVERIFY(training_notices(*patterns(80), 4, options).empty());
    options.training.distillation = 1;
    QVERIFY(training_notices(*patterns(40), 4, options).empty());
}

void TestAttach::distillationNeedsNoLabels()
{
    auto images = std::make_shared<PatternData>(400, 4, 1);
    images->describe().labelled = false;
    AttachOptions options = quick({"map7"});
    const auto refused = attach(images, options);
    QVERIFY(!refused);
    QVERIFY2(refused.error().detail.find("--distill 1") != std::string::npos, refused.error().detail.c_str());
    options.training.distillation = 1;
    options.training.epochs = 8;
    // The untrained backbone gives most images one answer: whatever is learned from it is compared with that.
    const auto made = attach(images, options);
    QVERIFY(!made);
    QVERIFY2(made.error().detail.find("one answer for all") != std::string::npos, made.error().detail.c_str());
}

void TestAttach::learnsAndKeepsTheLastExit()
{
    AttachOptions options = quick({"map14", "map7", "stream"});
    options.training.epochs = 8;
    const auto made = attach(patterns(800), options);
    QVERIFY2(made, made ? "" : made.error().message().c_str());
    QVERIFY(made->complete);
    QCOMPARE(made->exits.size(), std::size_t{4});
    for (std::size_t e = 0; e < 3; ++e) {
        QVERIFY(made->exits[e].head.has_value());
        // a cheap head is chosen in so small a network; chance is 0.25
        QVERIFY2(*made->exits[e].accuracy > 0.7, qPrintable(QString::number(*made->exits[e].accuracy)));
        QVERIFY(made->exits[e].macs < made->exits[e + 1].macs);
    }
    QVERIFY(!made->exits.back().head);
    QVERIFY(made->exits.back().relative_macs > 1);  // the heads come on top

    const auto before = model::open_model(backbone);
    const auto after = model::open_model(made->model, backbone, {});
    QVERIFY(before && after);
    const auto fresh = patterns(100, 4, 99);
    const engine::ModelRun plain = run_on(*before, *fresh);
    const engine::ModelRun several = run_on(*after, *fresh);
    QCOMPARE(several.exits, std::size_t{4});
    QVERIFY(several.accuracy[0] > 0.65);
    QVERIFY(std::equal(plain.logits.begin(), plain.logits.end(), several.logits.end() - 400));
    const auto large = model::with_batch(*after, 7);
    QVERIFY2(large, large ? "" : large.error().message().c_str());
}

void TestAttach::sameBytesWhateverTheThreads_data()
{
    QTest::addColumn<QString>("precision");
    QTest::newRow("float") << "fp32";
    QTest::newRow("integer") << "w8a8";
}

void TestAttach::sameBytesWhateverTheThreads()
{
    QFETCH(QString, precision);
    AttachOptions options = quick({"map14", "map7"});
    options.augmentation = Augmentation::flip_shift;
    options.views = 3;
    options.training.distillation = 0.25F;
    options.precisions = {*Precision::parse(precision.toStdString())};
    const auto one = attach(patterns(150), options);
    QVERIFY2(one, one ? "" : one.error().message().c_str());
    options.threads = 4;
    const auto four = attach(patterns(150), options);
    QVERIFY(four && one->model == four->model);
    options.memory_bytes = 0;  // features go to a file
    const auto spilled = attach(patterns(150), options);
    QVERIFY(spilled && one->model == spilled->model);
    options.seed = 2;
    const auto other = attach(patterns(150), options);
    QVERIFY(other && one->model != other->model);
}

void TestAttach::integerFeatures()
{
    AttachOptions options = quick({"map7"});
    options.precisions = {*Precision::parse("w8a8"), *Precision::parse("w4a4")};
    const auto made = attach(patterns(400), options);
    QVERIFY2(made, made ? "" : made.error().message().c_str());
    QVERIFY(*made->exits[0].accuracy > 0.8);
}

void TestAttach::headsQuantizeWithTheirStage()
{
    AttachOptions options = quick({"map14"});
    for (const HeadKind kind : {HeadKind::linear, HeadKind::grid4, HeadKind::conv}) {
        options.head = kind;
        const auto made = attach(patterns(400), options);
        QVERIFY2(made || kind != HeadKind::grid4, made ? "" : made.error().message().c_str());
        if (!made)
            continue;  // a linear head learns nothing here, and the tiny backbone's budget has no room for a convolution
        const auto model = model::open_model(made->model, backbone, {});
        QVERIFY(model);
        const auto data = patterns(200, 4, 5);
        const Precision w8a8 = *Precision::parse("w8a8");
        Progress progress;
        const auto quantization = calibrate::calibrate(*model, *data, {w8a8}, {}, progress);
        QVERIFY2(quantization, quantization ? "" : quantization.error().message().c_str());
        std::size_t integer_layers = 0;
        const plan::StagePlan* plan = quantization->find(StageIndex(0), w8a8);
        for (const NodeIndex node : model->stages[0].head)
            integer_layers += plan->weights[node.at()].has_value();
        QCOMPARE(integer_layers, std::size_t{kind == HeadKind::linear ? 1U : 2U});
        const double exact = run_on(*model, *data).accuracy[0];
        const double quantized = run_on(*model, *data, &*quantization, w8a8).accuracy[0];
        QVERIFY2(std::abs(exact - quantized) < 0.05, qPrintable(QString("%1 %2").arg(exact).arg(quantized)));
    }
}

/// The result is a backbone like any other; the names of the second round do not clash.
void TestAttach::attachesAgain()
{
    const auto once = attach(patterns(200), quick({"map14"}));
    QVERIFY(once);
    QTemporaryDir directory;
    const std::filesystem::path path = directory.filePath("once.onnx").toStdString();
    QFile file(path.c_str());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(reinterpret_cast<const char*>(once->model.data()), static_cast<qint64>(once->model.size()));
    file.close();
    Progress progress;
    const auto twice = exits::attach(path, {}, patterns(200), quick({"map7"}), progress);
    QVERIFY2(twice, twice ? "" : twice.error().message().c_str());
    QCOMPARE(twice->exits.size(), std::size_t{3});
    QCOMPARE(twice->exits[0].name, std::string("exit1"));
    QVERIFY(!twice->exits[0].head);
    QCOMPARE(twice->exits[1].name, std::string("exit_1"));
    QCOMPARE(twice->exits[1].tensor, std::string("map7"));
}

void TestAttach::metadataSaysWhatWasDone()
{
    auto data = std::make_shared<PatternData>(200, 4, 1);
    data->describe().class_names = {"a", "b", "c", "d"};
    AttachOptions options = quick({"map14"});
    Progress progress;
    model::OpenOptions open;
    open.preprocessing.mean = {{0.5F, 0.25F, 0.125F}};
    open.preprocessing.std = {{0.5F, 0.5F, 0.5F}};
    const auto made = exits::attach(backbone, open, data, options, progress);
    QVERIFY2(made, made ? "" : made.error().message().c_str());
    const auto model = model::open_model(made->model, backbone, {});
    QVERIFY(model);
    QVERIFY(model->preprocessing_known);
    QCOMPARE(model->preprocessing.mean, (std::vector<float>{0.5F, 0.25F, 0.125F}));
    QCOMPARE(model->class_names, (std::vector<std::string>{"a", "b", "c", "d"}));
    const QString heads = QString::fromStdString(model->graph.metadata.at("exitscope.heads"));
    QVERIFY2(heads.contains(R"("tensor":"map14")"), qPrintable(heads));
    const QString training = QString::fromStdString(model->graph.metadata.at("exitscope.training"));
    QVERIFY2(training.contains(R"("samples":200)"), qPrintable(training));
    QCOMPARE(training_source(model->graph), std::optional<std::string>("patterns"));
    const auto plain = model::open_model(backbone);
    QVERIFY(plain && !training_source(plain->graph));
}

void TestAttach::familiarImagesAreNoticed()
{
    AttachOptions options = quick({"map14"});
    options.held_out_data = patterns(100, 4, 2);
    const auto made = attach(patterns(200), options);
    QVERIFY2(made, made ? "" : made.error().message().c_str());
    QVERIFY(made->familiarity.others_are_new);
    QCOMPARE(made->familiarity.fitted_samples, std::size_t{200});
    QCOMPARE(made->familiarity.other_samples, std::size_t{100});
    options.held_out_data = patterns(200);
    QVERIFY(!attach(patterns(200), options));
}

void TestAttach::cancelledTrainingKeepsTheBest()
{
    AttachOptions options = quick({"map14"});
    options.head = HeadKind::grid4;
    options.training.epochs = 1000;
    Progress progress;
    const auto made = exits::attach(backbone, {}, patterns(300), options, progress, [&](const EpochReport& report) {
        if (report.epoch == 4)
            progress.cancel();
    });
    QVERIFY2(made, made ? "" : made.error().message().c_str());
    QVERIFY(!made->complete);
    QVERIFY(*made->exits[0].accuracy > 0.8);
    Progress before;
    before.cancel();
    const auto none = exits::attach(backbone, {}, patterns(300), options, before);
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::cancelled);
}

/// With one thread the exits' heads are trained one after another; those whose turn has not come keep their pilot's.
void TestAttach::cancelledTrainingFallsBackOnPilots()
{
    AttachOptions options = quick({"map14", "map7", "stream"});
    options.training.epochs = 20;
    Progress progress;
    std::set<std::size_t> reported;
    const auto made = exits::attach(backbone, {}, patterns(600), options, progress, [&](const EpochReport& report) {
        reported.insert(report.exit);
        progress.cancel();
    });
    QVERIFY2(made, made ? "" : made.error().message().c_str());
    QCOMPARE(reported.size(), std::size_t{1});
    QVERIFY(!made->complete);
    QVERIFY(made->left_out.empty());
    QCOMPARE(made->exits.size(), std::size_t{4});
    for (std::size_t e = 0; e < 3; ++e)
        QVERIFY2(*made->exits[e].accuracy > 0.5, qPrintable(QString::number(*made->exits[e].accuracy)));
    const auto model = model::open_model(made->model, backbone, {});
    QVERIFY(model);
    QVERIFY(QString::fromStdString(model->graph.metadata.at("exitscope.training")).contains(R"("cancelled":true)"));
}

void TestAttach::cancelledTrainingLeavesOutWhatHasLearntNothing()
{
    AttachOptions options = quick({"map14", "map7", "stream"});
    options.head = HeadKind::linear;
    Progress progress;
    std::size_t trained = 9;
    const auto made = exits::attach(backbone, {}, patterns(300), options, progress, [&](const EpochReport& report) {
        trained = report.exit;
        progress.cancel();
    });
    QVERIFY2(made, made ? "" : made.error().message().c_str());
    QCOMPARE(made->exits.size(), std::size_t{2});
    QCOMPARE(made->exits[0].name, std::string("exit1"));
    QCOMPARE(made->exits[0].tensor, options.tensors[trained]);
    QCOMPARE(made->left_out.size(), std::size_t{2});
    QVERIFY(std::find(made->left_out.begin(), made->left_out.end(), options.tensors[trained]) == made->left_out.end());
}

void TestAttach::errors_data()
{
    QTest::addColumn<int>("samples");
    QTest::addColumn<int>("classes");
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<QString>("head");
    QTest::addColumn<QString>("message");
    QTest::newRow("one class") << 100 << 1 << "map14"
                               << "grid4"
                               << "one class only";
    QTest::newRow("fewer images than classes") << 4 << 2 << "map14"
                                               << "grid4"
                                               << "fewer than 4 classes";
    QTest::newRow("label beyond") << 100 << 6 << "map14"
                                  << "grid4"
                                  << "is beyond the 4 classes";
    QTest::newRow("unknown tensor") << 100 << 4 << "nowhere"
                                    << "grid4"
                                    << "'nowhere' is not a cut point";
    QTest::newRow("inside a residual block") << 100 << 4 << "mixed"
                                             << "grid4"
                                             << "'mixed' is not a cut point";
    QTest::newRow("kind that does not fit") << 100 << 4 << "vector"
                                            << "grid4"
                                            << "does not fit the tensor 'vector'";
    QTest::newRow("named classes") << -100 << 4 << "map14"
                                   << "grid4"
                                   << "has 3 classes, but backbone_13.onnx answers with 4";
    QTest::newRow("no labels") << -200 << 4 << "map14"
                               << "grid4"
                               << "need a label for every image";
}

void TestAttach::errors()
{
    QFETCH(int, samples);
    QFETCH(int, classes);
    QFETCH(QString, tensor);
    QFETCH(QString, head);
    QFETCH(QString, message);
    auto data = std::make_shared<PatternData>(static_cast<std::size_t>(std::abs(samples)),
                                              static_cast<std::size_t>(classes), 1);
    if (samples == -100)
        data->describe().class_names = {"a", "b", "c"};
    if (samples == -200)
        data->describe().labelled = false;
    AttachOptions options = quick({tensor.toStdString()});
    options.head = parse_head_kind(head.toStdString());
    const auto made = attach(data, options);
    QVERIFY(!made);
    const QString text = QString::fromStdString(made.error().message());
    QVERIFY2(text.contains(message), qPrintable(text));
    QVERIFY(!text.contains('\n'));
}

QTEST_APPLESS_MAIN(TestAttach)
#include "tst_attach.moc"
