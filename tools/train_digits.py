#!/usr/bin/env python3
"""Train a small real model on scikit-learn's digits and export it for pre-labelling.

    python tools/train_digits.py OUT     writes OUT/digits.onnx and OUT/digits.json (the manifest)

The graph uses plain operators only (Flatten, Gemm, Relu), so it runs on ONNX Runtime and on
the built-in pure Rust runtime alike. It is trained on the train split that make_digits.py
writes, and its accuracy on the test split is measured with ONNX Runtime and printed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from sklearn.neural_network import MLPClassifier

from digits import CLASSES, SIDE, digits

SCALE = 1.0 / 255.0


def inputs_of(split: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, 1, 8, 8) float32 in [0, 1], and their labels (n,) as int64."""
    chosen = [digit for digit in digits() if digit.split == split]
    pixels = np.stack([digit.pixels for digit in chosen]).astype(np.float32) * np.float32(SCALE)
    labels = np.array([CLASSES.index(digit.label) for digit in chosen], dtype=np.int64)
    return pixels[:, None, :, :], labels


def graph_of(model: MLPClassifier) -> onnx.ModelProto:
    """The trained layers as an ONNX graph: image (N, 1, 8, 8) to logits (N, 10)."""
    nodes = [helper.make_node("Flatten", ["image"], ["values_0"], axis=1)]
    weights = []
    layers = list(zip(model.coefs_, model.intercepts_, strict=True))
    for number, (weight, bias) in enumerate(layers):
        last = number == len(layers) - 1
        out = "logits" if last else f"sums_{number}"
        weights.append(numpy_helper.from_array(weight.astype(np.float32), f"weight_{number}"))
        weights.append(numpy_helper.from_array(bias.astype(np.float32), f"bias_{number}"))
        nodes.append(helper.make_node("Gemm", [f"values_{number}", f"weight_{number}", f"bias_{number}"], [out]))
        if not last:
            nodes.append(helper.make_node("Relu", [out], [f"values_{number + 1}"]))
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, SIDE, SIDE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", len(CLASSES)])],
        weights,
    )
    exported = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="strata-tools")
    exported.ir_version = 8
    onnx.checker.check_model(exported, full_check=True)
    return exported


def manifest_of(name: str) -> dict[str, Any]:
    """How the graph wants its pictures and what its numbers mean."""
    return {
        "name": name,
        "task": "image_classification",
        "layer": "label",
        "input": {
            "name": "image",
            "width": SIDE,
            "height": SIDE,
            "channels": 1,
            "layout": "nchw",
            "scale": SCALE,
            "mean": [0.0],
            "std": [1.0],
        },
        "output": {"name": "logits", "activation": "softmax"},
        "classes": CLASSES,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=Path, help="folder to write into")
    parser.add_argument("--name", default="digits", help="name of the model in the manifest")
    parser.add_argument("--hidden", type=int, default=64, metavar="N", help="units in the hidden layer (default 64)")
    options = parser.parse_args()

    pictures, labels = inputs_of("train")
    model = MLPClassifier(hidden_layer_sizes=(options.hidden,), max_iter=400, random_state=0)
    model.fit(pictures.reshape(len(pictures), -1), labels)
    exported = graph_of(model)

    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "digits.onnx"
    path.write_bytes(exported.SerializeToString())
    manifest = json.dumps(manifest_of(options.name), indent=2) + "\n"
    (options.out / "digits.json").write_text(manifest, encoding="utf-8")

    pictures, labels = inputs_of("test")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (logits,) = session.run(["logits"], {"image": pictures})
    accuracy = float((np.asarray(logits).argmax(axis=1) == labels).mean())
    print(f"{path}: accuracy {accuracy:.4f} on {len(labels)} test digits")


if __name__ == "__main__":
    main()
