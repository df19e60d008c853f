// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include <QString>

#include "core/network/model/multi_exit.h"

namespace exitscope::gui {

/// A cut point as it is drawn and listed; the block before it reaches from the cut point before (or the input) to it.
struct CutMark {
    QString tensor;
    QString shape;          ///< for one image: "16×32×32"
    std::int64_t macs = 0;  ///< an image, until here
    double share = 0;       ///< of the whole network's MACs, in (0,1)
    double values = 0;      ///< of one image that are handed on
};

/// A network as a strip of blocks between its cut points; the last block ends in the network's own answer.
struct NetworkPicture {
    std::vector<CutMark> cuts;  ///< in order of cost
    std::int64_t macs = 0;      ///< of the whole network, an image
    double inputValues = 0;
    QString inputShape;
};

[[nodiscard]] NetworkPicture pictureOf(const model::MultiExitModel& model);

}  // namespace exitscope::gui
