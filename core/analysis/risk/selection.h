// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace exitscope::risk {

/// Losses of every sample at every value of one knob, rows from safest to cheapest.
struct LossTable {
    std::size_t knobs = 0;
    std::size_t samples = 0;
    std::vector<double> values;  ///< [knobs * samples]

    [[nodiscard]] std::span<const double> row(std::size_t knob) const
    {
        return std::span(values).subspan(knob * samples, samples);
    }
};

/// Procedures of methods.md#risk-control, on n calibration samples at level eps, rbar_k the mean loss at knob k.
enum class Method {
    naive,  ///< largest k with rbar_k < eps: no guarantee
    crc,    ///< largest k with rbar_k <= (n+1)/n eps - B/n: E[risk] <= eps for losses that rise with k (Angelopoulos et
            ///< al., Conformal risk control); Rule::monotone makes any losses rise
    ucb,    ///< last k of the initial run of U_k < eps, U the betting bound: risk <= eps with probability 1 - delta
    ltt,    ///< last k of the initial run of p_k <= delta, a fixed-sequence test of max(loss, 0) (Angelopoulos et al.,
            ///< Learn then test): exact binomial tail for 0-1 losses, else Hoeffding-Bentkus; the same guarantee as ucb
};
[[nodiscard]] std::optional<Method> parse_method(std::string_view text);  ///< "naive", "crc", "ucb", "ltt"
[[nodiscard]] std::string_view name(Method method);

struct Rule {
    Method method = Method::ltt;
    double delta = 0.1;
    double bound = 1;      ///< B of CRC and UCB
    double ltt_bound = 1;  ///< Hoeffding-Bentkus holds for losses in [0, ltt_bound]
    bool zero_one = false;
    /// For CRC: replaces each loss by the sample's largest loss up to that knob. CRC's guarantee holds for losses that
    /// rise with the knob, and this makes any losses rise; without it, a policy whose losses go up and down would get
    /// too cheap a setting.
    bool monotone = false;
    /// Behaves like the published code of arXiv 2405.20915: LTT takes the first knob that fails (the last one if none
    /// does), and knob 0 is taken where no knob is admissible.
    bool reference_compatible = false;
};

/// The knob chosen for every level on the calibration samples: positions in the table's rows, at least one; their order
/// matters. nullopt where no knob is admissible: then the full model must answer.
[[nodiscard]] std::vector<std::optional<std::size_t>> choose(const LossTable& table,
                                                             std::span<const std::uint32_t> calibration,
                                                             const Rule& rule, std::span<const double> eps);

}  // namespace exitscope::risk
