"""What a run trained on, as inputs of an MLflow run. Imported only when it is asked for."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

import mlflow
from mlflow.data.dataset import Dataset as MlflowDataset
from mlflow.data.dataset_source import DatasetSource

from .dataset import Dataset, open
from .origin import Origin


class VersionSource(DatasetSource):  # type: ignore[misc]
    """A selection of a version of a dataset in a store; tokens and keys are never a part of it."""

    def __init__(self, url: str, dataset: str, commit: str, split: str | None, where: str | None) -> None:
        """Name the version."""
        self.url = _without_user(url)
        self.dataset = dataset
        self.commit = commit
        self.split = split
        self.where = where

    @staticmethod
    def _get_source_type() -> str:
        return "strata"

    @staticmethod
    def _can_resolve(raw_source: Any) -> bool:
        # A URL alone does not name a version: sources are made by `log_to_mlflow`.
        return False

    @classmethod
    def _resolve(cls, raw_source: Any) -> VersionSource:
        raise NotImplementedError("a Strata source is made by log_to_mlflow")

    def load(self) -> Dataset:
        """Open the version."""
        return open(self.url, self.dataset, self.commit)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields."""
        return {
            "url": self.url,
            "dataset": self.dataset,
            "commit": self.commit,
            "split": self.split,
            "where": self.where,
        }

    @classmethod
    def from_dict(cls, source_dict: dict[Any, Any]) -> VersionSource:
        """Make it from its fields."""
        return cls(**source_dict)


class VersionDataset(MlflowDataset):  # type: ignore[misc]
    """A selection of a version as an MLflow dataset; its digest is the beginning of the commit's hash."""

    def __init__(self, origin: Origin, state: dict[str, Any]) -> None:
        """Describe what a loader reads."""
        arguments, version = origin.arguments, origin.dataset
        source = VersionSource(
            version._arguments["url"], version.name, version.commit, arguments["split"], arguments["where"]
        )
        self._state = state
        self._version = version
        super().__init__(source, version.name)

    def _compute_digest(self) -> str:
        # MLflow keeps one dataset for each name and digest, so another selection has another digest.
        whole = self.source.split is None and self.source.where is None
        commit: str = self._state["commit"]
        return commit[:10] if whole else f"{commit[:10]}-{self._state['query'][:8]}"

    @property
    def schema(self) -> dict[str, Any]:
        """Fields, layers and metadata of the version."""
        return {name: self._version.schema[name] for name in ("fields", "layers", "metadata")}

    @property
    def profile(self) -> dict[str, Any]:
        """Count the samples of the selection, and of the version."""
        return {"num_samples": self._state["samples"], "num_samples_of_version": len(self._version)}

    def to_dict(self) -> dict[str, str]:
        """Return what MLflow stores."""
        described: dict[str, str] = super().to_dict()
        return described | {"schema": json.dumps(self.schema), "profile": json.dumps(self.profile)}


def log_inputs(origins: list[Origin], state: dict[str, Any], context: str) -> None:
    """Log what a loader in a state read to MLflow's active run; see `Loader.log_to_mlflow`."""
    for number, origin in enumerate(origins):
        mixed = len(origins) > 1
        part = state["parts"][number] if mixed else state
        dataset = VersionDataset(origin, part)
        mlflow.log_input(dataset, context=context)
        chosen = dataset.source.to_dict() | {"seed": part["seed"], "shuffle": part["shuffle"]}
        prefix = f"strata.{context}.part{number}" if mixed else f"strata.{context}"
        # Parameters have a limit of length and are no place for None.
        mlflow.log_params({f"{prefix}.{name}": value for name, value in chosen.items() if value is not None})
    if len(origins) > 1:
        mlflow.log_param(f"strata.{context}.seed", state["seed"])
    # Tags, since they may change: the same run may log again as it goes on.
    mlflow.set_tags(
        {
            f"strata.{context}.epoch": state["epoch"],
            f"strata.{context}.samples_read": state["epoch"] * state["samples"] + state["position"],
        }
    )


def _without_user(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
