// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/formats/npy.h"
#include "core/network/dataset/packed.h"

namespace exitscope::dataset {

/// The array as images: [N,H,W] or [N,H,W,C] (or [N,C,H,W]) uint8, [N,H,W] or [N,C,H,W] float. Labels not filled in.
[[nodiscard]] Expected<Packed> npy_images(const formats::NpyArray& array, Info info);

}  // namespace exitscope::dataset
