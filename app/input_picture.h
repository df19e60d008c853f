// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QString>

#include "core/network/dataset/preprocessing.h"

namespace exitscope::app {

/// One image as it is stored, and the part of it that the network sees, at the size and sharpness at which it sees it.
struct InputPicture {
    QImage stored;
    QImage seen;
    float smallest = 0;  ///< of the values that the network reads
    float largest = 0;
    float mean = 0;
    QString problem;  ///< a sentence: why there is no picture
};

/// The values that the network would read, turned back into colours. Float images have no picture.
[[nodiscard]] InputPicture inputPicture(const dataset::Dataset& data, SampleIndex index,
                                        const dataset::Preprocessing& how);

}  // namespace exitscope::app
