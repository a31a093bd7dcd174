"""Where a loader comes from: the version and the selection behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _strata

if TYPE_CHECKING:
    from .dataset import Dataset


@dataclass(frozen=True)
class Origin:
    """A version and what was asked of it."""

    dataset: Dataset
    arguments: _strata.LoaderArguments

    def keys(self, step: int, state: dict[str, Any]) -> list[str]:
        """Name the samples that this rank gets at a step of the epoch of a state, by the order of that state.

        Raises `IndexError` when the epoch has no such step.
        """
        loader = self.dataset._version.loader(
            {
                **self.arguments,
                "columns": ["key"],
                "epoch": state["epoch"],
                "lanes": state["lanes"],
                "window": state["window"],
                "decode": None,
                "resize": None,
                "crop": None,
                "num_threads": 1,
            }
        )
        steps = len(loader)
        if not 0 <= step < steps:
            raise IndexError(f"step {step} of an epoch of {steps} steps")
        # One of as many workers as there are steps: it makes this one batch, and none ahead.
        batches = loader.iterate(step, steps)
        keys: list[str] = batches.__next__()["key"]
        batches.close()
        return keys
