// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/formats/array.h"
#include "core/base/labels.h"
#include "core/network/dataset/array_layout.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

/// An array of images and what is known about them.
struct ArrayImages {
    formats::ArrayPtr images;
    ArrayLayout layout;
    Info info;      ///< class names and notices may be filled in
    Labels labels;  ///< one per image, or empty
};

/// The array as unlabelled images. `reversed_axes` as layout_of() takes it. Errors: no array of images.
[[nodiscard]] Expected<ArrayImages> as_images(formats::ArrayPtr array, bool reversed_axes, Info info);

/// One rule for arrays of every file format. Bytes and other integers from 0 to 255 are pixels, bools are black and
/// white; a fourth channel of such arrays is dropped. Floats are values that are fed as they are; what that means is
/// said in a notice where they look like pixels. Fills in `info.labelled` and `info.class_count`. Errors: values beyond
/// 0 to 255, another number of labels.
[[nodiscard]] Expected<DatasetPtr> make_array_dataset(ArrayImages data);

}  // namespace exitscope::dataset
