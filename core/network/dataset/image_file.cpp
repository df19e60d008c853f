// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/image_file.h"

#include <exception>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/file.h"
#include "core/base/formats/bytes.h"
#include "core/base/formats/exif.h"
#include "core/base/formats/image_header.h"
#include "core/network/dataset/jpeg_file.h"
#include "core/network/dataset/orientation.h"
#include "core/network/dataset/png_file.h"

namespace exitscope::dataset {

namespace {

/// Formats that OpenCV reads, as stored.
Expected<Image> decode_stored(std::span<const std::byte> file, std::string_view name)
{
    [[maybe_unused]] static const auto silenced = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    const cv::Mat bytes(1, static_cast<int>(file.size()), CV_8UC1, const_cast<std::byte*>(file.data()));
    cv::Mat decoded = cv::imdecode(bytes, cv::IMREAD_ANYCOLOR | cv::IMREAD_ANYDEPTH | cv::IMREAD_IGNORE_ORIENTATION);
    if (decoded.empty() || (decoded.channels() != 1 && decoded.channels() != 3))
        return bad_input(name, "is a damaged or incomplete image");
    if (decoded.depth() == CV_16U)
        decoded.convertTo(decoded, CV_8U, 255.0 / 65535.0);
    if (decoded.depth() != CV_8U)
        return bad_input(name, "holds pixels that are neither bytes nor 16 bits: convert it to 8 bits a channel");
    Image image;
    image.channels = decoded.channels();
    image.height = decoded.rows;
    image.width = decoded.cols;
    image.pixels.resize(decoded.total() * decoded.elemSize());
    cv::Mat target(decoded.rows, decoded.cols, decoded.type(), image.pixels.data());
    if (image.channels == 3)
        cv::cvtColor(decoded, target, cv::COLOR_BGR2RGB);
    else
        decoded.copyTo(target);
    return image;
}

void make_upright(Image& image, int orientation)
{
    image.orientation = orientation;
    if (orientation == 1)
        return;
    std::vector<std::uint8_t> upright;
    const Extent size = turn(image.pixels, image.channels, {image.width, image.height}, orientation, upright);
    image.width = size.width;
    image.height = size.height;
    image.pixels = std::move(upright);
}

}  // namespace

Expected<void> check_image(std::span<const std::byte> file, std::string_view name)
{
    Expected<formats::ImageHeader> header = formats::read_image_header(file, name);
    if (!header)
        return forward(header);
    if (formats::saturating_product(header->width, header->height) > max_image_pixels || file.size() > max_image_file)
        return bad_input(name, "is " + std::to_string(header->width) + "x" + std::to_string(header->height) +
                                   ", images of up to 64 megapixels are read");
    return {};
}

Expected<Image> decode_image(std::span<const std::byte> file, std::string_view name)
{
    if (Expected<void> fine = check_image(file, name); !fine)
        return forward(fine);
    try {
        Expected<Image> image = formats::is_jpeg(file)  ? decode_jpeg(file, name)
                                : formats::is_png(file) ? decode_png(file, name)
                                                        : decode_stored(file, name);
        const int orientation = formats::exif_orientation(file);
        if (image && formats::is_tiff(file))
            image->orientation = orientation;  // its decoder has turned it
        else if (image)
            make_upright(*image, orientation);
        return image;
    } catch (const std::exception& e) {
        return bad_input(name, std::string("cannot be decoded: ") + e.what());
    }
}

Expected<Image> read_image(const std::filesystem::path& path)
{
    Expected<std::vector<std::byte>> bytes = read_file(path, max_image_file);
    if (!bytes)
        return forward(bytes);
    return decode_image(*bytes, path.string());
}

}  // namespace exitscope::dataset
