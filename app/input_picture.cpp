// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/input_picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <vector>

#include <QCoreApplication>

#include "widgets/common/format.h"

namespace exitscope::app {
namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("InputPicture", text);
}

QImage toQImage(const dataset::Image& image)
{
    QImage picture(image.width, image.height, image.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
    const auto row = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.channels);
    for (int y = 0; y < image.height; ++y)
        std::memcpy(picture.scanLine(y), image.pixels.data() + static_cast<std::size_t>(y) * row, row);
    return picture;
}

/// The byte that became this value.
int byteOf(float value, const dataset::Preprocessing& how, std::size_t channel)
{
    const float mean = how.mean.empty() ? 0.0F : how.mean[channel];
    const float deviation = how.std.empty() ? 1.0F : how.std[channel];
    const float raw = value * deviation + mean;
    const float byte = how.range == dataset::ValueRange::unit    ? raw * 255.0F
                       : how.range == dataset::ValueRange::bytes ? raw
                                                                 : (raw + 1.0F) * 127.5F;
    return std::clamp(static_cast<int>(std::lround(byte)), 0, 255);
}

QImage turnedBack(const std::vector<float>& values, const dataset::Preprocessing& how)
{
    QImage picture(how.width, how.height, QImage::Format_RGB888);
    const auto positions = static_cast<std::size_t>(how.width) * static_cast<std::size_t>(how.height);
    const bool colours = how.channels == 3;
    const bool swapped = how.order == dataset::ChannelOrder::bgr;
    for (int y = 0; y < how.height; ++y) {
        uchar* line = picture.scanLine(y);
        for (int x = 0; x < how.width; ++x) {
            const std::size_t at =
                static_cast<std::size_t>(y) * static_cast<std::size_t>(how.width) + static_cast<std::size_t>(x);
            for (std::size_t c = 0; c < 3; ++c) {
                const std::size_t channel = !colours ? 0 : swapped ? 2 - c : c;
                line[3 * static_cast<std::size_t>(x) + c] =
                    static_cast<uchar>(byteOf(values[channel * positions + at], how, channel));
            }
        }
    }
    return picture;
}

}  // namespace

InputPicture inputPicture(const dataset::Dataset& data, SampleIndex index, const dataset::Preprocessing& how)
{
    InputPicture picture;
    const Expected<dataset::Image> image = data.image(index);
    if (!image) {
        picture.problem = gui::text(image.error().message());
        return picture;
    }
    if (image->is_float()) {
        picture.problem = tr("Arrays of floats are fed to the network as they are.");
        return picture;
    }
    picture.stored = toQImage(*image);
    if (how.channels != 1 && how.channels != 3) {
        picture.problem = tr("There is no picture of a network's input that has neither 1 nor 3 channels.");
        return picture;
    }
    std::vector<float> values(how.values());
    if (const Expected<void> done = dataset::preprocess(*image, how, values); !done) {
        picture.problem = gui::text(done.error().message());
        return picture;
    }
    picture.seen = turnedBack(values, how);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    picture.smallest = *low;
    picture.largest = *high;
    picture.mean = static_cast<float>(std::accumulate(values.begin(), values.end(), 0.0) / double(values.size()));
    return picture;
}

}  // namespace exitscope::app
