// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <limits>

#include <QByteArray>
#include <QTest>
#include <QXmlStreamReader>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/default_budget.h"
#include "core/analysis/report/comparison.h"
#include "core/analysis/report/csv.h"
#include "core/analysis/report/data_uri.h"
#include "core/analysis/report/examples.h"
#include "core/analysis/report/exit_shares.h"
#include "core/analysis/report/left_out.h"
#include "core/analysis/report/report.h"
#include "core/analysis/report/text.h"
#include "core/network/dataset/thumbnail.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::report;

namespace {

/// 8 x 6 grey pictures with the run's labels, or others.
class Pictures final : public dataset::Dataset {
public:
    Pictures(run::RunPtr run, int shift) : run_(std::move(run)), shift_(shift) {}
    const dataset::Info& info() const override { return info_; }
    std::size_t size() const override { return run_->test.samples; }
    Expected<dataset::Image> image(SampleIndex index) const override
    {
        dataset::Image image{1, 6, 8, std::vector<std::uint8_t>(48, 40), {}};
        image.pixels[index.at() % 48] = 250;
        return image;
    }
    std::optional<ClassIndex> label(SampleIndex index) const override
    {
        return ClassIndex(static_cast<std::size_t>(run_->test.labels[index.at()] + shift_));
    }
    std::string origin(SampleIndex) const override { return "made up"; }
    std::string content_hash() const override { return "0"; }

private:
    run::RunPtr run_;
    int shift_;
    dataset::Info info_;
};

}  // namespace

class TestReport : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void escapesEverythingDangerous();
    void wordsNumbers();
    void base64MatchesQt();
    void thumbnails();
    void readsNumbersOffCurves();
    void decisionsAsCsv();
    void exitSharesAddUp();
    void examplesAreWhatTheySay();
    void defaultBudgetLooksAtTheFitSplitOnly();
    void pageIsWellFormedAndSafe();
    void imagesThatWereLeftOutAreListed();
    void picturesOfOtherDataAreLeftOut();
    void unlabelledPage();

private:
    [[nodiscard]] Content content() const;
    run::RunPtr run_;
    std::shared_ptr<const analyse::Analysis> analysis_;
    cost::Costs costs_;
    analyse::PolicyResult policy_;
    analyse::Decisions decisions_;
};

void TestReport::initTestCase()
{
    tests::SyntheticOptions options;
    options.exits = 3;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 500;
    options.test_samples = 800;
    auto run = std::make_shared<run::Run>(*tests::synthetic_run(options));
    run->provenance.model_path = "/models/<script>alert(1)</script>.onnx";
    run->test.dataset = "data \"quoted\" & 'more'";
    run->class_names[3] = "<b>bold</b>";
    run_ = run;
    analysis_ = *analyse::Analysis::make(run_);
    costs_ = *cost::make_costs(*run_, cost::Kind::bops);
    policy_ = *analysis_->fit("quee", costs_, 21);
    decisions_ = analyse::decide(policy_, 0.4);
}

Content TestReport::content() const
{
    Content content;
    content.analysis = analysis_.get();
    content.costs = &costs_;
    content.policies = {policy_};
    content.decisions = decisions_;
    content.figures = {{"trade-off", "first", "caption", "<svg id=\"light\"></svg>", "<svg id=\"dark\"></svg>"}};
    return content;
}

void TestReport::escapesEverythingDangerous()
{
    QCOMPARE(escape("<a href=\"x\" b='y'>&"), std::string("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;"));
    QCOMPARE(escape("naïve “quotes” 猫"), std::string("naïve “quotes” 猫"));
    const std::string gone = "\xef\xbf\xbd";
    QCOMPARE(escape(std::string("a\0b\x1b", 4)), "a" + gone + "b" + gone);
    QCOMPARE(escape("\xc3"), gone);
    QCOMPARE(escape("\xc0\xaf"), gone + gone);             // overlong "/"
    QCOMPARE(escape("\xed\xa0\x80"), gone + gone + gone);  // surrogate
    QCOMPARE(escape("\xf4\x90\x80\x80x"), gone + gone + gone + gone + "x");
    QCOMPARE(escape("50 %"), std::string("50\u00a0%"));
}

void TestReport::wordsNumbers()
{
    QCOMPARE(percent(0.92345), std::string("92.34 %"));
    QCOMPARE(percent(std::nan("")), std::string("–"));
    QCOMPARE(points(-0.0042), std::string("−0.42"));
    QCOMPARE(points(0.01), std::string("+1.00"));
    QCOMPARE(points(-0.00001), std::string("0.00"));
    QCOMPARE(magnitude(40.6e6), std::string("40.6 M"));
    QCOMPARE(magnitude(999), std::string("999"));
    QCOMPARE(grouped(1234567), std::string("1,234,567"));
    QCOMPARE(grouped(999), std::string("999"));
}

void TestReport::base64MatchesQt()
{
    QByteArray bytes;
    for (int length = 0; length < 50; ++length) {
        QCOMPARE(QByteArray::fromStdString(
                     base64(reinterpret_cast<const unsigned char*>(bytes.constData()), std::size_t(bytes.size()))),
                 bytes.toBase64());
        bytes.append(static_cast<char>(length * 37));
    }
}

void TestReport::thumbnails()
{
    const dataset::Image grey{1, 28, 28, std::vector<std::uint8_t>(28 * 28, 9), {}};
    QVERIFY(png_uri(dataset::thumbnail_png(grey)).starts_with("data:image/png;base64,iVBOR"));
    const dataset::Image large{3, 400, 1000, std::vector<std::uint8_t>(3 * 400 * 1000, 9), {}};
    QVERIFY(thumbnail_png(large).size() < 3000);
    const dataset::Image floats{3, 5, 5, {}, std::vector<float>(75, -2.5F)};
    QVERIFY(!thumbnail_png(floats).empty());
    QVERIFY(thumbnail_png(dataset::Image{2, 5, 5, std::vector<std::uint8_t>(50), {}}).empty());
    QVERIFY(thumbnail_png(dataset::Image{1, 5, 6, std::vector<std::uint8_t>(5), {}}).empty());
    QVERIFY(thumbnail_png(dataset::Image{}).empty());
}

void TestReport::readsNumbersOffCurves()
{
    analyse::Curve curve;
    for (const auto& [cost, accuracy] :
         {std::pair(0.2, 0.5), std::pair(0.4, 0.7), std::pair(0.4, 0.6), std::pair(0.8, 0.9)}) {
        analyse::CurvePoint point;
        point.relative_cost = cost;
        point.accuracy = {accuracy, accuracy, accuracy, 100};
        curve.points.push_back(point);
    }
    QVERIFY(!accuracy_at(curve, 0.1));
    QCOMPARE(*accuracy_at(curve, 0.2), 0.5);
    QCOMPARE(*accuracy_at(curve, 0.3), 0.6);
    QCOMPARE(*accuracy_at(curve, 0.6), 0.8);
    QCOMPARE(*accuracy_at(curve, 2.0), 0.9);
    QCOMPARE(*cost_at(curve, 0.4), 0.2);
    QCOMPARE(*cost_at(curve, 0.6), 0.3);
    QCOMPARE(*cost_at(curve, 0.9), 0.8);
    QVERIFY(!cost_at(curve, 0.91));
    QVERIFY(!accuracy_at(analyse::Curve(), 0.5));
}

void TestReport::decisionsAsCsv()
{
    const std::vector<float> predicted = analysis_->predicted_error(decisions_.state);
    const query::Rows rows{*run_, costs_, decisions_.state, predicted};
    std::vector<SampleIndex> all;
    for (std::size_t i = 0; i < run_->test.samples; ++i)
        all.push_back(SampleIndex(i));
    const QList<QByteArray> lines = QByteArray::fromStdString(decisions_csv(rows, all)).trimmed().split('\n');
    QCOMPARE(lines.size(), 801);
    const std::vector<SampleIndex> two{SampleIndex(9), SampleIndex(5)};
    const QList<QByteArray> few = QByteArray::fromStdString(decisions_csv(rows, two)).trimmed().split('\n');
    QCOMPARE(few, (QList<QByteArray>{lines[0], lines[10], lines[6]}));
    const StateIndex state = decisions_.state[5];
    const QList<QByteArray> cells = lines[6].split(',');
    QCOMPARE(cells[0].toUInt(), run_->test.source_index[5]);
    QCOMPARE(cells[5].toStdString(), run_->states[state.at()].name());
    QCOMPARE(cells[6].toDouble(), costs_.relative(state));
}

void TestReport::exitSharesAddUp()
{
    const ExitShares shares = exit_shares(*run_, decisions_);
    double right = 0;
    double all = 0;
    for (std::size_t e = 0; e < shares.exits.size(); ++e) {
        const ExitShare& exit = shares.exits[e];
        QVERIFY(std::abs(exit.right + exit.wrong - exit.share) < 1e-12);
        QVERIFY(std::abs(exit.by_precision[0] + exit.by_precision[1] - exit.share) < 1e-12);
        QVERIFY(std::abs(exit.share - decisions_.outcome.exit_share[e]) < 1e-12);
        right += exit.right;
        all += exit.share;
    }
    QVERIFY(std::abs(all - 1) < 1e-12);
    QVERIFY(std::abs(right - decisions_.outcome.accuracy.value) < 1e-12);
}

void TestReport::examplesAreWhatTheySay()
{
    const auto groups = instructive_examples(*analysis_, decisions_, 1000000);
    QCOMPARE(groups.size(), std::size_t(4));
    const StateIndex full = run_->full();
    const auto parent = [&](StateIndex s) { return *run_->states[s.at()].parent; };
    std::size_t overthinking = 0;
    std::size_t rescued = 0;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < run_->test.samples; ++i) {
        const SampleIndex sample(i);
        const bool last = run_->test.correct(full, sample);
        const bool middle = run_->test.correct(parent(full), sample);
        const bool first = run_->test.correct(parent(parent(full)), sample);
        overthinking += !last && (middle || first) ? 1 : 0;
        rescued += last && !middle && !first ? 1 : 0;
        wrong += run_->test.correct(decisions_.state[i], sample) ? 0 : 1;
    }
    QCOMPARE(groups[0].count, wrong);
    QCOMPARE(groups[1].count, overthinking);
    QCOMPARE(groups[2].count, rescued);
    QVERIFY(overthinking > 0 && rescued > 0 && groups[3].count > 0);
    const std::vector<float> predicted = analysis_->predicted_error(decisions_.state);
    for (std::size_t k = 1; k < groups[0].examples.size(); ++k)
        QVERIFY(predicted[groups[0].examples[k - 1].sample.at()] <= predicted[groups[0].examples[k].sample.at()]);
    for (const Example& example : groups[3].examples) {
        const std::size_t i = example.sample.at();
        QVERIFY(run_->test.correct(full, example.sample));
        std::size_t cheapest = run_->states.size();
        for (std::size_t s = 0; s < run_->states.size(); ++s)
            if (run_->states[s].name() == "w4a4-w4a4-w4a4")
                cheapest = s;
        QVERIFY(run_->test.prediction[cheapest][i] != run_->test.labels[i]);
    }
    QCOMPARE(instructive_examples(*analysis_, decisions_, 3)[0].examples.size(), std::size_t(3));
}

void TestReport::defaultBudgetLooksAtTheFitSplitOnly()
{
    const double budget = analyse::default_budget(policy_, 0.005);
    QVERIFY(budget > 0 && budget <= 1);
    auto other = std::make_shared<run::Run>(*run_);
    std::fill(other->test.labels.begin(), other->test.labels.end(), 0);
    const auto blind = (*analyse::Analysis::make(other))->fit(policy_.info->name, costs_);
    QCOMPARE(analyse::default_budget(*blind, 0.005), budget);
    QVERIFY(analyse::default_budget(policy_, 0.1) < budget);
    QCOMPARE(analyse::default_budget(policy_, -1.0), policy_.fitted->points().back().fit_cost);
}

void TestReport::pageIsWellFormedAndSafe()
{
    Content what = content();
    what.thumbnails = dataset::thumbnails_of(std::make_shared<Pictures>(run_, 0));
    const QByteArray page = QByteArray::fromStdString(html(compose(what)));
    QVERIFY(page.size() < 3000000);
    QVERIFY(!page.contains("<script"));
    QVERIFY(!page.contains("<b>bold</b>"));
    QVERIFY(page.contains("&lt;b&gt;bold&lt;/b&gt;"));
    QVERIFY(page.contains("data:image/png;base64,"));
    QVERIFY(page.contains("<svg id=\"dark\">") && page.contains("<svg id=\"light\">"));
    QVERIFY(page.contains("500 images") && page.contains("800 images"));
    // tags in balance: read as XML after closing the void elements
    QByteArray xml = page.mid(page.indexOf("<html"));
    xml.replace("<meta charset=\"utf-8\">", "");
    xml.replace("initial-scale=1\">", "initial-scale=1\"/>")
        .replace("content=\"light dark\">", "content=\"light dark\"/>");
    xml.replace("<br>", "<br/>");
    for (qsizetype at = xml.indexOf("<img "); at >= 0; at = xml.indexOf("<img ", at + 1))
        xml.insert(xml.indexOf('>', at), '/');
    QXmlStreamReader reader(xml);
    while (!reader.atEnd())
        reader.readNext();
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString() + QString(" in line %1").arg(reader.lineNumber())));
}

void TestReport::imagesThatWereLeftOutAreListed()
{
    run::Run bare;
    QCOMPARE(left_out_text(bare), std::string());
    bare.fit.skipped = bare.test.skipped = {"a.png: is empty"};  // both splits are drawn from the same data
    QCOMPARE(left_out_text(bare), std::string("1 image: a.png: is empty"));
    for (int i = 0; i < 1011; ++i)
        bare.test.skipped.push_back(std::to_string(i) + ".png: is damaged");
    const std::string text = left_out_text(bare);
    QVERIFY2(text.starts_with("1,012 images: a.png: is empty; 0.png: ") && text.ends_with("; and 1,002 more"),
             text.c_str());

    auto run = std::make_shared<run::Run>(*run_);
    run->fit.skipped = {"c.png: is <empty>"};
    run->test.labels_file = "labels.npy";
    const auto analysis = *analyse::Analysis::make(run);
    Content content = this->content();
    content.analysis = analysis.get();
    const std::string page = html(compose(content));
    QVERIFY(page.find(">Left out<") != std::string::npos);
    QVERIFY(page.find("1 image: c.png: is &lt;empty&gt;") != std::string::npos);
    QVERIFY(page.find("labels.npy") != std::string::npos);
}

void TestReport::picturesOfOtherDataAreLeftOut()
{
    Content what = content();
    what.thumbnails = dataset::thumbnails_of(std::make_shared<Pictures>(run_, 1));
    const std::string page = html(compose(what));
    QVERIFY(page.find("data:image/png") == std::string::npos);
    QVERIFY(page.find("Some images are missing") != std::string::npos);
}

void TestReport::unlabelledPage()
{
    tests::SyntheticOptions options;
    options.exits = 2;
    options.fit_samples = 200;
    options.test_samples = 100;
    options.labelled_test = false;
    const auto analysis = *analyse::Analysis::make(tests::synthetic_run(options));
    const cost::Costs costs = *cost::make_costs(analysis->run(), cost::Kind::macs);
    Content what;
    what.analysis = analysis.get();
    what.costs = &costs;
    what.policies = {*analysis->fit("quee", costs, 11)};
    what.decisions = analyse::decide(what.policies[0], 0.5);
    const std::string page = html(compose(what));
    QVERIFY(page.find("has no labels") != std::string::npos);
    QVERIFY(page.find("accuracy of the full model") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestReport)
#include "tst_report.moc"
