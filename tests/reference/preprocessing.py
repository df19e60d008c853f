#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares `exitscope-cli preprocess` with Pillow, and with torchvision where it is installed.

usage: preprocessing.py CLI

Noise of random sizes is scaled with every filter; results may differ by one grey level at most. With real data
(EXITSCOPE_DATA), 300 photographs are scaled and cropped as ImageNet classifiers are evaluated. Exit status 77: Pillow is
missing.
"""
import os
import subprocess
import sys
import tempfile

import numpy as np

try:
    from PIL import Image, ImageOps
except ImportError:
    print("skipped: Pillow (python3-pil) is not installed", file=sys.stderr)
    sys.exit(77)

FILTERS = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "area": Image.BOX,
           "lanczos": Image.LANCZOS}


def fed(cli, images, out, *options):
    """What the program feeds for some images, [N, C, H, W] bytes."""
    subprocess.run([cli, "preprocess", *images, "--range", "0..255", *options, "-o", out], check=True,
                   stdout=subprocess.DEVNULL)
    return np.load(out)


def levels(got, image):
    """Largest difference of one fed image to a Pillow image."""
    want = np.asarray(image, np.float32)
    want = want[None] if want.ndim == 2 else want.transpose(2, 0, 1)
    return float(np.abs(got - want).max())


def shorter_side(image, side, how):
    """torchvision.transforms.Resize(side)"""
    w, h = image.size
    size = (side, int(side * h / w)) if w <= h else (int(side * w / h), side)
    return image.resize(size, how)


def middle(image, side):
    """torchvision.transforms.CenterCrop(side)"""
    left, top = (int(round((extent - side) / 2.0)) for extent in image.size)
    return image.crop((left, top, left + side, top + side))


def check_sizes(cli, folder):
    rng = np.random.default_rng(1)
    out = os.path.join(folder, "x.npy")
    worst = {}

    def compare(name, images, wanted, *options):
        paths = [os.path.join(folder, f"{k}.png") for k in range(len(images))]
        for image, path in zip(images, paths):
            image.save(path)
        channels = () if "--channels" in options else ("--channels", "rgb")
        got = fed(cli, paths, out, *channels, *options)
        worst[name] = max([worst.get(name, 0), *(levels(a, wanted(b)) for a, b in zip(got, images))])

    for group in range(10):
        images = []
        for _ in range(5):
            height, width = rng.integers(1, 400, 2)
            images.append(Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8)))
        w, h = (int(extent) for extent in rng.integers(1, 300, 2))
        for word, code in FILTERS.items():
            compare(word, images, lambda image: image.resize((w, h), code), "--resize", f"{w}x{h}", "--filter", word)
        side = int(rng.integers(1, 200))
        crop = int(rng.integers(1, side + 1))
        compare("crop", images, lambda image: middle(shorter_side(image, side, Image.BILINEAR), crop), "--resize",
                str(side), "--crop", str(crop))
        wide = [image for image in images if min(h / image.height * image.width, w / image.width * image.height) > 1]
        if wide:  # else Pillow scales to nothing, and fails
            compare("pad", wide, lambda image: ImageOps.pad(image, (w, h), Image.BICUBIC), "--resize", f"{w}x{h}",
                    "--fit", "pad", "--filter", "bicubic")
        compare("gray", images, lambda image: image.convert("L").resize((w, h), Image.BILINEAR), "--resize", f"{w}x{h}",
                "--channels", "gray")
    return worst


def check_orientations(cli, folder):
    """EXIF orientations are applied as ImageOps.exif_transpose() does, or ignored as Image.open() does."""
    out = os.path.join(folder, "x.npy")
    pixels = np.random.default_rng(2).integers(0, 256, (24, 40, 3), np.uint8)
    worst = 0
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        for ending in (".jpg", ".png", ".webp"):
            name = os.path.join(folder, f"turned{orientation}{ending}")
            Image.fromarray(pixels).save(name, exif=exif.tobytes(), quality=95, lossless=True)
            stored = Image.open(name).convert("RGB")
            worst = max(worst, levels(fed(cli, [name], out, "--exif", "ignore")[0], stored))
            upright = ImageOps.exif_transpose(Image.open(name)).convert("RGB")
            worst = max(worst, levels(fed(cli, [name], out)[0], upright))
        # Versions of Pillow differ in what they do with TIFF files: turned they are the same picture as PNG files.
        name = os.path.join(folder, f"turned{orientation}.tif")
        Image.fromarray(pixels).save(name, tiffinfo={0x0112: orientation})
        worst = max(worst, levels(fed(cli, [name], out, "--exif", "ignore")[0], Image.fromarray(pixels)))
        turned = ImageOps.exif_transpose(Image.open(os.path.join(folder, f"turned{orientation}.png")))
        worst = max(worst, levels(fed(cli, [name], out)[0], turned))
    return {"exif": worst}


def check_photographs(cli, folder, scratch):
    images = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.lower().endswith((".jpg", ".jpeg")))
    images = images[:300]
    got = fed(cli, images, os.path.join(scratch, "x.npy"), "--resize", "256", "--crop", "224", "--exif", "ignore")
    worst = {"photographs": max(
        levels(one, middle(shorter_side(Image.open(name).convert("RGB"), 256, Image.BILINEAR), 224))
        for one, name in zip(got, images))}
    try:
        from torchvision import transforms
    except ImportError:
        print("torchvision is not installed: photographs are compared with Pillow alone")
        return worst
    pipeline = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor()])
    worst["torchvision"] = max(
        float(np.abs(one - 255 * pipeline(Image.open(name).convert("RGB")).numpy()).max())
        for one, name in zip(got, images))
    return worst


def main():
    cli = sys.argv[1]
    with tempfile.TemporaryDirectory() as scratch:
        worst = check_sizes(cli, scratch) | check_orientations(cli, scratch)
        photographs = os.path.join(os.environ.get("EXITSCOPE_DATA", ""), "imagenet-val-1300")
        if os.path.isdir(photographs):
            worst |= check_photographs(cli, photographs, scratch)
    for name, difference in worst.items():
        print(f"{name:12} {difference:.4f} grey levels at most")
    return 0 if max(worst.values()) <= 1.001 else 1


if __name__ == "__main__":
    sys.exit(main())
