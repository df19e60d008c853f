// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <atomic>
#include <thread>

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include "core/base/formats/hdf5.h"
#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

std::string hdf5_file(const char* name)
{
    return std::string(EXITSCOPE_TEST_DATA "/hdf5/") + name;
}

/// The images that h5py wrote are those that NumPy wrote into rgb_hwc.npy.
bool holds_the_images(const dataset::Dataset& data, std::size_t count)
{
    const auto reference = dataset::open(EXITSCOPE_TEST_DATA "/arrays/rgb_hwc.npy");
    if (!reference || data.size() != count)
        return false;
    for (std::size_t i = 0; i < count; ++i) {
        const auto got = data.image(SampleIndex(i));
        const auto wanted = (*reference)->image(SampleIndex(i));
        if (!got || !wanted || got->width != wanted->width || got->pixels != wanted->pixels)
            return false;
    }
    return true;
}

}  // namespace

/// Data sets in HDF5 as h5py, PyTables and MATLAB write them.
class TestHdf5Images : public QObject {
    Q_OBJECT
private slots:
    void reads_what_h5py_wrote_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : {"plain.h5", "chunked.h5"})
            QTest::newRow(file) << file;
    }
    void reads_what_h5py_wrote()
    {
        QFETCH(QString, file);
        EXPECT_VALUE(data, dataset::open(hdf5_file(qPrintable(file))));
        QCOMPARE(data->info().format, std::string("HDF5"));
        QVERIFY(holds_the_images(*data, 4));
        QCOMPARE(labels_of(*data), (std::vector<int>{0, 1, 2, 3}));
        QVERIFY(data->info().notices.empty());
    }

    void halves_and_one_hot_labels()
    {
        EXPECT_VALUE(data, dataset::open(hdf5_file("half.h5")));
        QCOMPARE(labels_of(*data), (std::vector<int>{4, 0, 2}));
        QCOMPARE(data->info().class_count, std::size_t{5});
        EXPECT_VALUE(image, data->image(SampleIndex(2)));
        QCOMPARE(image.channels, 2);
        for (std::size_t i = 0; i < 40; ++i)
            QVERIFY(std::abs(image.values[i] - (static_cast<float>(80 + i) / 7 - 3)) < 0.01F);
    }

    void names_of_varying_length()
    {
        EXPECT_VALUE(data, dataset::open(hdf5_file("names.h5")));
        QVERIFY(holds_the_images(*data, 4));
        QCOMPARE(data->info().class_names, (std::vector<std::string>{"ant", "cat", "dog"}));
        QCOMPARE(labels_of(*data), (std::vector<int>{2, 1, 2, 0}));
    }

    void groups_are_splits()
    {
        EXPECT_OPEN_ERROR(hdf5_file("groups.h5"), "train and test");
        EXPECT_VALUE(test, dataset::open(hdf5_file("groups.h5") + ":test"));
        EXPECT_VALUE(train, dataset::open(hdf5_file("groups.h5") + ":train"));
        QVERIFY(holds_the_images(*test, 2));
        QVERIFY(holds_the_images(*train, 4));
        QCOMPARE(labels_of(*test), (std::vector<int>{1, 0}));
        QCOMPARE(test->info().class_names, (std::vector<std::string>{"a", "b", "c", "d"}));
        QVERIFY(test->content_hash() != train->content_hash());
    }

    void bools_are_black_and_white()
    {
        EXPECT_VALUE(data, dataset::open(hdf5_file("bool.h5")));
        QCOMPARE(labels_of(*data), (std::vector<int>{1, 0, 1, 1}));
        EXPECT_VALUE(image, data->image(SampleIndex(0)));
        EXPECT_VALUE(colour, dataset::open(EXITSCOPE_TEST_DATA "/arrays/rgb_hwc.npy"));
        EXPECT_VALUE(reference, colour->image(SampleIndex(0)));
        for (std::size_t i = 0; i < image.pixels.size(); ++i)
            QCOMPARE(int(image.pixels[i]), reference.pixels[3 * i] > 99 ? 255 : 0);
        QCOMPARE(data->info().notices.size(), std::size_t{1});
    }

    void matlab_reverses_the_axes()
    {
        EXPECT_VALUE(data, dataset::open(hdf5_file("matlab.mat")));
        QVERIFY(holds_the_images(*data, 4));
        QCOMPARE(labels_of(*data), (std::vector<int>{1, 2, 3, 4}));
    }

    void other_files_are_named_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("reason");
        QTest::newRow("lzf") << "lzf.h5"
                             << "compression=\"gzip\"";
        QTest::newRow("varying") << "varying.h5"
                                 << "entries of varying length";
        QTest::newRow("keras") << "keras.h5"
                               << "model.export";
    }
    void other_files_are_named()
    {
        QFETCH(QString, file);
        QFETCH(QString, reason);
        EXPECT_OPEN_ERROR(hdf5_file(qPrintable(file)), reason.toStdString());
    }

    void many_threads_may_read()
    {
        EXPECT_VALUE(data, dataset::open(hdf5_file("chunked.h5")));
        EXPECT_VALUE(first, data->image(SampleIndex(3)));
        std::atomic<int> wrong = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 50; ++i) {
                    const auto image = data->image(SampleIndex(3));
                    wrong += !image || image->pixels != first.pixels;
                    wrong += !dataset::open(hdf5_file("groups.h5") + ":test");
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
    }

    /// Images that share a chunk of 16 MiB: unpacking it for each of them would take half a minute.
    void chunks_are_unpacked_once()
    {
        const Scratch scratch;
        const std::string path = scratch.path("large.h5");
        {
            const formats::hdf5::Session session;
            const std::array<hsize_t, 3> shape{4096, 64, 64};
            const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
            const hid_t space = H5Screate_simple(3, shape.data(), nullptr);
            const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
            H5Pset_chunk(properties, 3, shape.data());
            H5Pset_deflate(properties, 1);
            const hid_t images = H5Dcreate2(file, "x", H5T_NATIVE_UINT8, space, H5P_DEFAULT, properties, H5P_DEFAULT);
            std::vector<std::uint8_t> bytes(4096 * 64 * 64);
            for (std::size_t i = 0; i < bytes.size(); ++i)
                bytes[i] = static_cast<std::uint8_t>(i / 4096);
            H5Dwrite(images, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
            H5Dclose(images);
            H5Pclose(properties);
            H5Sclose(space);
            H5Fclose(file);
        }
        EXPECT_VALUE(data, dataset::open(path));
        QElapsedTimer timer;
        timer.start();
        for (std::size_t i = 0; i < data->size(); i += 2) {
            EXPECT_VALUE(image, data->image(SampleIndex(i)));
            QCOMPARE(int(image.pixels.back()), int(i & 0xff));
        }
        QVERIFY2(timer.elapsed() < 10000, qPrintable(QString::number(timer.elapsed())));
    }

    void damage_is_an_error()
    {
        const Scratch scratch;
        for (const char* name : {"plain.h5", "chunked.h5"}) {
            QFile file(QString::fromStdString(hdf5_file(name)));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray bytes = file.readAll();
            for (qsizetype size = 0; size < bytes.size(); size += 97)
                QVERIFY(!dataset::open(scratch.write("cut.h5", bytes.left(size))));
            for (qsizetype at = 0; at < bytes.size(); at += 31) {
                QByteArray changed = bytes;
                changed[at] = static_cast<char>(changed[at] ^ 0x55);
                static_cast<void>(exercise(scratch.write("changed.h5", changed)));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestHdf5Images)
#include "tst_hdf5_images.moc"
