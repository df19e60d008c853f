// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <functional>
#include <limits>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/analysis/run/check.h"
#include "core/analysis/run/run_file.h"
#include "core/base/file.h"
#include "core/base/formats/hdf5.h"
#include "core/base/plan/stage_plan.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
namespace fs = std::filesystem;

namespace {

/// Two layers in every second stage, none in the others.
plan::Quantization small_quantization(const run::Run& run)
{
    plan::Quantization made;
    made.precisions = run.precisions;
    for (const Precision precision : run.precisions) {
        std::vector<plan::StagePlan>& plans = made.plans.emplace_back();
        for (std::size_t stage = 0; stage < run.exit_count(); ++stage) {
            plan::StagePlan& plan = plans.emplace_back();
            plan.precision = precision;
            plan.stream.resize(5);
            plan.operand.resize(5);
            plan.weights.resize(4);
            if (stage % 2 == 1)
                continue;
            plan.rounds_inside = stage == 2;
            plan.stream[1] = plan::Grid{0.25F, 3, 8};
            plan.operand[1] = plan::Grid{0.5F, 15, 4};
            plan.weights[0] = plan::QuantizedWeights{{-127, 5, 127, 0}, {0.5F, 1.5F}, {-2000000000, 7}, {}, {}};
            plan.weights[3] = plan::QuantizedWeights{{1, -1, 2}, {0.125F}, {static_cast<int>(stage)}, {0.25F}, {}};
            if (stage == 0)
                plan.weights[3]->rounding =
                    plan::Rounding{plan::WeightMethod::asymmetric, 0.25F, 11.5F, 14.25F, 0.125F};
        }
    }
    return made;
}

/// One number per channel; 0 where there is none.
std::vector<float> rests(const plan::QuantizedWeights& weights)
{
    return weights.bias_rest.empty() ? std::vector<float>(weights.bias.size(), 0.0F) : weights.bias_rest;
}

bool same_quantization(const plan::Quantization& a, const plan::Quantization& b)
{
    const auto same_weights = [](const auto& x, const auto& y) {
        return x.has_value() == y.has_value() &&
               (!x || (x->values == y->values && x->scales == y->scales && x->bias == y->bias &&
                       rests(*x) == rests(*y) && x->rounding == y->rounding));
    };
    const auto same_plan = [&](const plan::StagePlan& x, const plan::StagePlan& y) {
        return x.precision == y.precision && x.rounds_inside == y.rounds_inside && x.stream == y.stream &&
               x.operand == y.operand &&
               std::equal(x.weights.begin(), x.weights.end(), y.weights.begin(), y.weights.end(), same_weights);
    };
    return a.precisions == b.precisions &&
           std::equal(a.plans.begin(), a.plans.end(), b.plans.begin(), b.plans.end(),
                      [&](const auto& x, const auto& y) {
                          return std::equal(x.begin(), x.end(), y.begin(), y.end(), same_plan);
                      });
}

run::Run small_run(bool labelled_test = true, bool probabilities = true)
{
    tests::SyntheticOptions options;
    options.exits = 3;
    options.fit_samples = 50;
    options.test_samples = 70;
    options.labelled_test = labelled_test;
    options.probabilities = probabilities;
    run::Run run = *tests::synthetic_run(options);
    run.provenance.model_hash = "0123456789abcdef";
    run.provenance.machine = "a machine, 2 cores – naïve";
    run.provenance.created = "2024-05-06T07:08:09Z";
    run.provenance.seed = std::numeric_limits<std::uint64_t>::max();
    run.provenance.threads = 3;
    run.provenance.calibration_samples = 512;
    run.provenance.calibration_data = "fit";
    run.provenance.preprocessing = R"({"channels":3,"height":32,"width":48})";
    run.provenance.preprocessing_options = "--range 0..1";
    run.provenance.seconds = 1.25;
    run.provenance.images_per_second = 4321.5;
    run.provenance.notices = {{"class-order", "folders are numbered as text"}, {"skipped", "2 images – left out"}};
    run.fit.dataset_source = "fashion-mnist:fit";
    run.fit.dataset_hash = "aa";
    run.fit.labels_file = "/labels/y.npy";
    run.fit.image_root = "images";
    run.test.dataset_hash = "";
    run.fit.labels[3] = -1;
    run.stage_costs[1].trunk_pinned_macs = 0.25;
    run.quantization = std::make_shared<const plan::Quantization>(small_quantization(run));
    return run;
}

bool same(const run::Statistics& a, const run::Statistics& b)
{
    return a.maximum == b.maximum && a.entropy == b.entropy && a.margin == b.margin &&
           a.square_entropy == b.square_entropy;
}

void compare(const run::Split& a, const run::Split& b)
{
    QCOMPARE(a.name, b.name);
    QCOMPARE(a.dataset, b.dataset);
    QCOMPARE(a.dataset_source, b.dataset_source);
    QCOMPARE(a.dataset_hash, b.dataset_hash);
    QCOMPARE(a.labels_file, b.labels_file);
    QCOMPARE(a.image_root, b.image_root);
    QCOMPARE(a.samples, b.samples);
    QVERIFY(a.class_numbers == b.class_numbers);
    QVERIFY(a.skipped == b.skipped);
    QVERIFY(a.source_index == b.source_index);
    QVERIFY(a.labels == b.labels);
    QVERIFY(a.prediction == b.prediction);
    QVERIFY(a.true_probability == b.true_probability);
    QVERIFY(a.probabilities == b.probabilities);
    QCOMPARE(a.statistics.size(), b.statistics.size());
    for (std::size_t s = 0; s < a.statistics.size(); ++s)
        QVERIFY(std::equal(a.statistics[s].begin(), a.statistics[s].end(), b.statistics[s].begin(),
                           b.statistics[s].end(), same));
}

void compare(const run::Run& a, const run::Run& b)
{
    QCOMPARE(a.provenance.model_path, b.provenance.model_path);
    QVERIFY(a.provenance.notices == b.provenance.notices);
    QCOMPARE(a.provenance.model_hash, b.provenance.model_hash);
    QCOMPARE(a.provenance.program_version, b.provenance.program_version);
    QCOMPARE(a.provenance.machine, b.provenance.machine);
    QCOMPARE(a.provenance.created, b.provenance.created);
    QCOMPARE(a.provenance.seed, b.provenance.seed);
    QCOMPARE(a.provenance.threads, b.provenance.threads);
    QCOMPARE(a.provenance.calibration_samples, b.provenance.calibration_samples);
    QCOMPARE(a.provenance.calibration_data, b.provenance.calibration_data);
    QCOMPARE(a.provenance.preprocessing, b.provenance.preprocessing);
    QCOMPARE(a.provenance.preprocessing_options, b.provenance.preprocessing_options);
    QCOMPARE(a.provenance.seconds, b.provenance.seconds);
    QCOMPARE(a.provenance.images_per_second, b.provenance.images_per_second);
    QVERIFY(a.class_names == b.class_names);
    QCOMPARE(a.classes, b.classes);
    QVERIFY(a.exit_names == b.exit_names);
    QVERIFY(a.exit_kinds == b.exit_kinds);
    QVERIFY(a.precisions == b.precisions);
    QVERIFY(a.schedule == b.schedule);
    QCOMPARE(a.states.size(), b.states.size());
    for (std::size_t s = 0; s < a.states.size(); ++s) {
        QVERIFY(a.states[s].exit == b.states[s].exit);
        QVERIFY(a.states[s].path == b.states[s].path);
        QVERIFY(a.states[s].parent == b.states[s].parent);
        QVERIFY(a.states[s].children == b.states[s].children);
    }
    QVERIFY(a.full() == b.full());
    QVERIFY(std::equal(a.roots().begin(), a.roots().end(), b.roots().begin(), b.roots().end()));
    QCOMPARE(a.stage_costs.size(), b.stage_costs.size());
    for (std::size_t l = 0; l < a.stage_costs.size(); ++l) {
        const run::StageCost& p = a.stage_costs[l];
        const run::StageCost& q = b.stage_costs[l];
        QCOMPARE(p.trunk_macs, q.trunk_macs);
        QCOMPARE(p.head_macs, q.head_macs);
        QCOMPARE(p.trunk_parameters, q.trunk_parameters);
        QCOMPARE(p.head_parameters, q.head_parameters);
        QVERIFY(p.trunk_ms == q.trunk_ms);
        QVERIFY(p.head_ms == q.head_ms);
        QCOMPARE(p.trunk_pinned_macs, q.trunk_pinned_macs);
        QCOMPARE(p.head_pinned_macs, q.head_pinned_macs);
    }
    QCOMPARE(a.quantization != nullptr, b.quantization != nullptr);
    QVERIFY(!a.quantization || same_quantization(*a.quantization, *b.quantization));
    compare(a.fit, b.fit);
    compare(a.test, b.test);
}

QByteArray bytes_of(const fs::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const fs::path& path, const QByteArray& bytes)
{
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

/// Opens a run file for change and hands over its root.
void change(const fs::path& path, const std::function<void(hid_t)>& edit)
{
    const formats::hdf5::Session session;
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    QVERIFY(file >= 0);
    edit(file);
    H5Fclose(file);
}

void replace_dataset(hid_t file, const char* name, hid_t type, const std::vector<hsize_t>& dimensions, bool chunked)
{
    H5Ldelete(file, name, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(int(dimensions.size()), dimensions.data(), nullptr);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    if (chunked) {
        std::vector<hsize_t> chunk(dimensions.size(), 1);
        H5Pset_chunk(properties, int(chunk.size()), chunk.data());
    }
    const hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    QVERIFY(dataset >= 0);
    H5Dclose(dataset);
    H5Pclose(properties);
    H5Sclose(space);
}

}  // namespace

class TestRunFile : public QObject {
    Q_OBJECT
private slots:
    void init() { directory_ = std::make_unique<QTemporaryDir>(); }
    void roundTrip_data();
    void roundTrip();
    void sameRunSameBytes();
    void anOutlineComesFirst();
    void largeColumnsAreChunked();
    void refusesToWriteNonsense_data();
    void refusesToWriteNonsense();
    void failedWriteLeavesTheOldFile();
    void otherFiles();
    void truncatedFiles();
    void damagedFiles();
    void otherVersion();
    void lyingShapes();
    void linksToOtherFiles();

private:
    [[nodiscard]] fs::path file(const char* name) const { return (directory_->path() + "/" + name).toStdString(); }
    void expectRefusal(const fs::path& path, const char* words) const;
    std::unique_ptr<QTemporaryDir> directory_;
};

void TestRunFile::anOutlineComesFirst()
{
    const run::RunPtr made = tests::synthetic_run({.exits = 2, .fit_samples = 30, .test_samples = 40});
    const fs::path path = file("run.exr");
    QVERIFY(run::save(*made, path));
    std::vector<run::RunPtr> outlines;
    const auto loaded = run::load(path, [&](run::RunPtr outline) { outlines.push_back(std::move(outline)); });
    QVERIFY(loaded.has_value());
    QCOMPARE(outlines.size(), std::size_t(1));
    const run::Run& outline = *outlines.front();
    QVERIFY(outline.test.prediction == (*loaded)->test.prediction);
    QVERIFY(outline.fit.labels == (*loaded)->fit.labels);
    QVERIFY(outline.full() == (*loaded)->full());
    QVERIFY(outline.test.statistics.empty() && outline.test.probabilities.empty());
    QVERIFY(!run::inconsistency(outline, run::Extent::outline) && run::inconsistency(outline));
}

void TestRunFile::expectRefusal(const fs::path& path, const char* words) const
{
    const Expected<run::RunPtr> loaded = run::load(path);
    QVERIFY2(!loaded, words);
    QCOMPARE(loaded.error().code, ErrorCode::bad_input);
    QCOMPARE(loaded.error().where, path.string());
    QVERIFY2(loaded.error().detail.find(words) != std::string::npos, loaded.error().detail.c_str());
    QVERIFY(loaded.error().detail.find('\n') == std::string::npos);
}

void TestRunFile::roundTrip_data()
{
    QTest::addColumn<bool>("labelled");
    QTest::addColumn<bool>("probabilities");
    QTest::addColumn<bool>("latency");
    QTest::newRow("everything") << true << true << true;
    QTest::newRow("unlabelled test") << false << true << true;
    QTest::newRow("no probabilities") << true << false << true;
    QTest::newRow("no latency") << true << false << false;
}

void TestRunFile::roundTrip()
{
    QFETCH(bool, labelled);
    QFETCH(bool, probabilities);
    QFETCH(bool, latency);
    run::Run run = small_run(labelled, probabilities);
    if (!latency)
        for (run::StageCost& cost : run.stage_costs) {
            cost.trunk_ms.clear();
            cost.head_ms.clear();
        }
    const fs::path path = file("run.exr");
    const Expected<void> saved = run::save(run, path);
    QVERIFY2(saved, saved ? "" : saved.error().message().c_str());
    const Expected<run::RunPtr> loaded = run::load(path);
    QVERIFY2(loaded, loaded ? "" : loaded.error().message().c_str());
    compare(**loaded, run);
}

void TestRunFile::sameRunSameBytes()
{
    const run::Run run = small_run();
    QVERIFY(run::save(run, file("a.exr")));
    QVERIFY(run::save(run, file("b.exr")));
    QVERIFY(bytes_of(file("a.exr")) == bytes_of(file("b.exr")));
}

void TestRunFile::largeColumnsAreChunked()
{
    tests::SyntheticOptions options;
    options.exits = 2;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 100;
    options.test_samples = 70000;  // more than one chunk
    options.probabilities = false;
    const run::RunPtr run = tests::synthetic_run(options);
    QVERIFY(run::save(*run, file("large.exr")));
    const Expected<run::RunPtr> loaded = run::load(file("large.exr"));
    QVERIFY(loaded);
    compare(**loaded, *run);
    QVERIFY(fs::file_size(file("large.exr")) < 6 * 70000 * (2 + 4 + 16));
}

void TestRunFile::refusesToWriteNonsense_data()
{
    QTest::addColumn<int>("defect");
    for (int defect = 0; defect < 16; ++defect)
        QTest::addRow("defect %d", defect) << defect;
}

void TestRunFile::refusesToWriteNonsense()
{
    QFETCH(int, defect);
    run::Run run = small_run();
    QVERIFY(!run::inconsistency(run));
    switch (defect) {
    case 0: run.fit.labels[5] = 10; break;
    case 1: run.fit.labels[5] = -2; break;
    case 2: run.test.prediction[1][7] = 10; break;
    case 3: run.test.prediction.pop_back(); break;
    case 4: run.test.statistics[0].pop_back(); break;
    case 5: run.test.statistics[2][3].margin = std::numeric_limits<float>::quiet_NaN(); break;
    case 6: run.test.true_probability[0][0] = 1.5F; break;
    case 7: run.test.probabilities[0].pop_back(); break;
    case 8: run.class_names.pop_back(); break;
    case 9: std::swap(run.precisions[0], run.precisions[1]); break;
    case 10: run.precisions[0] = {4, 77}; break;
    case 11: run.states[4].parent.reset(); break;
    case 12: run.states[4].path[0] = run.precisions[2]; break;
    case 13: run.states.push_back(run.states.back()); break;
    case 14: run.stage_costs[0].trunk_macs = -1; break;
    case 15: run.stage_costs[1].head_ms.pop_back(); break;
    default: QFAIL("no such defect");
    }
    QVERIFY(run::inconsistency(run));
    QVERIFY(!run::save(run, file("never.exr")));
    QVERIFY(!fs::exists(file("never.exr")));
}

void TestRunFile::failedWriteLeavesTheOldFile()
{
    const run::Run run = small_run();
    QVERIFY(run::save(run, file("run.exr")));
    const Expected<void> below_file = run::save(run, file("run.exr") / "run.exr");
    QCOMPARE(below_file.error().code, ErrorCode::cannot_write);
    const Expected<void> nowhere = run::save(run, "/proc/run.exr");
    QCOMPARE(nowhere.error().code, ErrorCode::cannot_write);
    QVERIFY(run::load(file("run.exr")));
    QCOMPARE(std::distance(fs::directory_iterator(directory_->path().toStdString()), fs::directory_iterator()), 1);
}

void TestRunFile::otherFiles()
{
    expectRefusal(file("missing.exr"), "no such file");
    expectRefusal(directory_->path().toStdString(), "is not a regular file");
    put(file("empty.exr"), "");
    expectRefusal(file("empty.exr"), "is not an HDF5 file");
    put(file("text.exr"), "sample,label\n1,2\n");
    expectRefusal(file("text.exr"), "is not an HDF5 file");
    {
        const formats::hdf5::Session session;
        H5Fclose(H5Fcreate(file("other.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    }
    expectRefusal(file("other.h5"), "not a run of Exitscope");
}

void TestRunFile::truncatedFiles()
{
    QVERIFY(run::save(small_run(), file("run.exr")));
    const QByteArray whole = bytes_of(file("run.exr"));
    for (int part = 0; part < 40; ++part) {
        put(file("part.exr"), whole.left(whole.size() * part / 40));
        QVERIFY(!run::load(file("part.exr")));
    }
    put(file("part.exr"), whole.left(whole.size() - 1));
    QVERIFY(!run::load(file("part.exr")));
}

/// Whatever a flipped byte does, the result is an error or a run that keeps every promise.
void TestRunFile::damagedFiles()
{
    run::Run run = small_run();
    QVERIFY(run::save(run, file("run.exr")));
    const QByteArray whole = bytes_of(file("run.exr"));
    Random random(5);
    int refused = 0;
    for (int i = 0; i < 400; ++i) {
        QByteArray damaged = whole;
        for (int k = 0; k < 4; ++k) {
            // metadata lies at the beginning; that is where damage matters most
            const auto limit =
                static_cast<std::uint64_t>(k % 2 ? whole.size() : std::min<qsizetype>(whole.size(), 20000));
            damaged[static_cast<qsizetype>(random.below(limit))] = static_cast<char>(random.below(256));
        }
        put(file("damaged.exr"), damaged);
        const Expected<run::RunPtr> loaded = run::load(file("damaged.exr"));
        if (loaded)
            QVERIFY(!run::inconsistency(**loaded));
        else
            ++refused;
    }
    QVERIFY(refused > 40);
}

void TestRunFile::otherVersion()
{
    QVERIFY(run::save(small_run(), file("run.exr")));
    change(file("run.exr"), [](hid_t root) {
        const hid_t attribute = H5Aopen(root, "format_version", H5P_DEFAULT);
        const std::uint32_t next = 2;
        H5Awrite(attribute, H5T_NATIVE_UINT32, &next);
        H5Aclose(attribute);
    });
    expectRefusal(file("run.exr"), "format version 2");
}

void TestRunFile::lyingShapes()
{
    const run::Run run = small_run();
    const hsize_t states = run.states.size();
    QVERIFY(run::save(run, file("run.exr")));
    // petabytes that are not there must be refused before anything is allocated
    change(file("run.exr"), [](hid_t root) {
        replace_dataset(root, "/test/source_index", H5T_NATIVE_UINT32, {hsize_t(1) << 50}, true);
    });
    expectRefusal(file("run.exr"), "/test/source_index");
    QVERIFY(run::save(run, file("run.exr")));
    change(file("run.exr"), [&](hid_t root) {
        replace_dataset(root, "/test/prediction", H5T_NATIVE_UINT16, {states, 71}, false);
    });
    expectRefusal(file("run.exr"), "/test/prediction");
    QVERIFY(run::save(run, file("run.exr")));
    change(file("run.exr"), [](hid_t root) { H5Ldelete(root, "/states/parent", H5P_DEFAULT); });
    expectRefusal(file("run.exr"), "/states/parent: is missing");
    QVERIFY(run::save(run, file("run.exr")));
    change(file("run.exr"), [](hid_t root) {
        const hid_t type = H5Tcopy(H5T_C_S1);
        replace_dataset(root, "/fit/labels", type, {50}, false);
        H5Tclose(type);
    });
    expectRefusal(file("run.exr"), "/fit/labels");
    QVERIFY(run::save(run, file("run.exr")));
    change(file("run.exr"),
           [](hid_t root) { replace_dataset(root, "/quantization/w4a4/0/weights", H5T_NATIVE_UINT8, {6}, false); });
    expectRefusal(file("run.exr"), "/quantization/w4a4/0/weights");
}

void TestRunFile::linksToOtherFiles()
{
    QVERIFY(run::save(small_run(), file("other.exr")));
    QVERIFY(run::save(small_run(), file("run.exr")));
    change(file("run.exr"), [](hid_t root) {
        H5Ldelete(root, "/test", H5P_DEFAULT);
        H5Lcreate_external("other.exr", "/test", root, "/test", H5P_DEFAULT, H5P_DEFAULT);
    });
    expectRefusal(file("run.exr"), "/test: is a link");
}

QTEST_GUILESS_MAIN(TestRunFile)
#include "tst_run_file.moc"
