// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/network/engine/kernels/convolution.h"
#include "core/network/engine/kernels/epilogue.h"

namespace exitscope::engine::kernels {

/// Convolution of bytes with exact int32 sums that stay in registers until the epilogue has made the layer's result of
/// them, for CPUs with AVX-512 VNNI. Each output position reads the taps inside the image only: what the padding adds
/// is where its sums start from. Planned once a layer.
class VnniConvolution {
public:
    /// Bytes that may be read beyond the end of the input; they do not change the result.
    static constexpr std::size_t slack_bytes = 64;
    static constexpr std::size_t lanes = 16;  ///< output channels of one register
    static constexpr std::size_t word = 4;    ///< bytes that one instruction multiplies for each lane

    [[nodiscard]] static bool available();
    /// False where groups are too narrow to fill registers, and for images beyond its 32-bit offsets.
    [[nodiscard]] static bool suits(const ConvolutionShape& shape);

    /// `weights` in the order [oc][ic / groups][kh][kw]; `images` is how many a call usually has.
    VnniConvolution(const ConvolutionShape& shape, std::span<const std::int8_t> weights, std::size_t images);

    /// What operator() takes as `weights` and `starts`: constants of the program.
    [[nodiscard]] const std::vector<std::int8_t>& packed_weights() const { return packed_; }
    [[nodiscard]] const std::vector<std::int32_t>& starts() const { return starts_; }
    /// Drops them once they have been copied.
    void release();

    /// Scratch memory that a call needs.
    [[nodiscard]] std::size_t scratch_bytes() const;

    struct Memory {
        const std::uint8_t* in = nullptr;      ///< [images, height, width, channels]
        const std::int8_t* weights = nullptr;  ///< aligned to 64 bytes
        const std::int32_t* starts = nullptr;
        std::uint8_t* scratch = nullptr;
    };
    /// `out` is [images, positions, out_channels]; `epilogue.residual` has the same extents.
    void to_bytes(const Memory& memory, std::size_t images, const Epilogue& epilogue, std::uint8_t* out) const;
    void to_floats(const Memory& memory, std::size_t images, const Epilogue& epilogue, float* out) const;
    /// The sums alone.
    void to_sums(const Memory& memory, std::size_t images, std::int32_t* out) const;

    /// Neighbouring taps that lie side by side in the image and in the packed weights, four bytes a word.
    struct Run {
        std::int32_t input;    ///< bytes from the position's first byte
        std::int32_t weights;  ///< bytes into a block of 16 output channels
        std::int32_t words;
    };

private:
    /// Taps of one axis that are inside the image: [first, end).
    struct Window {
        std::size_t first, end;
        // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 errs
        friend auto operator<=>(const Window&, const Window&) = default;
    };
    /// Positions whose windows have the same taps inside the image.
    struct Class {
        Window rows, columns;
        std::vector<Run> runs;
        std::vector<std::int32_t> inputs;   ///< bytes into the image (or frame) of the first tap that is inside
        std::vector<std::int32_t> outputs;  ///< elements into an image's results
    };

    void classify();
    [[nodiscard]] std::vector<Run> runs(const Class& made) const;
    void pack(std::span<const std::int8_t> weights);
    void start(std::span<const std::int8_t> weights);
    void frame(const std::uint8_t* image, std::uint8_t* framed) const;
    template <class Endings>
    void run(const Memory& memory, std::size_t images, const Endings& endings) const;
    /// Images [first, end), whose bytes begin at `in`.
    template <class Endings>
    void run_class(std::size_t index, const std::uint8_t* in, std::size_t first, std::size_t end, const Memory& memory,
                   const Endings& endings) const;
    template <class Endings>
    void run_strip(std::size_t index, const std::uint8_t** pixels, const std::size_t* to, std::size_t count,
                   const Memory& memory, const Endings& endings) const;

    ConvolutionShape shape_;
    std::size_t frame_height_ = 0, frame_width_ = 0;  ///< larger than the image where that is copied into a frame of
                                                      ///< zero points first, else the image's own extents
    bool framed_ = false;
    bool joined_ = false;           ///< the taps of a kernel row are read as one
    std::size_t unit_columns_ = 1;  ///< units (taps, or joined taps) of a kernel row
    std::size_t unit_words_ = 0;    ///< of one unit
    std::size_t block_bytes_ = 0;   ///< packed weights of 16 output channels
    std::size_t group_blocks_ = 0;  ///< blocks of 16 output channels in a group
    std::vector<Class> classes_;
    std::vector<std::int8_t> packed_;   ///< [groups, blocks, kernel rows, units, words, 16, 4]
    std::vector<std::int32_t> starts_;  ///< [classes, groups, blocks, 16]
};

}  // namespace exitscope::engine::kernels
