// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include <QTest>

#include "tests/core/network/dataset/fixtures.h"
#include "tests/support/external_data.h"

using namespace exitscope;
using namespace exitscope::tests;

class TestCifar : public QObject {
    Q_OBJECT
private slots:
    void reads_records_of_both_kinds_data()
    {
        QTest::addColumn<bool>("hundred");
        QTest::newRow("CIFAR-10") << false;
        QTest::newRow("CIFAR-100") << true;
    }
    void reads_records_of_both_kinds()
    {
        QFETCH(bool, hundred);
        const Scratch scratch;
        const std::vector<int> labels = hundred ? std::vector<int>{99, 0, 41} : std::vector<int>{9, 0, 4};
        EXPECT_VALUE(data, dataset::open(scratch.write("some.bin", cifar(labels, hundred))));
        QCOMPARE(labels_of(*data), labels);
        EXPECT_VALUE(image, data->image(SampleIndex(2)));
        QCOMPARE(image.channels, 3);
        QCOMPARE(image.height, 32);
        QCOMPARE(image.width, 32);
        for (std::size_t i = 0; i < 1024; ++i)
            for (std::size_t c = 0; c < 3; ++c)
                QCOMPARE(int(image.pixels[3 * i + c]), int((2 + c * 1024 + i) & 0xff));
    }

    void directory_reads_batches_in_order_of_their_numbers()
    {
        const Scratch scratch;
        scratch.write("c/data_batch_1.bin", cifar({1, 2}));
        scratch.write("c/data_batch_10.bin", cifar({5}));
        scratch.write("c/data_batch_2.bin", cifar({3, 4}));
        scratch.write("c/test_batch.bin", cifar({9}));
        scratch.write("c/batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
        EXPECT_VALUE(train, dataset::open(scratch.path("c") + ":train"));
        QCOMPARE(labels_of(*train), (std::vector<int>{1, 2, 3, 4, 5}));
        QCOMPARE(train->origin(SampleIndex(3)), std::string("data_batch_2.bin #1"));
        QCOMPARE(train->info().class_names.at(9), std::string("j"));
        QCOMPARE(train->info().class_count, std::size_t{10});
        EXPECT_VALUE(test, dataset::open(scratch.path("c") + ":test"));
        QCOMPARE(labels_of(*test), (std::vector<int>{9}));
        EXPECT_OPEN_ERROR(scratch.path("c"), "train and test");
        scratch.write("c/batches.meta.txt", "a\nb\n");
        EXPECT_OPEN_ERROR(scratch.path("c") + ":test", "names 2 classes, CIFAR-10 has 10");
    }

    void hundred_classes_directory()
    {
        const Scratch scratch;
        scratch.write("c/train.bin", cifar({7, 99}, true));
        EXPECT_VALUE(train, dataset::open(scratch.path("c")));
        QCOMPARE(labels_of(*train), (std::vector<int>{7, 99}));
        scratch.write("c/test_batch.bin", cifar({9}));
        EXPECT_OPEN_ERROR(scratch.path("c"), "both CIFAR-10 and CIFAR-100");
    }

    void errors_name_file_and_reason()
    {
        const Scratch scratch;
        EXPECT_OPEN_ERROR(scratch.write("some.bin", ramp(5000)), "5000 bytes long, not a whole number");
        EXPECT_OPEN_ERROR(scratch.write("data_batch_1.bin", cifar({1}, true)), "CIFAR-10 records of 3073 bytes");
        EXPECT_OPEN_ERROR(scratch.write("data_batch_2.bin", cifar({1, 10})), "record 1 has label 10");
        EXPECT_OPEN_ERROR(scratch.write("train.bin", cifar({100}, true)), "record 0 has label 100");
        EXPECT_OPEN_ERROR(scratch.write("data_batch_3.bin", {}), "is empty");
        EXPECT_OPEN_ERROR(scratch.write("empty.bin", {}), "is empty");
        EXPECT_OPEN_ERROR(scratch.path("train.bin") + ":train", "one file without splits");
        scratch.write("python/data_batch_1", "x");
        EXPECT_OPEN_ERROR(scratch.path("python"), "is not a Python pickle");
    }

    void every_truncation_is_an_error()
    {
        const Scratch scratch;
        const std::string path = scratch.write("data_batch_1.bin", cifar({1, 2}));
        for (std::uintmax_t size = 2 * 3073; size-- > 0;) {
            std::filesystem::resize_file(path, size);
            QCOMPARE(exercise(path), size == 3073);
        }
    }

    void a_file_that_shrinks_while_open_is_an_error()
    {
        const Scratch scratch;
        EXPECT_VALUE(data, dataset::open(scratch.write("data_batch_1.bin", cifar({1, 2}))));
        scratch.write("data_batch_1.bin", cifar({1}));
        QVERIFY(data->image(SampleIndex(0)));
        const auto image = data->image(SampleIndex(1));
        QVERIFY(!image);
        QVERIFY(image.error().detail.find("shorter since it was opened") != std::string::npos);
    }

    void official_files()
    {
        const auto root = external_data();
        if (!root)
            QSKIP("no external data");
        const std::string path = (*root / "cifar-10-batches-bin").string();
        EXPECT_VALUE(train, dataset::open(path + ":train"));
        EXPECT_VALUE(test, dataset::open(path + ":test"));
        QCOMPARE(train->size(), std::size_t{50000});
        QCOMPARE(test->size(), std::size_t{10000});
        const std::vector<int> labels = labels_of(*test);
        QCOMPARE(std::vector<int>(labels.begin(), labels.begin() + 5), (std::vector<int>{3, 8, 8, 0, 6}));
        QCOMPARE(train->info().class_names.at(9), std::string("truck"));
    }
};

QTEST_GUILESS_MAIN(TestCifar)
#include "tst_cifar.moc"
