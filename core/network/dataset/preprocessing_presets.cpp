// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "core/network/dataset/preprocessing_choice.h"

namespace exitscope::dataset {
namespace {

PreprocessingChoice values(ChannelOrder order, ValueRange range, std::vector<float> mean, std::vector<float> std)
{
    PreprocessingChoice choice;
    choice.order = order;
    choice.range = range;
    choice.mean = std::move(mean);
    choice.std = std::move(std);
    return choice;
}

/// Of ImageNet classifiers: the middle 87.5 % of the shorter side.
PreprocessingChoice middle_of(Filter filter, PreprocessingChoice choice)
{
    choice.resize = Resize{.crop_share = 0.875};
    choice.filter = filter;
    choice.antialias = true;
    return choice;
}

}  // namespace

std::span<const Preset> presets()
{
    using enum ChannelOrder;
    using enum ValueRange;
    static const std::array<Preset, 5> all = {{
        {"imagenet",
         "torchvision: shorter side 256 (input / 0.875), crop, bilinear; ImageNet's mean and deviation",
         middle_of(Filter::bilinear, values(rgb, unit, {0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F})),
         {224, 224}},
        {"imagenet-inception",
         "Inception: shorter side input / 0.875, crop, bicubic; values from -1 to 1",
         middle_of(Filter::bicubic, values(rgb, symmetric, {}, {})),
         {299, 299}},
        {"cifar10",
         "CIFAR-10's mean and deviation; 32x32 images as they are",
         values(rgb, unit, {0.4914F, 0.4822F, 0.4465F}, {0.2470F, 0.2435F, 0.2616F}),
         {32, 32}},
        {"mnist",
         "MNIST's mean 0.1307 and deviation 0.3081; 28x28 images as they are",
         values(gray, unit, {0.1307F}, {0.3081F}),
         {28, 28}},
        {"raw", "the bytes: values from 0 to 255 without mean and deviation", values(rgb, bytes, {}, {}), {}},
    }};
    return all;
}

const Preset* find_preset(std::string_view name)
{
    const std::span<const Preset> all = presets();
    const auto found = std::find_if(all.begin(), all.end(), [name](const Preset& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace exitscope::dataset
