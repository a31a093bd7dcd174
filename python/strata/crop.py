"""Which part of a picture fills the size that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

CropKind: TypeAlias = Literal["center", "random", "random_resized"]


@dataclass(frozen=True)
class Crop:
    """How pictures are cut before they are brought to `resize=(height, width)`.

    - `"center"`: the largest part of the right shape in the middle; with `share=0.875` seven eighths of its sides
    - `"random"`: the same part, at a random place
    - `"random_resized"`: a random part with `scale` of the picture's area and `ratio` of width to height, squeezed

    What is random depends on the loader's seed, the epoch and the picture alone: not on ranks, threads or batches,
    and a resumed epoch cuts every picture as the first run would have.
    """

    kind: CropKind
    share: float = 1.0
    scale: tuple[float, float] = (0.08, 1.0)
    ratio: tuple[float, float] = (3 / 4, 4 / 3)


def crop_argument(crop: Crop | CropKind | None) -> tuple[str, tuple[float, float], tuple[float, float]] | None:
    """Put a crop as the engine takes it."""
    if crop is None:
        return None
    if isinstance(crop, str):
        crop = Crop(crop)
    scale = crop.scale if crop.kind == "random_resized" else (crop.share, crop.share)
    return crop.kind, scale, crop.ratio
