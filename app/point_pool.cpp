// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/point_pool.h"

namespace exitscope::app {
namespace {

constexpr std::size_t kept = 2;  ///< points in use: the one shown and the one being made

}  // namespace

void PointPool::Spare::give(std::unique_ptr<gui::OperatingPoint> point)
{
    point->run.reset();  // memory of the point is kept, not of what it was decided on
    point->analysis.reset();
    const std::lock_guard lock(mutex);
    if (points.size() < kept)
        points.push_back(std::move(point));
}

std::unique_ptr<gui::OperatingPoint> PointPool::Spare::take()
{
    const std::lock_guard lock(mutex);
    if (points.empty())
        return std::make_unique<gui::OperatingPoint>();
    std::unique_ptr<gui::OperatingPoint> point = std::move(points.back());
    points.pop_back();
    return point;
}

std::shared_ptr<gui::OperatingPoint> PointPool::copy(const gui::OperatingPoint& point)
{
    std::unique_ptr<gui::OperatingPoint> made = spare_->take();
    *made = point;
    return {made.release(), [spare = spare_](gui::OperatingPoint* unused) {
                spare->give(std::unique_ptr<gui::OperatingPoint>(unused));
            }};
}

}  // namespace exitscope::app
