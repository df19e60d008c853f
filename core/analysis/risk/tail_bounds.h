// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace exitscope::risk {

/// The largest count c with factor * P(Bin(n, p) <= c) <= level, -1 if there is none. p in [0, 1]. The tail is
/// Boost.Math's; a tail that equals the level is within it.
[[nodiscard]] std::int64_t binomial_threshold(std::uint64_t n, double p, double factor, double level);

/// Whether Hoeffding's p-value exp(-n h1(min(mean, p), p)), h1 the relative entropy of Bernoulli variables, is at most
/// `level`. p in [0, 1]; 0 log 0 = 0.
[[nodiscard]] bool hoeffding_rejects(double mean, std::uint64_t n, double p, double level);

/// The betting bound of Waudby-Smith and Ramdas (2023) on the mean of a sequence of losses, each at most `bound`
/// (METHODS 3). Owns its memory, so that one object serves many sequences of the same length without allocation.
class BettingBound {
public:
    BettingBound(double delta, double bound) : delta_(delta), bound_(bound) {}

    /// Takes a sequence, in its order, and computes the bets. An empty one has no bound below `bound`.
    void take(std::vector<double>& losses);
    /// Whether the bound U of this sequence is below `eps`. U itself is the root in m of
    /// K(m) = max_i sum_{j<=i} ln(1 - nu_j (x_j - m)) + ln delta; K rises with m, so U < eps says no more than
    /// K(eps) > 0, and no root has to be found.
    [[nodiscard]] bool below(double eps) const;

private:
    /// Whether some prefix of prod (1 - nu_j (x_j - m)) passes 1 / delta.
    [[nodiscard]] bool wealth_passes(double m) const;

    double delta_;
    double bound_;
    std::vector<double> losses_;
    std::vector<double> bets_;  ///< nu
};

}  // namespace exitscope::risk
