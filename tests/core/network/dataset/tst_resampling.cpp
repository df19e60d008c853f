// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include <QTest>

#include "core/network/dataset/resampling.h"

using namespace exitscope::dataset;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Extent size{7, 5};
constexpr Extent smaller{4, 3};
constexpr Extent larger{9, 6};

/// A grey image of 7 x 5 pixels.
Bytes picture()
{
    Bytes pixels;
    for (int i = 0; i < 35; ++i)
        pixels.push_back(static_cast<std::uint8_t>(i * i * 7 + i * 13 + 5));
    return pixels;
}

Bytes scaled(Filter filter, bool antialias, Extent to)
{
    Bytes out(static_cast<std::size_t>(to.width * to.height));
    Resampler(filter, antialias).run(picture(), 1, size, to, {0, 0, to.width, to.height}, out);
    return out;
}

int largest_difference(const Bytes& a, const Bytes& b)
{
    int largest = a.size() == b.size() ? 0 : 256;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        largest = std::max(largest, std::abs(int(a[i]) - int(b[i])));
    return largest;
}

}  // namespace

class TestResampling : public QObject {
    Q_OBJECT
private slots:
    /// Image.resize() of Pillow 9.4, to the pixel.
    void equals_pillow()
    {
        QCOMPARE(scaled(Filter::nearest, true, smaller), (Bytes{5, 59, 169, 79, 23, 213, 203, 249, 225, 39, 165, 91}));
        QCOMPARE(scaled(Filter::bilinear, true, smaller),
                 (Bytes{62, 89, 167, 136, 112, 185, 188, 186, 128, 138, 168, 121}));
        QCOMPARE(scaled(Filter::bicubic, true, smaller),
                 (Bytes{61, 82, 172, 138, 109, 197, 188, 189, 124, 139, 175, 117}));
        QCOMPARE(scaled(Filter::area, true, smaller),
                 (Bytes{65, 103, 198, 137, 131, 207, 203, 234, 121, 171, 131, 127}));
        QCOMPARE(scaled(Filter::lanczos, true, smaller),
                 (Bytes{65, 72, 178, 139, 108, 204, 187, 189, 116, 141, 182, 113}));
        QCOMPARE(scaled(Filter::bilinear, true, larger),
                 (Bytes{5,  18,  40,  70,  107, 155, 211, 190, 79,  139, 73,  88,  132, 77,  182, 189, 139, 78,
                        90, 135, 176, 186, 145, 198, 199, 184, 177, 29,  129, 185, 200, 223, 173, 190, 204, 180,
                        84, 97,  117, 160, 246, 144, 155, 154, 85,  225, 158, 87,  80,  223, 178, 141, 111, 91}));
        QCOMPARE(scaled(Filter::bicubic, true, larger),
                 (Bytes{0,  14,  36,  64,  108, 152, 228, 200, 71,  161, 60,  75,  140, 67,  192, 200, 127, 61,
                        91, 145, 197, 197, 142, 210, 205, 185, 193, 0,   133, 209, 211, 233, 165, 193, 221, 193,
                        79, 84,  105, 161, 250, 126, 154, 159, 68,  237, 166, 69,  61,  222, 184, 138, 105, 90}));
    }

    /// torch.nn.functional.interpolate(align_corners=False, antialias=False), rounded.
    void without_antialiasing_equals_torch()
    {
        const std::pair<Filter, Bytes> expected[] = {
            {Filter::bilinear, {52, 98, 176, 128, 104, 212, 203, 238, 145, 101, 154, 112}},
            {Filter::bicubic, {47, 98, 176, 121, 103, 210, 202, 239, 147, 92, 149, 105}}};
        for (const auto& [filter, values] : expected)
            QVERIFY(largest_difference(scaled(filter, false, smaller), values) <= 1);
        QVERIFY(largest_difference(scaled(Filter::bicubic, false, larger),
                                   {0,   12,  35,  65,  109, 148, 236, 206, 68,  169, 50,  68,  138, 62,
                                    189, 208, 122, 53,  95,  149, 206, 198, 138, 213, 208, 182, 198, 0,
                                    134, 221, 217, 239, 162, 192, 229, 197, 81,  80,  98,  166, 252, 126,
                                    151, 161, 59,  242, 171, 59,  62,  221, 190, 137, 103, 90}) <= 1);
    }

    void a_part_is_that_part_of_the_whole()
    {
        for (const Filter filter : {Filter::nearest, Filter::bilinear, Filter::lanczos})
            for (const bool antialias : {true, false}) {
                const Bytes whole = scaled(filter, antialias, larger);
                Bytes part(4 * 3);
                Resampler(filter, antialias).run(picture(), 1, size, larger, {3, 2, 4, 3}, part);
                for (std::size_t y = 0; y < 3; ++y)
                    for (std::size_t x = 0; x < 4; ++x)
                        QCOMPARE(part[y * 4 + x], whole[(y + 2) * 9 + x + 3]);
            }
    }

    void channels_do_not_mix()
    {
        const Bytes grey = picture();
        Bytes colour;
        for (const std::uint8_t value : grey)
            colour.insert(colour.end(), {value, static_cast<std::uint8_t>(255 - value), 7});
        Bytes out(3 * 4 * 3);
        Resampler(Filter::bicubic, true).run(colour, 3, size, smaller, {0, 0, 4, 3}, out);
        const Bytes red = scaled(Filter::bicubic, true, smaller);
        for (std::size_t i = 0; i < red.size(); ++i) {
            QCOMPARE(out[3 * i], red[i]);
            QCOMPARE(out[3 * i + 2], std::uint8_t{7});
        }
    }

    void one_object_serves_images_of_any_size()
    {
        Resampler resampler(Filter::bilinear, true);
        Bytes out(12);
        resampler.run(Bytes(100, 9), 1, {10, 10}, smaller, {0, 0, 4, 3}, out);
        QCOMPARE(out, Bytes(12, 9));
        resampler.run(picture(), 1, size, smaller, {0, 0, 4, 3}, out);
        QCOMPARE(out, scaled(Filter::bilinear, true, smaller));
    }
};

QTEST_GUILESS_MAIN(TestResampling)
#include "tst_resampling.moc"
