// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTest>

#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

std::string numpy_file(const char* name)
{
    return std::string(EXITSCOPE_TEST_DATA "/arrays/") + name;
}

QByteArray floats(const std::vector<float>& values)
{
    return QByteArray(reinterpret_cast<const char*>(values.data()), static_cast<qsizetype>(4 * values.size()));
}

}  // namespace

class TestArrays : public QObject {
    Q_OBJECT
private slots:
    void reads_what_numpy_wrote()
    {
        EXPECT_VALUE(grey, dataset::open(numpy_file("grey.npy")));
        QCOMPARE(grey->size(), std::size_t{5});
        QCOMPARE(labels_of(*grey), (std::vector<int>{3, 0, 2, 2, 9}));
        EXPECT_VALUE(image, grey->image(SampleIndex(1)));
        QCOMPARE(image.height, 4);
        QCOMPARE(image.width, 3);
        QCOMPARE(image.pixels, (std::vector<std::uint8_t>{12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}));

        EXPECT_VALUE(hwc, dataset::open(numpy_file("rgb_hwc.npy")));
        EXPECT_VALUE(chw, dataset::open(numpy_file("rgb_chw.npy")));
        QVERIFY(!hwc->info().labelled);
        QCOMPARE(hwc->info().class_count, std::size_t{0});
        for (std::size_t i = 0; i < 4; ++i) {
            EXPECT_VALUE(a, hwc->image(SampleIndex(i)));
            EXPECT_VALUE(b, chw->image(SampleIndex(i)));
            QCOMPARE(a.width, 6);
            QCOMPARE(a.height, 5);
            QCOMPARE(a.pixels, b.pixels);
        }

        for (const char* name : {"float32.npy", "float64.npy"}) {
            EXPECT_VALUE(data, dataset::open(numpy_file(name)));
            EXPECT_VALUE(values, data->image(SampleIndex(2)));
            QVERIFY(values.is_float());
            QCOMPARE(values.channels, 2);
            QCOMPARE(values.height, 4);
            QCOMPARE(values.width, 5);
            for (std::size_t i = 0; i < 40; ++i)
                QCOMPARE(values.values[i], static_cast<float>(80 + i) / 7 - 3);
        }
        EXPECT_OPEN_ERROR(numpy_file("fortran.npy"), "Fortran order");
        EXPECT_OPEN_ERROR(numpy_file("big_endian.npy"), "big-endian");
        EXPECT_OPEN_ERROR(numpy_file("grey_labels.npy"), "int64 [5]");
    }

    void reads_numpy_archives()
    {
        EXPECT_VALUE(stored, dataset::open(numpy_file("stored.npz")));
        QCOMPARE(labels_of(*stored), (std::vector<int>{3, 0, 2, 2, 9}));
        EXPECT_VALUE(plain, dataset::open(numpy_file("grey.npy")));
        EXPECT_VALUE(a, stored->image(SampleIndex(4)));
        EXPECT_VALUE(b, plain->image(SampleIndex(4)));
        QCOMPARE(a.pixels, b.pixels);

        EXPECT_OPEN_ERROR(numpy_file("splits.npz"), "train and test");
        EXPECT_VALUE(train, dataset::open(numpy_file("splits.npz") + ":train"));
        EXPECT_VALUE(test, dataset::open(numpy_file("splits.npz") + ":test"));
        QCOMPARE(labels_of(*train), (std::vector<int>{0, 1, 2, 3}));
        QCOMPARE(labels_of(*test), (std::vector<int>{1, 0}));
        EXPECT_VALUE(rgb, dataset::open(numpy_file("rgb_hwc.npy")));
        EXPECT_VALUE(c, train->image(SampleIndex(3)));
        EXPECT_VALUE(d, rgb->image(SampleIndex(3)));
        QCOMPARE(c.pixels, d.pixels);
        EXPECT_OPEN_ERROR(numpy_file("stored.npz") + ":test", "without splits");
    }

    void finds_labels_beside()
    {
        const Scratch scratch;
        const QByteArray images = npy("|u1", "(2, 1, 1)", ramp(2));
        const QByteArray labels = npy("|u1", "(2,)", QByteArray("\x04\x01", 2));
        const auto labels_for = [&](const char* images_name, const char* labels_name) {
            const std::string folder = std::string("of_") + images_name + "_" + labels_name + "/";
            const std::string path = scratch.write(folder + images_name, images);
            scratch.write(folder + labels_name, labels);
            const auto data = dataset::open(path);
            return data ? labels_of(**data) : std::vector<int>();
        };
        const std::vector<int> expected{4, 1};
        QCOMPARE(labels_for("a.npy", "a_labels.npy"), expected);
        QCOMPARE(labels_for("x_test.npy", "y_test.npy"), expected);
        QCOMPARE(labels_for("X_test.npy", "y_test.npy"), expected);
        QCOMPARE(labels_for("test_images.npy", "test_labels.npy"), expected);
        QCOMPARE(labels_for("anything.npy", "labels.npy"), expected);
        QCOMPARE(labels_for("anything.npy", "unrelated.npy"), (std::vector<int>{-1, -1}));
    }

    void labels_must_be_classes()
    {
        const Scratch scratch;
        const std::string path = scratch.write("a.npy", npy("|u1", "(2, 1, 1)", ramp(2)));
        const auto with_labels = [&](const QByteArray& bytes) {
            scratch.write("a_labels.npy", bytes);
            return open_error(path);
        };
        const auto says = [](const std::string& message, const char* text) {
            return message.find(text) != std::string::npos;
        };
        QVERIFY(says(with_labels(npy("<i2", "(2,)", QByteArray("\x01\x00\xfd\xff", 4))),
                     "a_labels.npy: sample 1 has label -3"));
        QVERIFY(says(with_labels(npy("<u4", "(2,)", QByteArray("\0\0\x01\0\0\0\0\0", 8))), "label 65536"));
        QVERIFY(says(with_labels(npy("<u8", "(2,)", QByteArray(16, '\xff'))), "sample 0 has label"));
        QVERIFY(says(with_labels(npy("<f4", "(2,)", floats({0, 1}))), "labels are integers"));
        QVERIFY(says(with_labels(npy("|u1", "(3,)", ramp(3))), "holds 3 labels for the 2 images"));
        QVERIFY(says(with_labels(npy("|u1", "(2, 1)", ramp(2))), "(opened)"));
        QFile::remove(QString::fromStdString(scratch.path("a_labels.npy")));
        scratch.write("labels.npy", npy("|u1", "(3,)", ramp(3)));
        EXPECT_VALUE(data, dataset::open(path));
        QVERIFY(!data->info().labelled);
    }

    void headers_are_checked_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        QTest::newRow("text") << QByteArray("just some text, no array") << "does not begin with";
        QTest::newRow("short") << npy("|u1", "(2, 2, 2)", ramp(7)) << "declares uint8 [2,2,2], 8 bytes, but holds 7";
        QTest::newRow("long") << npy("|u1", "(2, 2, 2)", ramp(9)) << "but holds 9";
        QTest::newRow("overflow") << npy("<f8", "(4294967296, 4294967296, 4294967296)", ramp(8)) << "declares float64";
        QTest::newRow("huge extent") << npy("<f8", "(99999999999999999999, 2, 2)", ramp(8)) << "does not describe";
        QTest::newRow("rank 2") << npy("<f4", "(1, 2)", floats({1, 2})) << "images have the shape";
        QTest::newRow("two channels") << npy("|u1", "(1, 2, 2, 2)", ramp(8)) << "C 1 or 3";
        QTest::newRow("no samples") << npy("|u1", "(0, 2, 2)", {}) << "holds no images";
        QTest::newRow("no pixels") << npy("|u1", "(2, 0, 2)", {}) << "not a usable size";
        QTest::newRow("half") << npy("<f2", "(1, 1, 1)", ramp(2)) << "images are uint8";
        QTest::newRow("object") << npy("|O", "(1, 1, 1)", ramp(8)) << "only numbers";
        QTest::newRow("code") << npy("|u1", "__import__('os')", ramp(8)) << "does not describe";
    }
    void headers_are_checked()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, reason);
        const Scratch scratch;
        EXPECT_OPEN_ERROR(scratch.write("a.npy", bytes), reason.toStdString());
    }

    void archives_are_checked()
    {
        const Scratch scratch;
        const QByteArray images = npy("|u1", "(2, 3, 3)", ramp(18));
        const QByteArray labels = npy("|u1", "(2,)", ramp(2));
        EXPECT_VALUE(good, dataset::open(scratch.write(
                               "a.npz", zip({{"arr_0.npy", images, true}, {"arr_1.npy", labels, true}}))));
        QCOMPARE(labels_of(*good), (std::vector<int>{0, 1}));
        EXPECT_OPEN_ERROR(scratch.write("b.npz", zip({{"weights.npy", images}})), "it holds: weights.npy");
        EXPECT_OPEN_ERROR(scratch.write("c.npz", zip({{"x.npy", images}, {"y.npy", npy("|u1", "(3,)", ramp(3))}})),
                          "holds 3 labels for the 2 images");
        EXPECT_OPEN_ERROR(scratch.write("d.npz", "no archive at all, only text"), "not a complete zip archive");
        QByteArray bad_crc = zip({{"x.npy", images, true}});
        bad_crc[14] = static_cast<char>(bad_crc[14] ^ 1);  // local header: not believed, so not noticed
        QVERIFY(exercise(scratch.write("e.npz", bad_crc)));
        const qsizetype central = bad_crc.lastIndexOf("PK\x01\x02");
        bad_crc[central + 16] = static_cast<char>(bad_crc[central + 16] ^ 1);
        EXPECT_OPEN_ERROR(scratch.write("e.npz", bad_crc), "checksum");
        QByteArray bomb = zip({{"x.npy", images, true}});
        bomb[bomb.lastIndexOf("PK\x01\x02") + 27] = 0x40;  // declares 1 GiB unpacked
        EXPECT_OPEN_ERROR(scratch.write("f.npz", bomb), "more bytes than its compressed data can hold");
        bomb[bomb.lastIndexOf("PK\x01\x02") + 27] = '\xf0';
        EXPECT_OPEN_ERROR(scratch.write("f.npz", bomb), "at most");
        QByteArray encrypted = zip({{"x.npy", images, true}});
        encrypted[encrypted.lastIndexOf("PK\x01\x02") + 8] = 1;
        EXPECT_OPEN_ERROR(scratch.write("g.npz", encrypted), "encrypted");
    }

    void damage_is_an_error()
    {
        const Scratch scratch;
        const QByteArray bytes = npy("|u1", "(2, 2, 2)", ramp(8));
        QCOMPARE(survive_damage(scratch, "a.npy", bytes), 0);
        QCOMPARE(survive_damage(scratch, "a.npz",
                                zip({{"x.npy", bytes, false}, {"y.npy", npy("|u1", "(2,)", ramp(2)), true}})),
                 0);
        QCOMPARE(survive_damage(scratch, "b.npz", zip({{"x.npy", bytes, true}})), 0);
    }
};

QTEST_GUILESS_MAIN(TestArrays)
#include "tst_arrays.moc"
