// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QImage>
#include <QString>

#include "core/network/dataset/image.h"
#include "tests/core/network/exits/pattern_data.h"

namespace exitscope::tests {

/// Class folders of PNG files, 14 x 14 like the backbone's input.
inline QString writeImages(const QDir& directory, const QString& name, std::size_t samples, std::size_t classes,
                           std::size_t folders)
{
    const PatternData data(samples, classes, 1);
    for (std::size_t c = 0; c < folders; ++c)
        directory.mkpath(QStringLiteral("%1/class%2").arg(name).arg(c));
    for (std::size_t i = 0; i < samples; ++i) {
        const dataset::Image image = *data.image(SampleIndex(i));
        const QImage picture(image.pixels.data(), image.width, image.height, 3 * image.width, QImage::Format_RGB888);
        picture.save(directory.filePath(
            QStringLiteral("%1/class%2/%3.png").arg(name).arg(data.label(SampleIndex(i))->value).arg(i)));
    }
    return directory.filePath(name);
}

}  // namespace exitscope::tests
