// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "tests/core/network/dataset/fixtures.h"
#include "tests/support/external_data.h"

using namespace exitscope;
using namespace exitscope::tests;

class TestIdx : public QObject {
    Q_OBJECT
private slots:
    void reads_images_and_labels_beside_data()
    {
        QTest::addColumn<bool>("images_packed");
        QTest::addColumn<bool>("labels_packed");
        QTest::newRow("plain") << false << false;
        QTest::newRow("packed") << true << true;
        QTest::newRow("mixed") << true << false;
    }
    void reads_images_and_labels_beside()
    {
        QFETCH(bool, images_packed);
        QFETCH(bool, labels_packed);
        const Scratch scratch;
        const QByteArray images = idx({3, 2, 4}, ramp(24));
        const QByteArray labels = idx({3}, QByteArray("\x05\x00\x02", 3));
        const std::string path = images_packed ? scratch.write("a-images-idx3-ubyte.gz", gzip(images))
                                               : scratch.write("a-images-idx3-ubyte", images);
        if (labels_packed)
            scratch.write("a-labels-idx1-ubyte.gz", gzip(labels));
        else
            scratch.write("a-labels-idx1-ubyte", labels);
        EXPECT_VALUE(data, dataset::open(path));
        QCOMPARE(data->size(), std::size_t{3});
        QCOMPARE(data->info().format, std::string("IDX"));
        QVERIFY(data->info().labelled);
        QCOMPARE(data->info().class_count, std::size_t{6});
        QCOMPARE(labels_of(*data), (std::vector<int>{5, 0, 2}));
        EXPECT_VALUE(image, data->image(SampleIndex(1)));
        QCOMPARE(image.height, 2);
        QCOMPARE(image.width, 4);
        QCOMPARE(image.channels, 1);
        QCOMPARE(image.pixels, (std::vector<std::uint8_t>{8, 9, 10, 11, 12, 13, 14, 15}));
        QVERIFY(data->origin(SampleIndex(1)).ends_with(" #1"));
        QVERIFY(!data->image(SampleIndex(3)));
    }

    void packing_does_not_change_the_hash()
    {
        const Scratch scratch;
        const QByteArray images = idx({3, 2, 4}, ramp(24));
        EXPECT_VALUE(plain, dataset::open(scratch.write("a-images-idx3-ubyte", images)));
        EXPECT_VALUE(packed, dataset::open(scratch.write("b-images-idx3-ubyte.gz", gzip(images))));
        EXPECT_VALUE(other, dataset::open(scratch.write("c-images-idx3-ubyte", idx({3, 2, 4}, ramp(25).mid(1)))));
        QCOMPARE(plain->content_hash(), packed->content_hash());
        QVERIFY(plain->content_hash() != other->content_hash());
    }

    void reads_four_dimensions()
    {
        const Scratch scratch;
        EXPECT_VALUE(hwc, dataset::open(scratch.write("a-images-idx4-ubyte", idx({1, 2, 2, 3}, ramp(12)))));
        EXPECT_VALUE(hwc_image, hwc->image(SampleIndex(0)));
        QCOMPARE(hwc_image.pixels, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
        EXPECT_VALUE(chw, dataset::open(scratch.write("b-images-idx4-ubyte", idx({1, 3, 2, 2}, ramp(12)))));
        EXPECT_VALUE(chw_image, chw->image(SampleIndex(0)));
        QCOMPARE(chw_image.pixels, (std::vector<std::uint8_t>{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}));
    }

    void directory_has_splits()
    {
        const Scratch scratch;
        scratch.write("d/train-images-idx3-ubyte", idx({2, 1, 1}, ramp(2)));
        EXPECT_VALUE(only, dataset::open(scratch.path("d")));
        QCOMPARE(only->size(), std::size_t{2});
        scratch.write("d/t10k-images-idx3-ubyte.gz", gzip(idx({1, 1, 1}, ramp(1))));
        EXPECT_OPEN_ERROR(scratch.path("d"), "train and test");
        EXPECT_VALUE(test, dataset::open(scratch.path("d") + ":test"));
        QCOMPARE(test->size(), std::size_t{1});
        QCOMPARE(test->info().name, std::string("d:test"));
        EXPECT_OPEN_ERROR(scratch.path("d") + ":val", "no split val");
        scratch.write("d/other-train-images-idx3-ubyte", idx({2, 1, 1}, ramp(2)));
        EXPECT_OPEN_ERROR(scratch.path("d") + ":train", "several");
    }

    void errors_name_file_and_reason()
    {
        const Scratch scratch;
        const auto refused = [&](const QByteArray& bytes) {
            return open_error(scratch.write("x-images-idx3-ubyte", bytes));
        };
        QVERIFY(refused(idx({3, 2, 4}, ramp(23))).find("x-images-idx3-ubyte: declares 24 bytes of data but holds 23") !=
                std::string::npos);
        QVERIFY(refused(idx({3, 2, 4}, ramp(25))).find("but holds 25") != std::string::npos);
        QVERIFY(refused(idx({0, 2, 4}, {})).find("holds no images") != std::string::npos);
        QVERIFY(refused(idx({3, 0, 4}, {})).find("not a usable size") != std::string::npos);
        QVERIFY(refused(idx({0xffffffff, 0xffffffff, 0xffffffff}, {})).find("declares") != std::string::npos);
        QVERIFY(refused(idx({3}, ramp(3))).find("labels perhaps") != std::string::npos);
        QVERIFY(refused("hello world, this is text").find("not an IDX file") != std::string::npos);
        QVERIFY(refused(QByteArray("\0\0\x0d\x03", 4)).find("type 13") != std::string::npos);
        QVERIFY(refused({}).find("is empty") != std::string::npos);
        QVERIFY(refused(gzip(idx({60000, 2800, 2800}, ramp(9)))).find("unpacked up to") != std::string::npos);
        QVERIFY(refused(gzip(idx({60000, 28, 28}, ramp(9)))).find("less data than it declares") != std::string::npos);
        QVERIFY(refused(gzip(idx({3, 1, 3}, ramp(10)))).find("more data than it declares") != std::string::npos);
    }

    void labels_must_fit()
    {
        const Scratch scratch;
        const std::string path = scratch.write("a-images-idx3-ubyte", idx({3, 1, 1}, ramp(3)));
        scratch.write("a-labels-idx1-ubyte", idx({2}, ramp(2)));
        EXPECT_OPEN_ERROR(path, "a-labels-idx1-ubyte: holds 2 labels for the 3 images");
        scratch.write("a-labels-idx1-ubyte", idx({3, 1}, ramp(3)));
        EXPECT_OPEN_ERROR(path, "a labels file has one");
    }

    void damage_is_an_error()
    {
        const Scratch scratch;
        const QByteArray images = idx({3, 2, 4}, ramp(24));
        QCOMPARE(survive_damage(scratch, "a-images-idx3-ubyte", images), 0);
        QCOMPARE(survive_damage(scratch, "b-images-idx3-ubyte.gz", gzip(images)), 0);
        scratch.write("c-images-idx3-ubyte", images);
        const QByteArray labels = idx({3}, ramp(3));
        for (qsizetype size = 0; size < labels.size(); ++size) {
            scratch.write("c-labels-idx1-ubyte", labels.first(size));
            QVERIFY(!exercise(scratch.path("c-images-idx3-ubyte")));
        }
    }

    void fashion_mnist()
    {
        if (!QFile::exists("/usr/share/datasets/fashion-mnist"))
            QSKIP("the Debian package dataset-fashion-mnist is not installed");
        EXPECT_VALUE(train, dataset::open("fashion-mnist:train"));
        EXPECT_VALUE(fit, dataset::open("fashion-mnist:fit"));
        EXPECT_VALUE(test, dataset::open("fashion-mnist:test"));
        QCOMPARE(train->size(), std::size_t{55000});
        QCOMPARE(fit->size(), std::size_t{5000});
        QCOMPARE(test->size(), std::size_t{10000});
        const std::vector<int> labels = labels_of(*train);
        QCOMPARE(std::vector<int>(labels.begin(), labels.begin() + 5), (std::vector<int>{9, 0, 0, 3, 0}));
        QCOMPARE(labels_of(*test).front(), 9);
        QCOMPARE(fit->origin(SampleIndex(0)), std::string("train-images-idx3-ubyte.gz #55000"));
        QCOMPARE(fit->source_position(SampleIndex(7)), SampleIndex(7));  // in what "fashion-mnist:fit" opens
        QCOMPARE(dataset::first(fit, 9)->source_position(SampleIndex(8)), SampleIndex(8));
        QCOMPARE(test->info().name, std::string("fashion-mnist:test"));
        QCOMPARE(fit->info().class_names.at(9), std::string("Ankle boot"));
        QCOMPARE(fit->info().class_count, std::size_t{10});
        QVERIFY(train->content_hash() != fit->content_hash());
        EXPECT_OPEN_ERROR("fashion-mnist", "train, fit and test");
    }

    void missing_fashion_mnist_names_the_package()
    {
        const Scratch scratch;
        qputenv("EXITSCOPE_FASHION_MNIST", QByteArray::fromStdString(scratch.path()));
        const std::string message = open_error("fashion-mnist:test");
        qunsetenv("EXITSCOPE_FASHION_MNIST");
        QVERIFY2(message.find("dataset-fashion-mnist") != std::string::npos, message.c_str());
    }

    void mnist()
    {
        const auto root = external_data();
        if (!root)
            QSKIP("no external data");
        EXPECT_VALUE(data, dataset::open((*root / "mnist").string()));
        QCOMPARE(data->size(), std::size_t{10000});
        const std::vector<int> labels = labels_of(*data);
        QCOMPARE(std::vector<int>(labels.begin(), labels.begin() + 5), (std::vector<int>{7, 2, 1, 0, 4}));
    }
};

QTEST_GUILESS_MAIN(TestIdx)
#include "tst_idx.moc"
