// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/network/model/graph.h"

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

/// The rearrangement of a Slice, Pad, Tile, Transpose, Gather by constant indices or of one output of a Split. `stored`
/// gives, for each axis in memory (outermost first), the logical axis that it is: the same order for input and output.
/// nullopt for other operators.
[[nodiscard]] std::optional<Rearrangement> rearrangement(const model::Node& node, std::size_t output_number,
                                                         const model::Shape& in, const model::Shape& out,
                                                         const std::vector<std::size_t>& stored);

/// {0, 1, ..., rank - 1}: row-major.
[[nodiscard]] std::vector<std::size_t> row_major(std::size_t rank);
/// Axis 1 last for images (rank 4), row-major otherwise: channels-last.
[[nodiscard]] std::vector<std::size_t> channels_last(std::size_t rank);

/// `from` and `to` order the same logical shape in memory.
[[nodiscard]] Rearrangement permutation(const model::Shape& shape, const std::vector<std::size_t>& from,
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
