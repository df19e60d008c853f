// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "core/network/engine/kernels/shape.h"

namespace exitscope::engine::kernels {

/// Numpy broadcasting of N row-major tensors to a row-major result, prepared once: the result is divided into rows
/// along which each input either stays at one element (step 0) or advances with the result (step 1).
template <std::size_t N>
class BroadcastPlan {
public:
    using Offsets = std::array<std::size_t, N>;

    BroadcastPlan(const std::array<const Shape*, N>& inputs, const Shape& out)
    {
        Offsets steps;
        steps.fill(1);
        for (std::size_t d = 0; d < out.size(); ++d) {  // from the innermost axis
            const auto extent = static_cast<std::size_t>(out[out.size() - 1 - d]);
            Axis axis{extent, {}};
            for (std::size_t i = 0; i < N; ++i) {
                const Shape& shape = *inputs[i];
                if (d >= shape.size() || shape[shape.size() - 1 - d] == 1)
                    continue;
                axis.strides[i] = steps[i];
                steps[i] *= extent;
            }
            if (extent == 1)
                continue;
            if (!axes_.empty() && continues(axes_.back(), axis))
                axes_.back().extent *= extent;
            else
                axes_.push_back(axis);
        }
        if (axes_.empty()) {
            axes_.push_back({1, {}});
            axes_.back().strides.fill(1);
        }
        std::reverse(axes_.begin(), axes_.end());
    }

    /// Calls row(offsets of the inputs, steps of the inputs, offset of the result, elements).
    template <class Row>
    void rows(Row row) const
    {
        const Axis& inner = axes_.back();
        std::size_t count = 1;
        for (std::size_t d = 0; d + 1 < axes_.size(); ++d)
            count *= axes_[d].extent;
        for (std::size_t r = 0; r < count; ++r) {
            std::size_t rest = r;
            Offsets at{};
            for (std::size_t d = axes_.size() - 1; d-- > 0;) {
                const std::size_t position = rest % axes_[d].extent;
                rest /= axes_[d].extent;
                for (std::size_t i = 0; i < N; ++i)
                    at[i] += position * axes_[d].strides[i];
            }
            row(at, inner.strides, r * inner.extent, inner.extent);
        }
    }

private:
    struct Axis {
        std::size_t extent;
        Offsets strides{};
    };
    static bool continues(const Axis& inner, const Axis& outer)
    {
        for (std::size_t i = 0; i < N; ++i)
            if (outer.strides[i] != inner.strides[i] * inner.extent)
                return false;
        return true;
    }

    std::vector<Axis> axes_;  ///< outermost first, neighbours merged
};

}  // namespace exitscope::engine::kernels
