// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/placement.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace exitscope::dataset {
namespace {

std::string text(Extent size)
{
    return std::to_string(size.width) + "x" + std::to_string(size.height);
}

int at_least_one(std::int64_t extent)
{
    return static_cast<int>(std::clamp<std::int64_t>(extent, 1, INT32_MAX));
}

/// torchvision's Resize(): one side is the box's, the other is cut down to whole pixels.
Extent covering(Extent image, Extent box)
{
    const std::int64_t w = image.width;
    const std::int64_t h = image.height;
    if (box.width * h >= box.height * w)
        return {box.width, at_least_one(box.width * h / w)};
    return {at_least_one(box.height * w / h), box.height};
}

/// Pillow's ImageOps.contain(): one side is the box's, the other is rounded, halves to even.
Extent contained(Extent image, Extent box)
{
    const double w = image.width;
    const double h = image.height;
    const double proportion = w / h;
    const double wanted = static_cast<double>(box.width) / box.height;
    if (proportion > wanted)
        return {box.width, at_least_one(std::llrint(h / w * box.width))};
    if (proportion < wanted)
        return {at_least_one(std::llrint(w / h * box.height)), box.height};
    return box;
}

/// Half of a difference, rounded as Python does: halves to even.
int half(int difference)
{
    return static_cast<int>(std::lrint(difference / 2.0));
}

/// One direction: an image of `scaled` pixels lies centred in a canvas, the middle of which is the input.
void centre(int scaled, int canvas, int input, int& begin, int& count, int& target)
{
    const int in_canvas = half(canvas - scaled);
    const int canvas_in_input = canvas >= input ? -half(canvas - input) : (input - canvas) / 2;
    const int offset = in_canvas + canvas_in_input;
    begin = std::max(0, -offset);
    target = std::max(0, offset);
    count = std::min(input - target, scaled - begin);
}

}  // namespace

Expected<Placement> place(Extent image, const Preprocessing& how)
{
    const Extent input = how.input();
    const Extent box = how.box.width > 0 ? how.box : input;
    Placement placed;
    placed.scaled = image;
    Extent canvas = image;
    if (how.resize) {
        switch (how.fit) {
        case Fit::stretch: placed.scaled = canvas = box; break;
        case Fit::crop: placed.scaled = canvas = covering(image, box); break;
        case Fit::pad:
            placed.scaled = contained(image, box);
            canvas = box;
            break;
        }
    } else if (image != input) {
        if (!how.crop)
            return bad_input({}, "is " + text(image) + ", the model takes " + text(input) +
                                     " (say --resize or --crop how other sizes are fitted)");
        if (how.fit != Fit::pad && (image.width < input.width || image.height < input.height))
            return bad_input({}, "is " + text(image) + ", smaller than the crop of " + text(input) +
                                     " (scale with --resize, or surround with --fit pad)");
    }
    centre(placed.scaled.width, canvas.width, input.width, placed.part.x, placed.part.width, placed.left);
    centre(placed.scaled.height, canvas.height, input.height, placed.part.y, placed.part.height, placed.top);
    return placed;
}

}  // namespace exitscope::dataset
