// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/pooled_fit.h"
#include "core/analysis/policy/registry.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::policy;

namespace {

constexpr std::size_t classes = 4;

/// Heads that see the label through noise, with a class that all of them favour.
struct Heads {
    std::vector<std::vector<float>> probabilities;
    std::vector<std::int32_t> labels;

    explicit Heads(std::size_t samples, std::size_t heads = 3)
    {
        Random random(5);
        probabilities.assign(heads, std::vector<float>(samples * classes));
        for (std::size_t i = 0; i < samples; ++i) {
            labels.push_back(static_cast<std::int32_t>(random.below(classes)));
            for (std::size_t j = 0; j < heads; ++j) {
                double total = 0;
                double z[classes];
                for (std::size_t c = 0; c < classes; ++c) {
                    const bool right = static_cast<std::int32_t>(c) == labels.back();
                    z[c] = std::exp(random.normal() + (right ? 1.0 + 0.4 * double(j) : 0.0) + (c == 1 ? 0.5 : 0.0));
                    total += z[c];
                }
                for (std::size_t c = 0; c < classes; ++c)
                    probabilities[j][i * classes + c] = static_cast<float>(z[c] / total);
            }
        }
    }
    [[nodiscard]] PoolInputs inputs() const
    {
        PoolInputs in{{}, classes, labels.size()};
        for (const auto& head : probabilities)
            in.heads.emplace_back(head);
        return in;
    }
};

/// The objective as documented, term by term.
double objective(const Heads& heads, const std::vector<double>& weights, const std::vector<double>& bias)
{
    double sum = 0;
    double labelled = 0;
    for (std::size_t i = 0; i < heads.labels.size(); ++i) {
        if (heads.labels[i] < 0)
            continue;
        double total = 0;
        double own = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            double z = bias[c];
            for (std::size_t j = 0; j < weights.size(); ++j)
                z += weights[j] * std::log(double(heads.probabilities[j][i * classes + c]));
            total += std::exp(z);
            if (static_cast<std::int32_t>(c) == heads.labels[i])
                own = z;
        }
        sum += std::log(total) - own;
        labelled += 1;
    }
    double value = sum / labelled;
    for (std::size_t j = 0; j < weights.size(); ++j) {
        const double prior = weights.size() == 1 ? 1.0 : j + 1 == weights.size() ? 0.5 : 0.15;
        value += 0.5e-3 * (weights[j] - prior) * (weights[j] - prior);
    }
    for (const double b : bias)
        value += 1e-2 * b * b;
    return value;
}

std::vector<double> widened(const std::vector<float>& values)
{
    return {values.begin(), values.end()};
}

}  // namespace

class TestPooled : public QObject {
    Q_OBJECT
private slots:
    void the_fit_is_the_minimum()
    {
        Heads heads(700);
        for (std::size_t i = 0; i < 700; i += 5)
            heads.labels[i] = -1;
        const PoolFit fit = fit_pool(heads.inputs(), heads.labels);
        QCOMPARE(fit.pool.weights.size(), std::size_t{3});
        QCOMPARE(fit.pool.bias.size(), classes);
        const std::vector<double> weights = widened(fit.pool.weights);
        const std::vector<double> bias = widened(fit.pool.bias);
        const double least = objective(heads, weights, bias);
        for (std::size_t k = 0; k < 3 + classes; ++k) {
            for (const double step : {-0.01, 0.01}) {
                auto w = weights;
                auto b = bias;
                (k < 3 ? w[k] : b[k - 3]) += step;
                QVERIFY(objective(heads, w, b) > least);
            }
            // the slope itself, to single precision
            auto up = weights;
            auto up_b = bias;
            auto down = weights;
            auto down_b = bias;
            (k < 3 ? up[k] : up_b[k - 3]) += 1e-4;
            (k < 3 ? down[k] : down_b[k - 3]) -= 1e-4;
            QVERIFY(std::abs(objective(heads, up, up_b) - objective(heads, down, down_b)) / 2e-4 < 2e-5);
        }
        QVERIFY(fit.pool.bias[1] < -0.05F);  // what every head favours is taken back
    }

    void agrees_with_scipy()
    {
        const Heads heads(400);
        QString text = QStringLiteral("%1 %2 %3\n").arg(3).arg(400).arg(classes);
        for (const std::int32_t label : heads.labels)
            text += QString::number(label) + ' ';
        for (const auto& head : heads.probabilities)
            for (const float p : head)
                text += QString::number(double(p), 'g', 9) + ' ';
        QProcess python;
        python.start(QStringLiteral("python3"), {QStringLiteral(EXITSCOPE_TEST_DATA "/../reference/pooled_fit.py")});
        if (!python.waitForStarted())
            QSKIP("python3 is not installed");
        python.write(text.toUtf8());
        python.closeWriteChannel();
        QVERIFY(python.waitForFinished());
        if (python.exitCode() == 77)
            QSKIP("scipy is not installed");
        QCOMPARE(python.exitCode(), 0);
        const QStringList numbers = QString::fromUtf8(python.readAllStandardOutput()).split(' ', Qt::SkipEmptyParts);
        QCOMPARE(numbers.size(), qsizetype(3 + classes));
        const PoolFit fit = fit_pool(heads.inputs(), heads.labels);
        for (std::size_t k = 0; k < 3 + classes; ++k) {
            const double ours = double(k < 3 ? fit.pool.weights[k] : fit.pool.bias[k - 3]);
            QVERIFY2(std::abs(ours - numbers[qsizetype(k)].toDouble()) < 2e-4,
                     qPrintable(QString("%1: %2 against %3").arg(k).arg(ours).arg(numbers[qsizetype(k)])));
        }
    }

    void an_answer_is_the_softmax_of_the_weighted_logarithms()
    {
        const Heads heads(50, 2);
        const Pool p{{0.3F, 0.6F}, {0.1F, -0.2F, 0.0F, 0.05F}};
        std::vector<float> out(50 * classes);
        pool(p, heads.inputs(), out);
        for (std::size_t i = 0; i < 50; ++i) {
            double z[classes];
            double total = 0;
            for (std::size_t c = 0; c < classes; ++c) {
                z[c] = std::exp(0.3 * std::log(double(heads.probabilities[0][i * classes + c])) +
                                0.6 * std::log(double(heads.probabilities[1][i * classes + c])) + double(p.bias[c]));
                total += z[c];
            }
            for (std::size_t c = 0; c < classes; ++c)
                QVERIFY(std::abs(double(out[i * classes + c]) - z[c] / total) < 1e-5);
        }
    }

    void answers_on_the_fit_split_leave_the_sample_out()
    {
        const Heads heads(400);
        const PoolFit fit = fit_pool(heads.inputs(), heads.labels);
        std::vector<float> held_out(400 * classes);
        pool_held_out(fit, heads.inputs(), heads.labels, held_out);
        std::vector<float> with(400 * classes);
        pool(fit.pool, heads.inputs(), with);
        double largest = 0;
        for (const std::size_t i : {3U, 77U, 200U, 311U}) {
            Heads without = heads;
            without.labels[i] = -1;
            std::vector<float> refitted(400 * classes);
            pool(fit_pool(without.inputs(), without.labels).pool, heads.inputs(), refitted);
            // One Newton step takes back nearly all that the sample did to its own answer.
            double influence = 0;
            double left = 0;
            for (std::size_t at = i * classes; at < (i + 1) * classes; ++at) {
                influence = std::max(influence, std::abs(double(with[at] - refitted[at])));
                left = std::max(left, std::abs(double(held_out[at] - refitted[at])));
            }
            QVERIFY2(left < 0.05 * influence + 1e-5, qPrintable(QString("%1 of %2").arg(left).arg(influence)));
            largest = std::max(largest, influence);
        }
        QVERIFY(largest > 3e-4);  // else this could not fail
    }

    void few_labels_keep_the_prior()
    {
        const Heads heads(299);
        const PoolFit fit = fit_pool(heads.inputs(), heads.labels);
        QVERIFY(fit.pool.weights == std::vector<float>({0.15F, 0.15F, 0.5F}));
        QVERIFY(fit.pool.bias.empty() && fit.covariance.empty());
        const Heads one(200, 1);
        QVERIFY(fit_pool(one.inputs(), one.labels).pool.weights == std::vector<float>({1.0F}));
    }

    void a_pooled_run_keeps_the_full_models_own_answer()
    {
        const run::RunPtr run = tests::synthetic_run({.exits = 3, .precisions = {{4, 4}, {8, 8}}});
        const auto derived = derive(*run, tree_of(*run), {Answers::pooled, false, 2});
        QVERIFY(derived.has_value());
        const run::Run& pooled = *derived->run;
        QCOMPARE(pooled.states.size(), run->states.size());
        QVERIFY(pooled.full() == run->full());
        QVERIFY(pooled.full_prediction(pooled.test) == run->test.prediction[run->full().at()]);
        QVERIFY(pooled.test.prediction[run->full().at()] != run->test.prediction[run->full().at()]);
        // Heads that err apart are better together.
        const auto right = [](const run::Run& r, StateIndex s) {
            std::size_t hits = 0;
            for (std::size_t i = 0; i < r.test.samples; ++i)
                hits += r.test.correct(s, SampleIndex(i));
            return hits;
        };
        QVERIFY(right(pooled, run->full()) > right(*run, run->full()));
        for (std::size_t s = 0; s < pooled.states.size(); ++s)
            QCOMPARE(derived->pools[s].weights.size(), std::size_t{pooled.states[s].exit.value + 1});
    }

    void the_test_split_takes_no_part_in_the_pools()
    {
        const run::RunPtr run = tests::synthetic_run({.exits = 2, .precisions = {{8, 8}}});
        run::Run blind = *run;
        blind.test.labels.clear();
        blind.test.true_probability.clear();
        const auto with = derive(*run, tree_of(*run), {Answers::pooled, false, 1});
        const auto without = derive(blind, tree_of(blind), {Answers::pooled, false, 3});
        QVERIFY(with.has_value() && without.has_value());
        QVERIFY(with->run->test.prediction == without->run->test.prediction);
        QVERIFY(with->pools[1].weights == without->pools[1].weights && with->pools[1].bias == without->pools[1].bias);
    }

    void says_what_is_missing()
    {
        const run::RunPtr bare = tests::synthetic_run({.exits = 2, .precisions = {{8, 8}}, .probabilities = false});
        const auto failed = derive(*bare, tree_of(*bare), {Answers::pooled, false, 1});
        QVERIFY(!failed);
        QVERIFY(failed.error().message().find("need the probabilities") != std::string::npos);
        QVERIFY(best_answers(*bare) == Answers::own);
        QVERIFY(derive(*bare, tree_of(*bare), {Answers::own, false, 1}).has_value());
    }
};

QTEST_APPLESS_MAIN(TestPooled)
#include "tst_pooled.moc"
