"""Loaders: batches of a version, in an order that can be resumed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from . import _strata
from .origin import Origin
from .regions import items_of

Transform: TypeAlias = Callable[[dict[str, Any]], Any]
"""Gets a batch, or a sample where there is a `Collate`, and returns what takes its place."""
Collate: TypeAlias = Callable[[list[Any]], Any]
"""Gets the samples of a batch and returns what the loop sees."""


class Loader:
    """Yields the batches of an epoch; see `Dataset.loader`.

    Each `for` loop goes through one epoch. When it is through, the next loop yields the next epoch (`epoch` counts
    it). A loop that was left with `break` starts the same epoch again. After `load_state_dict` the first loop
    yields exactly what was left of the saved epoch. Threads start with the loop and end with it.
    """

    def __init__(
        self,
        loader: _strata.Loader | _strata.Mix,
        transform: Transform | None = None,
        collate: Collate | None = None,
        origins: Sequence[Origin] = (),
    ) -> None:
        """Wrap the engine; use `Dataset.loader`."""
        self._loader = loader
        self._origins = list(origins)
        self._transform = transform
        self._collate = collate
        self._convert: Transform | None = None

    def converted(self, convert: Transform) -> Loader:
        """The same loader, with another kind of arrays: `convert` gets what `transform` would get, before it does."""
        loader = Loader(self._loader, self._transform, self._collate, self._origins)
        loader._convert = convert
        return loader

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

    @property
    def skipped(self) -> int:
        """Samples that were left out of the batches so far, with `on_error="skip"`."""
        return self._loader.skipped()[0]

    @property
    def skipped_samples(self) -> list[tuple[str, str]]:
        """The first thousand of them: key, and the error that it would have been."""
        return self._loader.skipped()[1]

    def __iter__(self) -> BatchIterator:
        """Begin an epoch, or what is left of it after `load_state_dict`."""
        return self.iterate()

    def iterate(self, worker: int = 0, workers: int = 1) -> BatchIterator:
        """Begin an epoch as one of several workers that share this rank's batches.

        It yields the batches `worker`, `worker + workers`, `worker + 2 * workers`, …
        """
        return BatchIterator(self._loader.iterate(worker, workers), self._show)

    def _show(self, batch: dict[str, Any]) -> Any:
        """Make of a batch what the loop sees."""
        steps = [step for step in (self._convert, self._transform) if step is not None]
        shown: list[Any] = [batch] if self._collate is None else [single(batch, at) for at in range(_length(batch))]
        for step in steps:
            shown = [step(each) for each in shown]
        return shown[0] if self._collate is None else self._collate(shown)

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

    def which(self, step: int, epoch: int | None = None) -> list[str]:
        """Name the samples of a step of an epoch (the current one when not given) on this rank: their keys.

        Steps count from 0 at the beginning of the epoch, also after a resume. Nothing is run and no sample read.
        `Dataset.which` does the same without a loader.

        Raises `IndexError` when the epoch has no such step, `TypeError` for a mixture.
        """
        if len(self._origins) != 1:
            raise TypeError("which is not for mixtures: ask the loaders of their parts")
        state = self.state_dict()
        if epoch is not None:
            state["epoch"] = epoch
        return self._origins[0].keys(step, state)

    def log_to_mlflow(self, context: str = "training") -> None:
        """Log what this loader read to the active run of MLflow, which must be installed.

        The version becomes a dataset input: name, digest (from the commit), the source that opens it again, schema
        and number of samples. Parameters `strata.<context>.*`: url, dataset, commit, split, where, seed, shuffle (of
        each part, for a mixture). Tags: `epoch` (0 is the first), and `samples_read` over all ranks since the
        beginning of epoch 0. May be called again in the same run, which brings the tags up to date; one rank is
        enough.
        """
        from ._mlflow import log_inputs

        log_inputs(self._origins, self.state_dict(), context)


class BatchIterator(Iterator[Any]):
    """One running loop. `close` (or leaving a `with`, or dropping it) stops its threads."""

    def __init__(self, batches: _strata.Batches, show: Transform) -> None:
        """Wrap the engine's iteration."""
        self._batches = batches
        self._show = show

    def __next__(self) -> Any:
        """Wait for the next batch. Ctrl+C interrupts the wait."""
        return self._show(self._batches.__next__())

    def close(self) -> None:
        """Stop the threads and wait for them."""
        self._batches.close()

    def __enter__(self) -> BatchIterator:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


def single(batch: dict[str, Any], at: int) -> dict[str, Any]:
    """Take one sample out of a batch."""
    return {name: _single(values, at) for name, values in batch.items()}


def _single(values: Any, at: int) -> Any:
    if isinstance(values, dict):
        return items_of(values, at)
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return values[at].item()
    return values[at]


def _length(batch: dict[str, Any]) -> int:
    for values in batch.values():
        return len(values["offsets"]) - 1 if isinstance(values, dict) else len(values)
    return 0
