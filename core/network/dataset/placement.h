// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/network/dataset/preprocessing.h"

namespace exitscope::dataset {

/// Where the pixels of the network's input come from: the `part` of the scaled image lands at (left, top); what it does
/// not cover is black.
struct Placement {
    Extent scaled;
    Window part;
    int left = 0;
    int top = 0;
};

/// Error: the image has another size than the input and nothing says what to do.
[[nodiscard]] Expected<Placement> place(Extent image, const Preprocessing& how);

}  // namespace exitscope::dataset
