// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <limits>
#include <memory>

#include "core/deploy/evaluate/evaluator.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/run_model.h"
#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;

namespace {

/// Two exits on [1,4,4] inputs; the second divides by the mean of the image, so that a black one gives NaN.
model::MultiExitModel dividing_network()
{
    auto graph = std::make_shared<model::Graph>(tests::build_graph(R"(
        x = input [N,1,4,4]
        f = Flatten(x)
        w1 = random [3,16]
        exit1 = Gemm(f, w1) transB=1
        m = ReduceMean(f) axes=[1] keepdims=1
        d = Div(f, m)
        w2 = random [3,16]
        exit2 = Gemm(d, w2) transB=1
        > exit1, exit2
    )"));
    model::MultiExitModel network = *model::cut(*model::specialise(*graph, 2), 2);
    network.path = "dividing.onnx";
    network.source = std::move(graph);
    network.preprocessing.channels = 1;
    network.preprocessing.height = 4;
    network.preprocessing.width = 4;
    return network;
}

/// Grey images, some of them black.
class Images final : public dataset::Dataset {
public:
    Images(std::string name, std::size_t samples, std::vector<std::size_t> black)
        : samples_(samples), black_(std::move(black))
    {
        info_.name = info_.source = std::move(name);
        info_.labelled = true;
        info_.class_count = 3;
    }
    const dataset::Info& info() const override { return info_; }
    std::size_t size() const override { return samples_; }
    Expected<dataset::Image> image(SampleIndex index) const override
    {
        dataset::Image image;
        image.channels = 1;
        image.height = image.width = 4;
        const bool black = std::find(black_.begin(), black_.end(), index.at()) != black_.end();
        for (std::size_t i = 0; i < 16; ++i)
            image.values.push_back(black ? 0.0F : 1.0F + 0.01F * static_cast<float>((i * 7 + index.at()) % 16));
        return image;
    }
    std::optional<ClassIndex> label(SampleIndex index) const override { return ClassIndex(index.at() % 3); }
    std::string origin(SampleIndex index) const override { return info_.name + " #" + std::to_string(index.value); }
    std::string content_hash() const override { return info_.name; }

private:
    dataset::Info info_;
    std::size_t samples_;
    std::vector<std::size_t> black_;
};

evaluate::EvaluateOptions at_fp32(unsigned threads)
{
    evaluate::EvaluateOptions options;
    options.precisions = {fp32};
    options.measure_latency = false;
    options.batch = 2;
    options.threads = threads;
    return options;
}

}  // namespace

class TestFiniteAnswers : public QObject {
    Q_OBJECT
private slots:
    void names_the_first_image()
    {
        const model::MultiExitModel network = dividing_network();
        const Images fit("fit", 30, {});
        const Images test("test", 40, {33, 17});
        for (const unsigned threads : {1U, 3U}) {
            Progress progress;
            const auto run = evaluate::evaluate_model(network, fit, test, at_fp32(threads), progress);
            QVERIFY(!run && run.error().code == ErrorCode::bad_input);
            QCOMPARE(QString::fromStdString(run.error().where), QString("test #17"));
            QVERIFY2(run.error().detail.find("at exit exit2 (fp32") != std::string::npos, run.error().detail.c_str());
        }
        Progress progress;
        const auto run = engine::run_model(network, nullptr, fp32, test, {2, 2}, progress);
        QVERIFY(!run);
        QCOMPARE(QString::fromStdString(run.error().where), QString("test #17"));
        const auto calibrated = calibrate::calibrate(network, test, {{8, 8}}, {}, progress);
        QVERIFY(!calibrated);
        QCOMPARE(QString::fromStdString(calibrated.error().where), QString("test #17"));
    }

    void integer_states_do_not_hide_it()
    {
        const model::MultiExitModel network = dividing_network();
        const Images fit("fit", 30, {});
        const Images test("test", 40, {17});
        evaluate::EvaluateOptions options = at_fp32(1);
        options.precisions = {{8, 8}};
        QVERIFY(engine::may_lose_numbers(network.graph));
        Progress progress;
        const auto run = evaluate::evaluate_model(network, fit, test, options, progress);
        QVERIFY(!run);
        QCOMPARE(QString::fromStdString(run.error().where), QString("test #17"));
        QVERIFY(evaluate::evaluate_model(network, fit, Images("bright", 40, {}), options, progress).has_value());
        const auto plan = calibrate::calibrate(network, fit, {{8, 8}}, {}, progress);
        QVERIFY(plan);
        const auto whole = engine::run_model(network, &*plan, {8, 8}, test, {2, 1}, progress);
        QVERIFY(!whole);
        QCOMPARE(QString::fromStdString(whole.error().where), QString("test #17"));
    }

    void images_with_nan_are_named()
    {
        class Broken final : public dataset::Dataset {
        public:
            const dataset::Info& info() const override { return whole_.info(); }
            std::size_t size() const override { return whole_.size(); }
            Expected<dataset::Image> image(SampleIndex index) const override
            {
                auto image = whole_.image(index);
                if (index.at() == 5)
                    image->values[3] = std::numeric_limits<float>::quiet_NaN();
                return image;
            }
            std::optional<ClassIndex> label(SampleIndex index) const override { return whole_.label(index); }
            std::string origin(SampleIndex index) const override { return whole_.origin(index); }
            std::string content_hash() const override { return "broken"; }

        private:
            Images whole_{"broken", 9, {}};
        };
        Progress progress;
        const auto run = engine::run_model(dividing_network(), nullptr, fp32, Broken(), {2, 1}, progress);
        QVERIFY(!run);
        QCOMPARE(QString::fromStdString(run.error().message().substr(0, 26)), QString("broken #5: has values that"));
        const auto part = engine::finite_part(dividing_network(), std::make_shared<Broken>(), {}, progress);
        QVERIFY(part && (*part)->size() == 8);
    }

    void leaves_out_and_counts()
    {
        const model::MultiExitModel network = dividing_network();
        const auto fit = std::make_shared<const Images>("fit", 30, std::vector<std::size_t>{});
        const auto test = std::make_shared<const Images>("test", 40, std::vector<std::size_t>{33, 17});
        Progress progress;
        const auto all = engine::finite_part(network, fit, {}, progress);
        QVERIFY(all && all->get() == fit.get());
        const auto part = engine::finite_part(network, test, {.batch = 2, .threads = 2}, progress);
        QVERIFY(part);
        QCOMPARE((*part)->size(), std::size_t(38));
        QCOMPARE((*part)->info().notices.size(), std::size_t(1));
        QCOMPARE((*part)->info().notices[0].code, std::string("left-out"));
        const std::string& text = (*part)->info().notices[0].text;
        QVERIFY2(text.starts_with("2 of 40 images of test") &&
                     text.ends_with("test #17 (exit exit2), test #33 (exit exit2)"),
                 text.c_str());
        QCOMPARE((*part)->source_position(SampleIndex(17)), SampleIndex(18));

        const auto run = evaluate::evaluate_model(network, *fit, **part, at_fp32(1), progress);
        QVERIFY2(run, run ? "" : run.error().message().c_str());
        QCOMPARE((*run)->test.samples, std::size_t(38));
        QCOMPARE((*run)->provenance.notices.size(), std::size_t(1));
        QCOMPARE((*run)->test.skipped,
                 (std::vector<std::string>{"test #17: the network answers with NaN or infinity at exit exit2",
                                           "test #33: the network answers with NaN or infinity at exit exit2"}));
    }

    /// As readers of arrays do with values that are no numbers.
    void images_that_cannot_be_read_are_left_out()
    {
        class Unreadable final : public dataset::Dataset {
        public:
            const dataset::Info& info() const override { return whole_.info(); }
            std::size_t size() const override { return whole_.size(); }
            Expected<dataset::Image> image(SampleIndex index) const override
            {
                return index.at() == 4
                           ? Expected<dataset::Image>(bad_input("x.npy", "image 4 is broken; --skip-unreadable helps"))
                           : whole_.image(index);
            }
            std::optional<ClassIndex> label(SampleIndex index) const override { return whole_.label(index); }
            std::string origin(SampleIndex index) const override { return whole_.origin(index); }
            std::string content_hash() const override { return "unreadable"; }

        private:
            Images whole_{"some", 9, {7}};
        };
        Progress progress;
        const auto data = std::make_shared<Unreadable>();
        QVERIFY(!engine::check_answers(dividing_network(), *data, {}, progress));
        const auto part = engine::finite_part(dividing_network(), data, {.batch = 4}, progress);
        QVERIFY(part);
        QCOMPARE((*part)->size(), std::size_t(7));
        QCOMPARE((*part)->source_position(SampleIndex(4)), SampleIndex(5));
        const auto& skipped = (*part)->info().skipped;
        QCOMPARE(skipped.size(), std::size_t(2));
        QCOMPARE(skipped[0].reason, std::string("image 4 is broken"));
        QVERIFY(skipped[1].reason.find("NaN or infinity at exit exit2") != std::string::npos);
        const std::string& text = (*part)->info().notices.back().text;
        QVERIFY2(text.find("cannot be read or the network answers") != std::string::npos, text.c_str());
    }

    void nothing_left_is_an_error()
    {
        Progress progress;
        const auto dark = std::make_shared<const Images>("dark", 2, std::vector<std::size_t>{0, 1});
        const auto part = engine::finite_part(dividing_network(), dark, {}, progress);
        QVERIFY(!part && part.error().where == "dark");
    }

    void infinity_is_no_number()
    {
        const Images data("data", 2, {});
        const std::vector<float> rows{1, 2, 3, 4, std::numeric_limits<float>::infinity(), 6};
        const auto found = engine::check_finite({data, 0, rows, 3, "exit1", "w8a8"});
        QVERIFY(!found);
        QCOMPARE(found.error().where, std::string("data #1"));
        QVERIFY(engine::check_finite({data, 0, std::span(rows).first(3), 3, "exit1", "w8a8"}).has_value());
    }
};

QTEST_APPLESS_MAIN(TestFiniteAnswers)
#include "tst_finite_answers.moc"
