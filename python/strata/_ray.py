"""A version as a source for Ray Data. Imported only when it is asked for."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from ray.data.block import BlockAccessor, BlockMetadata
from ray.data.datasource import Datasource, ReadTask

from .loader import Loader, single

if TYPE_CHECKING:
    from .dataset import Dataset
    from .options import LoaderOptions

_BLOCK_BYTES = 32 << 20
"""About what a block holds: Ray moves, spills and repeats work by the block."""
_LOOKED_AT = 8
"""Samples that are read to learn how large they are."""


class VersionDatasource(Datasource):  # type: ignore[misc]
    """Reads a selection of a version, each task a range of its samples in key order; see `Dataset.ray`."""

    def __init__(self, dataset: Dataset, options: LoaderOptions) -> None:
        """Make it with `Dataset.ray`."""
        super().__init__()
        self._dataset = dataset
        # A task has one CPU of Ray's, and goes on with a batch when the one before was taken.
        self._options: LoaderOptions = {**options, "shuffle": False, "num_threads": 1, "prefetch_bytes": 1}
        # What is damaged is told by the task that reads it.
        looking: LoaderOptions = {**self._options, "batch_size": _LOOKED_AT, "on_error": "skip"}
        loader = dataset.loader(**looking)
        self._samples = loader.samples
        looked_at: Any = next(loader.iterate(0, max(1, len(loader))), {})
        self._sample_bytes = max(1, _nbytes(looked_at) // max(1, min(_LOOKED_AT, self._samples)))

    def get_name(self) -> str:
        """Name the reading tasks."""
        return f"Strata({self._dataset.name})"

    def estimate_inmemory_data_size(self) -> int:
        """Estimate bytes from the first samples."""
        return self._samples * self._sample_bytes

    def get_read_tasks(
        self, parallelism: int, per_task_row_limit: int | None = None, data_context: Any = None
    ) -> list[ReadTask]:
        """Cut the selection into about `parallelism` ranges."""
        rows = min(max(1, _BLOCK_BYTES // self._sample_bytes), -(-self._samples // max(1, parallelism)))
        batches = -(-self._samples // max(1, rows))
        tasks = max(1, min(parallelism, batches))
        source = pickle.dumps((self._dataset, {**self._options, "batch_size": max(1, rows)}))
        ranges = [range(batches * task // tasks, batches * (task + 1) // tasks) for task in range(tasks)]
        return [self._task(source, steps, rows, per_task_row_limit) for steps in ranges if steps]

    def _task(self, source: bytes, steps: range, rows: int, limit: int | None) -> ReadTask:
        held = min(steps.stop * rows, self._samples) - steps.start * rows
        metadata = BlockMetadata(
            # Samples that are skipped are known only when they are read.
            num_rows=None if self._options.get("on_error") == "skip" else held,
            size_bytes=held * self._sample_bytes,
            input_files=None,
            exec_stats=None,
        )
        return ReadTask(lambda: _read(source, steps), metadata, per_task_row_limit=limit)


def _read(source: bytes, steps: range) -> Iterator[Any]:
    loader = _opened(source)
    for step in steps:
        # As one worker of as many as there are steps, this reads one batch and nothing ahead of it.
        with loader.iterate(step, len(loader)) as batches:
            for batch in batches:
                yield BlockAccessor.batch_to_block({name: _column(values) for name, values in batch.items()})


@lru_cache(maxsize=4)
def _opened(source: bytes) -> Loader:
    """Open a version once in each of Ray's worker processes, which run many tasks."""
    dataset, options = pickle.loads(source)
    loader: Loader = dataset.loader(**options)
    return loader


def _column(values: Any) -> Any:
    if isinstance(values, dict):
        items = (single({"items": values}, at)["items"] for at in range(len(values["offsets"]) - 1))
        return [{name: array.tolist() for name, array in item.items()} for item in items]
    return values


def _nbytes(values: Any) -> int:
    if isinstance(values, np.ndarray):
        return int(values.nbytes)
    if isinstance(values, dict):
        return sum(map(_nbytes, values.values()))
    if isinstance(values, list):
        return sum(map(_nbytes, values))
    return len(values) if isinstance(values, (str, bytes)) else 8
