// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/network/model/graph.h"

namespace exitscope::exits {

/// Shape of the features at a cut point, for one image.
struct FeatureShape {
    enum class Layout {
        map,     ///< [channels, height, width]
        tokens,  ///< [height tokens, channels], the first of which may be a class token
        vector,  ///< [channels]
    };
    Layout layout = Layout::map;
    std::size_t channels = 0;
    std::size_t height = 1;
    std::size_t width = 1;

    [[nodiscard]] std::size_t values() const { return channels * height * width; }
    friend bool operator==(const FeatureShape&, const FeatureShape&) = default;
};

/// By rank: [batch, channels, height, width], [batch, tokens, channels] or [batch, channels]; nullopt for other ranks.
[[nodiscard]] std::optional<FeatureShape> feature_shape(const model::Shape& shape);

/// Kinds of heads, cheapest first. All but `mlp` read maps; `linear` and `mlp` read anything.
enum class HeadKind {
    linear,  ///< mean over all positions (tokens: first token and mean), then a linear map to the classes
    mlp,     ///< `linear` with one hidden layer (tokens and vectors)
    grid2,   ///< mean over each cell of a 2 x 2 grid, hidden layer, classes
    grid4,   ///< `grid2` with 4 x 4 cells
    conv,    ///< 3 x 3 convolution on the pooled map, 4 x 4 cells, hidden layer, classes
};
inline constexpr HeadKind all_head_kinds[] = {HeadKind::linear, HeadKind::mlp, HeadKind::grid2, HeadKind::grid4,
                                              HeadKind::conv};
[[nodiscard]] std::string_view name(HeadKind kind);
[[nodiscard]] std::optional<HeadKind> parse_head_kind(std::string_view text);

/// Equal windows that cover `size` positions in `cells` cells; they overlap where `cells` does not divide `size`.
struct Cells {
    std::size_t kernel = 1;
    std::size_t stride = 1;
};
[[nodiscard]] Cells cells_over(std::size_t size, std::size_t cells);

/// The architecture of one head:
/// map [C,H,W] -> (mean over pool x pool) -> (3 x 3 convolution, ReLU) -> mean over a grid x grid of cells
///             -> (hidden layer, ReLU) -> classes.
/// Tokens become the vector (first token, mean of all tokens), vectors are maps of one position.
struct HeadSpec {
    HeadKind kind = HeadKind::linear;
    FeatureShape input;
    std::size_t pool = 1;           ///< 1 = none; divides height and width
    std::size_t conv_stride = 1;    ///< of the convolution, padding 1
    std::size_t conv_channels = 0;  ///< 0 = no convolution
    std::size_t grid = 1;
    std::size_t hidden = 0;  ///< 0 = no hidden layer
    std::size_t classes = 0;

    /// [channels, height, width] that the grid reads: the output of the convolution, or the pooled map without one.
    [[nodiscard]] FeatureShape gridded() const;
    /// Number of values after the grid: channels times cells.
    [[nodiscard]] std::size_t pooled_values() const;
    /// Multiply-accumulates per image.
    [[nodiscard]] std::int64_t macs() const;
};

/// A linear map with bias, row-major [rows, columns].
struct Linear {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<float> weights;
    std::vector<float> bias;  ///< [rows]

    Linear() = default;
    Linear(std::size_t rows_, std::size_t columns_)
        : rows(rows_), columns(columns_), weights(rows_ * columns_), bias(rows_)
    {
    }
};

/// A head with its weights.
struct Head {
    HeadSpec spec;
    std::optional<Linear> convolution;  ///< [conv_channels, input channels * 9]
    std::optional<Linear> hidden;       ///< [hidden, pooled_values()], columns in the order channel, row, column
    Linear output;                      ///< [classes, hidden or pooled_values()]

    /// All weights zero.
    explicit Head(const HeadSpec& spec);
    Head() = default;

    /// The layers that this head has, first to last.
    [[nodiscard]] std::vector<Linear*> layers();
    [[nodiscard]] std::vector<const Linear*> layers() const;
};

}  // namespace exitscope::exits
