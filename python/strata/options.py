"""What a loader can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, TypedDict

from .crop import Crop, CropKind
from .loader import Collate, Transform

Decode: TypeAlias = Literal["rgb8", "grey8", "raw"]
Shuffle: TypeAlias = Literal["full", "block"] | bool | None
Size: TypeAlias = tuple[int, int] | int
"""(height, width) in pixels, or the shorter side."""


class LoaderOptions(TypedDict, total=False):
    """The arguments of `Dataset.loader`, which documents them, for those that pass them on."""

    batch_size: int
    split: str | None
    where: str | None
    columns: Sequence[str] | None
    shuffle: Shuffle
    seed: int
    epoch: int
    rank: int
    world_size: int
    decode: Decode | None
    resize: Size | None
    crop: Crop | CropKind | None
    transform: Transform | None
    collate: Collate | None
    on_error: Literal["raise", "skip"]
    num_threads: int | None
    drop_last: bool
    pad: bool
    prefetch_bytes: int
    lanes: int
    window: int
