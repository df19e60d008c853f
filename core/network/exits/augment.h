// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/network/dataset/dataset.h"

namespace exitscope::exits {

/// Changes of an image that do not change its class.
enum class Augmentation {
    none,
    flip,        ///< left and right exchanged
    flip_shift,  ///< also moved by up to an eighth of its size; uncovered pixels are black
};
[[nodiscard]] std::string_view name(Augmentation how);
[[nodiscard]] std::optional<Augmentation> parse_augmentation(std::string_view text);

/// View `number` of a data set. View 0 is the data itself. `flip`: odd views are flipped, even ones are not.
/// `flip_shift`: in every other view each image is flipped or not, and moved, by a random draw from (seed, view,
/// sample).
[[nodiscard]] dataset::DatasetPtr view(dataset::DatasetPtr data, Augmentation how, std::size_t number,
                                       std::uint64_t seed);

}  // namespace exitscope::exits
