// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include <QString>

#include "core/network/model/multi_exit.h"

namespace exitscope::gui {

/// A cut point as drawn and listed. The block before it extends from the previous cut point (or the input) to it.
struct CutMark {
    QString tensor;
    QString shape;          ///< for one image: "16×32×32"
    std::int64_t macs = 0;  ///< per image, from the input up to here
    double share = 0;       ///< `macs` as a fraction of the whole network's, in (0,1)
    double values = 0;      ///< number of values of the tensor, per image
};

/// A network as a strip of blocks between its cut points; the last block ends in the network's own answer.
struct NetworkPicture {
    std::vector<CutMark> cuts;  ///< in order of cost
    std::int64_t macs = 0;      ///< of the whole network, per image
    double inputValues = 0;
    QString inputShape;
};

[[nodiscard]] NetworkPicture pictureOf(const model::MultiExitModel& model);

}  // namespace exitscope::gui
