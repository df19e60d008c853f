// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/notice.h"
#include "core/base/plan/stage_plan.h"
#include "core/base/precision.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// How the range of an activation tensor is chosen (methods.md#calibration).
enum class RangeMethod { min_max, percentile, mse };
[[nodiscard]] std::optional<RangeMethod> parse_range_method(std::string_view text);
[[nodiscard]] std::string_view name(RangeMethod method);

/// Range and histogram of one value during calibration: enough to derive a grid for any bit width and method.
/// Every bin is represented by its middle; zero is always part of the range.
struct Observation {
    float minimum = 0.0F;
    float maximum = 0.0F;
    std::vector<std::uint64_t> histogram;  ///< equal bins over [minimum, maximum]
};

struct CalibrationOptions {
    std::size_t samples = 512;
    std::optional<RangeMethod> method;  ///< default: mse, as good as min_max at 8 bits, 1 to 6 points better at 4
    double percentile = 99.9;
    std::optional<plan::WeightMethod> weights;  ///< default: per layer the best on held-out images
    std::optional<bool> bias_correction;        ///< of weights rounded to nearest; default: on below 8 bits
    bool first_layer_8_bits = true;         ///< unless the file is quantized below 8 bits: then its own wider layers
    std::optional<bool> last_layer_8_bits;  ///< of every exit; default: where it has at most 5 % of the way's MACs
    bool residual_8_bits = true;            ///< residual stream and stage hand-over on 8-bit grids
    unsigned threads = 1;                   ///< 0 = one per core
};

/// Observes the float network on the first `options.samples` samples of `data` (labels unused), then derives grids,
/// integer weights and, where enabled, sequential per-channel bias correction against the float stage input
/// (methods.md#calibration). At the precision of a quantized file its integers are used unchanged
/// (native_quantization.h).
/// Deterministic, whatever the number of threads. Errors: reading; cancelled.
[[nodiscard]] Expected<plan::Quantization> calibrate(const model::MultiExitModel& model, const dataset::Dataset& data,
                                                     const std::vector<Precision>& precisions,
                                                     const CalibrationOptions& options, Progress& progress);

/// What calibrate() does otherwise than it was told (code "fewer-images"): weights are rounded on fewer images than
/// `options.samples` of `images`, because memory holds no more of such a size. Error: those of engine::batched().
[[nodiscard]] Expected<Notices> calibration_notices(const model::MultiExitModel& model, std::size_t images,
                                                    const std::vector<Precision>& precisions,
                                                    const CalibrationOptions& options);

/// By NodeIndex: the layers that stay at 8 bits under these options whatever the precision of their stage.
[[nodiscard]] std::vector<bool> pinned_layers(const model::MultiExitModel& model, const CalibrationOptions& options);

/// The grid that `method` picks for one observed tensor: over the whole range, over the central `percentile` per cent
/// of the values, or with the smallest mean squared error (searched over clipping of both ends on the histogram).
[[nodiscard]] plan::Grid choose_grid(const Observation& seen, std::uint8_t bits, RangeMethod method, double percentile);

}  // namespace exitscope::calibrate
