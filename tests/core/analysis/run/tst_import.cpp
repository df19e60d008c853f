// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <cstring>
#include <fstream>
#include <span>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/run/answers.h"
#include "core/analysis/run/import.h"
#include "core/analysis/run/run_file.h"
#include "core/base/softmax.h"
#include "core/deploy/evaluate/evaluator.h"
#include "core/network/engine/run_model.h"
#include "tests/support/small_network.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::run;

namespace {

template <class T>
void write_npy(const std::string& path, const std::string& type, const std::string& shape, const std::vector<T>& values)
{
    std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + ",), }";
    header.append(117 - header.size(), ' ');
    header += '\n';
    std::ofstream out(path, std::ios::binary);
    out.write("\x93NUMPY\x01\x00", 8);
    out.put(char(header.size())).put(0);
    out << header;
    out.write(reinterpret_cast<const char*>(values.data()), std::streamsize(values.size() * sizeof(T)));
}

void write_text(const std::string& path, const std::string& text)
{
    std::ofstream(path, std::ios::binary) << text;
}

bool same(const Split& a, const Split& b)
{
    return a.labels == b.labels && a.source_index == b.source_index && a.prediction == b.prediction &&
           a.true_probability == b.true_probability && a.probabilities == b.probabilities &&
           std::equal(a.statistics.begin(), a.statistics.end(), b.statistics.begin(), [](const auto& x, const auto& y) {
               return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(Statistics)) == 0;
           });
}

}  // namespace

class TestImport : public QObject {
    Q_OBJECT

    QTemporaryDir directory_;
    [[nodiscard]] std::string file(const char* name) const { return (directory_.path() + "/" + name).toStdString(); }
    [[nodiscard]] Expected<RunPtr> imported(const std::vector<std::string>& logits,
                                            const std::vector<std::int32_t>& labels,
                                            const ImportOptions& options = {}) const
    {
        const auto source = open_logits({logits.begin(), logits.end()});
        if (!source)
            return tl::unexpected<Error>(source.error());
        Progress progress;
        return import_logits(**source, labels, equal_costs((*source)->exits()), options, progress);
    }
    static bool refused(const Expected<RunPtr>& run, const char* words)
    {
        if (run || run.error().message().find(words) != std::string::npos)
            return !run;
        qWarning("%s", run.error().message().c_str());
        return false;
    }

private slots:
    void images_and_names_must_fit()
    {
        const std::vector<float> logits(2 * 6 * 3, 0.5F);
        write_npy(file("l.npy"), "<f4", "2,6,3", logits);
        const std::vector<std::int32_t> labels{0, 1, 2, 0, 1, 2};
        ImportOptions options;
        options.images = "pictures";
        options.image_count = 5;
        QVERIFY(refused(imported({file("l.npy")}, labels, options), "pictures: holds 5 images, and"));
        QVERIFY(refused(imported({file("l.npy")}, labels, options), "has 6 samples"));
        options.image_count = 6;
        options.image_labels = {0, 1, 2, 2, 1, 0};
        QVERIFY(refused(imported({file("l.npy")}, labels, options), "image 3 has the label 2, and sample 3 of"));
        options.image_labels = {0, -1, 2, 0, 1, 2};
        options.class_names = {"a", "b"};
        QVERIFY(refused(imported({file("l.npy")}, labels, options), "has 3 classes, and 2 class names were given"));
        options.class_names = {"a", "b", "c"};
        const auto run = imported({file("l.npy")}, labels, options);
        QVERIFY2(run, run ? "" : run.error().message().c_str());
        QVERIFY((*run)->class_names == options.class_names);
    }

    void probabilities_may_be_rounded()
    {
        ImportOptions options;
        options.probabilities = true;
        const auto made = [&](const std::vector<float>& row) {
            std::vector<float> values;
            for (int i = 0; i < 4; ++i)
                values.insert(values.end(), row.begin(), row.end());
            write_npy(file("p.npy"), "<f4", "1,4,3", values);
            return imported({file("p.npy")}, {0, 1, 2, 0}, options);
        };
        QVERIFY(made({0.333F, 0.333F, 0.333F}).has_value());
        const auto noisy = made({1.0004F, -0.0004F, 0.0F});
        QVERIFY2(noisy, noisy ? "" : noisy.error().message().c_str());
        QCOMPARE((*noisy)->fit.statistics[0][0].maximum, 1.0F);
        QVERIFY(refused(made({50, 30, 20}), "are they percentages?"));
        QVERIFY(refused(made({3, -1, 2}), "are they logits?"));
        QVERIFY(refused(made({0.9F, 0.8F, 0.1F}), "sum to 1.8, not to 1"));
        QVERIFY(
            refused(made({0.5F, std::nanf(""), 0.5F}), "sample 0 at exit 1 has a value that is not a finite number"));
    }

    void an_imported_run_equals_the_run_itself()
    {
        // The same data natively: evaluate at fp32 with the same seeded split.
        const model::MultiExitModel network = tests::small_network();
        const dataset::DatasetPtr data = tests::small_data({.samples = 301});
        const auto split = dataset::split(data, 0.4, 5);
        QVERIFY(split.has_value());
        Progress progress;
        evaluate::EvaluateOptions how;
        how.precisions = {fp32};
        how.measure_latency = false;
        how.batch = 4;
        how.threads = 1;
        const auto native = evaluate::evaluate_model(network, *split->fit, *split->test, how, progress);
        QVERIFY(native.has_value());
        const auto ran = engine::run_model(network, nullptr, fp32, *data, {.batch = 4}, progress);
        QVERIFY(ran.has_value());
        std::vector<float> probabilities = ran->logits;  // the third exit gives probabilities itself
        for (std::size_t row = 0; row < 2 * 301; ++row)
            softmax(std::span(ran->logits).subspan(row * 5, 5), std::span(probabilities).subspan(row * 5, 5));
        write_npy(file("answers.npy"), "<f4", "3,301,5", probabilities);
        const auto labels = engine::read_labels(network, *data);
        QVERIFY(labels.has_value());

        ImportOptions options;
        options.fit_fraction = 0.4;
        options.seed = 5;
        options.probabilities = true;
        const auto source = open_logits({file("answers.npy")});
        QVERIFY(source.has_value());
        const auto run = import_logits(**source, *labels, (*native)->stage_costs, options, progress);
        QVERIFY(run.has_value());
        QVERIFY(same((*run)->fit, (*native)->fit));
        QVERIFY(same((*run)->test, (*native)->test));

        // and so do all the numbers made of it, through a file
        QVERIFY(save(**run, file("run.exr")).has_value());
        const auto loaded = load(file("run.exr"));
        QVERIFY(loaded.has_value());
        const auto ours = analyse::Analysis::make(*loaded);
        const auto theirs = analyse::Analysis::make(*native);
        QVERIFY(ours.has_value() && theirs.has_value());
        const cost::Costs costs = *cost::make_costs(**loaded, cost::Kind::bops);
        QCOMPARE(costs.state, cost::make_costs(**native, cost::Kind::bops)->state);
        for (const policy::Info& info : policy::registry()) {
            const auto a = (*ours)->fit(info.name, costs, 11);
            const auto b = (*theirs)->fit(info.name, costs, 11);
            QCOMPARE(a.has_value(), b.has_value());
            if (!a)
                continue;
            QCOMPARE(a->curve.points.size(), b->curve.points.size());
            for (std::size_t p = 0; p < a->curve.points.size(); ++p) {
                QCOMPARE(a->curve.points[p].relative_cost, b->curve.points[p].relative_cost);
                QCOMPARE(a->curve.points[p].accuracy.value, b->curve.points[p].accuracy.value);
            }
            QVERIFY(analyse::decide(*a, 0.6).state == analyse::decide(*b, 0.6).state);
        }
    }

    void forms_of_the_same_logits_are_one()
    {
        // 2 exits, 4 samples, 3 classes; values that half precision holds.
        const std::vector<float> logits{1, 2, 3, 0, 0.5, 0, -1, 4, 2, 2, 2, 1, 3, 1, 2, 0, 1, 0, 9, 0, 0, 1, 2, 8};
        const std::vector<double> wide(logits.begin(), logits.end());
        const std::vector<std::int32_t> labels{2, 1, 0, 2};
        const std::vector<float> first(logits.begin(), logits.begin() + 12);
        const std::vector<float> second(logits.begin() + 12, logits.end());
        write_npy(file("a.npy"), "<f4", "2,4,3", logits);
        write_npy(file("b.npy"), "<f8", "2,4,3", wide);
        write_npy(file("e1.npy"), "<f4", "4,3", first);
        write_npy(file("e2.npy"), "<f4", "4,3", second);
        write_text(file("e1.csv"), "c0,c1,c2\n1,2,3\n0,0.5,0\n-1,4,2\n2,2,1\n");
        write_text(file("e2.csv"), "3,1,2\n0,1,0\n9,0,0\n1,2,8\n");
        std::vector<std::uint16_t> half;
        for (const float value : logits) {  // exact for these values
            const int exponent = value == 0 ? 0 : std::ilogb(value);
            const int fraction = value == 0 ? 0 : int((std::abs(value) / std::exp2(float(exponent)) - 1) * 1024);
            half.push_back(value == 0 ? 0
                                      : std::uint16_t((value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction));
        }
        write_npy(file("h.npy"), "<f2", "2,4,3", half);
        const auto expected = imported({file("a.npy")}, labels);
        QVERIFY(expected.has_value());
        QCOMPARE((*expected)->classes, std::size_t(3));
        QCOMPARE((*expected)->fit.samples + (*expected)->test.samples, std::size_t(4));
        const std::vector<std::vector<std::string>> forms{{file("b.npy")},
                                                          {file("h.npy")},
                                                          {file("e1.npy"), file("e2.npy")},
                                                          {file("e1.csv"), file("e2.csv")},
                                                          {file("e1.npy"), file("e2.csv")}};
        for (const std::vector<std::string>& form : forms) {
            const auto run = imported(form, labels);
            QVERIFY2(run.has_value(), run ? "" : run.error().message().c_str());
            QVERIFY(same((*run)->fit, (*expected)->fit));
            QVERIFY(same((*run)->test, (*expected)->test));
        }
    }

    void probabilities_are_taken_as_they_are()
    {
        write_npy<float>(file("p.npy"), "<f4", "1,4,2", {0.25F, 0.75F, 0.5F, 0.5F, 1, 0, 0.1F, 0.9F});
        ImportOptions options;
        options.probabilities = true;
        options.fit_first = 2;
        const auto run = imported({file("p.npy")}, {1, 0, 0, -1}, options);
        QVERIFY(run.has_value());
        QCOMPARE((*run)->fit.samples, std::size_t(2));
        QCOMPARE((*run)->fit.true_probability[0][0], 0.75F);
        QCOMPARE((*run)->test.statistics[0][1].maximum, 0.9F);
        QCOMPARE((*run)->test.labels[1], -1);
        write_npy<float>(file("l.npy"), "<f4", "1,4,2", {3, -2, 0.5F, 0.5F, 1, 0, 0.1F, 0.9F});
        QVERIFY(refused(imported({file("l.npy")}, {1, 0, 0, 1}, options), "no probabilities"));
    }

    void memory_limit_and_threads()
    {
        std::vector<float> logits(3 * 200 * 10);
        for (std::size_t i = 0; i < logits.size(); ++i)
            logits[i] = float(std::sin(double(i) * 1.7) * 3);
        std::vector<std::int32_t> labels(200);
        for (std::size_t i = 0; i < labels.size(); ++i)
            labels[i] = std::int32_t(i % 10);
        write_npy(file("t.npy"), "<f4", "3,200,10", logits);
        ImportOptions options;
        options.probability_bytes = logits.size() * sizeof(float);
        const auto one = imported({file("t.npy")}, labels, options);
        options.threads = 3;
        const auto three = imported({file("t.npy")}, labels, options);
        QVERIFY(one.has_value() && three.has_value());
        QVERIFY(!(*one)->test.probabilities.empty());
        QVERIFY(same((*one)->fit, (*three)->fit) && same((*one)->test, (*three)->test));
        options.probability_bytes -= 1;
        const auto less = imported({file("t.npy")}, labels, options);
        QVERIFY(less.has_value() && (*less)->test.probabilities.empty() && (*less)->fit.probabilities.empty());
    }

    void wrong_logits_are_refused()
    {
        write_npy<float>(file("n.npy"), "<f4", "1,3,2", {1, 2, std::nanf(""), 4, 5, 6});
        QVERIFY(refused(imported({file("n.npy")}, {0, 1, 0}), "sample 1 at exit 1"));
        write_npy<float>(file("f.npy"), "<f4", "1,3,2", {1, 2, 3, 4, 5, 6});
        QVERIFY(refused(imported({file("f.npy")}, {0, 1}), "2 labels"));
        QVERIFY(refused(imported({file("f.npy")}, {0, 1, 2}), "label of sample 2"));
        QVERIFY(refused(imported({file("f.npy")}, {-1, -1, -1}), "labels"));
        QVERIFY(refused(imported({file("f.npy"), file("f.npy")}, {0, 1, 0}), "[1,3,2]"));
        write_npy<float>(file("v.npy"), "<f4", "6", {1, 2, 3, 4, 5, 6});
        QVERIFY(refused(imported({file("v.npy")}, {0, 1, 0}), "[6]"));
        write_npy<float>(file("g.npy"), "<f4", "2,3", {1, 2, 3, 4, 5, 6});
        write_npy<float>(file("h.npy"), "<f4", "3,2", {1, 2, 3, 4, 5, 6});
        QVERIFY(refused(imported({file("g.npy"), file("h.npy")}, {0, 1}), "[3,2]"));
        write_text(file("bad.csv"), "1,2\n3,x\n");
        QVERIFY(refused(imported({file("bad.csv")}, {0, 1}), "line 2"));
        write_text(file("ragged.csv"), "1,2\n3\n");
        QVERIFY(refused(imported({file("ragged.csv")}, {0, 1}), "line 2"));
        QVERIFY(refused(imported({file("missing.npy")}, {0, 1}), "missing.npy"));
        ImportOptions all;
        all.fit_first = 3;
        QVERIFY(refused(imported({file("f.npy")}, {0, 1, 0}, all), "none to test"));
        all.fit_first = 0;
        all.fit_fraction = 1.5;
        QVERIFY(refused(imported({file("f.npy")}, {0, 1, 0}, all), "fraction"));
    }

    void labels_in_every_form()
    {
        write_npy<std::int64_t>(file("y.npy"), "<i8", "3", {2, -1, 0});
        write_npy<double>(file("yf.npy"), "<f8", "3", {2, -1, 0});
        write_npy<std::uint8_t>(file("yu.npy"), "|u1", "3,1", {2, 7, 0});
        write_text(file("y.csv"), "id,label\n10,2\n11,-1\n12,0\n");
        write_text(file("y1.csv"), "2\n-1\n0\n");
        const std::vector<std::int32_t> expected{2, -1, 0};
        for (const char* name : {"y.npy", "yf.npy", "y.csv", "y1.csv"})
            QCOMPARE(*read_labels(file(name)), expected);
        QCOMPARE((*read_labels(file("yu.npy")))[1], 7);
        write_npy<double>(file("bad.npy"), "<f8", "2", {2, 0.5});
        QVERIFY(!read_labels(file("bad.npy")));
        write_text(file("two.csv"), "1,2\n3,4\n");
        QVERIFY(!read_labels(file("two.csv")));
    }

    void costs_in_every_form()
    {
        const auto macs = [&](const char* text) {
            write_text(file("c.csv"), text);
            std::vector<double> values;
            if (const auto costs = read_costs(file("c.csv"), 3))
                for (const StageCost& cost : *costs)
                    values.push_back(cost.trunk_macs);
            return values;
        };
        const std::vector<double> expected{10, 15, 5};
        QCOMPARE(macs("10\n25\n30\n"), expected);
        QCOMPARE(macs("10,25,30\n"), expected);
        QCOMPARE(macs("0,10\n1,25\n2,30\n"), expected);
        QCOMPARE(macs("exit,cumulative_macs\n0,10\n1,25\n2,30\n"), expected);
        QCOMPARE(macs("macs;params\n10;1\n15;2\n5;3\n"), expected);
        QVERIFY(macs("10\n9\n30\n").empty());
        QVERIFY(macs("10\n25\n").empty());
        QVERIFY(macs("price\n1\n2\n3\n").empty());
        QVERIFY(macs("macs\n1\n-2\n3\n").empty());
        write_text(file("c.csv"), "cost,params,cumulative_ms\n10,100,1\n25,200,3\n30,50,3.5\n");
        const auto costs = read_costs(file("c.csv"), 3);
        QVERIFY(costs.has_value());
        QCOMPARE((*costs)[1].trunk_parameters, 200.0);
        QCOMPARE((*costs)[1].trunk_ms, std::vector<double>{2.0});
    }

    void a_table_of_confidences()
    {
        std::string text = "id,target,conf_branch_1,prediction_branch_1,conf_branch_2,prediction_branch_2,note\n";
        for (int i = 0; i < 400; ++i) {
            const int label = i % 4;
            const bool easy = i % 3 != 0;
            text += std::to_string(i) + "," + std::to_string(label) + ".0," + (easy ? "0.9" : "0.4") +
                    std::to_string(i % 7) + "," + std::to_string(easy || i % 6 == 0 ? label : (label + 1) % 4) +
                    ",0.9" + std::to_string(i % 9) + "," + std::to_string(i % 50 == 0 ? (label + 1) % 4 : label) +
                    ",\"a, \"\"b\"\"\"\n";
        }
        write_text(file("t.csv"), text);
        const auto run = import_table(file("t.csv"), {}, 0, {}, {});
        QVERIFY2(run.has_value(), run ? "" : run.error().message().c_str());
        QVERIFY((*run)->confidences_only());
        QCOMPARE((*run)->classes, std::size_t(4));
        QCOMPARE((*run)->exit_count(), std::size_t(2));
        QCOMPARE((*run)->fit.samples, std::size_t(200));
        for (std::size_t i = 0; i < 200; ++i)
            QCOMPARE((*run)->test.labels[i], std::int32_t((*run)->test.source_index[i] % 4));

        QVERIFY(save(**run, file("t.exr")).has_value());
        const auto loaded = load(file("t.exr"));
        QVERIFY(loaded.has_value() && (*loaded)->confidences_only());
        const auto analysis = analyse::Analysis::make(*loaded);
        QVERIFY(analysis.has_value());
        const cost::Costs costs = *cost::make_costs(**loaded, cost::Kind::macs);
        for (const policy::Info& info : policy::registry()) {
            const auto fitted = (*analysis)->fit(info.name, costs);
            QCOMPARE(fitted.has_value(), !info.needs_distribution);
            if (!fitted)
                QVERIFY(fitted.error().message().find("confidences") != std::string::npos);
        }
        const auto confidence = (*analysis)->fit("confidence", costs);
        QVERIFY(analyse::decide(*confidence, 0.7).outcome.accuracy.value > 0.95);
    }

    void tables_with_other_names_and_faults()
    {
        const auto table = [&](const char* text, const TableColumns& columns = {}, std::size_t classes = 0) {
            write_text(file("t.csv"), text);
            return import_table(file("t.csv"), columns, classes, {}, {});
        };
        const TableColumns other{"label", "c{}", "p{}"};
        const auto run = table("label;p0;c0;p1;c1\n0;0;0.5;1;1\n1;1;0.25;1;0.75\n1;0;0.25;1;0.75\n", other, 10);
        QVERIFY(run.has_value());
        QCOMPARE((*run)->classes, std::size_t(10));
        QCOMPARE((*run)->exit_count(), std::size_t(2));
        QVERIFY(refused(table("a,b\n1,2\n"), "target"));
        QVERIFY(refused(table("target,x\n1,2\n"), "conf_branch_1"));
        QVERIFY(refused(table("target,conf_branch_1\n1,0.5\n"), "prediction_branch_1"));
        const std::string head = "target,conf_branch_1,prediction_branch_1\n";
        QVERIFY(refused(table((head + "1,1.5,0\n0,1,0\n").c_str()), "line 2"));
        QVERIFY(refused(table((head + "1,0.5,0\n0,1,0.5\n").c_str()), "line 3"));
        QVERIFY(refused(table((head + "x,0.5,0\n0,1,0\n").c_str()), "line 2"));
        QVERIFY(refused(table((head + "1,0.5\n").c_str()), "2 fields"));
        QVERIFY(refused(table((head + "1,0.5,0\n7,1,0\n").c_str(), {}, 5), "class 7"));
        QVERIFY(refused(table(head.c_str()), "fewer than two"));
        QVERIFY(refused(table(""), "empty"));
        QVERIFY(refused(table(head.c_str(), {"target", "conf", "prediction"}), "{}"));
    }
};

QTEST_APPLESS_MAIN(TestImport)
#include "tst_import.moc"
