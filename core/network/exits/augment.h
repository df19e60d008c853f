// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/network/dataset/dataset.h"

namespace exitscope::exits {

/// What may be done to an image without changing its class.
enum class Augmentation {
    none,
    flip,        ///< left and right exchanged
    flip_shift,  ///< and moved by up to an eighth of its size, black where nothing was
};
[[nodiscard]] std::string_view name(Augmentation how);
[[nodiscard]] std::optional<Augmentation> parse_augmentation(std::string_view text);

/// View `number` of a data set: 0 is the data itself, 1 every image flipped; with shifts, every image of a view beyond
/// 0 is flipped or not and moved by a draw from (seed, view, sample); without, odd views are flipped.
[[nodiscard]] dataset::DatasetPtr view(dataset::DatasetPtr data, Augmentation how, std::size_t number,
                                       std::uint64_t seed);

}  // namespace exitscope::exits
