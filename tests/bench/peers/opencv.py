#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCV's dnn module as a peer of bench.py: opencv.py MODEL.onnx BATCH THREADS SHAPE"""
from peer import arguments, serve


def prepare():
    import cv2
    model, threads, images = arguments()
    cv2.setNumThreads(threads)
    network = cv2.dnn.readNetFromONNX(model)
    outputs = network.getUnconnectedOutLayersNames()

    def run():
        network.setInput(images)
        network.forward(outputs)

    return run, len(images)


serve(prepare)
