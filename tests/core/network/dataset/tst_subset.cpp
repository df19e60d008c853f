// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <numeric>
#include <set>
#include <thread>

#include <QTest>

#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

class TestSubset : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        scratch_.write("a-labels-idx1-ubyte", idx({100}, ramp(100)));
        auto opened = dataset::open(scratch_.write("a-images-idx3-ubyte", idx({100, 1, 1}, ramp(100))));
        QVERIFY(opened);
        whole_ = *opened;
    }

    void subset_keeps_the_order_given()
    {
        const auto view = dataset::subset(whole_, {SampleIndex(7), SampleIndex(3), SampleIndex(7)}, "mine");
        QCOMPARE(view->info().name, std::string("mine"));
        QCOMPARE(labels_of(*view), (std::vector<int>{7, 3, 7}));
        EXPECT_VALUE(image, view->image(SampleIndex(1)));
        QCOMPARE(image.pixels.front(), std::uint8_t{3});
        QVERIFY(view->origin(SampleIndex(0)).ends_with("#7"));
        QVERIFY(!view->image(SampleIndex(3)));
        QVERIFY(!view->label(SampleIndex(3)));
        QVERIFY(view->content_hash() != whole_->content_hash());
    }

    void first_samples()
    {
        QCOMPARE(labels_of(*dataset::first(whole_, 3)), (std::vector<int>{0, 1, 2}));
        QCOMPARE(dataset::first(whole_, 100), whole_);
        QCOMPARE(dataset::first(whole_, 0)->size(), std::size_t{0});
    }

    void a_limit_samples_data_that_is_ordered_by_class()
    {
        const Scratch scratch;
        const auto open = [&](const QByteArray& labels) {
            scratch.write("b-labels-idx1-ubyte", idx({100}, labels));
            return dataset::open(scratch.write("b-images-idx3-ubyte", idx({100, 1, 1}, ramp(100))));
        };
        QByteArray ordered;
        QByteArray mixed;
        for (int i = 0; i < 100; ++i) {
            ordered += static_cast<char>(i / 10);
            mixed += static_cast<char>(i * 7 % 10);
        }
        EXPECT_VALUE(by_class, open(ordered));
        const auto sample = dataset::limited(by_class, 40, 1);
        const std::vector<int> labels = labels_of(*sample);
        QCOMPARE(labels.size(), std::size_t{40});
        QVERIFY(std::is_sorted(labels.begin(), labels.end()));
        QVERIFY(std::set<int>(labels.begin(), labels.end()).size() > 8);
        QCOMPARE(labels_of(*dataset::limited(by_class, 40, 1)), labels);
        QVERIFY(labels_of(*dataset::limited(by_class, 40, 2)) != labels);
        QCOMPARE(sample->info().remarks.size(), std::size_t{1});
        QCOMPARE(dataset::limited(by_class, 0, 1), by_class);
        QCOMPARE(dataset::limited(by_class, 100, 1), by_class);
        EXPECT_VALUE(random, open(mixed));
        const auto first = dataset::limited(random, 40, 1);
        for (std::size_t i = 0; i < 40; ++i)
            QCOMPARE(first->source_position(SampleIndex(i)), SampleIndex(i));
        QVERIFY(first->info().remarks.empty());
    }

    void split_is_a_seeded_partition()
    {
        EXPECT_VALUE(split, dataset::split(whole_, 0.3, 11));
        QCOMPARE(split.fit->size(), std::size_t{30});
        QCOMPARE(split.test->size(), std::size_t{70});
        const std::vector<int> fit = labels_of(*split.fit);
        const std::vector<int> test = labels_of(*split.test);
        std::set<int> all(fit.begin(), fit.end());
        all.insert(test.begin(), test.end());
        QCOMPARE(all.size(), std::size_t{100});
        QVERIFY(std::is_sorted(fit.begin(), fit.end()));
        QVERIFY(fit.back() > 40);
        EXPECT_VALUE(again, dataset::split(whole_, 0.3, 11));
        QCOMPARE(labels_of(*again.fit), fit);
        EXPECT_VALUE(other, dataset::split(whole_, 0.3, 12));
        QVERIFY(labels_of(*other.fit) != fit);
    }

    void every_sample_is_drawn_equally_often()
    {
        std::vector<int> drawn(100);
        for (std::uint64_t seed = 0; seed < 2000; ++seed) {
            EXPECT_VALUE(split, dataset::split(whole_, 0.25, seed));
            for (const int label : labels_of(*split.fit))
                ++drawn[static_cast<std::size_t>(label)];
        }
        for (const int count : drawn)  // mean 500, standard deviation 19
            QVERIFY2(count > 400 && count < 600, qPrintable(QString::number(count)));
        // A shuffle that never leaves a sample in its place draws the first ones 380 times too seldom.
        const int early = std::accumulate(drawn.begin(), drawn.begin() + 25, 0);
        QVERIFY2(std::abs(early - 12500) < 250, qPrintable(QString::number(early)));  // standard deviation 84
    }

    void split_refuses_impossible_requests()
    {
        for (const double fraction : {0.0, 1.0, -0.5, 2.0, std::numeric_limits<double>::quiet_NaN()})
            QVERIFY(!dataset::split(whole_, fraction, 1));
        QVERIFY(!dataset::split(dataset::first(whole_, 1), 0.5, 1));
        EXPECT_VALUE(tiny, dataset::split(dataset::first(whole_, 2), 0.01, 1));
        QCOMPARE(tiny.fit->size(), std::size_t{1});
        QCOMPARE(tiny.test->size(), std::size_t{1});
    }

    void fit_and_test_must_differ()
    {
        EXPECT_VALUE(parts, dataset::split(whole_, 0.5, 1));
        QVERIFY(dataset::check_distinct(*parts.fit, *parts.test));
        QCOMPARE(dataset::check_distinct(*whole_, *whole_).error().code, ErrorCode::usage);
    }

    void threads_read_at_once()
    {
        std::vector<std::jthread> threads;
        std::vector<int> wrong(4);
        for (std::size_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                dataset::Image image;
                for (std::size_t i = 0; i < 1000; ++i)
                    if (!whole_->read(SampleIndex(i % 100), image) || image.pixels.front() != i % 100)
                        ++wrong[t];
            });
        threads.clear();
        QCOMPARE(wrong, (std::vector<int>{0, 0, 0, 0}));
    }

    void specifications()
    {
        EXPECT_OPEN_ERROR("/does/not/exist", "/does/not/exist: no such file or directory");
        EXPECT_OPEN_ERROR("/does/not/exist:test", "/does/not/exist: no such file or directory");
        EXPECT_OPEN_ERROR("", "no such file or directory");
        EXPECT_OPEN_ERROR(scratch_.write("readme.txt", "hello"), "readme.txt: names no image files");
        EXPECT_OPEN_ERROR("/dev/null", "is not a regular file");
        scratch_.write("odd:test", idx({2, 1, 1}, ramp(2)));
        EXPECT_VALUE(odd, dataset::open(scratch_.path("odd:test")));
        QCOMPARE(odd->size(), std::size_t{2});
    }

private:
    Scratch scratch_;
    dataset::DatasetPtr whole_;
};

QTEST_GUILESS_MAIN(TestSubset)
#include "tst_subset.moc"
