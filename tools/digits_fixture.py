#!/usr/bin/env python3
"""Write the golden files of crates/inference/tests: a model, pictures, and ONNX Runtime's answers.

python tools/train_digits.py FIXTURES --hidden 16 && python tools/digits_fixture.py FIXTURES
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from digits import digits
from train_digits import SCALE


def main() -> None:
    out = Path(sys.argv[1])
    chosen = [digit for digit in digits() if digit.split == "test"][:40]
    pictures = np.stack([digit.pixels for digit in chosen]).astype(np.float32)[:, None] * np.float32(SCALE)
    session = onnxruntime.InferenceSession(str(out / "digits.onnx"), providers=["CPUExecutionProvider"])
    logits = np.asarray(session.run(["logits"], {"image": pictures})[0], dtype=np.float64)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    rows = [
        {"label": digit.label, "pixels": digit.pixels.ravel().tolist(), "probabilities": row.tolist()}
        for digit, row in zip(chosen, probabilities, strict=True)
    ]
    (out / "expected.json").write_text(json.dumps(rows) + "\n", encoding="utf-8")
    external = onnx.load(out / "digits.onnx")
    weight = external.graph.initializer[0]
    weight.data_location = TensorProto.EXTERNAL
    entry = weight.external_data.add()
    entry.key, entry.value = "location", "../../../etc/passwd"
    weight.ClearField("raw_data")
    (out / "external_data.onnx").write_bytes(external.SerializeToString())
    unknown = onnx.load(out / "digits.onnx")
    unknown.graph.node.append(helper.make_node("RunAnything", ["image"], ["x"], domain="evil.example"))
    (out / "custom_operator.onnx").write_bytes(unknown.SerializeToString())


if __name__ == "__main__":
    main()
