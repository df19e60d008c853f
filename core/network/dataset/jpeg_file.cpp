// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/jpeg_file.h"

#include <array>
#include <csetjmp>
#include <cstdio>
#include <string>
#include <vector>

#include <jpeglib.h>
// After jpeglib.h, which it needs.
#include <jerror.h>

#include <opencv2/core.hpp>

namespace exitscope::dataset {
namespace {

/// libjpeg's messages: errors jump back, warnings that pixels are missing are kept.
struct Messages {
    jpeg_error_mgr manager;
    std::jmp_buf back;
    std::array<char, JMSG_LENGTH_MAX> text;
    bool incomplete;
};

void on_error(j_common_ptr jpeg)
{
    auto* messages = reinterpret_cast<Messages*>(jpeg->err);
    messages->manager.format_message(jpeg, messages->text.data());
    std::longjmp(messages->back, 1);
}

void on_warning(j_common_ptr jpeg, int level)
{
    auto* messages = reinterpret_cast<Messages*>(jpeg->err);
    const int code = messages->manager.msg_code;
    const bool lost = code == JWRN_HIT_MARKER || code == JWRN_JPEG_EOF || code == JWRN_HUFF_BAD_CODE ||
                      code == JWRN_MUST_RESYNC || code == JWRN_ARITH_BAD_CODE;
    if (level >= 0 || !lost || messages->incomplete)
        return;
    messages->manager.format_message(jpeg, messages->text.data());
    messages->incomplete = true;
}

/// One file. Functions that libjpeg jumps out of own nothing; false means an error, whose text is in message().
class Decoder {
public:
    Decoder()
    {
        jpeg_.err = ::jpeg_std_error(&messages_.manager);
        messages_.manager.error_exit = on_error;
        messages_.manager.emit_message = on_warning;
        messages_.text[0] = '\0';
        messages_.incomplete = false;
    }
    ~Decoder() { ::jpeg_destroy_decompress(&jpeg_); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    bool read_header(std::span<const std::byte> file)
    {
        if (setjmp(messages_.back) != 0)
            return false;
        ::jpeg_create_decompress(&jpeg_);
        ::jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(file.data()), file.size());
        ::jpeg_read_header(&jpeg_, TRUE);
        jpeg_.out_color_space = jpeg_.num_components == 4   ? JCS_CMYK
                                : jpeg_.num_components == 1 ? JCS_GRAYSCALE
                                                            : JCS_RGB;
        ::jpeg_calc_output_dimensions(&jpeg_);
        return true;
    }

    bool read_pixels(std::uint8_t* out)
    {
        if (setjmp(messages_.back) != 0)
            return false;
        ::jpeg_start_decompress(&jpeg_);
        while (jpeg_.output_scanline < jpeg_.output_height) {
            JSAMPROW row = out + std::size_t{jpeg_.output_scanline} * jpeg_.output_width *
                                     static_cast<std::size_t>(jpeg_.output_components);
            ::jpeg_read_scanlines(&jpeg_, &row, 1);
        }
        ::jpeg_finish_decompress(&jpeg_);
        return !messages_.incomplete;
    }

    std::size_t width() const { return jpeg_.output_width; }
    std::size_t height() const { return jpeg_.output_height; }
    int components() const { return jpeg_.output_components; }
    std::string message() const { return messages_.text.data(); }

private:
    jpeg_decompress_struct jpeg_{};
    Messages messages_{};
};

/// Inverted CMYK to RGB: what ink leaves of white, as Pillow computes it.
cv::Mat rgb_of(const cv::Mat& cmyk)
{
    cv::Mat rgb(cmyk.rows, cmyk.cols, CV_8UC3);
    for (int y = 0; y < cmyk.rows; ++y) {
        const std::uint8_t* from = cmyk.ptr<std::uint8_t>(y);
        std::uint8_t* to = rgb.ptr<std::uint8_t>(y);
        for (int x = 0; x < cmyk.cols; ++x, from += 4, to += 3) {
            const unsigned light = from[3];
            for (int c = 0; c < 3; ++c) {
                const unsigned product = (255U - from[c]) * light + 128;
                to[c] = static_cast<std::uint8_t>(light - (((product >> 8) + product) >> 8));
            }
        }
    }
    return rgb;
}

}  // namespace

Expected<Image> decode_jpeg(std::span<const std::byte> file, std::string_view name)
{
    Decoder decoder;
    const auto damaged = [&] {
        return bad_input(name, "is a damaged or incomplete image (" + decoder.message() + ")");
    };
    if (!decoder.read_header(file))
        return damaged();
    const int components = decoder.components();
    cv::Mat pixels(static_cast<int>(decoder.height()), static_cast<int>(decoder.width()), CV_8UC(components));
    if (!decoder.read_pixels(pixels.data))
        return damaged();
    if (components == 4)
        pixels = rgb_of(pixels);
    Image image;
    image.channels = pixels.channels();
    image.height = pixels.rows;
    image.width = pixels.cols;
    image.pixels.assign(pixels.data, pixels.data + pixels.total() * pixels.elemSize());
    return image;
}

}  // namespace exitscope::dataset
