"""Batches of torch tensors. Imported only when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from multiprocessing.context import get_spawning_popen
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.distributed
from torch.utils.data import IterableDataset, get_worker_info

from ._shared_epoch import Participant, SharedEpoch

if TYPE_CHECKING:
    from .dataset import Dataset
    from .options import LoaderOptions


class TorchLoader(IterableDataset[dict[str, Any]]):  # type: ignore[misc]
    """Batches of a version as tensors, for `DataLoader(..., batch_size=None)`; see `Dataset.torch`.

    Worker `w` of `W` yields the batches `w`, `w + W`, …, so that the DataLoader's round robin restores the order.
    """

    def __init__(self, dataset: Dataset, arguments: LoaderOptions, shared: SharedEpoch | None = None) -> None:
        """Make it with `Dataset.torch`."""
        super().__init__()
        self._dataset = dataset
        # Workers that are spawned have no process group to ask.
        self._arguments = _with_ranks(arguments)
        self._loader = dataset.loader(**self._arguments).converted(as_tensors)
        self._shared = shared or SharedEpoch(self._loader.epoch)
        self._loops = 0
        self._restored = False

    def __reduce__(self) -> tuple[type[TorchLoader], tuple[Any, ...], dict[str, Any]]:
        """Pickle as arguments and state. A worker that is just being started shares the epoch, other copies don't."""
        shared = None if get_spawning_popen() is None else self._shared
        state = {"loader": self.state_dict(), "shared": shared is not None}
        return TorchLoader, (self._dataset, self._arguments, shared), state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over the state after unpickling."""
        loader = state["loader"]
        self._loader.load_state_dict(loader)
        if not state["shared"]:
            self._shared.go(loader["epoch"], loader["position"])

    def __len__(self) -> int:
        """Count the batches of a whole epoch on this rank."""
        return len(self._loader)

    def __iter__(self) -> Iterator[Any]:
        """Begin an epoch, or what is left of it after `load_state_dict`."""
        participant = self._next_participant()
        self._loops += 1
        if not self._restored:
            epoch, position = self._shared.begin(participant)
            self._loader.load_state_dict({**self._loader.state_dict(), "epoch": epoch, "position": position})
        self._restored = False
        return self._batches(participant)

    def _batches(self, participant: Participant) -> Iterator[Any]:
        with self._loader.iterate(participant.worker, participant.workers) as batches:
            yield from batches
        self._shared.end(participant)

    @property
    def epoch(self) -> int:
        """The epoch that the next loop yields, or that the running loop is in."""
        return self._shared.place()[0]

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch; workers that are kept alive learn of it as well."""
        self._shared.go(epoch)

    def state_dict(self) -> dict[str, Any]:
        """Where the latest loop stands, for a checkpoint.

        In a process whose DataLoader has workers, this is where the latest loop began: its workers read ahead of what
        was seen. `state_after` counts what was seen; a `StatefulDataLoader` asks the workers.
        """
        state = self._loader.state_dict()
        epoch, position, loop = self._shared.place()
        if get_worker_info() is None and loop != self._name(self._loops - 1):
            state |= {"epoch": epoch, "position": position}
        return state

    def state_after(self, batches: int) -> dict[str, Any]:
        """Return the state after so many batches of the latest loop, for a DataLoader with workers.

        It fits any number of ranks and of workers. `batches` counts from where that loop began, on this rank.
        """
        epoch, position, _ = self._shared.place()
        state = self._loader.state_dict()
        used = min(position + batches * self._global_batch(), state["samples"])
        return {**state, "epoch": epoch, "position": used}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over a state: the next loop yields exactly the rest of its epoch.

        Raises `StrataError` with code `state_mismatch` when the state counts in another order.
        """
        self._loader.load_state_dict(state)
        if get_worker_info() is None:
            self._shared.go(state["epoch"], state["position"])
            return
        # Called by a StatefulDataLoader's worker: the state is this worker's own.
        self._restored = True
        participant = self._next_participant()
        self._shared.restore(participant, state["epoch"])
        if not range(participant.worker, self._steps_left(state), participant.workers):
            # A StatefulDataLoader that was saved at the end of an epoch drops this loop without running it.
            self._shared.end(participant)

    def which(self, step: int, epoch: int | None = None) -> list[str]:
        """Name the samples of a step of an epoch (the current one when not given) on this rank; see `Loader.which`."""
        return self._loader.which(step, self.epoch if epoch is None else epoch)

    def log_to_mlflow(self, context: str = "training", batches: int | None = None) -> None:
        """Log what was read to the active run of MLflow; see `Loader.log_to_mlflow`.

        In the middle of a loop of a DataLoader with workers, `batches` says how many of them were seen.
        """
        from ._mlflow import log_inputs

        log_inputs(self._loader._origins, self.state_dict() if batches is None else self.state_after(batches), context)

    def _next_participant(self) -> Participant:
        info = get_worker_info()
        worker, workers = (0, 1) if info is None else (info.id, info.num_workers)
        return Participant(self._name(self._loops), worker, workers)

    def _name(self, loop: int) -> str:
        info = get_worker_info()
        # The workers of a DataLoader have one seed among them, new whenever they are started.
        return f"process {os.getpid()}, {loop}" if info is None else f"workers {info.seed - info.id}, {loop}"

    def _global_batch(self) -> int:
        return self._arguments.get("batch_size", 1) * self._arguments.get("world_size", 1)

    def _steps_left(self, state: dict[str, Any]) -> int:
        left = state["samples"] - state["position"]
        whole = self._arguments.get("drop_last", False)
        return int(left // self._global_batch() if whole else -(-left // self._global_batch()))


def _with_ranks(arguments: LoaderOptions) -> LoaderOptions:
    """Take rank and world size from the process group, where there is one and neither was given."""
    group = torch.distributed.is_available() and torch.distributed.is_initialized()
    if not group or "rank" in arguments or "world_size" in arguments:
        return arguments
    return {**arguments, "rank": torch.distributed.get_rank(), "world_size": torch.distributed.get_world_size()}


def as_tensors(values: Any) -> Any:
    """Turn the arrays of a batch into tensors over the same memory; what is no array stays."""
    if isinstance(values, np.ndarray):
        return torch.from_numpy(values)
    if isinstance(values, dict):
        return {name: as_tensors(inner) for name, inner in values.items()}
    if isinstance(values, list):
        return [as_tensors(inner) for inner in values]
    return values
