// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/network/engine/kernels/shape.h"

namespace exitscope::engine::kernels {

/// out[i0, i1, ...] = in[t0[i0] + t1[i1] + ...], or the fill value where any table says `outside`: slices, transposes
/// and pads of dense tensors, whatever their element type. Axes are in the order in which `out` lies in memory.
class Rearrangement {
public:
    static constexpr std::ptrdiff_t outside = PTRDIFF_MIN;
    using Table = std::vector<std::ptrdiff_t>;

    /// `tables`: one per axis of `out`, outermost first.
    explicit Rearrangement(std::vector<Table> tables);

    template <class T>
    void operator()(const T* in, T* out, T fill) const;

private:
    /// Elements of a row of `out` that lie side by side in `in` too (or are all fill).
    struct Run {
        std::ptrdiff_t from;
        std::size_t count;
    };
    std::vector<Table> outer_;  ///< outermost first
    Table row_;                 ///< the inner axes as one
    std::vector<Run> runs_;     ///< the same, where that is worth it; else empty
};

/// For each axis of an output, the positions along an axis of the input that it shows; negative: the fill value.
using Positions = std::vector<std::vector<std::int64_t>>;

/// Axis d of the output runs along axis `along[d]` of `in` and shows `positions[d]` of it. `stored` gives, for each
/// axis in memory (outermost first), the logical axis that it is: the same order for input and output.
[[nodiscard]] Rearrangement selection(const Shape& in, const std::vector<std::size_t>& along,
                                      const Positions& positions, const std::vector<std::size_t>& stored);

/// Elements beyond the borders: the fill value, or those of the tensor itself as the modes of ONNX's Pad say.
enum class Padding { constant, edge, reflect, wrap };

/// `in` with `before` and `after` more elements along each axis (negative: fewer).
[[nodiscard]] Rearrangement padding(Padding mode, const Shape& in, const Shape& before, const Shape& after,
                                    const std::vector<std::size_t>& stored);

/// {0, 1, ..., rank - 1}: row-major.
[[nodiscard]] std::vector<std::size_t> row_major(std::size_t rank);
/// Axis 1 last for images (rank 4), row-major otherwise: channels-last.
[[nodiscard]] std::vector<std::size_t> channels_last(std::size_t rank);

/// `from` and `to` order the same logical shape in memory.
[[nodiscard]] Rearrangement permutation(const Shape& shape, const std::vector<std::size_t>& from,
                                        const std::vector<std::size_t>& to);

template <class T>
void Rearrangement::operator()(const T* in, T* out, T fill) const
{
    std::size_t rows = 1;
    for (const Table& table : outer_)
        rows *= table.size();
    for (std::size_t r = 0; r < rows; ++r) {
        std::size_t rest = r;
        std::ptrdiff_t base = 0;
        bool inside = true;
        for (std::size_t d = outer_.size(); d-- > 0;) {
            const std::ptrdiff_t step = outer_[d][rest % outer_[d].size()];
            rest /= outer_[d].size();
            inside = inside && step != outside;
            base += step == outside ? 0 : step;
        }
        if (!inside) {
            out = std::fill_n(out, row_.size(), fill);
        } else if (runs_.empty()) {
            for (const std::ptrdiff_t from : row_)
                *out++ = from == outside ? fill : in[base + from];
        } else {
            for (const Run& run : runs_)
                out = run.from == outside ? std::fill_n(out, run.count, fill)
                                          : std::copy_n(in + base + run.from, run.count, out);
        }
    }
}

}  // namespace exitscope::engine::kernels
