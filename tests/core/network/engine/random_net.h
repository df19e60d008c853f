// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"

namespace exitscope::tests {

/// Writes a random two-exit network of convolutions, residuals, concatenations and pools, value by value.
class RandomNet {
public:
    explicit RandomNet(std::uint64_t seed) : random_(seed * 7919) {}

    std::string write()
    {
        Image image = {"x", 3, 6 + static_cast<std::int64_t>(random_.below(5))};
        text_ = "x = input [N,3," + number(image.side) + "," + number(image.side) + "]\n";
        std::string exits;
        for (int exit = 0; exit < 2; ++exit) {
            for (int b = 0; b < 3; ++b)
                image = block(image);
            exits += (exit ? ", " : "> ") + head(image);
            // What follows must not be free: the second exit is deeper.
            image = unary(convolution(image, 8, 3, 1), "Relu");
        }
        return text_ + exits + "\n";
    }

private:
    struct Image {
        std::string name;
        std::int64_t channels, side;
    };

    std::string fresh() { return "v" + std::to_string(names_++); }
    static std::string number(std::int64_t n) { return std::to_string(n); }

    Image convolution(const Image& in, std::int64_t channels, std::int64_t kernel, std::int64_t stride)
    {
        const std::string weights = fresh();
        const std::string bias = fresh();
        Image out = {fresh(), channels, (in.side + 2 * (kernel / 2) - kernel) / stride + 1};
        const std::string pad = number(kernel / 2);
        text_ += weights + " = random [" + number(channels) + "," + number(in.channels) + "," + number(kernel) + "," +
                 number(kernel) + "] scale=" + (kernel == 3 ? "0.12" : "0.3") + "\n" + bias + " = random [" +
                 number(channels) + "]\n" + out.name + " = Conv(" + in.name + ", " + weights + ", " + bias +
                 ") strides=[" + number(stride) + "," + number(stride) + "] pads=[" + pad + "," + pad + "," + pad +
                 "," + pad + "]\n";
        return out;
    }

    Image unary(const Image& in, const std::string& op)
    {
        Image out = {fresh(), in.channels, in.side};
        text_ += out.name + " = " + op + "(" + in.name + ")\n";
        return out;
    }

    Image sum(const std::string& left, const std::string& right, std::int64_t channels, std::int64_t side)
    {
        Image out = {fresh(), channels, side};
        text_ += out.name + " = Add(" + left + ", " + right + ")\n";
        return out;
    }

    Image block(const Image& in)
    {
        const char* const activations[] = {"Relu", "Relu", "Relu", "HardSwish", "Sigmoid"};
        const std::int64_t channels = 1 + static_cast<std::int64_t>(random_.below(37));
        switch (random_.below(5)) {
        case 0: {
            const std::int64_t stride = in.side > 4 ? 2 : 1;
            return unary(convolution(in, channels, 3, stride), activations[random_.below(5)]);
        }
        case 1: {  // residual
            const Image a = unary(convolution(in, channels, 3, 1), "Relu");
            const Image b = convolution(a, in.channels, random_.below(2) ? 3 : 1, 1);
            const bool first = random_.below(2) != 0;
            const Image out = sum(first ? b.name : in.name, first ? in.name : b.name, in.channels, in.side);
            return random_.below(2) ? unary(out, "Relu") : out;
        }
        case 2: {  // two branches, added
            const Image a = convolution(in, channels, 1, 1);
            const Image b = convolution(in, channels, 3, 1);
            return sum(a.name, b.name, channels, in.side);
        }
        case 3: {  // two branches, side by side
            const Image a = unary(convolution(in, channels, 1, 1), "Relu");
            Image out = {fresh(), channels + in.channels, in.side};
            text_ += out.name + " = Concat(" + a.name + ", " + in.name + ") axis=1\n";
            return out;
        }
        default: {
            Image out = {fresh(), in.channels, in.side};
            text_ += out.name + " = " + (random_.below(2) ? "MaxPool(" : "AveragePool(") + in.name +
                     ") kernel_shape=[3,3] pads=[1,1,1,1]\n";
            return out;
        }
        }
    }

    /// The name of the exit's logits.
    std::string head(const Image& in)
    {
        const std::string pooled = random_.below(2) ? unary(in, "GlobalAveragePool").name : in.name;
        const std::int64_t width = pooled == in.name ? in.channels * in.side * in.side : in.channels;
        const std::string flat = fresh();
        const std::string weights = fresh();
        const std::string hidden = fresh();
        const std::string last = fresh();
        const std::string logits = fresh();
        text_ += flat + " = Flatten(" + pooled + ")\n" + weights + " = random [9," + number(width) + "] scale=0.2\n" +
                 hidden + " = Gemm(" + flat + ", " + weights + ") transB=1\n" + last + " = random [5,9]\n";
        const std::string active = unary({hidden, 9, 1}, "Relu").name;
        text_ += logits + " = Gemm(" + active + ", " + last + ") transB=1\n";
        return logits;
    }

    Random random_;
    std::string text_;
    int names_ = 0;
};

/// Text for build_graph().
inline std::string random_net(std::uint64_t seed)
{
    return RandomNet(seed).write();
}

}  // namespace exitscope::tests
