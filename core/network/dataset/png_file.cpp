// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/png_file.h"

#include <array>
#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <png.h>

namespace exitscope::dataset {
namespace {

/// What libpng reads from, and what it says.
struct Source {
    std::span<const std::byte> left;
    std::array<char, 128> message{};
};

void on_error(png_structp png, png_const_charp text)
{
    auto* source = static_cast<Source*>(png_get_error_ptr(png));
    std::strncpy(source->message.data(), text, source->message.size() - 1);
    png_longjmp(png, 1);
}

void on_warning(png_structp /*png*/, png_const_charp /*text*/) {}  // of profiles and texts, which are not used

void on_read(png_structp png, png_bytep out, png_size_t count)
{
    auto* source = static_cast<Source*>(png_get_io_ptr(png));
    if (count > source->left.size())
        png_error(png, "the file ends early");
    std::memcpy(out, source->left.data(), count);
    source->left = source->left.subspan(count);
}

/// One file. Functions that libpng jumps out of own nothing; false means an error, whose text is in message().
class Decoder {
public:
    explicit Decoder(std::span<const std::byte> file) : source_{file, {}}
    {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source_, on_error, on_warning);
        info_ = png_ ? png_create_info_struct(png_) : nullptr;
    }
    ~Decoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    bool read_header()
    {
        if (!info_ || setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_set_read_fn(png_, &source_, on_read);
        png_read_info(png_, info_);
        const png_byte type = png_get_color_type(png_, info_);
        if (type == PNG_COLOR_TYPE_PALETTE)
            png_set_palette_to_rgb(png_);
        else if (png_get_bit_depth(png_, info_) < 8)
            png_set_expand_gray_1_2_4_to_8(png_);
        png_set_scale_16(png_);
        png_set_strip_alpha(png_);
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        return true;
    }

    bool read_pixels(png_bytepp rows)
    {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_read_image(png_, rows);
        png_read_end(png_, nullptr);
        return true;
    }

    [[nodiscard]] std::size_t width() const { return png_get_image_width(png_, info_); }
    [[nodiscard]] std::size_t height() const { return png_get_image_height(png_, info_); }
    [[nodiscard]] std::size_t row_bytes() const { return png_get_rowbytes(png_, info_); }
    [[nodiscard]] int channels() const { return png_get_channels(png_, info_); }
    [[nodiscard]] std::string message() const { return source_.message.data(); }

private:
    Source source_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
};

}  // namespace

Expected<Image> decode_png(std::span<const std::byte> file, std::string_view name)
{
    Decoder decoder(file);
    const auto damaged = [&] {
        return bad_input(name, "is a damaged or incomplete image (" + decoder.message() + ")");
    };
    if (!decoder.read_header())
        return damaged();
    Image image;
    image.channels = decoder.channels();
    image.height = static_cast<int>(decoder.height());
    image.width = static_cast<int>(decoder.width());
    if ((image.channels != 1 && image.channels != 3) ||
        decoder.row_bytes() != decoder.width() * static_cast<std::size_t>(image.channels))
        return damaged();
    image.pixels.resize(decoder.height() * decoder.row_bytes());
    std::vector<png_bytep> rows(decoder.height());
    for (std::size_t y = 0; y < rows.size(); ++y)
        rows[y] = image.pixels.data() + y * decoder.row_bytes();
    if (!decoder.read_pixels(rows.data()))
        return damaged();
    return image;
}

}  // namespace exitscope::dataset
