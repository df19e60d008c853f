// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <functional>
#include <random>

#include <QTest>

#include "core/analysis/query/complete.h"
#include "core/analysis/query/predicate.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

namespace {

/// A run at an operating point: sample i ends in state (5 i) modulo the number of states.
struct Decided {
    std::shared_ptr<run::Run> run;
    cost::Costs costs;
    std::vector<StateIndex> state;
    std::vector<float> predicted_error;

    [[nodiscard]] query::Rows rows() const { return {*run, costs, state, predicted_error}; }
    [[nodiscard]] const run::Statistics& statistics(std::size_t i) const
    {
        return run->test.statistics[state[i].at()][i];
    }
    [[nodiscard]] int prediction(std::size_t i) const { return run->test.prediction[state[i].at()][i]; }
    [[nodiscard]] int label(std::size_t i) const { return run->test.labelled() ? run->test.labels[i] : -1; }
    [[nodiscard]] const run::State& at(std::size_t i) const { return run->states[state[i].at()]; }
};

Decided decided(std::size_t samples = 3000, bool labelled = true)
{
    tests::SyntheticOptions options;
    options.exits = 3;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 50;
    options.test_samples = samples;
    options.labelled_test = labelled;
    Decided point;
    point.run = std::make_shared<run::Run>(*tests::synthetic_run(options));
    point.run->class_names = {"cat", "dog", "ankle boot", "T-shirt/top", "a\"b", "Cat", "6", "x", "y", "z"};
    if (labelled)
        for (std::size_t i = 0; i < samples; i += 17)
            point.run->test.labels[i] = -1;
    point.costs = *cost::make_costs(*point.run, cost::Kind::bops);
    for (std::size_t i = 0; i < samples; ++i) {
        point.state.push_back(StateIndex((i * 5) % point.run->states.size()));
        point.predicted_error.push_back(static_cast<float>(i % 100) / 100.0F);
    }
    return point;
}

std::vector<SampleIndex> all(std::size_t samples)
{
    std::vector<SampleIndex> list;
    for (std::size_t i = 0; i < samples; ++i)
        list.push_back(SampleIndex(i));
    return list;
}

/// The samples that pass; an error's message fails the test.
std::vector<SampleIndex> passing(const Decided& point, const std::string& text)
{
    const Expected<query::Query> parsed = query::parse(text);
    if (!parsed) {
        QTest::qFail(parsed.error().message().c_str(), __FILE__, __LINE__);
        return {};
    }
    const Expected<query::Predicate> predicate = query::Predicate::bind(*parsed, *point.run);
    if (!predicate) {
        QTest::qFail(predicate.error().message().c_str(), __FILE__, __LINE__);
        return {};
    }
    std::vector<SampleIndex> samples = all(point.state.size());
    predicate->keep(point.rows(), samples);
    return samples;
}

std::string problem(const Decided& point, const std::string& text)
{
    const Expected<query::Query> parsed = query::parse(text);
    if (!parsed)
        return parsed.error().message();
    const Expected<query::Predicate> predicate = query::Predicate::bind(*parsed, *point.run);
    return predicate ? std::string() : predicate.error().message();
}

using Truth = std::function<bool(std::size_t)>;

std::vector<SampleIndex> expected(std::size_t samples, const Truth& truth)
{
    std::vector<SampleIndex> list;
    for (std::size_t i = 0; i < samples; ++i)
        if (truth(i))
            list.push_back(SampleIndex(i));
    return list;
}

}  // namespace

class TestQuery : public QObject {
    Q_OBJECT
private slots:
    void everyFieldAndComparison();
    void combinations();
    void randomQueriesAgreeWithARecursiveReference();
    void missingValuesNeverCompare();
    void unlabelledDataComparesWithTheFullModel();
    void keepsTheOrderOfWhatItIsGiven();
    void errorsNameThePlace_data();
    void errorsNameThePlace();
    void whatTheRunDoesNotKnowIsSaid();
    void hostileTextIsOneError();
    void quotedTextIsReadBack();
    void completesTheLastWord();
};

void TestQuery::everyFieldAndComparison()
{
    const Decided p = decided();
    const run::Split& test = p.run->test;
    const std::size_t n = p.state.size();
    const auto same = [&](const std::string& text, const Truth& truth) {
        const std::vector<SampleIndex> wanted = expected(n, truth);
        QVERIFY2(passing(p, text) == wanted, text.c_str());
        QVERIFY2(!wanted.empty() && wanted.size() < n, text.c_str());
    };
    const auto right = [&](std::size_t i) { return p.label(i) >= 0 && p.label(i) == p.prediction(i); };
    const auto wrong = [&](std::size_t i) { return p.label(i) >= 0 && p.label(i) != p.prediction(i); };
    const auto agrees = [&](std::size_t i) { return p.prediction(i) == test.prediction[p.run->full().at()][i]; };
    same("wrong", wrong);
    same("RIGHT", right);
    same("correct", right);
    same("agrees", agrees);
    same("differs", [&](std::size_t i) { return !agrees(i); });
    same("labelled", [&](std::size_t i) { return p.label(i) >= 0; });
    same("unlabelled", [&](std::size_t i) { return p.label(i) < 0; });
    same("exit=2", [&](std::size_t i) { return p.at(i).exit.value == 1; });
    same("exit != 2", [&](std::size_t i) { return p.at(i).exit.value != 1; });
    same("exit:1,3", [&](std::size_t i) { return p.at(i).exit.value != 1; });
    same("exit:2..3", [&](std::size_t i) { return p.at(i).exit.value >= 1; });
    same("exit<2", [&](std::size_t i) { return p.at(i).exit.value < 1; });
    same("precision=w8a8", [&](std::size_t i) { return p.at(i).precision() == Precision{8, 8}; });
    same("precision<w8a8", [&](std::size_t i) { return p.at(i).precision() < Precision{8, 8}; });
    same("path=w4a4-w8a8", [&](std::size_t i) { return p.at(i).name() == "w4a4-w8a8"; });
    same("path:w4a4-*", [&](std::size_t i) { return p.at(i).name().starts_with("w4a4-"); });
    same("path!=w4a4-*,w8a8",
         [&](std::size_t i) { return !p.at(i).name().starts_with("w4a4-") && p.at(i).name() != "w8a8"; });
    same("cost<=0.25", [&](std::size_t i) { return p.costs.relative(p.state[i]) <= 0.25; });
    same("cost>25%", [&](std::size_t i) { return p.costs.relative(p.state[i]) > 0.25; });
    same("class:cat", [&](std::size_t i) { return p.label(i) == 0; });
    same("class:CAT", [&](std::size_t i) { return p.label(i) == 0; });
    same("class:Cat", [&](std::size_t i) { return p.label(i) == 5; });
    same("class:#5", [&](std::size_t i) { return p.label(i) == 5; });
    same("class:7", [&](std::size_t i) { return p.label(i) == 7; });
    same("label != dog", [&](std::size_t i) { return p.label(i) >= 0 && p.label(i) != 1; });
    same("class:\"ankle boot\", T-shirt/top", [&](std::size_t i) { return p.label(i) == 2 || p.label(i) == 3; });
    same(R"(prediction:"a\"b")", [&](std::size_t i) { return p.prediction(i) == 4; });
    same("predicted=dog", [&](std::size_t i) { return p.prediction(i) == 1; });
    same("predicted_error>0.2", [&](std::size_t i) { return p.predicted_error[i] > 0.2F; });
    same("error >= 20%", [&](std::size_t i) { return p.predicted_error[i] >= 0.2F; });
    same("predicted_error<.2", [&](std::size_t i) { return p.predicted_error[i] < 0.2F; });
    same("predicted_error:0.1..0.2,0.5", [&](std::size_t i) {
        const float v = p.predicted_error[i];
        return (v >= 0.1F && v <= 0.2F) || v == 0.5F;
    });
    same("predicted_error!=0.1..0.2,0.15..0.3", [&](std::size_t i) {
        const float v = p.predicted_error[i];
        return v < 0.1F || v > 0.3F;
    });
    same("confidence>0.8", [&](std::size_t i) { return p.statistics(i).maximum > 0.8F; });
    same("entropy<1", [&](std::size_t i) { return p.statistics(i).entropy < 1; });
    same("margin>=0.5", [&](std::size_t i) { return p.statistics(i).margin >= 0.5F; });
    same("true_probability<0.3",
         [&](std::size_t i) { return p.label(i) >= 0 && test.true_probability[p.state[i].at()][i] < 0.3F; });
    same("index<100", [&](std::size_t i) { return i < 100; });
    same("index:5,7,100..200", [&](std::size_t i) { return i == 5 || i == 7 || (i >= 100 && i <= 200); });
    same("sample>=100", [&](std::size_t i) { return test.source_index[i] >= 100; });
}

void TestQuery::combinations()
{
    const Decided p = decided();
    const std::size_t n = p.state.size();
    const auto wrong = [&](std::size_t i) { return p.label(i) >= 0 && p.label(i) != p.prediction(i); };
    const auto second = [&](std::size_t i) { return p.at(i).exit.value == 1; };
    const auto cat = [&](std::size_t i) { return p.label(i) == 0; };
    const auto same = [&](const std::string& text, const Truth& truth) {
        QVERIFY2(passing(p, text) == expected(n, truth), text.c_str());
    };
    same("exit=2 wrong predicted_error>0.2 class:cat",
         [&](std::size_t i) { return second(i) && wrong(i) && p.predicted_error[i] > 0.2F && cat(i); });
    same("wrong and exit=2", [&](std::size_t i) { return wrong(i) && second(i); });
    same("wrong or exit=2 class:cat", [&](std::size_t i) { return wrong(i) || (second(i) && cat(i)); });
    same("(wrong OR exit=2) class:cat", [&](std::size_t i) { return (wrong(i) || second(i)) && cat(i); });
    same("-wrong", [&](std::size_t i) { return !wrong(i); });
    same("not not wrong", wrong);
    same("NOT (wrong or exit=2)", [&](std::size_t i) { return !wrong(i) && !second(i); });
    same("!(wrong)-exit=2", [&](std::size_t i) { return !wrong(i) && !second(i); });
    same("not wrong or class:cat", [&](std::size_t i) { return !wrong(i) || cat(i); });
}

namespace {

/// A random query as text together with its truth, built recursively.
struct Random {
    std::mt19937 generator;
    const Decided& p;

    std::size_t pick(std::size_t size) { return generator() % size; }
    std::pair<std::string, Truth> make(int depth)
    {
        if (depth == 0 || pick(4) == 0)
            return leaf();
        if (pick(3) == 0) {
            auto [text, truth] = make(depth - 1);
            return {(pick(2) != 0 ? "not (" : "-(") + text + ")", [truth = truth](std::size_t i) { return !truth(i); }};
        }
        auto [a, left] = make(depth - 1);
        auto [b, right] = make(depth - 1);
        if (pick(2) == 0)
            return {"(" + a + " or " + b + ")",
                    [left = left, right = right](std::size_t i) { return left(i) || right(i); }};
        return {"(" + a + (pick(2) != 0 ? " and " : " ") + b + ")",
                [left = left, right = right](std::size_t i) { return left(i) && right(i); }};
    }
    std::pair<std::string, Truth> leaf()
    {
        switch (pick(4)) {
        case 0:
            return {"differs",
                    [this](std::size_t i) { return p.prediction(i) != p.run->test.prediction[p.run->full().at()][i]; }};
        case 1: {
            const int exit = static_cast<int>(pick(3));
            return {"exit=" + std::to_string(exit + 1),
                    [this, exit](std::size_t i) { return int(p.at(i).exit.value) == exit; }};
        }
        case 2: {
            const float bound = static_cast<float>(pick(100)) / 100.0F;
            return {"predicted_error>=" + std::to_string(bound),
                    [this, bound](std::size_t i) { return p.predicted_error[i] >= bound; }};
        }
        default: {
            const int label = static_cast<int>(pick(10));
            return {"class!=#" + std::to_string(label),
                    [this, label](std::size_t i) { return p.label(i) >= 0 && p.label(i) != label; }};
        }
        }
    }
};

}  // namespace

void TestQuery::randomQueriesAgreeWithARecursiveReference()
{
    const Decided p = decided(1500);
    Random random{std::mt19937(5), p};
    for (int round = 0; round < 200; ++round) {
        const auto [text, truth] = random.make(4);
        QVERIFY2(passing(p, text) == expected(p.state.size(), truth), text.c_str());
    }
}

void TestQuery::missingValuesNeverCompare()
{
    Decided p = decided();
    const auto unlabelled = [&](std::size_t i) { return p.label(i) < 0; };
    for (const char* text :
         {"right", "wrong", "class:cat", "class!=cat", "true_probability>=0", "true_probability!=0.5"})
        for (const SampleIndex sample : passing(p, text))
            QVERIFY2(!unlabelled(sample.at()), text);
    QCOMPARE(passing(p, "not (right or wrong)"), expected(p.state.size(), unlabelled));
    p.predicted_error.clear();
    QVERIFY(passing(p, "predicted_error>=0").empty());
}

void TestQuery::unlabelledDataComparesWithTheFullModel()
{
    const Decided p = decided(1000, false);
    QCOMPARE(passing(p, "right"), passing(p, "agrees"));
    QCOMPARE(passing(p, "wrong"), passing(p, "differs"));
    QVERIFY(!passing(p, "wrong").empty());
    QCOMPARE(passing(p, "unlabelled").size(), std::size_t(1000));
    QCOMPARE(problem(p, "wrong class:cat"), std::string("character 7: the test split has no labels"));
}

void TestQuery::keepsTheOrderOfWhatItIsGiven()
{
    const Decided p = decided();
    std::vector<SampleIndex> samples = {SampleIndex(2990), SampleIndex(4), SampleIndex(17), SampleIndex(3)};
    const std::vector<SampleIndex> given = samples;
    const auto predicate = query::Predicate::bind(*query::parse("exit=3"), *p.run);
    predicate->keep(p.rows(), samples);
    std::vector<SampleIndex> wanted;
    for (const SampleIndex sample : given)
        if (p.at(sample.at()).exit.value == 2)
            wanted.push_back(sample);
    QVERIFY(samples == wanted);
}

void TestQuery::errorsNameThePlace_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* text, const char* message) { QTest::newRow(text) << text << message; };
    row("confidence<90", "character 12: \"90\" is above 1, which no image reaches; did you mean 90%?");
    row("", "character 1: there is nothing to search for");
    row("  ", "character 3: there is nothing to search for");
    row("exit", "character 1: \"exit\" needs a comparison, such as exit=2");
    row("exit=", "character 6: a value is missing here");
    row("exit=two", "character 6: \"two\" is not a number like 0.2 or 20%, and no range like 0.1..0.2");
    row("exit>1..2", "character 6: \"1..2\" is not a number like 0.2 or 20%");
    row("exit=nan", "character 6: \"nan\" is not a number like 0.2 or 20%, and no range like 0.1..0.2");
    row("exit>1,2", "character 7: several values need =, : or !=");
    row("wrong=1", "character 6: \"wrong\" stands alone, without a value");
    row("exti=2", "character 1: there is no field \"exti\"; did you mean \"exit\"?");
    row("exit=2 cat", "character 8: there is no field \"cat\"; a class is written as class:NAME or prediction:NAME");
    row("class:ct", "character 7: there is no class \"ct\"; did you mean \"cat\"?");
    row("class:elephant", "character 7: there is no class \"elephant\" among the 10");
    row("class:10", "character 7: there is no class \"10\" among the 10");
    row("class>cat", "character 1: classes and paths have no order; use :, = or !=");
    row("precision=int8", "character 11: \"int8\" is not a precision like w8a8 or fp32");
    row("(wrong", "character 1: this \"(\" is not closed");
    row("wrong)", "character 6: this \")\" has no matching \"(\"");
    row("()", "character 2: a condition such as exit=2 is missing here");
    row("wrong or", "character 9: a condition such as exit=2 is missing here");
    row("or wrong", "character 1: a condition such as exit=2 is missing here");
    row("wrong and", "character 10: a condition such as exit=2 is missing here");
    row("not", "character 4: a condition such as exit=2 is missing here");
    row("class:\"cat", "character 7: this quotation mark is not closed");
    row("wrong ,", "character 7: \",\" is not expected here");
    row("\u00fc wrong",
        "character 1: there is no field \"\u00fc\"; a class is written as class:NAME or prediction:NAME");
    row("class:\"\u00e4\u00e4\"", "character 7: there is no class \"\u00e4\u00e4\" among the 10");
    row("class:\"dog\u00fc\" x",
        "character 14: there is no field \"x\"; a class is written as class:NAME or prediction:NAME");
}

void TestQuery::errorsNameThePlace()
{
    QFETCH(const QString, text);
    QFETCH(const QString, message);
    QCOMPARE(QString::fromStdString(problem(decided(10), text.toStdString())), message);
}

void TestQuery::whatTheRunDoesNotKnowIsSaid()
{
    Decided p = decided(10);
    p.run->fit.true_probability.clear();
    p.run->test.true_probability.clear();
    QCOMPARE(problem(p, "entropy>1"), std::string("character 1: this run knows confidences only"));
    QCOMPARE(problem(p, "true_probability>1"),
             std::string("character 1: this run does not know the probability of the true class"));
    QCOMPARE(problem(p, "confidence>0.5"), std::string());
}

void TestQuery::hostileTextIsOneError()
{
    QVERIFY(!query::parse(std::string(query::longest_text + 1, ' ')));
    QVERIFY(!query::parse(std::string(query::longest_text, '(')));
    QVERIFY(!query::parse(std::string(query::longest_text, '-')));
    std::string nots;
    std::string many = "wrong";
    for (int i = 0; i < 700; ++i)
        nots += "not ";
    for (int i = 0; i < 100; ++i)
        many += " wrong";
    QVERIFY(!query::parse(nots + "wrong"));
    QVERIFY(!query::parse(many));
    const Decided p = decided(200);
    std::mt19937 generator(3);
    const std::string alphabet = "exit=2 wrong or(not)class:\"cat\\,<>!-.#%*\xff\xc3";
    for (int round = 0; round < 20000; ++round) {
        std::string text;
        for (std::size_t length = generator() % 24; length > 0; --length)
            text += alphabet[generator() % alphabet.size()];
        static_cast<void>(problem(p, text));  // must only return
        static_cast<void>(query::complete(text, *p.run));
    }
}

void TestQuery::quotedTextIsReadBack()
{
    const Decided p = decided(2000);
    for (std::size_t c = 0; c < p.run->class_names.size(); ++c) {
        const std::string text = "prediction:" + query::quoted(p.run->class_names[c]);
        QCOMPARE(passing(p, text),
                 expected(2000, [&](std::size_t i) { return p.prediction(i) == static_cast<int>(c); }));
    }
    QCOMPARE(query::quoted("cat"), std::string("cat"));
    QCOMPARE(query::quoted("ankle boot"), std::string("\"ankle boot\""));
    QCOMPARE(query::quoted("#3"), std::string("\"#3\""));
    QCOMPARE(query::quoted(""), std::string("\"\""));
}

void TestQuery::completesTheLastWord()
{
    const Decided p = decided(10);
    const auto offered = [&](const std::string& typed) {
        const query::Completion completion = query::complete(typed, *p.run);
        std::string text = std::to_string(completion.begin) + "|";
        for (const auto& suggestion : completion.suggestions)
            text += suggestion.text + "|";
        return QString::fromStdString(text);
    };
    QCOMPARE(offered("wr"), QStringLiteral("0|wrong|"));
    QCOMPARE(offered("exit=2 pred"), QStringLiteral("7|prediction:|predicted_error|"));
    QCOMPARE(offered("err"), QStringLiteral("0|predicted_error|"));
    QCOMPARE(offered("class:d"), QStringLiteral("6|dog|"));
    QCOMPARE(offered("class:boo"), QStringLiteral("6|\"ankle boot\"|"));
    QCOMPARE(offered("class:\"ankle b"), QStringLiteral("6|\"ankle boot\"|"));
    QCOMPARE(offered("class:cat, d"), QStringLiteral("11|dog|"));
    QCOMPARE(offered("not (class: do"), QStringLiteral("12|dog|"));
    QCOMPARE(offered("-wro"), QStringLiteral("1|wrong|"));
    QCOMPARE(offered("precision="), QStringLiteral("10|w4a4|w8a8|"));
    QCOMPARE(offered("exit="), QStringLiteral("5|1|2|3|"));
    QCOMPARE(offered("cost<0"), QStringLiteral("5|"));
    QVERIFY(offered("").startsWith(QStringLiteral("0|wrong|right|exit|class:|")));
    QVERIFY(offered("class:cat ").startsWith(QStringLiteral("10|wrong|")));
    QCOMPARE(query::complete("path:", *p.run, 2).suggestions.size(), std::size_t(2));
}

QTEST_APPLESS_MAIN(TestQuery)
#include "tst_query.moc"
