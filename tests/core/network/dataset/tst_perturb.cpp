// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/network/dataset/in_memory.h"
#include "core/network/dataset/perturb.h"

using namespace exitscope;
using dataset::Image;
using dataset::Perturbation;

namespace {

Image ramp(int channels = 3, int height = 9, int width = 11)
{
    Image image{channels, height, width, {}, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < channels; ++c)
                image.pixels.push_back(static_cast<std::uint8_t>(40 + 12 * x + 5 * y + 7 * c));
    return image;
}

Image dot()
{
    Image image{1, 9, 9, std::vector<std::uint8_t>(81, 0), {}};
    image.pixels[4 * 9 + 6] = 255;  // two to the right of the middle
    return image;
}

Image changed(const Image& image, const Perturbation& how)
{
    const auto result = dataset::perturbed(image, how);
    if (!result)
        throw std::runtime_error(result.error().message());
    return *result;
}

}  // namespace

class TestPerturb : public QObject {
    Q_OBJECT
private slots:
    void nothingChangesNothing();
    void brightnessAndContrast();
    void shiftsAndRotates();
    void blurSpreadsAndKeepsTheSum();
    void noiseHasItsSize();
    void floatImagesKeepTheirRange();
    void inMemoryIsADataset();
};

void TestPerturb::nothingChangesNothing()
{
    QCOMPARE(changed(ramp(), {}).pixels, ramp().pixels);
    QVERIFY(Perturbation{.seed = 9}.changes_nothing());
    QVERIFY(!Perturbation{.rotation = 1}.changes_nothing());
}

void TestPerturb::brightnessAndContrast()
{
    const Image before = ramp();
    const Image brighter = changed(before, {.brightness = 0.2});
    const Image flatter = changed(before, {.contrast = 0.5});
    for (std::size_t i = 0; i < before.pixels.size(); ++i) {
        QCOMPARE(int(brighter.pixels[i]), std::min(255, before.pixels[i] + 51));
        QVERIFY(std::fabs(flatter.pixels[i] - (127.5 + (before.pixels[i] - 127.5) / 2)) <= 0.5);
    }
}

void TestPerturb::shiftsAndRotates()
{
    const Image moved = changed(dot(), {.shift_x = 1, .shift_y = -2});
    QCOMPARE(int(moved.pixels[2 * 9 + 7]), 255);
    QCOMPARE(int(moved.pixels[4 * 9 + 6]), 0);
    const Image turned = changed(dot(), {.rotation = 90});  // counter-clockwise: from the right to the top
    QVERIFY(turned.pixels[2 * 9 + 4] > 250);
    QVERIFY(turned.pixels[4 * 9 + 6] < 5);
}

void TestPerturb::blurSpreadsAndKeepsTheSum()
{
    const Image blurred = changed(dot(), {.blur = 0.8});
    int sum = 0;
    for (const std::uint8_t pixel : blurred.pixels)
        sum += pixel;
    QVERIFY(std::abs(sum - 255) < 12);
    QVERIFY(blurred.pixels[4 * 9 + 6] < 120 && blurred.pixels[4 * 9 + 5] > 10);
}

void TestPerturb::noiseHasItsSize()
{
    const Image grey{1, 100, 100, std::vector<std::uint8_t>(10000, 128), {}};
    const Image noisy = changed(grey, {.noise = 0.05});
    double sum = 0;
    double squares = 0;
    for (const std::uint8_t pixel : noisy.pixels) {
        sum += pixel - 128.0;
        squares += (pixel - 128.0) * (pixel - 128.0);
    }
    QVERIFY(std::fabs(sum / 10000) < 0.6);
    QVERIFY(std::fabs(std::sqrt(squares / 10000) - 0.05 * 255) < 0.5);
    QCOMPARE(changed(grey, {.noise = 0.05}).pixels, noisy.pixels);
    QVERIFY(changed(grey, {.noise = 0.05, .seed = 2}).pixels != noisy.pixels);
}

void TestPerturb::floatImagesKeepTheirRange()
{
    Image image{2, 4, 4, {}, {}};
    for (int i = 0; i < 32; ++i)
        image.values.push_back(-2.0F + 0.1F * static_cast<float>(i));
    const Image brighter = changed(image, {.brightness = 0.5});
    for (std::size_t i = 0; i < 32; ++i)
        QVERIFY(std::fabs(brighter.values[i] - std::min(1.1F, image.values[i] + 1.55F)) < 1e-5F);
}

void TestPerturb::inMemoryIsADataset()
{
    const auto data = dataset::in_memory({ramp(), dot()}, "two images");
    QCOMPARE(data->size(), std::size_t{2});
    QCOMPARE(data->image(SampleIndex(1))->pixels, dot().pixels);
    QVERIFY(!data->label(SampleIndex(0)));
    QVERIFY(data->content_hash() != dataset::in_memory({dot()}, "two images")->content_hash());
}

QTEST_APPLESS_MAIN(TestPerturb)
#include "tst_perturb.moc"
