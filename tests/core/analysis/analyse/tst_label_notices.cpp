// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/analyse/bootstrap.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/label_notices.h"
#include "tests/support/degenerate_runs.h"

using namespace exitscope;
using namespace exitscope::analyse;

namespace {

std::string codes(const Notices& notices)
{
    std::string all;
    for (const Notice& notice : notices)
        all += (all.empty() ? "" : " ") + notice.code;
    return all;
}

}  // namespace

class TestLabelNotices : public QObject {
    Q_OBJECT
private slots:
    void of_one_split()
    {
        QCOMPARE(codes(partly_labelled({"a", 500, 500})), std::string());
        QCOMPARE(codes(partly_labelled({"a", 0, 500})), std::string());
        const Notices part = partly_labelled({"a", 400, 500});
        QCOMPARE(codes(part), std::string("partly-labelled"));
        QVERIFY2(part[0].text.find("a has labels on 400 of 500 images") == 0, part[0].text.c_str());
    }

    void of_both_splits()
    {
        QCOMPARE(codes(label_notices({"fit", 500, 500}, {"test", 500, 500})), std::string());
        QCOMPARE(codes(label_notices({"fit", 9, 9}, {"test", 500, 500})), std::string("few-labels"));
        QCOMPARE(codes(label_notices({"fit", 0, 9}, {"test", 0, 500})), std::string("few-labels"));
        QCOMPARE(codes(label_notices({"fit", 100, 500}, {"test", 3, 500})), std::string("partly-labelled few-labels"));
        QCOMPARE(codes(label_notices({"fit", 500, 500}, {"test", 29, 29})), std::string("few-labels"));
        QCOMPARE(codes(label_notices({"fit", 500, 500}, {"test", 30, 31})), std::string("partly-labelled"));
        QCOMPARE(count_labels("x", std::vector<std::int32_t>{0, -1, 3}, 3).labelled, std::size_t(2));
    }

    /// All answers right, or wrong, do not make an accuracy certain.
    void no_accuracy_is_certain()
    {
        for (const tests::DegenerateRun& degenerate : tests::degenerate_runs()) {
            if (degenerate.name != "all right" && degenerate.name != "one image" && degenerate.name != "all wrong")
                continue;
            const auto analysis = Analysis::make(degenerate.run);
            QVERIFY(analysis);
            const auto costs = cost::make_costs(*degenerate.run, cost::Kind::bops);
            auto policy = (*analysis)->fit("static", *costs);
            QVERIFY(policy);
            const auto bootstrap = Bootstrap::make(*degenerate.run, 1);
            QVERIFY(bootstrap);
            Bootstrap::set_bands(bootstrap->curve(*policy), policy->curve);
            for (const CurvePoint& point : policy->curve.points) {
                const Proportion wilson =
                    proportion(point.accuracy.value > 0.5 ? point.accuracy.samples : 0, point.accuracy.samples);
                QCOMPARE(point.accuracy.low, wilson.low);
                QCOMPARE(point.accuracy.high, wilson.high);
                QVERIFY(point.accuracy.high - point.accuracy.low > 1e-3);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestLabelNotices)
#include "tst_label_notices.moc"
