// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"

namespace exitscope::tests {

/// Text (for build_graph) of a random two-exit network of convolutions, residuals, concatenations and pools.
inline std::string random_net(std::uint64_t seed)
{
    Random random(seed * 7919);
    struct Image {
        std::string name;
        std::int64_t channels, side;
    };
    const std::int64_t side = 6 + static_cast<std::int64_t>(random.below(5));
    std::vector<Image> images = {{"x", 3, side}};
    std::string text = "x = input [N,3," + std::to_string(side) + "," + std::to_string(side) + "]\n";
    std::string exits;
    int names = 0;
    const auto fresh = [&] { return "v" + std::to_string(names++); };
    const auto number = [](std::int64_t n) { return std::to_string(n); };
    const auto convolution = [&](const Image& in, std::int64_t channels, std::int64_t kernel, std::int64_t stride) {
        const std::string weights = fresh();
        const std::string bias = fresh();
        Image out = {fresh(), channels, (in.side + 2 * (kernel / 2) - kernel) / stride + 1};
        const std::string pad = number(kernel / 2);
        text += weights + " = random [" + number(channels) + "," + number(in.channels) + "," + number(kernel) + "," +
                number(kernel) + "] scale=" + (kernel == 3 ? "0.12" : "0.3") + "\n" + bias + " = random [" +
                number(channels) + "]\n" + out.name + " = Conv(" + in.name + ", " + weights + ", " + bias +
                ") strides=[" + number(stride) + "," + number(stride) + "] pads=[" + pad + "," + pad + "," + pad + "," +
                pad + "]\n";
        return out;
    };
    const auto unary = [&](const Image& in, const std::string& op) {
        Image out = {fresh(), in.channels, in.side};
        text += out.name + " = " + op + "(" + in.name + ")\n";
        return out;
    };
    const char* const activations[] = {"Relu", "Relu", "Relu", "HardSwish", "Sigmoid"};
    for (int exit = 0; exit < 2; ++exit) {
        for (int block = 0; block < 3; ++block) {
            const Image in = images.back();
            const std::int64_t channels = 1 + static_cast<std::int64_t>(random.below(37));
            Image out;
            switch (random.below(5)) {
            case 0: {
                const std::int64_t stride = in.side > 4 ? 2 : 1;
                out = unary(convolution(in, channels, 3, stride), activations[random.below(5)]);
                break;
            }
            case 1: {  // residual
                const Image a = unary(convolution(in, channels, 3, 1), "Relu");
                const Image b = convolution(a, in.channels, random.below(2) ? 3 : 1, 1);
                Image sum = {fresh(), in.channels, in.side};
                text += sum.name + " = Add(" + (random.below(2) ? b.name + ", " + in.name : in.name + ", " + b.name) +
                        ")\n";
                out = random.below(2) ? unary(sum, "Relu") : sum;
                break;
            }
            case 2: {  // two branches, added
                const Image a = convolution(in, channels, 1, 1);
                const Image b = convolution(in, channels, 3, 1);
                out = {fresh(), channels, in.side};
                text += out.name + " = Add(" + a.name + ", " + b.name + ")\n";
                break;
            }
            case 3: {  // two branches, side by side
                const Image a = unary(convolution(in, channels, 1, 1), "Relu");
                out = {fresh(), channels + in.channels, in.side};
                text += out.name + " = Concat(" + a.name + ", " + in.name + ") axis=1\n";
                break;
            }
            default: {
                out = {fresh(), in.channels, in.side};
                text += out.name + " = " + (random.below(2) ? "MaxPool(" : "AveragePool(") + in.name +
                        ") kernel_shape=[3,3] pads=[1,1,1,1]\n";
                break;
            }
            }
            images.push_back(out);
        }
        const Image in = images.back();
        const std::string pooled = random.below(2) ? unary(in, "GlobalAveragePool").name : in.name;
        const std::int64_t width = pooled == in.name ? in.channels * in.side * in.side : in.channels;
        const std::string flat = fresh();
        const std::string weights = fresh();
        const std::string hidden = fresh();
        const std::string last = fresh();
        const std::string logits = fresh();
        text += flat + " = Flatten(" + pooled + ")\n" + weights + " = random [9," + number(width) + "] scale=0.2\n" +
                hidden + " = Gemm(" + flat + ", " + weights + ") transB=1\n" + last + " = random [5,9]\n";
        const std::string active = unary({hidden, 9, 1}, "Relu").name;
        text += logits + " = Gemm(" + active + ", " + last + ") transB=1\n";
        exits += (exit ? ", " : "> ") + logits;
        // What follows must not be free: the second exit is deeper.
        images.push_back(unary(convolution(in, 8, 3, 1), "Relu"));
    }
    return text + exits + "\n";
}

}  // namespace exitscope::tests
