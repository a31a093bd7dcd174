"""Loaders: batches of a version, in an order that can be resumed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from . import _strata


class Loader:
    """Yields the batches of an epoch; see `Dataset.loader`.

    Each `for` loop goes through one epoch. When it is through, the next loop yields the next epoch (`epoch` counts
    it). A loop that was left with `break` starts the same epoch again. After `load_state_dict` the first loop
    yields exactly what was left of the saved epoch. Threads start with the loop and end with it.
    """

    def __init__(self, loader: _strata.Loader) -> None:
        """Wrap the engine; use `Dataset.loader`."""
        self._loader = loader

    def __len__(self) -> int:
        """Count the batches of a whole epoch on this rank."""
        return len(self._loader)

    @property
    def samples(self) -> int:
        """Samples in an epoch, over all ranks."""
        return self._loader.samples

    @property
    def epoch(self) -> int:
        """The epoch that the next loop yields, or that the running loop is in."""
        return self._loader.epoch

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch."""
        self._loader.set_epoch(epoch)

    def __iter__(self) -> BatchIterator:
        """Begin an epoch, or what is left of it after `load_state_dict`."""
        return self.iterate()

    def iterate(self, worker: int = 0, workers: int = 1) -> BatchIterator:
        """Begin an epoch as one of several workers that share this rank's batches.

        It yields the batches `worker`, `worker + workers`, `worker + 2 * workers`, …
        """
        return BatchIterator(self._loader.iterate(worker, workers))

    def state_dict(self) -> dict[str, Any]:
        """Where the latest loop stands, for a checkpoint. It does not depend on ranks, threads or batch size."""
        state: dict[str, Any] = json.loads(self._loader.state())
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over a state; the next loop yields the rest of its epoch, also with another world size.

        Raises `StrataError` with code `state_mismatch` when the state was saved by a loader with another version,
        selection, shuffle or seed.
        """
        self._loader.load_state(json.dumps(state))


class BatchIterator(Iterator[dict[str, Any]]):
    """One running loop. `close` (or leaving a `with`, or dropping it) stops its threads."""

    def __init__(self, batches: _strata.Batches) -> None:
        """Wrap the engine's iteration."""
        self._batches = batches

    def __next__(self) -> dict[str, Any]:
        """Wait for the next batch. Ctrl+C interrupts the wait."""
        return self._batches.__next__()

    def close(self) -> None:
        """Stop the threads and wait for them."""
        self._batches.close()

    def __enter__(self) -> BatchIterator:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()
