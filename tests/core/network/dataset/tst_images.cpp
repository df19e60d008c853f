// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QTest>

#include <opencv2/imgcodecs.hpp>

#include "core/base/formats/image_header.h"
#include "core/network/dataset/image_file.h"
#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

std::span<const std::byte> as_bytes(const QByteArray& bytes)
{
    return std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

/// By OpenCV, for the formats that Qt has no writer for everywhere.
QByteArray encoded(const char* extension, int width, int height, int type)
{
    cv::Mat image(height, width, type);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width * image.channels(); ++x)
            image.ptr<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(37 * x + 11 * y);
    std::vector<std::uint8_t> bytes;
    cv::imencode(extension, image, bytes);
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
}

}  // namespace

class TestImages : public QObject {
    Q_OBJECT
private slots:
    void header_and_pixels_agree_data()
    {
        QTest::addColumn<QString>("extension");
        for (const char* extension : {".png", ".jpg", ".bmp", ".ppm", ".tif", ".webp"})
            QTest::newRow(extension) << extension;
    }
    void header_and_pixels_agree()
    {
        QFETCH(QString, extension);
        for (const auto& [width, height] : {std::pair{7, 5}, std::pair{1, 300}, std::pair{258, 2}}) {
            const QByteArray bytes = encoded(qPrintable(extension), width, height, CV_8UC3);
            EXPECT_VALUE(header, formats::read_image_header(as_bytes(bytes), "x"));
            QCOMPARE(header.width, std::uint64_t(width));
            QCOMPARE(header.height, std::uint64_t(height));
            EXPECT_VALUE(image, dataset::decode_image(as_bytes(bytes), "x"));
            QCOMPARE(image.width, width);
            QCOMPARE(image.height, height);
            QCOMPARE(image.channels, 3);
            QCOMPARE(image.pixels.size(), std::size_t(3 * width * height));
        }
    }

    void colours_are_in_rgb_order()
    {
        for (const char* format : {"PNG", "BMP", "PPM"}) {
            EXPECT_VALUE(image, dataset::decode_image(as_bytes(picture(2, 1, 0x0a141e, format)), "x"));
            QCOMPARE(image.pixels, (std::vector<std::uint8_t>{10, 20, 30, 10, 20, 30}));
        }
    }

    void grey_stays_grey()
    {
        EXPECT_VALUE(image, dataset::decode_image(as_bytes(encoded(".png", 3, 2, CV_8UC1)), "x"));
        QCOMPARE(image.channels, 1);
        QCOMPARE(image.pixels, (std::vector<std::uint8_t>{0, 37, 74, 11, 48, 85}));
    }

    /// What Pillow made of the same files stands beside them.
    void jpeg_pixels_are_those_of_pillow_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"rgb", "cmyk", "progressive"})
            QTest::newRow(name) << name;
    }
    void jpeg_pixels_are_those_of_pillow()
    {
        QFETCH(QString, name);
        const std::string path = std::string(EXITSCOPE_TEST_DATA "/images/") + name.toStdString();
        EXPECT_VALUE(image, dataset::read_image(path + ".jpg"));
        EXPECT_VALUE(pillow, dataset::open(path + ".npy"));
        EXPECT_VALUE(expected, pillow->image(SampleIndex(0)));
        QCOMPARE(image.width, expected.width);
        for (std::size_t i = 0; i < expected.pixels.size(); ++i)  // versions of libjpeg may differ by a level
            QVERIFY(std::abs(image.pixels[i] - expected.pixels[i]) <= 1);
    }

    void half_a_jpeg_is_an_error()
    {
        QFile file(EXITSCOPE_TEST_DATA "/images/rgb.jpg");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(dataset::decode_image(as_bytes(bytes), "x"));
        QVERIFY(dataset::decode_image(as_bytes(bytes + "something after it"), "x"));
        const QByteArray end("\xff\xd9", 2);
        for (const QByteArray& cut :
             {bytes.left(bytes.size() - 2), bytes.left(bytes.size() - 60) + end, bytes.left(700) + end}) {
            const auto image = dataset::decode_image(as_bytes(cut), "cut.jpg");
            QVERIFY(!image);
            QVERIFY(image.error().message().find("damaged or incomplete") != std::string::npos);
        }
    }

    void deep_pixels_are_scaled()
    {
        cv::Mat deep(1, 3, CV_16UC1);
        deep.at<std::uint16_t>(0, 0) = 0;
        deep.at<std::uint16_t>(0, 1) = 300;
        deep.at<std::uint16_t>(0, 2) = 65535;
        for (const char* extension : {".png", ".tif", ".pgm"}) {
            std::vector<std::uint8_t> bytes;
            cv::imencode(extension, deep, bytes);
            EXPECT_VALUE(image, dataset::decode_image(std::as_bytes(std::span(bytes)), "x"));
            QCOMPARE(image.pixels, (std::vector<std::uint8_t>{0, 1, 255}));
        }
        cv::Mat real(1, 3, CV_32FC1, cv::Scalar(0.5));
        std::vector<std::uint8_t> bytes;
        cv::imencode(".tif", real, bytes);
        const auto image = dataset::decode_image(std::as_bytes(std::span(bytes)), "x");
        QVERIFY(!image);
        QVERIFY(image.error().message().find("convert it to 8 bits") != std::string::npos);
    }

    void kinds_that_are_not_read_are_named()
    {
        const auto error = [](const QByteArray& bytes) {
            const auto image = dataset::decode_image(as_bytes(bytes), "x");
            return image ? std::string("(read)") : image.error().message();
        };
        QCOMPARE(error("P5 2 2 15\n1234"),
                 std::string("x: has pixels from 0 to 15, images go from 0 to 255 or 65535: convert it to PNG"));
        QFile file(EXITSCOPE_TEST_DATA "/images/first.webp");
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(error(file.readAll()).find("animated WebP") != std::string::npos);
    }

    void huge_images_are_refused_before_decoding()
    {
        QByteArray bytes = picture(1, 1, 0);
        bytes[17] = 1;  // PNG width 65537
        bytes[21] = 1;
        const auto image = dataset::decode_image(as_bytes(bytes), "huge.png");
        QVERIFY(!image);
        QCOMPARE(image.error().message(),
                 std::string("huge.png: is 65537x65537, images of up to 64 megapixels are read"));
    }

    void damage_is_an_error_data() { header_and_pixels_agree_data(); }
    void damage_is_an_error()
    {
        QFETCH(QString, extension);
        const Scratch scratch;
        const QByteArray bytes = encoded(qPrintable(extension), 5, 4, CV_8UC3);
        QCOMPARE(survive_damage(scratch, "a" + extension.toStdString(), bytes), 0);
    }

    void single_images()
    {
        const Scratch scratch;
        const std::string a = scratch.write("a.png", picture(3, 2, 0x0a141e));
        const std::string b = scratch.write("b.JPG", picture(5, 4, 0x0a141e, "JPG"));
        EXPECT_VALUE(one, dataset::open(a));
        QCOMPARE(one->size(), std::size_t{1});
        QCOMPARE(one->info().name, std::string("a.png"));
        QVERIFY(!one->info().labelled);
        EXPECT_VALUE(two, dataset::open_images({a, b}));
        QCOMPARE(two->origin(SampleIndex(1)), b);
        EXPECT_VALUE(image, two->image(SampleIndex(1)));
        QCOMPARE(image.width, 5);
        EXPECT_OPEN_ERROR(scratch.write("text.png", "I am not an image"), "text.png: is not a PNG");
        EXPECT_OPEN_ERROR(scratch.path("missing.png"), "no such file");
        QVERIFY(!dataset::open_images({}));
    }

    void class_folders()
    {
        const Scratch scratch;
        scratch.write("d/zebra/2.png", picture(1, 1, 2));
        scratch.write("d/zebra/1.png", picture(1, 1, 1));
        scratch.write("d/ant/deep/er/3.png", picture(1, 1, 3));
        scratch.write("d/ant/notes.txt", "no image");
        scratch.write("d/.hidden/4.png", picture(1, 1, 4));
        EXPECT_VALUE(data, dataset::open(scratch.path("d")));
        QCOMPARE(data->info().format, std::string("image folder"));
        QCOMPARE(data->info().class_names, (std::vector<std::string>{"ant", "zebra"}));
        QCOMPARE(labels_of(*data), (std::vector<int>{0, 1, 1}));
        QCOMPARE(data->origin(SampleIndex(1)), scratch.path("d/zebra/1.png"));
        EXPECT_VALUE(image, data->image(SampleIndex(2)));
        QCOMPARE(image.pixels.back(), std::uint8_t{2});
        const std::string hash = data->content_hash();
        scratch.write("d/zebra/1.png", picture(1, 1, 9));
        QVERIFY(data->content_hash() != hash);
        scratch.write("d/loose.png", picture(1, 1, 0));
        EXPECT_OPEN_ERROR(scratch.path("d"), "outside of them, such as loose.png");
    }

    void splits_share_their_classes()
    {
        const Scratch scratch;
        scratch.write("d/train/ant/1.png", picture(1, 1, 1));
        scratch.write("d/train/bee/1.png", picture(1, 1, 1));
        scratch.write("d/train/cat/1.png", picture(1, 1, 1));
        scratch.write("d/validation/cat/1.png", picture(1, 1, 1));
        EXPECT_OPEN_ERROR(scratch.path("d"), "train and val");
        EXPECT_VALUE(val, dataset::open(scratch.path("d") + ":val"));
        QCOMPARE(labels_of(*val), (std::vector<int>{2}));
        QCOMPARE(val->info().class_count, std::size_t{3});
        EXPECT_VALUE(train, dataset::open(scratch.path("d") + ":train"));
        QCOMPARE(labels_of(*train), (std::vector<int>{0, 1, 2}));
        EXPECT_OPEN_ERROR(scratch.path("d") + ":test", "no split test");
    }

    void a_class_may_be_called_train()
    {
        const Scratch scratch;
        scratch.write("d/train/1.png", picture(1, 1, 1));
        scratch.write("d/car/1.png", picture(1, 1, 1));
        EXPECT_VALUE(data, dataset::open(scratch.path("d")));
        QCOMPARE(data->info().class_names, (std::vector<std::string>{"car", "train"}));
    }

    void loose_images_are_unlabelled()
    {
        const Scratch scratch;
        scratch.write("d/b.png", picture(1, 1, 1));
        scratch.write("d/a.png", picture(1, 1, 1));
        EXPECT_VALUE(data, dataset::open(scratch.path("d")));
        QCOMPARE(data->size(), std::size_t{2});
        QCOMPARE(data->info().format, std::string("images"));
        QVERIFY(!data->info().labelled);
        QVERIFY(!data->label(SampleIndex(0)));
        QCOMPARE(data->origin(SampleIndex(0)), scratch.path("d/a.png"));
    }

    void colours_of_other_kinds_are_refused()
    {
        const auto tiff = [](char photometric) {
            QByteArray file("II*\0\x08\0\0\0\3\0", 10);
            for (const auto& [tag, value] :
                 {std::pair('\0', '\2'), std::pair('\1', '\2'), std::pair('\6', photometric)})
                file += tag + QByteArray("\1\3\0\1\0\0\0", 7) + value + QByteArray(3, '\0');
            return file;
        };
        for (const char lab : {'\x08', '\x09', '\x0a'}) {
            const auto checked = dataset::check_image(as_bytes(tiff(lab)), "lab.tif");
            QVERIFY(!checked);
            QVERIFY2(checked.error().message().find("CIE L*a*b*: convert it to RGB") != std::string::npos,
                     checked.error().message().c_str());
        }
        const QByteArray rgb = tiff(2);
        const auto header = formats::read_image_header(as_bytes(rgb), "x");
        QVERIFY(header && header->width == 2 && header->height == 2);
    }

    /// A WebP file in the extended form: sizes, the image as it is, EXIF.
    void webp_is_turned_upright()
    {
        const QByteArray plain = encoded(".webp", 40, 24, CV_8UC3);
        const auto chunk = [](const char* name, const QByteArray& content) {
            QByteArray size(4, '\0');
            for (int i = 0; i < 4; ++i)
                size[i] = char(content.size() >> (8 * i));
            return name + size + content + QByteArray(content.size() % 2, '\0');
        };
        const QByteArray exif("II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0", 22);
        for (const QByteArray& stored : {exif, QByteArray("Exif\0\0", 6) + exif}) {
            const QByteArray content = "WEBP" + chunk("VP8X", QByteArray("\x08\0\0\0\x27\0\0\x17\0\0", 10)) +
                                       plain.mid(12) + chunk("EXIF", stored);
            const QByteArray file = chunk("RIFF", content);
            EXPECT_VALUE(before, dataset::decode_image(as_bytes(plain), "plain"));
            EXPECT_VALUE(after, dataset::decode_image(as_bytes(file), "turned"));
            QCOMPARE(after.orientation, 6);
            QCOMPARE(std::pair(after.width, after.height), std::pair(before.height, before.width));
            for (int y = 0; y < after.height; ++y)  // rows become columns from the right
                for (int x = 0; x < after.width; ++x)
                    QCOMPARE(after.pixels[std::size_t(3 * (y * after.width + x))],
                             before.pixels[std::size_t(3 * ((before.height - 1 - x) * before.width + y))]);
        }
    }

    void bad_files_are_named_before_any_is_decoded()
    {
        const Scratch scratch;
        const QByteArray good = encoded(".jpg", 90, 80, CV_8UC3);
        const QByteArray large = encoded(".png", 300, 200, CV_8UC3);
        scratch.write("d/a/0.jpg", good);
        scratch.write("d/a/1.png", large);
        scratch.write("d/b/cut.jpg", good.left(good.size() / 2));
        scratch.write("d/b/cut.png", large.left(large.size() - 100));
        scratch.write("d/b/cut.webp", encoded(".webp", 90, 80, CV_8UC3).chopped(9));
        scratch.write("d/b/empty.png", "");
        scratch.write("d/b/text.png", "no image");
        const std::string message = open_error(scratch.path("d"));
        QCOMPARE(QString::fromStdString(message),
                 QString::fromStdString(scratch.path("d") +
                                        ": 5 of 7 images cannot be read: b/cut.jpg is a damaged or incomplete image, "
                                        "b/cut.png is a damaged or incomplete image, b/cut.webp is a damaged or "
                                        "incomplete image, b/empty.png is empty, b/text.png is not a PNG, JPEG, BMP, "
                                        "PNM, TIFF or WebP image; --skip-unreadable leaves such images out"));
        dataset::OpenOptions options;
        options.unreadable = dataset::Unreadable::skip;
        EXPECT_VALUE(rest, dataset::open(scratch.path("d"), options));
        QCOMPARE(labels_of(*rest), (std::vector<int>{0, 0}));
        QCOMPARE(rest->info().skipped.size(), std::size_t{5});
        QCOMPARE(rest->info().skipped[3].origin, scratch.path("d/b/empty.png"));
        QCOMPARE(rest->info().skipped[3].reason, std::string("is empty"));
        QCOMPARE(rest->info().notices.size(), std::size_t{1});
        QCOMPARE(rest->info().notices[0].code, std::string("skipped"));
        options.unreadable = dataset::Unreadable::unchecked;
        EXPECT_VALUE(all, dataset::open(scratch.path("d"), options));
        QCOMPARE(all->size(), std::size_t{7});
    }

    void ten_bad_files_are_listed()
    {
        const Scratch scratch;
        scratch.write("d/a/good.png", picture(1, 1, 1));
        for (int i = 0; i < 13; ++i)
            scratch.write("d/a/" + std::to_string(10 + i) + ".png", "");
        const std::string message = open_error(scratch.path("d"));
        QVERIFY2(message.find("13 of 14 images") != std::string::npos &&
                     message.find("a/19.png is empty and 3 more;") != std::string::npos,
                 message.c_str());
    }

    /// The header and the end are whole: only decoding shows the damage.
    void damage_inside_is_found_when_files_are_skipped()
    {
        const Scratch scratch;
        QByteArray bytes = encoded(".png", 300, 200, CV_8UC3);
        bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
        scratch.write("d/a/bad.png", bytes);
        scratch.write("d/a/good.png", picture(1, 1, 1));
        EXPECT_VALUE(unseen, dataset::open(scratch.path("d")));
        QVERIFY(!unseen->image(SampleIndex(0)));
        dataset::OpenOptions options;
        options.unreadable = dataset::Unreadable::skip;
        EXPECT_VALUE(rest, dataset::open(scratch.path("d"), options));
        QCOMPARE(rest->size(), std::size_t{1});
        QCOMPARE(rest->source_position(SampleIndex(0)), SampleIndex(1));
    }

    void empty_folders_are_errors()
    {
        const Scratch scratch;
        QVERIFY(QDir().mkpath(QString::fromStdString(scratch.path("empty"))));
        QVERIFY(QDir().mkpath(QString::fromStdString(scratch.path("classes/ant"))));
        EXPECT_OPEN_ERROR(scratch.path("empty"), "holds no images");
        EXPECT_OPEN_ERROR(scratch.path("classes"), "holds no images");
    }

    void a_vanished_image_is_an_error()
    {
        const Scratch scratch;
        scratch.write("d/a.png", picture(1, 1, 1));
        EXPECT_VALUE(data, dataset::open(scratch.path("d")));
        QFile::remove(QString::fromStdString(scratch.path("d/a.png")));
        const auto image = data->image(SampleIndex(0));
        QVERIFY(!image);
        QVERIFY(image.error().message().find("a.png: no such file") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestImages)
#include "tst_images.moc"
