#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes networks with random weights whose shapes are those of common image classifiers for 32x32 images:

  mobilenet_v2.onnx   inverted residuals with depthwise convolutions, three exits
  vit_tiny.onnx       vision transformer, patches of 4, width 192, depth 6, three heads, three exits

usage: make_models.py DIRECTORY
Ends with code 77 where PyTorch is missing.
"""
import sys
import warnings
from pathlib import Path

try:
    import torch
    from torch import nn
except ImportError:
    print("PyTorch is missing", file=sys.stderr)
    sys.exit(77)

CLASSES = 10


def convolution(inputs, outputs, kernel, stride=1, groups=1, active=True):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
              nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, nn.ReLU6()) if active else nn.Sequential(*layers)


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        width = inputs * expansion
        expand = [] if expansion == 1 else [convolution(inputs, width, 1)]
        self.body = nn.Sequential(*expand, convolution(width, width, 3, stride, groups=width),
                                  convolution(width, outputs, 1, active=False))
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.shortcut else self.body(x)


class MobileNet(nn.Module):
    """MobileNetV2 of width 1 with the strides of its CIFAR variant."""

    # stages of (expansion, channels, repeats, stride)
    STAGES = [[(1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2)], [(6, 64, 4, 2), (6, 96, 3, 1)],
              [(6, 160, 3, 2), (6, 320, 1, 1)]]

    def __init__(self):
        super().__init__()
        channels = 32
        stages, heads = [], []
        for number, blocks in enumerate(self.STAGES):
            layers = [convolution(3, channels, 3)] if number == 0 else []
            for expansion, outputs, repeats, stride in blocks:
                for repeat in range(repeats):
                    layers.append(InvertedResidual(channels, outputs, stride if repeat == 0 else 1, expansion))
                    channels = outputs
            stages.append(nn.Sequential(*layers))
            last = number == len(self.STAGES) - 1
            before = [convolution(channels, 1280, 1)] if last else []
            heads.append(nn.Sequential(*before, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                                       nn.Linear(1280 if last else channels, CLASSES)))
        self.stages, self.heads = nn.ModuleList(stages), nn.ModuleList(heads)

    def forward(self, x):
        exits = []
        for stage, head in zip(self.stages, self.heads):
            x = stage(x)
            exits.append(head(x))
        return tuple(exits)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) * (width // self.heads) ** -0.5).softmax(-1)
        return self.out((weights @ v).transpose(1, 2).reshape(batch, tokens, width))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.before_attention, self.before_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.before_attention(x))
        return x + self.mlp(self.before_mlp(x))


class VisionTransformer(nn.Module):
    def __init__(self, width=192, depth=6, heads=3, patch=4, side=32, exits=3):
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.token = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.positions = nn.Parameter(0.02 * torch.randn(1, (side // patch) ** 2 + 1, width))
        self.stages = nn.ModuleList(nn.Sequential(*(Block(width, heads) for _ in range(depth // exits)))
                                    for _ in range(exits))
        self.heads = nn.ModuleList(nn.Sequential(nn.LayerNorm(width), nn.Linear(width, CLASSES)) for _ in range(exits))

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.positions
        exits = []
        for stage, head in zip(self.stages, self.heads):
            x = stage(x)
            exits.append(head(x[:, 0]))
        return tuple(exits)


def main():
    directory = Path(sys.argv[1])
    warnings.filterwarnings("ignore")
    for name, network in (("mobilenet_v2", MobileNet), ("vit_tiny", VisionTransformer)):
        torch.manual_seed(1)
        model = network().eval()
        outputs = [f"exit{i + 1}" for i in range(3)]
        torch.onnx.export(model, torch.randn(2, 3, 32, 32), str(directory / f"{name}.onnx"), opset_version=13,
                          input_names=["input"], output_names=outputs,
                          dynamic_axes={n: {0: "N"} for n in ["input", *outputs]})


if __name__ == "__main__":
    main()
