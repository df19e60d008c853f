// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QTest>

#include "core/network/dataset/preprocessing.h"
#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::dataset;
using namespace exitscope::tests;

namespace {

Preprocessing imagenet(int height, int width)
{
    return {3, height, width, ChannelOrder::rgb, {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}, false};
}

Image pixels(int channels, int height, int width)
{
    Image image{channels, height, width, {}, {}};
    for (int i = 0; i < channels * height * width; ++i)
        image.pixels.push_back(static_cast<std::uint8_t>(7 * i + 3));
    return image;
}

/// The definition, element by element in double precision.
double reference(const Image& image, const Preprocessing& how, int c, int y, int x)
{
    const auto stored = [&](int channel) {
        const int at = (y * image.width + x) * image.channels + channel;
        return double(image.pixels[std::size_t(at)]);
    };
    double value = stored(0);
    if (image.channels == 3 && how.channels == 1)
        value = std::floor((19595 * stored(0) + 38470 * stored(1) + 7471 * stored(2)) / 65536 + 0.5);
    else if (image.channels == 3)
        value = stored(how.order == ChannelOrder::bgr ? 2 - c : c);
    const auto at = static_cast<std::size_t>(c);
    const double mean = how.mean.empty() ? 0.0 : double(how.mean[at]);
    const double std = how.std.empty() ? 1.0 : double(how.std[at]);
    return (value / 255 - mean) / std;
}

}  // namespace

class TestPreprocessing : public QObject {
    Q_OBJECT
private slots:
    void equals_numpy_in_float32()
    {
        EXPECT_VALUE(file, open(EXITSCOPE_TEST_DATA "/arrays/normalised.npy"));
        EXPECT_VALUE(expected, file->image(SampleIndex(0)));
        Image image{3, 1, 256, {}, {}};
        for (int value = 0; value < 256; ++value)
            image.pixels.insert(image.pixels.end(), 3, static_cast<std::uint8_t>(value));
        std::vector<float> out(3 * 256);
        QVERIFY(preprocess(image, imagenet(1, 256), out));
        QCOMPARE(out, expected.values);
    }

    void equals_the_definition_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::addColumn<bool>("bgr");
        QTest::newRow("grey to grey") << 1 << 1 << false;
        QTest::newRow("grey to rgb") << 1 << 3 << false;
        QTest::newRow("rgb to grey") << 3 << 1 << false;
        QTest::newRow("rgb to rgb") << 3 << 3 << false;
        QTest::newRow("rgb to bgr") << 3 << 3 << true;
    }
    void equals_the_definition()
    {
        QFETCH(int, from);
        QFETCH(int, to);
        QFETCH(bool, bgr);
        Preprocessing how = imagenet(5, 9);
        how.channels = to;
        how.mean.resize(static_cast<std::size_t>(to));
        how.std.resize(static_cast<std::size_t>(to));
        how.order = to == 1 ? ChannelOrder::gray : bgr ? ChannelOrder::bgr : ChannelOrder::rgb;
        const Image image = pixels(from, 5, 9);
        std::vector<float> out(how.values());
        QVERIFY(preprocess(image, how, out));
        std::size_t at = 0;
        for (int c = 0; c < to; ++c)
            for (int y = 0; y < 5; ++y)
                for (int x = 0; x < 9; ++x)
                    QVERIFY(std::abs(double(out[at++]) - reference(image, how, c, y, x)) < 1e-6);
    }

    void grey_of_equal_channels_is_the_value_itself()
    {
        for (int value = 0; value < 256; ++value) {
            const Image image{3, 1, 1, std::vector<std::uint8_t>(3, static_cast<std::uint8_t>(value)), {}};
            float out = -1;
            QVERIFY(preprocess(image, {1, 1, 1, ChannelOrder::gray, {}, {}, false}, std::span(&out, 1)));
            QCOMPARE(out, static_cast<float>(value) / 255.0f);
        }
    }

    void floats_pass_unchanged()
    {
        const Image image{2, 1, 2, {}, {1.5f, -2.0f, 3e9f, 0.0f}};
        std::vector<float> out(4);
        QVERIFY(preprocess(image, {2, 1, 2, ChannelOrder::rgb, {9, 9}, {9, 9}, false}, out));
        QCOMPARE(out, image.values);
        const auto refused = preprocess(image, {1, 2, 2, ChannelOrder::gray, {}, {}, true}, out);
        QVERIFY(!refused);
        QCOMPARE(refused.error().detail, std::string("has the shape [2,1,2], the model takes [1,2,2]"));
    }

    void other_sizes_need_resize()
    {
        const Scratch scratch;
        EXPECT_VALUE(data, open(scratch.write("photo.png", picture(32, 30, 0x0a141e))));
        Preprocessing how{3, 28, 28, ChannelOrder::rgb, {}, {}, false};
        std::vector<float> out(how.values());
        const auto refused = read_batch(*data, 0, 1, how, out);
        QVERIFY(!refused);
        QVERIFY(refused.error().message().ends_with(
            "photo.png: is 32x30, the model takes 28x28 (say --resize or --crop how other sizes are fitted)"));
        how.resize = true;
        QVERIFY(read_batch(*data, 0, 1, how, out));
        for (std::size_t c = 0; c < 3; ++c)
            for (std::size_t i = 0; i < 784; ++i)
                QCOMPARE(out[c * 784 + i], static_cast<float>(10 * (c + 1)) / 255.0f);
    }

    void ranges_are_what_mean_and_deviation_are_in()
    {
        const Image image{1, 1, 3, {0, 51, 255}, {}};
        std::vector<float> out(3);
        Preprocessing how{1, 1, 3, ChannelOrder::gray, {}, {}, false};
        how.range = ValueRange::bytes;
        how.mean = {51};
        how.std = {2};
        QVERIFY(preprocess(image, how, out));
        QCOMPARE(out, (std::vector<float>{-25.5f, 0, 102}));
        how.range = ValueRange::symmetric;
        how.mean.clear();
        how.std.clear();
        QVERIFY(preprocess(image, how, out));
        QCOMPARE(out, (std::vector<float>{-1, 51 / 127.5f - 1, 1}));
    }

    /// Columns 0 to 3 hold 10, 20, 30, 40 in both rows.
    void the_middle_is_cut_out_and_missing_parts_are_black()
    {
        const Image image{1, 2, 4, {10, 20, 30, 40, 10, 20, 30, 40}, {}};
        Preprocessing how{1, 2, 2, ChannelOrder::gray, {}, {}, false, ValueRange::bytes};
        std::vector<float> out(4);
        how.crop = true;
        QVERIFY(preprocess(image, how, out));
        QCOMPARE(out, (std::vector<float>{20, 30, 20, 30}));
        how.width = 6;
        out.resize(12);
        const auto refused = preprocess(image, how, out);
        QVERIFY(!refused);
        QCOMPARE(refused.error().detail, std::string("is 4x2, smaller than the crop of 6x2 (scale with --resize, or "
                                                     "surround with --fit pad)"));
        how.fit = Fit::pad;
        QVERIFY(preprocess(image, how, out));
        QCOMPARE(out, (std::vector<float>{0, 10, 20, 30, 40, 0, 0, 10, 20, 30, 40, 0}));
        how = Preprocessing{1, 4, 4, ChannelOrder::gray, {}, {}, true, ValueRange::bytes};
        how.fit = Fit::pad;
        out.resize(16);
        QVERIFY(preprocess(image, how, out));
        QCOMPARE(out, (std::vector<float>{0, 0, 0, 0, 10, 20, 30, 40, 10, 20, 30, 40, 0, 0, 0, 0}));
    }

    void grey_for_a_network_of_three_channels_is_repeated()
    {
        const Image image{3, 1, 1, {10, 20, 30}, {}};
        std::vector<float> out(3);
        QVERIFY(preprocess(image, {3, 1, 1, ChannelOrder::gray, {}, {}, false, ValueRange::bytes}, out));
        QCOMPARE(out, (std::vector<float>{18, 18, 18}));
    }

    void stored_orientation_is_taken_back()
    {
        // A camera's image of two rows, turned clockwise (orientation 6): rows become columns from the right.
        Image image{1, 3, 2, {4, 1, 5, 2, 6, 3}, {}, 6};
        std::vector<float> out(6);
        Preprocessing how{1, 2, 3, ChannelOrder::gray, {}, {}, false, ValueRange::bytes};
        QVERIFY(!preprocess(image, how, out));
        how.upright = false;
        QVERIFY(preprocess(image, how, out));
        QCOMPARE(out, (std::vector<float>{1, 2, 3, 4, 5, 6}));
    }

    void batches_are_the_images_one_after_the_other()
    {
        EXPECT_VALUE(data, open(EXITSCOPE_TEST_DATA "/arrays/rgb_chw.npy"));
        const Preprocessing how = imagenet(5, 6);
        std::vector<float> batch(3 * how.values());
        QVERIFY(read_batch(*data, 1, 3, how, batch));
        std::vector<float> one(how.values());
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_VALUE(image, data->image(SampleIndex(i + 1)));
            QVERIFY(preprocess(image, how, one));
            QVERIFY(std::equal(one.begin(), one.end(), batch.begin() + static_cast<std::ptrdiff_t>(i * one.size())));
        }
        QVERIFY(!read_batch(*data, 2, 3, how, batch));
        QVERIFY(!read_batch(*data, SIZE_MAX, 3, how, batch));
        QVERIFY(!read_batch(*data, 0, 2, how, batch));
        QVERIFY(read_batch(*data, 4, 0, how, {}));
    }

    void impossible_settings_are_refused()
    {
        const Image image = pixels(3, 2, 2);
        std::vector<float> out(12);
        Preprocessing how{3, 2, 2, ChannelOrder::rgb, {}, {}, false};
        QVERIFY(preprocess(image, how, out));
        QVERIFY(!preprocess(image, how, std::span(out).first(11)));
        how.mean = {1, 2};
        QVERIFY(!preprocess(image, how, out));
        how.mean.clear();
        how.std = {1, 0, 1};
        QVERIFY(!preprocess(image, how, out));
        how.std.clear();
        how.height = 0;
        QVERIFY(!preprocess(image, how, {}));
        how = {5, 2, 2, ChannelOrder::rgb, {}, {}, false};
        out.resize(20);
        QVERIFY(!preprocess(image, how, out));
        Image lying = image;
        lying.height = 200;
        out.resize(1200);
        QVERIFY(!preprocess(lying, {3, 200, 2, ChannelOrder::rgb, {}, {}, false}, out));
    }

    void json_round_trip()
    {
        Preprocessing how = imagenet(32, 30);
        how.order = ChannelOrder::bgr;
        how.resize = true;
        const std::string text = how.to_json();
        QCOMPARE(text, std::string(R"({"channels":3,"height":32,"width":30,"order":"bgr","range":"0..1",)"
                                   R"("mean":[0.485,0.456,0.406],"std":[0.229,0.224,0.225],"resize":true,"crop":false,)"
                                   R"("fit":"stretch","filter":"bilinear","antialias":true,"exif":"apply"})"));
        how.range = ValueRange::symmetric;
        how.box = {40, 48};
        how.fit = Fit::pad;
        how.filter = Filter::lanczos;
        how.upright = false;
        EXPECT_VALUE(back, Preprocessing::from_json(how.to_json()));
        QVERIFY(back == how);
        how.resize = false;
        how.box = {};
        how.crop = true;
        EXPECT_VALUE(cropped, Preprocessing::from_json(how.to_json()));
        QVERIFY(cropped == how);
    }

    void json_defaults_and_errors()
    {
        EXPECT_VALUE(grey, Preprocessing::from_json(R"({"channels":1,"height":28,"width":28})"));
        QCOMPARE(grey.order, ChannelOrder::gray);
        QVERIFY(!grey.resize && grey.mean.empty() && grey.std.empty());
        EXPECT_VALUE(old,
                     Preprocessing::from_json(R"({"channels":3,"height":8,"width":8,"mean":[1,2,3],"resize":true})"));
        QVERIFY(old.resize && old.box == Extent() && old.fit == Fit::stretch && old.range == ValueRange::unit);
        EXPECT_VALUE(one, Preprocessing::from_json(R"({"channels":3,"height":8,"width":8,"mean":[0.5],"std":0.25})"));
        QCOMPARE(one.mean, (std::vector<float>{0.5f, 0.5f, 0.5f}));
        QCOMPARE(one.std, (std::vector<float>{0.25f, 0.25f, 0.25f}));
        EXPECT_VALUE(side, Preprocessing::from_json(R"({"channels":3,"height":8,"width":8,"resize":9})"));
        QVERIFY(side.resize && side.box == (Extent{9, 9}) && side.fit == Fit::crop);
        EXPECT_VALUE(words, Preprocessing::from_json(
                                R"({"channels":3,"height":8,"width":8,"resize":"9","crop":"8","filter":"bicubic"})"));
        QVERIFY(words.resize && words.box == (Extent{9, 9}) && words.fit == Fit::crop && words.crop);
        for (const char* bad : {"",
                                "[]",
                                "{",
                                R"({"channels":1,"height":28})",
                                R"({"channels":0,"height":28,"width":28})",
                                R"({"channels":1,"height":-28,"width":28})",
                                R"({"channels":1,"height":28.5,"width":28})",
                                R"({"channels":1,"height":99999999999999999999,"width":28})",
                                R"({"channels":3,"height":2,"width":2,"mean":[1,2]})",
                                R"({"channels":1,"height":2,"width":2,"std":[0]})",
                                R"({"channels":1,"height":2,"width":2,"std":["x"]})",
                                R"({"channels":1,"height":2,"width":2,"mean":[1e300]})",
                                R"({"channels":1,"height":2,"width":2,"order":"hsv"})",
                                R"({"channels":1,"height":2,"width":2,"order":1})",
                                R"({"channels":1,"height":2,"width":2,"resize":"no"})",
                                R"({"channels":1,"height":2,"width":2,"resize":1})",
                                R"({"channels":1,"height":2,"width":2,"resize":{"width":4}})",
                                R"({"channels":1,"height":2,"width":2,"crop":"3"})",
                                R"({"channels":1,"height":2,"width":2,"crop":[2]})",
                                R"({"channels":1,"height":2,"width":2,"range":"0-255"})",
                                R"({"channels":1,"height":2,"width":2,"filter":"hamming"})",
                                R"({"channels":1,"height":2,"width":2,"exif":true})"})
            QVERIFY2(!Preprocessing::from_json(bad), bad);
    }
};

QTEST_GUILESS_MAIN(TestPreprocessing)
#include "tst_preprocessing.moc"
