// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <unordered_map>

#include <QImage>
#include <QObject>
#include <QPixmap>
#include <QTimer>

#include "core/network/dataset/dataset.h"
#include "widgets/common/workers.h"

namespace exitscope::gui {

/// The image for display: 8-bit pixels unchanged, float images scaled from their smallest to their largest value.
[[nodiscard]] QImage toImage(const dataset::Image& image);

/// Cache of decoded images of one data set, by position in it. The least recently used image is dropped first. Decoding
/// runs in worker threads, newest request first, so that images on screen come before those scrolled past.
class Thumbnails : public QObject {
    Q_OBJECT
public:
    explicit Thumbnails(QObject* parent = nullptr, std::size_t capacity = 4096);

    /// Sets the data set and empties the cache; null = no images.
    void setDataset(dataset::DatasetPtr data);
    [[nodiscard]] bool hasDataset() const { return data_ != nullptr; }
    [[nodiscard]] const dataset::DatasetPtr& dataset() const { return data_; }
    /// The image at its own size, or null while it is being decoded (changed() follows) or cannot be.
    [[nodiscard]] QPixmap pixmap(std::uint32_t position);
    [[nodiscard]] std::size_t cached() const { return entries_.size(); }

signals:
    void changed();
    /// Emitted at most once per data set: the first image that could not be decoded, with the reason.
    void failed(const QString& sentence);

private:
    struct Entry {
        std::uint32_t position;
        QPixmap pixmap;
    };
    void decodeNext();
    void finished(std::uint64_t generation, std::uint32_t position, const QImage& image, const QString& problem);

    dataset::DatasetPtr data_;
    std::size_t capacity_;
    std::list<Entry> order_;  ///< most recently used first
    std::unordered_map<std::uint32_t, std::list<Entry>::iterator> entries_;
    std::deque<std::uint32_t> wanted_;
    std::unordered_map<std::uint32_t, bool> pending_;
    std::uint64_t generation_ = 0;
    std::size_t running_ = 0;
    bool reported_ = false;
    QTimer notify_;
    Workers workers_;
};

}  // namespace exitscope::gui
