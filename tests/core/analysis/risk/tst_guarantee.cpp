// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>
#include <limits>

#include "core/analysis/risk/guarantee.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::risk;

namespace {

const KnobPath& path()
{
    static const KnobPath shared = [] {
        const auto analysis = *analyse::Analysis::make(tests::synthetic_run(
            {.exits = 3, .precisions = {{4, 4}, {8, 8}}, .fit_samples = 2000, .test_samples = 3000}));
        const cost::Costs costs = *cost::make_costs(analysis->run(), cost::Kind::bops);
        return *knob_path(*analysis, costs, "quee", Loss::consistency, 40);
    }();
    return shared;
}

GuaranteeRequest asked(Method method, double eps = 0.05)
{
    return {rule_for(method, info(Loss::consistency), 0.1), eps, 1200, 20, 5, 1};
}

}  // namespace

class TestGuarantee : public QObject {
    Q_OBJECT
private slots:
    void methods_data()
    {
        QTest::addColumn<int>("method");
        for (const Method method : {Method::naive, Method::crc, Method::ucb, Method::ltt})
            QTest::newRow(name(method).data()) << int(method);
    }

    void the_first_trial_is_the_one_described_data() { methods_data(); }
    void the_first_trial_is_the_one_described()
    {
        QFETCH(int, method);
        const GuaranteeRequest request = asked(Method(method));
        Progress progress;
        const auto found = guarantee(path(), request, progress);
        QVERIFY(found.has_value());
        QCOMPARE(found->trials.risk.size(), std::size_t{20});
        QCOMPARE(found->knobs.size(), path().losses.knobs);
        QCOMPARE(found->held_out_samples, path().losses.samples - 1200);
        QVERIFY(found->index.has_value());

        std::vector<std::uint32_t> drawn;
        draw_calibration(request.seed, 0, path().losses.samples, request.n, drawn);
        std::vector<char> in(path().losses.samples, 0);
        for (const std::uint32_t i : drawn)
            in[i] = 1;
        for (std::size_t k = 0; k < found->knobs.size(); ++k) {
            double inside = 0;
            double outside = 0;
            double cost = 0;
            for (std::size_t i = 0; i < in.size(); ++i) {
                (in[i] ? inside : outside) += path().losses.row(k)[i];
                cost += in[i] ? 0.0 : double(path().relative_cost[k * in.size() + i]);
            }
            QVERIFY(std::abs(found->knobs[k].calibration_risk - inside / 1200) < 1e-12);
            QVERIFY(std::abs(found->knobs[k].held_out_risk - outside / double(in.size() - 1200)) < 1e-12);
            QVERIFY(std::abs(found->knobs[k].relative_cost - cost / double(in.size() - 1200)) < 1e-9);
        }
        QVERIFY(std::abs(found->trials.risk.front() - found->knobs[*found->index].held_out_risk) < 1e-12);
    }

    /// The bound of a setting is where the procedure begins to take it: asked at any level of the grid it agrees.
    void bounds_say_what_is_chosen_data() { methods_data(); }
    void bounds_say_what_is_chosen()
    {
        QFETCH(int, method);
        Progress progress;
        GuaranteeRequest request = asked(Method(method));
        request.trials = 1;
        const auto found = guarantee(path(), request, progress);
        QVERIFY(found.has_value());
        std::size_t bounded = 0;
        for (const int step : {0, 13, 50, 99, 100, 140, 200}) {
            request.eps = 0.05 * step / 100.0;
            const auto other = guarantee(path(), request, progress);
            QVERIFY(other.has_value());
            for (std::size_t k = 0; k < found->knobs.size(); ++k) {
                const bool taken = other->index && *other->index >= k;
                const bool says = found->knobs[k].bound && *found->knobs[k].bound <= request.eps + 1e-12;
                QCOMPARE(says, taken);
                bounded += says;
            }
        }
        QVERIFY(bounded > 0 && bounded < 7 * found->knobs.size());
    }

    void held_out_samples_are_needed()
    {
        Progress progress;
        GuaranteeRequest request = asked(Method::ltt);
        request.n = path().losses.samples;
        QVERIFY(!guarantee(path(), request, progress));
        progress.cancel();
        request.n = 10;
        const auto stopped = guarantee(path(), request, progress);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::cancelled);
    }

    void bins_lie_on_one_side_of_the_edge()
    {
        const double unknown = std::numeric_limits<double>::quiet_NaN();
        const std::vector<double> values = {0.01, 0.02, 0.02, 0.035, 0.05, 0.0501, 0.061, unknown};
        const Histogram bins = histogram(values, 0.05, 10);
        std::size_t total = 0;
        std::size_t above = 0;
        for (std::size_t i = 0; i < bins.counts.size(); ++i) {
            total += bins.counts[i];
            if (bins.low + (double(i) + 0.5) * bins.width > 0.05)
                above += bins.counts[i];
        }
        QCOMPARE(total, std::size_t{7});
        QCOMPARE(above, std::size_t{2});
        QVERIFY(bins.low <= 0.01 && bins.low + bins.width * double(bins.counts.size()) >= 0.061 - 1e-12);
        QVERIFY(histogram({unknown}, 0.05, 10).counts.empty());
        QCOMPARE(histogram({0.05, 0.05}, 0.05, 10).counts.front(), std::size_t{2});
    }
};

QTEST_APPLESS_MAIN(TestGuarantee)
#include "tst_guarantee.moc"
