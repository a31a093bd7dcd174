"""Several versions as one stream, by weight."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

from . import _strata
from .loader import Collate, Loader, Transform
from .origin import Origin


class Mixture(Loader):
    """Yields batches of several versions; see `mix`."""

    def __init__(
        self,
        mix: _strata.Mix,
        transform: Transform | None = None,
        collate: Collate | None = None,
        origins: Sequence[Origin] = (),
    ) -> None:
        """Wrap the engine; use `mix`."""
        super().__init__(mix, transform, collate, origins)
        self._classes = mix.classes

    @property
    def classes(self) -> dict[str, list[str]]:
        """The names behind the class ids of each layer: those of all parts, sorted."""
        return self._classes


def mix(
    parts: Sequence[tuple[Loader, float]],
    *,
    batch_size: int = 1,
    samples: int | None = None,
    seed: int = 0,
    epoch: int = 0,
    rank: int = 0,
    world_size: int = 1,
    transform: Transform | None = None,
    collate: Collate | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    num_threads: int | None = None,
    drop_last: bool = False,
    pad: bool = False,
    prefetch_bytes: int = 256 << 20,
) -> Mixture:
    """Mix loaders of several versions by weight.

    Each part says which samples, which columns and which order; its batch size, ranks and own steps (`transform`,
    `collate`) count for nothing here. All parts have the same columns. Class ids count in the sorted names of all
    parts: `mixture.classes`.

    Of every 4,096 samples each part has exactly its share, to the nearest one. A part that is through begins its next
    epoch, in a new order, whatever the others do. An epoch of the mixture has `samples` samples, as many as all parts
    together when not given, and the next one goes on where it ended. Order and resume are those of `Loader`: the same
    for any number of ranks, one small state.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    if drop_last and pad:
        raise ValueError("drop_last and pad exclude each other")
    engines: list[tuple[_strata.Loader, float]] = []
    for part, weight in parts:
        if not isinstance(part._loader, _strata.Loader):
            raise TypeError("a mixture can't be a part of a mixture")
        engines.append((part._loader, weight))
    arguments: _strata.MixArguments = {
        "seed": seed,
        "epoch": epoch,
        "samples": samples,
        "global_batch": batch_size * world_size,
        "rank": rank,
        "world_size": world_size,
        "end": "drop" if drop_last else "wrap" if pad else "partial",
        "on_error": on_error,
        "num_threads": num_threads or min(4, os.cpu_count() or 1),
        "prefetch_bytes": prefetch_bytes,
    }
    origins = [origin for part, _ in parts for origin in part._origins]
    return Mixture(_strata.Mix(engines, arguments), transform, collate, origins)
