// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace exitscope {

/// A distinct integer type per role, so that an exit index cannot be passed for a sample index.
template <class Role>
struct Index {
    std::uint32_t value = 0;

    constexpr Index() = default;
    constexpr explicit Index(std::size_t v) : value(static_cast<std::uint32_t>(v)) {}

    friend constexpr auto operator<=>(Index, Index) = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 errs
    /// Position in a vector with one entry per index.
    [[nodiscard]] constexpr std::size_t at() const { return value; }
};

using SampleIndex = Index<struct SampleRole>;  ///< position in a data set or split
using ClassIndex = Index<struct ClassRole>;
using StageIndex = Index<struct StageRole>;  ///< stage l, from 0; exit l stands at its end
using ExitIndex = Index<struct ExitRole>;    ///< from 0, in order of cumulative cost
using StateIndex = Index<struct StateRole>;  ///< position in Run::states
using NodeIndex = Index<struct NodeRole>;    ///< position in Graph::nodes
using ValueIndex = Index<struct ValueRole>;  ///< position in Graph::values

}  // namespace exitscope

template <class Role>
struct std::hash<exitscope::Index<Role>> {
    std::size_t operator()(exitscope::Index<Role> index) const noexcept { return index.value; }
};
