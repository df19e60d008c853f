// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cmath>
#include <utility>

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

        for (const char* name : {"float32.npy", "float64.npy", "fortran.npy", "big_endian.npy"}) {
            EXPECT_VALUE(data, dataset::open(numpy_file(name)));
            EXPECT_VALUE(values, data->image(SampleIndex(2)));
            QVERIFY(values.is_float());
            QCOMPARE(values.channels, 2);
            QCOMPARE(values.height, 4);
            QCOMPARE(values.width, 5);
            for (std::size_t i = 0; i < 40; ++i)
                QCOMPARE(values.values[i], static_cast<float>(80 + i) / 7 - 3);
        }
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

    void types_of_pixels_data()
    {
        QTest::addColumn<QByteArray>("images");
        const QByteArray little("\0\0\x07\0\xff\0\x09\0", 8);
        const QByteArray big("\0\0\0\x07\0\xff\0\x09", 8);
        QTest::newRow("uint16") << npy("<u2", "(2, 1, 2)", little);
        QTest::newRow("int16, big-endian") << npy(">i2", "(2, 1, 2)", big);
        QTest::newRow("Python 2") << npy("<u2", "(2L, 1L, 2L)", little);
        const QByteArray fortran("\0\0\xff\0\x07\0\x09\0", 8);
        QTest::newRow("Fortran order") << npy("<u2", "(2, 1, 2)", fortran, true);
        QTest::newRow("alpha") << npy("|u1", "(2, 1, 2, 4)",
                                      QByteArray("\0\0\0\x63\7\7\7\x63\xff\xff\xff\x63\x09\x09\x09\x63", 16));
        QTest::newRow("alpha, planar") << npy("|u1", "(2, 4, 1, 2)",
                                              QByteArray("\0\7\0\7\0\7\x63\x63\xff\x09\xff\x09\xff\x09\x63\x63", 16));
    }
    void types_of_pixels()
    {
        QFETCH(QByteArray, images);
        const Scratch scratch;
        EXPECT_VALUE(data, dataset::open(scratch.write("a.npy", images)));
        const std::array<std::array<int, 2>, 2> expected{{{0, 7}, {255, 9}}};
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_VALUE(image, data->image(SampleIndex(i)));
            QCOMPARE(image.width, 2);
            for (std::size_t x = 0; x < 2; ++x)
                for (int c = 0; c < image.channels; ++c)
                    QCOMPARE(int(image.pixels[x * std::size_t(image.channels) + std::size_t(c)]), expected[i][x]);
        }
        const bool alpha = QByteArray(QTest::currentDataTag()).startsWith("alpha");
        QCOMPARE(!data->info().notices.empty(), alpha);
        QVERIFY(!alpha || data->info().notices.back().code == "array-alpha");
    }

    void floats_of_either_layout()
    {
        const Scratch scratch;
        const std::vector<float> pixels{0, 1, 2, 3, 4, -5};  // two pixels of three channels
        EXPECT_VALUE(nhwc, dataset::open(scratch.write("a.npy", npy("<f4", "(1, 2, 1, 3)", floats(pixels)))));
        EXPECT_VALUE(a, nhwc->image(SampleIndex(0)));
        QCOMPARE(a.channels, 3);
        QCOMPARE(a.height, 2);
        QCOMPARE(a.values, (std::vector<float>{0, 3, 1, 4, 2, -5}));
        QVERIFY(nhwc->info().notices.empty());
        EXPECT_VALUE(half,
                     dataset::open(scratch.write("h.npy", npy("<f2", "(1, 1, 2)", QByteArray("\0\x3c\0\xb8", 4)))));
        EXPECT_VALUE(h, half->image(SampleIndex(0)));
        QCOMPARE(h.values, (std::vector<float>{1, -0.5F}));
        EXPECT_VALUE(unit, dataset::open(scratch.write("u.npy", npy("<f4", "(1, 1, 2)", floats({0, 1})))));
        QCOMPARE(unit->info().notices.size(), std::size_t{1});
        QVERIFY(unit->info().notices.front().text.find("as they are") != std::string::npos);
        EXPECT_VALUE(bad, dataset::open(scratch.write("n.npy", npy("<f4", "(1, 1, 2)", floats({-1, NAN})))));
        QVERIFY(!bad->image(SampleIndex(0)));
    }

    /// A smooth image of 8 x 8 pixels in three colours: what it is must show whichever way its rows lie.
    void rows_are_planes_or_pixels()
    {
        const Scratch scratch;
        QByteArray planes;
        QByteArray pixels;
        const auto value = [](int c, int y, int x) {
            return static_cast<char>(c == 0 ? 20 * x : c == 1 ? 200 - 20 * y : 10 * (x + y));
        };
        for (int c = 0; c < 3; ++c)
            for (int i = 0; i < 64; ++i)
                planes.append(value(c, i / 8, i % 8));
        for (int i = 0; i < 192; ++i)
            pixels.append(value(i % 3, i / 24, i / 3 % 8));
        EXPECT_VALUE(from_planes, dataset::open(scratch.write("a.npy", npy("|u1", "(1, 192)", planes))));
        EXPECT_VALUE(from_pixels, dataset::open(scratch.write("b.npy", npy("|u1", "(1, 192)", pixels))));
        EXPECT_VALUE(a, from_planes->image(SampleIndex(0)));
        EXPECT_VALUE(b, from_pixels->image(SampleIndex(0)));
        QCOMPARE(a.pixels, b.pixels);
        QCOMPARE(int(a.pixels[3 * 9 + 1]), 180);
        QCOMPARE(from_planes->info().notices.size(), std::size_t{1});
        EXPECT_VALUE(grey, dataset::open(scratch.write("c.npy", npy("|u1", "(2, 16)", ramp(32)))));
        EXPECT_VALUE(c, grey->image(SampleIndex(1)));
        QCOMPARE(c.width, 4);
        QCOMPARE(c.channels, 1);
        QVERIFY(grey->info().notices.empty());
    }

    void forms_of_labels_data()
    {
        QTest::addColumn<QByteArray>("labels");
        QTest::addColumn<bool>("named");
        QTest::newRow("bytes") << npy("|u1", "(2,)", QByteArray("\1\0", 2)) << false;
        QTest::newRow("bool") << npy("|b1", "(2,)", QByteArray("\1\0", 2)) << false;
        QTest::newRow("big-endian") << npy(">i4", "(2,)", QByteArray("\0\0\0\1\0\0\0\0", 8)) << false;
        QTest::newRow("floats") << npy("<f4", "(2,)", floats({1, 0})) << false;
        QTest::newRow("column") << npy("<f4", "(2, 1)", floats({1, 0})) << false;
        QTest::newRow("row") << npy("<f4", "(1, 2)", floats({1, 0})) << false;
        QTest::newRow("one-hot") << npy("<f4", "(2, 3)", floats({0, 1, 0, 1, 0, 0})) << false;
        QTest::newRow("texts") << npy("|S3", "(2,)", QByteArray("dogcat", 6)) << true;
        QTest::newRow("wide texts") << npy("<U2", "(2,)",
                                           QByteArray("b\0\0\0\0\0\0\0\xe4\0\0\0\0\0\0\0", 16).sliced(0, 8) +
                                               QByteArray("a\0\0\0\0\0\0\0", 8))
                                    << true;
        QTest::newRow("numbers as texts") << npy("|S2", "(2,)", QByteArray("1\0000\0", 4)) << false;
    }
    void forms_of_labels()
    {
        QFETCH(QByteArray, labels);
        QFETCH(bool, named);
        const Scratch scratch;
        scratch.write("a_labels.npy", labels);
        EXPECT_VALUE(data, dataset::open(scratch.write("a.npy", npy("|u1", "(2, 1, 1)", ramp(2)))));
        QCOMPARE(labels_of(*data), (std::vector<int>{1, 0}));
        QCOMPARE(data->info().class_names.size(), named ? 2U : 0U);
        QCOMPARE(data->info().class_count, QByteArray(QTest::currentDataTag()) == "one-hot" ? 3U : 2U);
    }

    void names_of_arrays_data()
    {
        QTest::addColumn<QString>("images");
        QTest::addColumn<QString>("labels");
        for (const auto& [images, labels] :
             {std::pair{"x", "y"}, std::pair{"X", "Y"}, std::pair{"data", "target"}, std::pair{"images", "label"},
              std::pair{"test_x", "test_y"}, std::pair{"Xtest", "ytest"}, std::pair{"test_set_x", "test_set_y"},
              std::pair{"arr_0", "arr_1"}, std::pair{"val_images", "val_labels"}})
            QTest::newRow(images) << images << labels;
    }
    void names_of_arrays()
    {
        QFETCH(QString, images);
        QFETCH(QString, labels);
        const Scratch scratch;
        const QByteArray archive = zip({{labels.toStdString() + ".npy", npy("|u1", "(2,)", QByteArray("\4\1", 2))},
                                        {"other.npy", npy("|u1", "(3,)", ramp(3))},
                                        {images.toStdString() + ".npy", npy("|u1", "(2, 1, 1)", ramp(2))}});
        EXPECT_VALUE(data, dataset::open(scratch.write("a.npz", archive)));
        QCOMPARE(labels_of(*data), (std::vector<int>{4, 1}));
    }

    void archives_of_labels_lie_beside()
    {
        const Scratch scratch;
        scratch.write("a-labels.npz", zip({{"arr_0.npy", npy("|u1", "(2,)", QByteArray("\4\1", 2))}}));
        const QByteArray images = zip({{"arr_0.npy", npy("|u1", "(2, 1, 1)", ramp(2))}});
        EXPECT_VALUE(data, dataset::open(scratch.write("a-imgs.npz", images)));
        QCOMPARE(labels_of(*data), (std::vector<int>{4, 1}));
        scratch.write("b-labels.npz", zip({{"arr_0.npy", npy("|u1", "(3,)", ramp(3))}}));
        EXPECT_OPEN_ERROR(scratch.write("b-imgs.npz", images), "holds 3 labels for the 2 images of b-imgs.npz");
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
        QVERIFY(says(with_labels(npy("<f4", "(2,)", floats({0, 1.5F}))), "sample 1 has label 1.5"));
        QVERIFY(says(with_labels(npy("<f4", "(2,)", floats({0, NAN}))), "sample 1 has label nan"));
        QVERIFY(says(with_labels(npy("<f4", "(2, 2)", floats({0, 1, 0.5F, 0.5F}))), "sample 1 is no one-hot row"));
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
        QTest::newRow("no array") << QByteArray("just some text, no array") << "does not begin with";
        QTest::newRow("short") << npy("|u1", "(2, 2, 2)", ramp(7)) << "declares uint8 [2,2,2], 8 bytes, but holds 7";
        QTest::newRow("long") << npy("|u1", "(2, 2, 2)", ramp(9)) << "but holds 9";
        QTest::newRow("overflow") << npy("<f8", "(4294967296, 4294967296, 4294967296)", ramp(8)) << "declares float64";
        QTest::newRow("huge extent") << npy("<f8", "(99999999999999999999, 2, 2)", ramp(8)) << "does not describe";
        QTest::newRow("rank 2") << npy("<f4", "(1, 2)", floats({1, 2})) << "images have three or four axes";
        QTest::newRow("two channels") << npy("|u1", "(1, 2, 2, 2)", ramp(8)) << "C 1, 3 or 4";
        QTest::newRow("no samples") << npy("|u1", "(0, 2, 2)", {}) << "holds no images";
        QTest::newRow("no pixels") << npy("|u1", "(2, 0, 2)", {}) << "not a usable size";
        QTest::newRow("no axis") << npy("<f4", "()", ramp(4)) << "images are numbers of the shape";
        QTest::newRow("complex") << npy("<c8", "(1, 1, 1)", ramp(8)) << "only numbers and texts";
        QTest::newRow("record") << npy("|V2", "(1, 1, 1)", ramp(2)) << "only numbers and texts";
        QTest::newRow("text") << npy("|S2", "(1, 1, 1)", ramp(2)) << "images are numbers";
        QTest::newRow("object") << npy("|O", "(1, 1, 1)", ramp(8)) << "Python objects";
        QTest::newRow("one image") << npy("|u1", "(5, 6, 3)", ramp(90)) << "save x[None]";
        QTest::newRow("samples last") << npy("|u1", "(5, 5, 3, 9)", ramp(675)) << "(3, 0, 1, 2)";
        QTest::newRow("16 bits") << npy("<u2", "(1, 1, 2)", QByteArray("\x01\0\0\x01", 4)) << "values from 1 to 256";
        QTest::newRow("signed") << npy("|i1", "(1, 1, 2)", QByteArray("\x01\xff", 2)) << "values from -1 to 1";
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
        EXPECT_OPEN_ERROR(scratch.write("b.npz", zip({{"weights.npy", images}, {"bias.npy", images}})),
                          "it holds: weights, bias");
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
