// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "core/model/graph.h"

namespace exitscope::engine::kernels
{

/// out[i0, i1, ...] = in[t0[i0] + t1[i1] + ...], or the fill value where any table says `outside`: slices, transposes
/// and pads of dense tensors, whatever their element type. Axes are in the order in which `out` lies in memory.
struct Rearrangement {
    static constexpr std::ptrdiff_t outside = PTRDIFF_MIN;
    std::vector<std::vector<std::ptrdiff_t>> tables;  ///< one an axis of `out`, outermost first

    template <class T>
    void operator()(const T* in, T* out, T fill) const;
};

/// The rearrangement of a Slice, Pad, Transpose or of one output of a Split. `stored` gives, for each axis in memory
/// (outermost first), the logical axis that it is: the same order for input and output. Nothing for other operators.
[[nodiscard]] std::optional<Rearrangement> rearrangement(const model::Node& node, std::size_t output_number,
                                                         const model::Shape& in, const model::Shape& out,
                                                         const std::vector<std::size_t>& stored);

/// {0, 1, ..., rank - 1}: row-major.
[[nodiscard]] std::vector<std::size_t> row_major(std::size_t rank);
/// Axis 1 last from rank 3 on: channels-last.
[[nodiscard]] std::vector<std::size_t> channels_last(std::size_t rank);

/// `from` and `to` order the same logical shape in memory.
[[nodiscard]] Rearrangement permutation(const model::Shape& shape, const std::vector<std::size_t>& from,
                                        const std::vector<std::size_t>& to);

template <class T>
void Rearrangement::operator()(const T* in, T* out, T fill) const
{
    if (tables.empty()) {
        *out = *in;
        return;
    }
    const std::vector<std::ptrdiff_t>& inner = tables.back();
    bool contiguous = true;
    for (std::size_t i = 0; i < inner.size(); ++i)
        contiguous = contiguous && inner[i] == static_cast<std::ptrdiff_t>(i);
    std::size_t rows = 1;
    for (std::size_t d = 0; d + 1 < tables.size(); ++d)
        rows *= tables[d].size();
    for (std::size_t r = 0; r < rows; ++r, out += inner.size()) {
        std::size_t rest = r;
        std::ptrdiff_t base = 0;
        bool inside = true;
        for (std::size_t d = tables.size() - 1; d-- > 0;) {
            const std::ptrdiff_t step = tables[d][rest % tables[d].size()];
            rest /= tables[d].size();
            inside = inside && step != outside;
            base += step == outside ? 0 : step;
        }
        if (!inside) {
            std::fill_n(out, inner.size(), fill);
        } else if (contiguous) {
            std::memcpy(out, in + base, inner.size() * sizeof(T));
        } else {
            for (std::size_t i = 0; i < inner.size(); ++i)
                out[i] = inner[i] == outside ? fill : in[base + inner[i]];
        }
    }
}

}  // namespace exitscope::engine::kernels
