// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include <QTest>

#include "tests/widgets/decided_point.h"
#include "widgets/samples/sample_order.h"

using namespace exitscope;
using gui::SampleColumn;

class TestSampleOrder : public QObject {
    Q_OBJECT
private slots:
    void everyColumnBothWays();
};

namespace {

double value(const gui::OperatingPoint& point, SampleIndex sample, SampleColumn by)
{
    const StateIndex state = point.state(sample);
    switch (by) {
    case SampleColumn::label: return point.label(sample);
    case SampleColumn::prediction: return point.prediction(sample);
    case SampleColumn::verdict: return point.good(sample) ? double(*point.good(sample)) : -1.0;
    case SampleColumn::exit: return point.run->states[state.at()].exit.value;
    case SampleColumn::path: return state.value;
    case SampleColumn::cost: return point.costs.state[state.at()];
    case SampleColumn::predicted_error: return point.predictedError[sample.at()];
    default: return sample.value;
    }
}

}  // namespace

void TestSampleOrder::everyColumnBothWays()
{
    for (const bool labelled : {true, false}) {
        gui::OperatingPoint point = tests::decidedPoint(3000, labelled);
        auto run = std::make_shared<run::Run>(*point.run);
        if (labelled)
            for (std::size_t i = 0; i < 3000; i += 13)
                run->test.labels[i] = -1;
        point.run = run;
        point.costs.state[3] = point.costs.state[7];
        for (std::size_t i = 0; i < 3000; ++i)
            point.predictedError[i] = static_cast<float>((i * 2654435761U) % 1000003U) / 1000003.0F;
        for (int column = 0; column < gui::sampleColumns; ++column) {
            const auto by = static_cast<SampleColumn>(column);
            for (const bool descending : {false, true}) {
                std::vector<SampleIndex> samples;
                for (std::size_t i = 0; i < 3000; i += 2)
                    samples.push_back(SampleIndex(i));
                std::vector<SampleIndex> wanted = samples;
                std::stable_sort(wanted.begin(), wanted.end(), [&](SampleIndex a, SampleIndex b) {
                    return descending ? value(point, a, by) > value(point, b, by)
                                      : value(point, a, by) < value(point, b, by);
                });
                gui::sortSamples(samples, point, by, descending);
                QVERIFY2(samples == wanted, qPrintable(QString::number(column)));
            }
        }
        std::vector<SampleIndex> none;
        gui::sortSamples(none, point, SampleColumn::cost, true);
        QVERIFY(none.empty());
    }
}

QTEST_APPLESS_MAIN(TestSampleOrder)
#include "tst_sample_order.moc"
