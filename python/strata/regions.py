"""What layers of a batch are: classes, and the places of regions. `docs/guides/trainer.md` has the table."""

from __future__ import annotations

from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt


class Classes(TypedDict):
    """A layer with any number of items for each sample: those of sample `i` are `offsets[i]:offsets[i + 1]`."""

    classes: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]


class Boxes(Classes):
    """A layer of boxes; `boxes` is float32 `(items, 4)`: x, y, width, height in source pixels, origin top-left."""

    boxes: npt.NDArray[np.float32]


class RotatedBoxes(Classes):
    """A layer of turned boxes; float32 `(items, 5)`: centre x, y, width, height, degrees clockwise."""

    rotated_boxes: npt.NDArray[np.float32]


class Ellipses(Classes):
    """A layer of ellipses; float32 `(items, 5)`: centre x, y, both half axes, degrees clockwise."""

    ellipses: npt.NDArray[np.float32]


class Points(Classes):
    """A layer of points; float32 `(items, 2)`: x, y."""

    points: npt.NDArray[np.float32]


class Polygons(Classes):
    """A layer of polygons or polylines; float32 `(points, 2)`: those of item `i` are `point_offsets[i:i + 2]`."""

    points: npt.NDArray[np.float32]
    point_offsets: npt.NDArray[np.int64]


class Skeletons(Classes):
    """A layer of skeletons; float32 `(joints, 3)`: x, y and 0 (not there), 1 (hidden) or 2 (seen)."""

    joints: npt.NDArray[np.float32]
    joint_offsets: npt.NDArray[np.int64]


class Masks(Classes):
    """A layer of masks; of each item x, y, width, height and the lengths of its runs. See `mask_pixels`."""

    masks: npt.NDArray[np.int64]
    mask_offsets: npt.NDArray[np.int64]


class Spans(Classes):
    """A layer of spans; int64 `(items, 2)`: start and end in Unicode code points."""

    spans: npt.NDArray[np.int64]


class Intervals(Classes):
    """A layer of intervals; float64 `(items, 2)`: start and end in seconds."""

    intervals: npt.NDArray[np.float64]


def items_of(layer: dict[str, npt.NDArray[Any]], at: int) -> dict[str, npt.NDArray[Any]]:
    """Take the items of one sample out of a layer of a batch."""
    start, end = layer["offsets"][at : at + 2]
    items = {name: array[start:end] for name, array in layer.items() if name != "offsets"}
    for name in layer:
        if name.endswith("_offsets"):
            # Items with many points: where those of each begin, counted from the sample's first.
            points = f"{name.removesuffix('_offsets')}s"
            first, last = layer[name][start], layer[name][end]
            items[points] = layer[points][first:last]
            items[name] = layer[name][start : end + 1] - first
    return items


def mask_pixels(masks: Masks, item: int, size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Make a mask a picture: bool `(height, width)` of `size`, the source picture's, true where the mask is on.

    Raises `ValueError` when the mask leaves the picture.
    """
    start, end = masks["mask_offsets"][item : item + 2]
    x, y, width, height = (int(number) for number in masks["masks"][start : start + 4])
    counts = masks["masks"][start + 4 : end]
    if y + height > size[0] or x + width > size[1]:
        raise ValueError(f"the mask reaches to row {y + height} and column {x + width}; the picture is {size}")
    pixels = np.zeros(size, dtype=np.bool_)
    # Runs alternate, beginning with pixels that are off.
    runs = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    pixels[y : y + height, x : x + width] = runs.reshape(height, width)
    return pixels
