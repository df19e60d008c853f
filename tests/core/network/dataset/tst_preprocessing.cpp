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
        value = std::floor((4899 * stored(0) + 9617 * stored(1) + 1868 * stored(2)) / 16384 + 0.5);
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
        QVERIFY(
            refused.error().message().ends_with("photo.png: is 32x30, the model takes 28x28 (use --resize to scale)"));
        how.resize = true;
        QVERIFY(read_batch(*data, 0, 1, how, out));
        for (std::size_t c = 0; c < 3; ++c)
            for (std::size_t i = 0; i < 784; ++i)
                QCOMPARE(out[c * 784 + i], static_cast<float>(10 * (c + 1)) / 255.0f);
    }

    void shrinking_averages_areas_and_growing_is_bilinear()
    {
        const Image image{1, 2, 4, {0, 100, 200, 200, 100, 200, 0, 200}, {}};
        std::vector<float> out(2);
        QVERIFY(preprocess(image, {1, 1, 2, ChannelOrder::gray, {}, {}, true}, out));
        QCOMPARE(out, (std::vector<float>{100 / 255.0f, 150 / 255.0f}));
        out.resize(4);
        QVERIFY(preprocess({1, 1, 2, {0, 100}, {}}, {1, 1, 4, ChannelOrder::gray, {}, {}, true}, out));
        QCOMPARE(out, (std::vector<float>{0 / 255.0f, 25 / 255.0f, 75 / 255.0f, 100 / 255.0f}));
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
        QCOMPARE(text, std::string(R"({"channels":3,"height":32,"width":30,"order":"bgr","mean":[0.485,0.456,0.406],)"
                                   R"("std":[0.229,0.224,0.225],"resize":true})"));
        EXPECT_VALUE(back, Preprocessing::from_json(text));
        QCOMPARE(back.mean, how.mean);
        QCOMPARE(back.std, how.std);
        QCOMPARE(back.to_json(), text);
    }

    void json_defaults_and_errors()
    {
        EXPECT_VALUE(grey, Preprocessing::from_json(R"({"channels":1,"height":28,"width":28})"));
        QCOMPARE(grey.order, ChannelOrder::gray);
        QVERIFY(!grey.resize && grey.mean.empty() && grey.std.empty());
        for (const char* bad :
             {"", "[]", "{", R"({"channels":1,"height":28})", R"({"channels":0,"height":28,"width":28})",
              R"({"channels":1,"height":-28,"width":28})", R"({"channels":1,"height":28.5,"width":28})",
              R"({"channels":1,"height":99999999999999999999,"width":28})",
              R"({"channels":3,"height":2,"width":2,"mean":[1]})", R"({"channels":1,"height":2,"width":2,"std":[0]})",
              R"({"channels":1,"height":2,"width":2,"std":["x"]})",
              R"({"channels":1,"height":2,"width":2,"mean":[1e300]})",
              R"({"channels":1,"height":2,"width":2,"order":"hsv"})",
              R"({"channels":1,"height":2,"width":2,"order":1})",
              R"({"channels":1,"height":2,"width":2,"resize":"no"})"})
            QVERIFY2(!Preprocessing::from_json(bad), bad);
    }
};

QTEST_GUILESS_MAIN(TestPreprocessing)
#include "tst_preprocessing.moc"
