// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "widgets/common/operating_point.h"

namespace exitscope::app {

/// Memory for operating points. One that is published never changes again; when nobody holds it any more its buffers
/// serve the next one, so that a step of the slider allocates next to no memory.
class PointPool {
public:
    /// `point` as a new one that is the caller's to change until it is published. The last holder may be another
    /// thread, and may outlive this object.
    [[nodiscard]] std::shared_ptr<gui::OperatingPoint> copy(const gui::OperatingPoint& point);

private:
    struct Spare {
        std::mutex mutex;
        std::vector<std::unique_ptr<gui::OperatingPoint>> points;
        void give(std::unique_ptr<gui::OperatingPoint> point);
        [[nodiscard]] std::unique_ptr<gui::OperatingPoint> take();
    };
    std::shared_ptr<Spare> spare_ = std::make_shared<Spare>();
};

}  // namespace exitscope::app
