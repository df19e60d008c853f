// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>
#include <fstream>

#include "core/base/random.h"
#include "core/network/exits/train.h"

using namespace exitscope;
using namespace exitscope::exits;

namespace {

constexpr std::size_t side = 4;
const FeatureShape shape{FeatureShape::Layout::map, 2, side, side};

/// Class = which quarter of the map is bright in channel 0; channel 1 has a hundred times the range and says nothing.
struct Problem {
    std::vector<std::int32_t> labels;
    FeatureStore store;

    static std::vector<float> image(std::int32_t label, Random& random)
    {
        std::vector<float> values(shape.values());
        for (std::size_t y = 0; y < side; ++y)
            for (std::size_t x = 0; x < side; ++x) {
                const bool bright = static_cast<std::int32_t>((y / 2) * 2 + x / 2) == label;
                values[y * side + x] = static_cast<float>((bright ? 1.0 : 0.0) + 0.5 * random.normal());
                values[side * side + y * side + x] = static_cast<float>(100 * random.normal());
            }
        return values;
    }

    static Problem make(std::size_t samples, std::uint64_t seed, const std::filesystem::path& directory = {})
    {
        Random random(seed);
        auto store = FeatureStore::make(samples, shape, {{-2, -300}, {3, 300}}, directory);
        Problem problem{{}, std::move(*store)};
        for (std::size_t i = 0; i < samples; ++i) {
            problem.labels.push_back(static_cast<std::int32_t>(random.below(4)));
            problem.store.put(i, image(problem.labels.back(), random));
        }
        return problem;
    }

    [[nodiscard]] TrainingSet set() const { return {&store, labels.size(), 1, labels, {}}; }
};

HeadSpec grid_head(std::size_t hidden = 16)
{
    HeadSpec spec;
    spec.kind = HeadKind::grid2;
    spec.input = shape;
    spec.grid = 2;
    spec.hidden = hidden;
    spec.classes = 4;
    return spec;
}

TrainOptions quick(int epochs = 6)
{
    TrainOptions options;
    options.epochs = epochs;
    options.batch = 32;
    options.rate = 5e-3F;
    return options;
}

}  // namespace

class TestTrain : public QObject {
    Q_OBJECT
private slots:
    void learns();
    void stopsAtTheBestEpoch();
    void sameSeedSameBits();
    void distillationFollowsTheTeacher();
    void viewsAreUsed();
    void cancelKeepsTheBest();
    void storeKeepsValuesToAByte();
    void storeInAFile();
};

void TestTrain::learns()
{
    const Problem train = Problem::make(2000, 1);
    const Problem held_out = Problem::make(1000, 2);
    Progress progress;
    std::vector<EpochReport> reports;
    const TrainedHead trained = train_head(grid_head(), train.set(), held_out.set(), quick(), progress,
                                           [&](const EpochReport& report) { reports.push_back(report); });
    QVERIFY2(trained.accuracy > 0.93, qPrintable(QString::number(trained.accuracy)));  // Bayes: 0.97
    QCOMPARE(reports.size(), std::size_t{6});
    QCOMPARE(reports.back().epoch, 6);
    QVERIFY(reports.front().loss > reports.back().loss);
    QVERIFY(reports.back().loss < 0.4);
    QCOMPARE(trained.accuracy, reports[static_cast<std::size_t>(trained.epochs) - 1].held_out_accuracy);

    // Without the store: the head that comes back is for the features themselves.
    Random random(3);
    std::size_t right = 0;
    for (int i = 0; i < 500; ++i) {
        const auto label = static_cast<std::int32_t>(random.below(4));
        const std::vector<float> image = Problem::image(label, random);
        std::vector<double> cells(8, 0);
        for (std::size_t k = 0; k < image.size(); ++k)
            cells[k / 16 * 4 + k % 16 / 8 * 2 + k % 4 / 2] += double(image[k]) / 4;
        std::vector<double> logits(trained.head.output.bias.begin(), trained.head.output.bias.end());
        for (std::size_t h = 0; h < 16; ++h) {
            double unit = double(trained.head.hidden->bias[h]);
            for (std::size_t k = 0; k < cells.size(); ++k)
                unit += double(trained.head.hidden->weights[h * 8 + k]) * cells[k];
            for (std::size_t c = 0; c < 4; ++c)
                logits[c] += double(trained.head.output.weights[c * 16 + h]) * std::max(unit, 0.0);
        }
        right += std::max_element(logits.begin(), logits.end()) - logits.begin() == label;
    }
    QVERIFY2(right > 450, qPrintable(QString::number(right)));
}

/// Random labels: nothing can be learnt, so the untrained head, which has the least held-out loss, must come back.
void TestTrain::stopsAtTheBestEpoch()
{
    Problem train = Problem::make(200, 1);
    Problem held_out = Problem::make(400, 2);
    Random random(9);
    for (Problem* problem : {&train, &held_out})
        for (std::int32_t& label : problem->labels)
            label = static_cast<std::int32_t>(random.below(4));
    Progress progress;
    const TrainedHead trained = train_head(grid_head(64), train.set(), held_out.set(), quick(30), progress);
    QVERIFY2(trained.epochs <= 3, qPrintable(QString::number(trained.epochs)));
    QVERIFY(trained.loss <= std::log(4.0) + 1e-9);
}

void TestTrain::sameSeedSameBits()
{
    const Problem train = Problem::make(500, 1);
    const Problem held_out = Problem::make(200, 2);
    Progress progress;
    const TrainedHead a = train_head(grid_head(), train.set(), held_out.set(), quick(2), progress);
    const TrainedHead b = train_head(grid_head(), train.set(), held_out.set(), quick(2), progress);
    TrainOptions other = quick(2);
    other.seed = 2;
    const TrainedHead c = train_head(grid_head(), train.set(), held_out.set(), other, progress);
    QVERIFY(a.head.hidden->weights == b.head.hidden->weights);
    QVERIFY(a.head.output.weights == b.head.output.weights);
    QVERIFY(a.head.hidden->weights != c.head.hidden->weights);
}

/// Labels say class 0 throughout, the last exit knows better.
void TestTrain::distillationFollowsTheTeacher()
{
    const Problem truth = Problem::make(2000, 1);
    const Problem held_out = Problem::make(500, 2);
    std::vector<float> answers(truth.labels.size() * 4, 0.0F);
    for (std::size_t i = 0; i < truth.labels.size(); ++i)
        answers[i * 4 + static_cast<std::size_t>(truth.labels[i])] = 1;
    const std::vector<std::int32_t> nonsense(truth.labels.size(), 0);
    TrainingSet set = truth.set();
    set.labels = nonsense;
    set.answers = answers;
    Progress progress;
    TrainOptions options = quick();
    options.distillation = 0.9F;
    QVERIFY(train_head(grid_head(), set, held_out.set(), options, progress).accuracy > 0.85);
    options.distillation = 0.1F;
    QVERIFY(train_head(grid_head(), set, held_out.set(), options, progress).accuracy < 0.5);
}

/// View 0 is the same grey image for all samples; only view 1 can teach anything.
void TestTrain::viewsAreUsed()
{
    const Problem once = Problem::make(1000, 1);
    const Problem held_out = Problem::make(500, 2);
    auto store = FeatureStore::make(2000, shape, {{-2, -300}, {3, 300}});
    QVERIFY(store);
    std::vector<float> values(shape.values(), 0.0F);
    for (std::size_t i = 0; i < 1000; ++i) {
        store->put(i, std::vector<float>(shape.values(), 0.0F));
        once.store.get(i, values);
        for (std::size_t k = 0; k < values.size(); ++k)
            values[k] /= once.store.gain(k / (side * side));
        store->put(1000 + i, values);
    }
    const TrainingSet set{&*store, 1000, 2, once.labels, {}};
    Progress progress;
    QVERIFY(train_head(grid_head(), set, held_out.set(), quick(8), progress).accuracy > 0.9);
}

void TestTrain::cancelKeepsTheBest()
{
    const Problem train = Problem::make(2000, 1);
    const Problem held_out = Problem::make(500, 2);
    Progress progress;
    const TrainedHead trained =
        train_head(grid_head(), train.set(), held_out.set(), quick(1000), progress, [&](const EpochReport& report) {
            if (report.epoch == 3)
                progress.cancel();
        });
    QVERIFY(trained.epochs >= 1 && trained.epochs <= 3);
    QVERIFY(trained.accuracy > 0.8);
}

void TestTrain::storeKeepsValuesToAByte()
{
    auto store = FeatureStore::make(2, shape, {{-2, 0}, {3, 0}});
    QVERIFY(store);
    Random random(4);
    std::vector<float> values(shape.values());
    for (float& value : values)
        value = static_cast<float>(random.uniform() * 5 - 2);
    values[3] = 100;  // saturates
    values[4] = -100;
    std::fill(values.begin() + 16, values.end(), 0.0F);  // a channel that was never anything but 0
    store->put(1, values);
    std::vector<float> read(shape.values());
    store->get(1, read);
    for (std::size_t k = 0; k < read.size(); ++k) {
        const float wanted = k == 3 ? 3.0F : k == 4 ? -2.0F : values[k];
        QVERIFY(std::abs(read[k] / store->gain(k / 16) - wanted) <= 5.0F / 255 / 2 + 1e-5F);
    }
}

void TestTrain::storeInAFile()
{
    const Problem memory = Problem::make(50, 1);
    const Problem file = Problem::make(50, 1, ".");
    std::vector<float> a(shape.values());
    std::vector<float> b(shape.values());
    for (std::size_t i = 0; i < 50; ++i) {
        memory.store.get(i, a);
        file.store.get(i, b);
        QVERIFY(a == b);
    }
    const auto nowhere = FeatureStore::make(50, shape, {{0, 0}, {1, 1}}, "/no/such/directory");
    QVERIFY(!nowhere);
    QCOMPARE(nowhere.error().code, ErrorCode::cannot_write);
}

QTEST_APPLESS_MAIN(TestTrain)
#include "tst_train.moc"
