// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/base/precision.h"
#include "core/base/progress.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// Energy of exact values and of the errors that quantization adds to them.
struct Distortion {
    double signal = 0;  ///< sum of x^2
    double noise = 0;   ///< sum of (quantized x - x)^2

    void add(double exact, double quantized)
    {
        signal += exact * exact;
        noise += (quantized - exact) * (quantized - exact);
    }
    Distortion& operator+=(const Distortion& other)
    {
        signal += other.signal;
        noise += other.noise;
        return *this;
    }
    /// Signal-to-quantization-noise ratio 10 log10(signal / noise) in dB: infinite without noise, NaN when both are 0.
    [[nodiscard]] double sqnr() const;
};

/// One exit's outputs (logits, or probabilities where the graph ends in Softmax) against those of the float network.
struct ExitChange {
    bool reached = false;     ///< whether the quantized layers lie on the way to this exit
    double sqnr = 0;          ///< dB; infinite where every output is the same
    std::size_t changed = 0;  ///< images whose answer (largest output) differs
};

/// One layer at one precision. The grids and integer weights are those that the quantized network runs with.
struct LayerAtPrecision {
    std::uint8_t weight_bits = 8;  ///< 8 for pinned layers whatever the precision
    plan::Grid input;              ///< the grid on which the layer reads its input
    double weight_sqnr = 0;        ///< dB, of the integer weights alone
    double input_sqnr = 0;         ///< dB, of the float network's input of this layer rounded to the grid, alone
    double clipped = 0;            ///< share of these inputs beyond the ends of the grid
    double output_sqnr = 0;        ///< dB, of the layer's output (with the residual and activation that run as one with
                                   ///< it) when the whole network runs at this precision
    /// What rounding layer by layer did to it; nullopt where weights were rounded to nearest.
    std::optional<plan::Rounding> rounding;
    /// [exits]: change of each exit when this layer alone is quantized, all others in float. Empty when not asked for.
    std::vector<ExitChange> alone;

    /// The exit of `alone` with the smallest SQNR; nullopt when no exit is reached.
    [[nodiscard]] std::optional<ExitIndex> worst_exit() const;
};

/// One layer with weights (Conv, Gemm, MatMul) that is quantized at some precision.
struct LayerFindings {
    NodeIndex node;
    std::string name;
    std::string op;
    StageIndex stage;
    bool head = false;                                ///< part of the exit head of its stage
    Observation input;                                ///< the layer's input in the float network; `shown_bins` bins
    std::vector<std::optional<LayerAtPrecision>> at;  ///< [precisions]; nullopt where the layer stays in float

    static constexpr std::size_t shown_bins = 128;
};

/// Effect of quantization on a network, layer by layer (methods.md#layer-by-layer), measured on a few images without
/// their labels.
struct LayerStudy {
    std::vector<Precision> precisions;  ///< cheapest first
    std::vector<std::string> exit_names;
    std::string data;                              ///< name of the data set
    std::size_t samples = 0;                       ///< images on which every number below was measured
    std::vector<LayerFindings> layers;             ///< in the order in which they run
    std::vector<std::vector<ExitChange>> network;  ///< [precisions][exits]: the whole network at this precision

    /// Positions in `layers`, from the layer that costs most when it alone is quantized at precisions[precision] (the
    /// smallest SQNR over the exits that it reaches) to the one that costs least; layers in float are left out.
    [[nodiscard]] std::vector<std::size_t> ranking(std::size_t precision) const;
};

struct LayerStudyOptions {
    std::size_t samples = 64;  ///< at most; fewer where their float activations do not fit the memory limit
    bool alone = true;         ///< also quantize one layer at a time, which runs the rest of the network once per layer
    unsigned threads = 1;      ///< 0 = one per core; results do not depend on it
};

/// Compares the quantized network with the float network on the first samples of `data`. A layer that is quantized
/// alone runs with its integer weights and its input on its grid; where calibration corrected biases, its bias is
/// corrected anew, because the stored bias also compensates for the layers before it.
/// Errors: no samples; reading; a quantization of another network; cancelled.
[[nodiscard]] Expected<LayerStudy> study_layers(const model::MultiExitModel& model,
                                                const plan::Quantization& quantization, const dataset::Dataset& data,
                                                const LayerStudyOptions& options, Progress& progress);

}  // namespace exitscope::calibrate
