// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <filesystem>

#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <qcustomplot.h>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/curve.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/predict/quality.h"
#include "core/base/file.h"
#include "widgets/plots/canvas.h"
#include "widgets/plots/exit_shares.h"
#include "widgets/plots/plot_export.h"
#include "widgets/plots/reliability.h"
#include "widgets/plots/trade_off.h"

using namespace exitscope;
using namespace exitscope::plots;

namespace {

analyse::Curve saturating_curve(const char* policy, double rate, std::size_t points = 101)
{
    analyse::Curve curve;
    curve.policy = policy;
    for (std::size_t i = 0; i < points; ++i) {
        analyse::CurvePoint point;
        point.budget = point.relative_cost = 0.08 + 0.92 * double(i) / double(std::max<std::size_t>(points - 1, 1));
        point.accuracy.value = 0.93 - 0.35 * std::exp(-rate * point.relative_cost);
        point.accuracy.low = point.accuracy.value - 0.006;
        point.accuracy.high = point.accuracy.value + 0.006;
        point.accuracy.samples = 10000;
        curve.points.push_back(point);
    }
    return curve;
}

TradeOff example_trade_off()
{
    TradeOff content;
    content.series = {{"QuEE", saturating_curve("quee", 9)},
                      {"Confidence on the best path", saturating_curve("composite", 8)},
                      {"Confidence", saturating_curve("confidence", 5)},
                      {"Hull of fixed models", saturating_curve("static-hull", 6.5)}};
    for (int i = 0; i < 60; ++i) {
        analyse::StaticPoint point;
        point.relative_cost = 0.08 + 0.0155 * i;
        point.accuracy.value = 0.92 - 0.35 * std::exp(-5.5 * point.relative_cost) - 0.01 * (i % 4);
        content.fixed_models.push_back(point);
    }
    content.operating_point = OperatingPoint{0.31, 0.93 - 0.35 * std::exp(-9 * 0.31), "QuEE: 90.9 % at 31.0 % cost"};
    content.cost_title = "BOPs";
    content.reference = "w8a8";
    content.note = "Operating points chosen on fashion-mnist:fit (5,000 images), scored on fashion-mnist:test (10,000 "
                   "images). Bands: 95 % Wilson intervals.";
    return content;
}

Reliability example_reliability()
{
    Reliability content;
    ReliabilitySeries series{"Answers given", {}};
    for (int i = 0; i < 12; ++i) {
        const double p = 0.004 * std::pow(1.5, i);
        series.bins.push_back({p, 0.9 * p + 0.002, 0.8 * p, 1.15 * p + 0.006, 800, p * 0.9, p * 1.1});
    }
    content.series.push_back(series);
    content.note = "Predictors fitted on fit (5,000 images), compared on test (10,000 images).";
    return content;
}

report::ExitShares example_shares()
{
    report::ExitShares shares;
    shares.labelled = true;
    shares.samples = 10000;
    shares.precisions = {"w4a4", "w6a6", "w8a8"};
    shares.exits = {{"Exit 1", 0.41, 0.405, 0.005, {0.3, 0.1, 0.01}, 4100},
                    {"Exit 2", 0.34, 0.33, 0.01, {0.2, 0.1, 0.04}, 3400},
                    {"Exit 3", 0.0, 0.0, 0.0, {0.0, 0.0, 0.0}, 0},
                    {"Exit 4", 0.25, 0.19, 0.06, {0.05, 0.1, 0.1}, 2500}};
    return shares;
}

std::size_t pixels_like(const QImage& image, const QColor& colour)
{
    std::size_t count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor seen = image.pixelColor(x, y);
            if (std::abs(seen.red() - colour.red()) + std::abs(seen.green() - colour.green()) +
                    std::abs(seen.blue() - colour.blue()) <
                24)
                ++count;
        }
    return count;
}

}  // namespace

class TestPlots : public QObject {
    Q_OBJECT
private slots:
    void tradeOffShowsEveryCurve_data();
    void tradeOffShowsEveryCurve();
    void tradeOffRangesContainEverything();
    void operatingPointIsReplacedNotAdded();
    void emptyAndDegenerateContent();
    void redrawingKeepsAxesAndAddsNothing();
    void reliabilityDrawsDiagonalAndIntervals();
    void exitBarsStackToTheShares();
    void exportsPngOfExactSize();
    void exportsVectorFiles_data();
    void exportsVectorFiles();
    void paperStyleHasItsSize();
    void denseScatterIsAnImageInVectorFiles();
    void svgLeavesThePlotAsItWas();
    void numbersAsCsv();
    void exportErrorsNameTheFile();
    void coloursAreStable();
};

void TestPlots::tradeOffShowsEveryCurve_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("light") << 0;
    QTest::newRow("dark") << 1;
    QTest::newRow("paper") << 2;
}

void TestPlots::tradeOffShowsEveryCurve()
{
    QFETCH(int, which);
    const Theme theme = which == 0 ? Theme::light() : which == 1 ? Theme::dark() : Theme::paper();
    QCustomPlot plot;
    const TradeOff content = example_trade_off();
    draw_trade_off(plot, content, theme);
    QVERIFY(export_plot(plot, "trade_off_" + std::to_string(which) + ".png"));
    const QImage image = plot.toPixmap(720, 480, 2).toImage();
    QCOMPARE(image.size(), QSize(1440, 960));
    QCOMPARE(image.pixelColor(2, 2), theme.background);
    for (const TradeOffSeries& series : content.series)
        QVERIFY2(pixels_like(image, policy_pen(theme, series.curve.policy).color()) > 300, qPrintable(series.title));
    QCOMPARE(plot.legend->itemCount(), 5);
    QCOMPARE(qobject_cast<QCPPlottableLegendItem*>(plot.legend->item(0))->plottable()->name(), QString("QuEE"));
}

void TestPlots::tradeOffRangesContainEverything()
{
    QCustomPlot plot;
    const TradeOff content = example_trade_off();
    draw_trade_off(plot, content, Theme::light());
    for (const TradeOffSeries& series : content.series)
        for (const analyse::CurvePoint& point : series.curve.points) {
            QVERIFY(plot.xAxis->range().contains(100 * point.relative_cost));
            QVERIFY(plot.yAxis->range().contains(100 * point.accuracy.value));
        }
    QVERIFY(plot.xAxis->range().contains(100.0));
    QCOMPARE(plot.xAxis->label(), QString("BOPs relative to full depth at w8a8 (%)"));
}

void TestPlots::operatingPointIsReplacedNotAdded()
{
    QCustomPlot plot;
    draw_trade_off(plot, example_trade_off(), Theme::light());
    const int items = plot.itemCount();
    draw_operating_point(plot, OperatingPoint{0.9, 0.9, "at the right edge"}, Theme::light());
    QCOMPARE(plot.itemCount(), items);
    draw_operating_point(plot, std::nullopt, Theme::light());
    QCOMPARE(plot.itemCount(), 0);
    draw_operating_point(plot, OperatingPoint{std::nan(""), 0.9, {}}, Theme::light());
    QCOMPARE(plot.itemCount(), 0);
}

void TestPlots::emptyAndDegenerateContent()
{
    QCustomPlot plot;
    draw_trade_off(plot, TradeOff{}, Theme::light());
    QVERIFY(!plot.toPixmap(300, 200).isNull());
    TradeOff one;
    one.series = {{"static", saturating_curve("static", 5, 1)}};
    one.bands = false;
    draw_trade_off(plot, one, Theme::light());
    QVERIFY(plot.yAxis->range().size() > 0);
    QVERIFY(plot.yAxis->range().contains(100 * one.series[0].curve.points[0].accuracy.value));
    draw_reliability(plot, Reliability{}, Theme::dark());
    QVERIFY(!plot.toPixmap(300, 200).isNull());
    draw_exit_shares(plot, report::ExitShares{}, {}, Theme::dark());
    QVERIFY(!plot.toPixmap(300, 200).isNull());
}

void TestPlots::redrawingKeepsAxesAndAddsNothing()
{
    QCustomPlot plot;
    QCPAxis* const x = plot.xAxis;
    draw_trade_off(plot, example_trade_off(), Theme::light());
    const int graphs = plot.graphCount();
    const int rows = plot.plotLayout()->rowCount();
    const int layers = plot.layerCount();
    draw_exit_shares(plot, example_shares(), "note", Theme::dark());
    draw_trade_off(plot, example_trade_off(), Theme::dark());
    QCOMPARE(plot.xAxis, x);
    QCOMPARE(plot.graphCount(), graphs);
    QCOMPARE(plot.plotLayout()->rowCount(), rows);
    QCOMPARE(plot.layerCount(), layers);
    QCOMPARE(plot.legend->itemCount(), 5);
}

void TestPlots::reliabilityDrawsDiagonalAndIntervals()
{
    QCustomPlot plot;
    const Theme theme = Theme::light();
    draw_reliability(plot, example_reliability(), theme);
    QVERIFY(export_plot(plot, "reliability.png"));
    QCOMPARE(plot.graphCount(), 2);
    QCOMPARE(plot.plottableCount(), 3);
    QVERIFY(plot.yAxis->range().contains(100 * example_reliability().series[0].bins.back().high));
    QVERIFY(pixels_like(plot.toPixmap(600, 400).toImage(), theme.series[0]) > 100);
}

void TestPlots::exitBarsStackToTheShares()
{
    QCustomPlot plot;
    const Theme theme = Theme::light();
    const report::ExitShares shares = example_shares();
    draw_exit_shares(plot, shares, "QuEE at a budget of 31 %", theme);
    QVERIFY(export_plot(plot, "exits.png"));
    QCOMPARE(plot.plottableCount(), 5);
    const QImage image = plot.toPixmap(720, 480).toImage();
    const std::size_t right = pixels_like(image, theme.right);
    const std::size_t wrong = pixels_like(image, theme.wrong);
    // areas are proportional to the shares; the legend's icons and text edges blur that a little
    QVERIFY2(std::abs(double(wrong) / double(right) - 0.075 / 0.925) < 0.03,
             qPrintable(QString("%1 %2").arg(right).arg(wrong)));
}

void TestPlots::exportsPngOfExactSize()
{
    QTemporaryDir directory;
    QCustomPlot plot;
    draw_trade_off(plot, example_trade_off(), Theme::paper());
    const std::filesystem::path path = (directory.path() + "/Plot.PNG").toStdString();
    QVERIFY(export_plot(plot, path, {400, 300, 300}));
    const QImage image(QString::fromStdString(path.string()));
    QCOMPARE(image.size(), QSize(1250, 938));
    QCOMPARE(image.dotsPerMeterX(), 11811);
    QVERIFY(pixels_like(image, policy_pen(Theme::paper(), "quee").color()) > 300);
}

void TestPlots::exportsVectorFiles_data()
{
    QTest::addColumn<QString>("ending");
    QTest::newRow("svg") << "svg";
    QTest::newRow("pdf") << "pdf";
}

void TestPlots::exportsVectorFiles()
{
    QFETCH(QString, ending);
    QTemporaryDir directory;
    QCustomPlot plot;
    draw_trade_off(plot, example_trade_off(), Theme::paper());
    QFile file(directory.path() + "/plot." + ending);
    QVERIFY(export_plot(plot, file.fileName().toStdString(), {720, 480, 96}));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY(bytes.size() > 4000);
    QVERIFY(bytes.size() < 400000);
    if (ending == "pdf") {
        QVERIFY(bytes.startsWith("%PDF-"));
        QVERIFY(bytes.contains("/MediaBox [0 0 540"));
        return;
    }
    QXmlStreamReader xml(bytes);
    while (!xml.atEnd())
        xml.readNext();
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QVERIFY(bytes.contains("viewBox=\"0 0 720 480\""));
    QVERIFY(bytes.contains(policy_pen(Theme::paper(), "quee").color().name().toUtf8()));
    QVERIFY(bytes.contains("Accuracy on the test split"));
    QVERIFY(to_inline_svg(plot).startsWith("<svg"));
}

void TestPlots::paperStyleHasItsSize()
{
    QTemporaryDir directory;
    const std::filesystem::path folder = directory.path().toStdString();
    const auto bytes = [&](const char* name) {
        QFile file(QString::fromStdString((folder / name).string()));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    for (const double points : {6.0, 8.0, 10.0}) {
        const PaperStyle style = paper_style(84, 60, points, 300);
        QVERIFY(std::abs(style.theme.text_pixels * style.size.scale * 0.75 / points - 1) < 0.005);
        QCustomPlot plot;
        draw_trade_off(plot, example_trade_off(), style.theme);
        for (const char* name : {"p.png", "p.svg", "p.pdf"})
            QVERIFY(export_plot(plot, folder / name, style.size));
        const QImage image = QImage::fromData(bytes("p.png"));
        QVERIFY(std::abs(image.width() - 84 / 25.4 * 300) <= 1 && std::abs(image.height() - 60 / 25.4 * 300) <= 3);
        const QByteArray svg = bytes("p.svg");
        const qsizetype width = svg.indexOf("width=\"") + 7;
        QVERIFY(std::abs(svg.mid(width, svg.indexOf("mm", width) - width).toDouble() - 84) < 0.01);
        QVERIFY(bytes("p.pdf").contains("/MediaBox [0 0 238."));
        QVERIFY(plot.legend->visible() && plot.legend->outerRect().top() >= plot.axisRect()->rect().bottom());
        QVERIFY(plot.legend->outerRect().bottom() <= style.size.height);
        QVERIFY2(!svg.contains("Wilson"), "small print belongs to the screen");
        // the same drawing for the screen again
        draw_trade_off(plot, example_trade_off(), Theme::light());
        QVERIFY(to_inline_svg(plot).contains("Wilson"));
        QVERIFY(plot.axisRect()->rect().contains(plot.legend->outerRect()));
    }
}

void TestPlots::denseScatterIsAnImageInVectorFiles()
{
    TradeOff content = example_trade_off();
    content.series.resize(1);
    QCustomPlot plot;
    draw_trade_off(plot, content, Theme::paper());
    QVERIFY(!to_inline_svg(plot).contains("<image"));
    const std::size_t few = content.fixed_models.size();
    for (std::size_t i = 0; i < 20000; ++i)
        content.fixed_models.push_back(content.fixed_models[i % few]);
    draw_trade_off(plot, content, Theme::paper());
    const QByteArray dense = to_inline_svg(plot);
    QVERIFY(dense.contains("<image") && dense.contains("<text"));
    QVERIFY2(dense.size() < 400000, qPrintable(QString::number(dense.size())));
}

void TestPlots::svgLeavesThePlotAsItWas()
{
    QCustomPlot plot;
    draw_trade_off(plot, example_trade_off(), Theme::dark());
    plot.xAxis->setRange(20, 40);
    auto* outside = new QCPItemText(&plot);
    outside->setClipToAxisRect(false);
    outside->setLayer("main");
    const int layers = plot.layerCount();
    const QImage before = plot.toPixmap(400, 300).toImage();
    const QByteArray svg = to_inline_svg(plot);
    QVERIFY(svg.count(Theme::dark().background.name().toUtf8()) >= 2);  // the ground, and what covers the outside
    QCOMPARE(plot.layerCount(), layers);
    QCOMPARE(outside->layer()->name(), QString("main"));
    QCOMPARE(plot.toPixmap(400, 300).toImage(), before);
}

void TestPlots::numbersAsCsv()
{
    QTemporaryDir directory;
    const std::filesystem::path path = directory.path().toStdString() + "/plot.csv";
    const Reliability content = example_reliability();
    QCustomPlot plot;
    draw_reliability(plot, content, Theme::paper());
    QVERIFY(export_plot(plot, path));
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines[0], QByteArray("series,Predicted error (%),Actual error (%),low,high"));
    QCOMPARE(lines.size(), qsizetype(1 + 2 + content.series[0].bins.size()));
    const QList<QByteArray> cells = lines[4].split(',');
    const predict::ReliabilityBin& bin = content.series[0].bins[1];
    QCOMPARE(cells[0], QByteArray("Answers given"));
    QVERIFY(std::abs(cells[1].toDouble() - 100 * bin.predicted) < 1e-9);
    QVERIFY(std::abs(cells[3].toDouble() - 100 * bin.low) < 1e-9);
    QVERIFY(std::abs(cells[4].toDouble() - 100 * bin.high) < 1e-9);
    draw_trade_off(plot, example_trade_off(), Theme::paper());
    QVERIFY(export_plot(plot, path));
    QCustomPlot empty;
    QCOMPARE(export_plot(empty, path).error().code, ErrorCode::unsupported);
}

void TestPlots::exportErrorsNameTheFile()
{
    QTemporaryDir directory;
    const std::filesystem::path folder = directory.path().toStdString();
    QCustomPlot plot;
    draw_trade_off(plot, example_trade_off(), Theme::paper());
    const Expected<void> ending = export_plot(plot, folder / "plot.bmp");
    QCOMPARE(ending.error().code, ErrorCode::usage);
    const Expected<void> size = export_plot(plot, folder / "plot.png", {100000, 100000, 96});
    QCOMPARE(size.error().code, ErrorCode::usage);
    QVERIFY(write_file(folder / "file", std::string_view("x")));
    const Expected<void> below_file = export_plot(plot, folder / "file" / "plot.png");
    QCOMPARE(below_file.error().code, ErrorCode::cannot_write);
    QCOMPARE(below_file.error().where, (folder / "file" / "plot.png").string());
    QCOMPARE(std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()), 1);
}

void TestPlots::coloursAreStable()
{
    const Theme theme = Theme::light();
    QVERIFY(policy_pen(theme, "quee").color() != policy_pen(theme, "confidence").color());
    QCOMPARE(policy_pen(theme, "somebody's own").color(), policy_pen(theme, "somebody's own").color());
    const std::vector<QColor> ramp = precision_colours(theme, 4);
    QCOMPARE(ramp.front(), theme.ramp_low);
    QCOMPARE(ramp.back(), theme.ramp_high);
    QCOMPARE(precision_colours(theme, 1).front(), theme.ramp_high);
}

QTEST_MAIN(TestPlots)
#include "tst_plots.moc"
