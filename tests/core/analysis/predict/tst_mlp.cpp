// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/analysis/predict/mlp.h"
#include "core/base/random.h"

using namespace exitscope;
using namespace exitscope::predict;

namespace {

/// Two outputs with known probabilities: a steep one in feature 0 and a non-monotone one in feature 1.
double truth(const Eigen::Vector4f& z, int output)
{
    const double a = output == 0 ? 2.0 * double(z[0]) - 1.0 : 2.0 - 3.0 * double(z[1]) * double(z[1]);
    return 1.0 / (1.0 + std::exp(-a));
}

TrainingData problem(bool soft, std::uint64_t seed)
{
    Random random(seed);
    TrainingData data;
    data.inputs.resize(4, 3000);
    data.held_out_inputs.resize(4, 1000);
    for (Features* inputs : {&data.inputs, &data.held_out_inputs})
        for (Eigen::Index i = 0; i < inputs->cols(); ++i)
            for (int d = 0; d < 4; ++d)
                (*inputs)(d, i) = static_cast<float>(random.normal());
    const auto fill = [&](const Features& inputs, Eigen::MatrixXf& targets, bool raw) {
        targets.resize(2, inputs.cols());
        for (Eigen::Index i = 0; i < inputs.cols(); ++i)
            for (int t = 0; t < 2; ++t) {
                const double p = truth(inputs.col(i), t);
                targets(t, i) = raw ? (random.uniform() < p ? 1.0F : 0.0F) : static_cast<float>(p);
            }
    };
    fill(data.inputs, data.targets, !soft);
    fill(data.held_out_inputs, data.held_out_targets, true);
    return data;
}

float first(const Mlp& mlp, const Eigen::Vector4f& z)
{
    float out = 0;
    mlp.predict(z, std::span(&out, 1));
    return out;
}

double worst_root_mean_square(const Mlp& mlp)
{
    Random random(99);
    double squares[2] = {0, 0};
    for (int i = 0; i < 2000; ++i) {
        Eigen::Vector4f z;
        for (int d = 0; d < 4; ++d)
            z[d] = static_cast<float>(random.normal());
        float out[2];
        mlp.predict(z, out);
        for (int t = 0; t < 2; ++t)
            squares[t] += std::pow(double(out[t]) - truth(z, t), 2) / 2000;
    }
    return std::sqrt(std::max(squares[0], squares[1]));
}

}  // namespace

class TestMlp : public QObject {
    Q_OBJECT
private slots:
    void predicts_what_the_formula_says()
    {
        const Mlp mlp = train_mlp(problem(true, 1), {.hidden = 5, .steps = 20});
        const Eigen::Vector4f z(0.3F, -1.2F, 2.0F, 0.1F);
        float out[2];
        mlp.predict(z, out);
        for (int t = 0; t < 2; ++t) {
            double a = double(mlp.b2[t]);
            for (int j = 0; j < 5; ++j) {
                double h = double(mlp.b1[j]);
                for (int d = 0; d < 4; ++d)
                    h += double(mlp.w1(j, d)) * double(z[d]);
                a += double(mlp.w2(t, j)) * std::tanh(h);
            }
            QVERIFY(std::abs(double(out[t]) - 1 / (1 + std::exp(-a))) < 1e-5);
        }
        QVERIFY(std::abs(first(mlp, z) - out[0]) < 1e-6F);
    }

    void cross_entropy_is_the_mean_of_both_logarithms()
    {
        const TrainingData data = problem(true, 2);
        const Mlp mlp = train_mlp(data, {.hidden = 3, .steps = 10});
        double sum = 0;
        for (Eigen::Index i = 0; i < data.inputs.cols(); ++i) {
            float out[2];
            mlp.predict(data.inputs.col(i), out);
            for (int t = 0; t < 2; ++t) {
                const double y = double(data.targets(t, i));
                sum -= y * std::log(double(out[t])) + (1 - y) * std::log(1 - double(out[t]));
            }
        }
        QVERIFY(std::abs(cross_entropy(mlp, data.inputs, data.targets) - sum / (2.0 * 3000)) < 1e-4);
    }

    void starts_from_the_best_constant()
    {
        const TrainingData data = problem(true, 3);
        const Mlp mlp = train_mlp(data, {.steps = 0});
        const double mean = double(data.targets.row(0).mean());
        double p = 0;
        for (Eigen::Index i = 0; i < data.inputs.cols(); ++i)
            p += double(first(mlp, data.inputs.col(i))) / 3000;
        QVERIFY(std::abs(p - mean) < 0.02);
    }

    void learns_known_probabilities_data()
    {
        QTest::addColumn<bool>("soft");
        QTest::addColumn<double>("bound");
        QTest::newRow("soft targets") << true << 0.03;
        QTest::newRow("raw 0/1 targets") << false << 0.07;
    }
    void learns_known_probabilities()
    {
        QFETCH(bool, soft);
        QFETCH(double, bound);
        const Mlp mlp = train_mlp(problem(soft, 4), {});
        const double distance = worst_root_mean_square(mlp);
        QVERIFY2(distance < bound, qPrintable(QString::number(distance)));
    }

    void stops_early_on_noise()
    {
        // Nothing to learn: targets that have nothing to do with the inputs.
        TrainingData data = problem(false, 5);
        data.inputs.conservativeResize(4, 60);
        data.targets.conservativeResize(2, 60);
        Random random(6);
        for (Eigen::MatrixXf* targets : {&data.targets, &data.held_out_targets})
            for (Eigen::Index i = 0; i < targets->cols(); ++i)
                for (int t = 0; t < 2; ++t)
                    (*targets)(t, i) = random.uniform() < 0.3 ? 1.0F : 0.0F;
        const double stopped = cross_entropy(train_mlp(data, {}), data.held_out_inputs, data.held_out_targets);
        TrainingData blind = data;
        blind.held_out_inputs.resize(4, 0);
        blind.held_out_targets.resize(2, 0);
        const double overfitted = cross_entropy(train_mlp(blind, {}), data.held_out_inputs, data.held_out_targets);
        QVERIFY(stopped < 0.65);
        QVERIFY(overfitted > stopped + 0.1);
    }

    void the_seed_decides()
    {
        const TrainingData data = problem(true, 7);
        QVERIFY(train_mlp(data, {.steps = 30}).w2 == train_mlp(data, {.steps = 30}).w2);
        QVERIFY(train_mlp(data, {.steps = 30}).w2 != train_mlp(data, {.steps = 30, .seed = 2}).w2);
    }
};

QTEST_APPLESS_MAIN(TestMlp)
#include "tst_mlp.moc"
