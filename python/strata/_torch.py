"""Batches of torch tensors. Imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

if TYPE_CHECKING:
    from .dataset import Dataset


class TorchLoader(IterableDataset[dict[str, Any]]):  # type: ignore[misc]
    """Batches of a version as tensors, for `DataLoader(..., batch_size=None)`.

    Worker `w` of `W` yields the batches `w`, `w + W`, …, so that the DataLoader's round robin restores the order.
    """

    def __init__(self, dataset: Dataset, arguments: dict[str, Any]) -> None:
        """Make it with `Dataset.torch`."""
        super().__init__()
        self._dataset = dataset
        self._arguments = arguments
        self._loader = dataset.loader(**arguments).converted(_tensor)

    def __reduce__(self) -> tuple[type[TorchLoader], tuple[Any, ...], dict[str, Any]]:
        """Pickle as arguments and state."""
        return TorchLoader, (self._dataset, self._arguments), self.state_dict()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over the state after unpickling."""
        self._loader.load_state_dict(state)

    def __len__(self) -> int:
        """Count the batches of a whole epoch on this rank."""
        return len(self._loader)

    def __iter__(self) -> Iterator[Any]:
        """Begin an epoch, or what is left of it after `load_state_dict`."""
        info = get_worker_info()
        worker, workers = (0, 1) if info is None else (info.id, info.num_workers)
        with self._loader.iterate(worker, workers) as batches:
            yield from batches

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch."""
        self._loader.set_epoch(epoch)

    def state_dict(self) -> dict[str, Any]:
        """Where the latest loop stands."""
        return self._loader.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over a state."""
        self._loader.load_state_dict(state)


def _tensor(values: Any) -> Any:
    if isinstance(values, np.ndarray):
        return torch.from_numpy(values)
    if isinstance(values, dict):
        return {name: _tensor(inner) for name, inner in values.items()}
    if isinstance(values, list):
        return [_tensor(inner) for inner in values]
    return values
