// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/samples/thumbnails.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include "widgets/common/format.h"

namespace exitscope::gui {
namespace {

constexpr std::size_t longestQueue = 1024;
constexpr int notifyMilliseconds = 30;
constexpr std::size_t mostDecoders = 4;

uchar byte(float value, float low, float scale)
{
    return static_cast<uchar>(std::clamp((value - low) * scale, 0.0F, 255.0F));
}

QImage fromFloats(const dataset::Image& image)
{
    float low = image.values.front();
    float high = low;
    for (const float value : image.values) {
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    const float scale = high > low ? 255.0F / (high - low) : 0.0F;
    const auto plane = static_cast<std::size_t>(image.height) * static_cast<std::size_t>(image.width);
    QImage result(image.width, image.height, QImage::Format_RGB32);
    for (int y = 0; y < image.height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(result.scanLine(y));
        for (int x = 0; x < image.width; ++x) {
            const std::size_t at =
                static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x);
            const auto channel = [&](std::size_t c) {
                const float value = image.values[(image.channels >= 3 ? c * plane : 0) + at];
                return byte(std::isfinite(value) ? value : low, low, scale);
            };
            line[x] = qRgb(channel(0), channel(1), channel(2));
        }
    }
    return result;
}

}  // namespace

QImage toImage(const dataset::Image& image)
{
    if (image.width <= 0 || image.height <= 0 || image.channels <= 0)
        return {};
    const auto values = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) *
                        static_cast<std::size_t>(image.channels);
    if (image.is_float())
        return image.values.size() < values ? QImage() : fromFloats(image);
    if (image.pixels.size() < values)
        return {};
    const bool colour = image.channels == 3;
    const int stride = image.width * image.channels;
    if (!colour && image.channels != 1)
        return {};
    return QImage(image.pixels.data(), image.width, image.height, stride,
                  colour ? QImage::Format_RGB888 : QImage::Format_Grayscale8)
        .copy();
}

Thumbnails::Thumbnails(QObject* parent, std::size_t capacity)
    : QObject(parent), capacity_(capacity),
      workers_(std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, mostDecoders + 1) - 1)
{
    notify_.setSingleShot(true);
    notify_.setInterval(notifyMilliseconds);
    connect(&notify_, &QTimer::timeout, this, &Thumbnails::changed);
}

void Thumbnails::setDataset(dataset::DatasetPtr data)
{
    ++generation_;
    data_ = std::move(data);
    order_.clear();
    entries_.clear();
    wanted_.clear();
    pending_.clear();
    reported_ = false;
    emit changed();
}

QPixmap Thumbnails::pixmap(std::uint32_t position)
{
    if (!data_ || position >= data_->size())
        return {};
    if (const auto found = entries_.find(position); found != entries_.end()) {
        order_.splice(order_.begin(), order_, found->second);
        return found->second->pixmap;
    }
    if (pending_.emplace(position, true).second) {
        wanted_.push_back(position);
        if (wanted_.size() > longestQueue) {
            pending_.erase(wanted_.front());
            wanted_.pop_front();
        }
        decodeNext();
    }
    return {};
}

void Thumbnails::decodeNext()
{
    while (running_ < workers_.most() && !wanted_.empty()) {
        const std::uint32_t position = wanted_.back();
        wanted_.pop_back();
        ++running_;
        workers_.start([this, data = data_, position, generation = generation_] {
            const Expected<dataset::Image> image = data->image(SampleIndex(position));
            const QImage decoded = image ? toImage(*image) : QImage();
            const QString problem = image ? QString() : text(image.error().message());
            workers_.post([=, this] { finished(generation, position, decoded, problem); });
        });
    }
}

void Thumbnails::finished(std::uint64_t generation, std::uint32_t position, const QImage& image, const QString& problem)
{
    --running_;
    if (generation == generation_) {
        pending_.erase(position);
        order_.push_front({position, QPixmap::fromImage(image)});
        entries_[position] = order_.begin();
        while (entries_.size() > capacity_) {
            entries_.erase(order_.back().position);
            order_.pop_back();
        }
        if (!notify_.isActive())
            notify_.start();
        if (!problem.isEmpty() && !reported_) {
            reported_ = true;
            emit failed(problem);
        }
    }
    decodeNext();
}

}  // namespace exitscope::gui
