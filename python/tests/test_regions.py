"""Layers of regions: every kind of label comes out with the type and shape that the guide names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import strata_cli

import strata

SHAPES: dict[str, list[dict[str, Any]]] = {
    "boxes": [{"kind": "box", "x": 1, "y": 2, "width": 3, "height": 4}],
    "turned": [{"kind": "rotated_box", "cx": 5, "cy": 6, "width": 7, "height": 8, "angle": 30}],
    "ellipses": [{"kind": "ellipse", "cx": 5, "cy": 6, "rx": 7, "ry": 8, "angle": 30}],
    "points": [{"kind": "point", "x": 1.5, "y": 2.5}, {"kind": "point", "x": 3, "y": 4}],
    "outlines": [
        {"kind": "polygon", "points": [[0, 0], [4, 0], [0, 4]]},
        {"kind": "polygon", "points": [[9, 9], [8, 9], [8, 8], [9, 8]]},
    ],
    "poses": [{"kind": "skeleton", "joints": [[1, 2, 2], [0, 0, 0]]}],
    "masks": [
        {"kind": "mask", "x": 0, "y": 0, "width": 1, "height": 1, "counts": [0, 1]},
        {"kind": "mask", "x": 1, "y": 2, "width": 3, "height": 2, "counts": [1, 4, 1]},
    ],
    "people": [{"kind": "span", "start": 0, "end": 3}],
    "sounds": [{"kind": "interval", "start": 0.25, "end": 1.5}],
}


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> strata.Dataset:
    folder = tmp_path_factory.mktemp("shapes")
    labels = [
        {"id": f"i{number}", "layer": layer, "class": "x", **shape}
        for layer, items in SHAPES.items()
        for number, shape in enumerate(items)
    ]
    rows = [{"key": "a", "text": "Ada met Bob", "labels": labels}, {"key": "b", "text": "nobody"}]
    path = Path(folder, "rows.jsonl")
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    strata_cli("init", "--store", folder / "store")
    strata_cli("import", "--store", folder / "store", "--dataset", "shapes", "--format", "jsonl", path)
    return strata.open(folder / "store", dataset="shapes")


def test_every_kind_has_its_table(shapes: strata.Dataset) -> None:
    (batch,) = shapes.loader(batch_size=2, columns=list(SHAPES))
    expected: dict[str, tuple[str, Any]] = {
        "boxes": ("boxes", np.array([[1, 2, 3, 4]], np.float32)),
        "turned": ("rotated_boxes", np.array([[5, 6, 7, 8, 30]], np.float32)),
        "ellipses": ("ellipses", np.array([[5, 6, 7, 8, 30]], np.float32)),
        "points": ("points", np.array([[1.5, 2.5], [3, 4]], np.float32)),
        "outlines": ("points", np.array([[0, 0], [4, 0], [0, 4], [9, 9], [8, 9], [8, 8], [9, 8]], np.float32)),
        "poses": ("joints", np.array([[1, 2, 2], [0, 0, 0]], np.float32)),
        "masks": ("masks", np.array([0, 0, 1, 1, 0, 1, 1, 2, 3, 2, 1, 4, 1], np.int64)),
        "people": ("spans", np.array([[0, 3]], np.int64)),
        "sounds": ("intervals", np.array([[0.25, 1.5]], np.float64)),
    }
    for layer, (name, numbers) in expected.items():
        found: Any = batch[layer]
        assert found[name].dtype == numbers.dtype, layer
        np.testing.assert_array_equal(found[name], numbers, layer)
        count = len(SHAPES[layer])
        assert found["offsets"].tolist() == [0, count, count], layer
        assert found["classes"].tolist() == [0] * count, layer
    assert batch["outlines"]["point_offsets"].tolist() == [0, 3, 7]
    assert batch["masks"]["mask_offsets"].tolist() == [0, 6, 13]


def test_a_mask_becomes_a_picture(shapes: strata.Dataset) -> None:
    (batch,) = shapes.loader(batch_size=2, columns=["masks"])
    pixels = strata.mask_pixels(batch["masks"], 1, (5, 6))
    expected = np.zeros((5, 6), np.bool_)
    expected[2, 2:4] = True
    expected[3, 1:3] = True
    np.testing.assert_array_equal(pixels, expected)
    with pytest.raises(ValueError, match="row 4"):
        strata.mask_pixels(batch["masks"], 1, (3, 6))


def test_one_sample_has_its_own_points(shapes: strata.Dataset) -> None:
    sample = shapes[0]
    assert sample["outlines"]["point_offsets"].tolist() == [0, 3, 7]
    assert sample["masks"]["mask_offsets"].tolist() == [0, 6, 13]
    assert strata.mask_pixels(sample["masks"], 0, (1, 1)).all()
    empty = shapes[1]
    assert empty["outlines"]["point_offsets"].tolist() == [0]
    assert empty["boxes"]["boxes"].shape == (0, 4)
