"""What a run read, in MLflow's own records: the real package over a store of files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import strata

mlflow = pytest.importorskip("mlflow", reason="needs mlflow: pip install './python[mlflow]'")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A run whose records lie in files of this test."""
    # Newer releases want to be asked twice for files.
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri(f"file://{tmp_path}/mlruns")
    with mlflow.start_run() as run:
        yield run


def recorded(run: Any) -> Any:
    return mlflow.get_run(run.info.run_id)


def test_a_loader_is_an_input_of_the_run(run: Any, pets: str) -> None:
    ds = strata.open(pets, token="secret-token")
    loader = ds.loader(split="train", where="label = 'cat'", batch_size=4, shuffle=True, seed=7, columns=["key"])
    for _ in loader:
        pass
    next(iter(loader))
    loader.log_to_mlflow()
    record = recorded(run)
    (logged,) = record.inputs.dataset_inputs
    assert (logged.dataset.name, logged.dataset.source_type) == ("pets", "strata")
    assert logged.dataset.digest.startswith(ds.commit[:10])
    assert {tag.key: tag.value for tag in logged.tags} == {"mlflow.data.context": "training"}
    assert json.loads(logged.dataset.profile) == {"num_samples": 15, "num_samples_of_version": 60}
    assert json.loads(logged.dataset.schema)["layers"] == ds.schema["layers"]
    assert "secret-token" not in str(record.to_dictionary())
    assert record.data.params == {
        "strata.training.url": pets,
        "strata.training.dataset": "pets",
        "strata.training.commit": ds.commit,
        "strata.training.split": "train",
        "strata.training.where": "label = 'cat'",
        "strata.training.seed": "7",
        "strata.training.shuffle": "block",
    }
    assert record.data.tags["strata.training.epoch"] == "1"
    assert record.data.tags["strata.training.samples_read"] == "19"
    # The run goes on, and says so again.
    for _ in loader:
        pass
    loader.log_to_mlflow()
    again = recorded(run)
    assert again.data.tags["strata.training.samples_read"] == "30"
    assert len(again.inputs.dataset_inputs) == 1
    # What was recorded opens the same version.
    from strata._mlflow import VersionSource

    assert VersionSource.from_json(logged.dataset.source).load().commit == ds.commit


def test_training_and_evaluation_stand_side_by_side(run: Any, pets: str) -> None:
    ds = strata.open(pets)
    train, test = (ds.loader(split=split, batch_size=4) for split in ("train", "test"))
    train.log_to_mlflow()
    test.log_to_mlflow(context="evaluation")
    record = recorded(run)
    assert len({logged.dataset.digest for logged in record.inputs.dataset_inputs}) == 2
    assert record.data.params["strata.evaluation.split"] == "test"
    mixture = strata.mix([(train, 1), (test, 2)], seed=3, batch_size=4)
    mixture.log_to_mlflow(context="mixed")
    params = recorded(run).data.params
    assert [params[f"strata.mixed.part{number}.split"] for number in (0, 1)] == ["train", "test"]
    assert params["strata.mixed.seed"] == "3"


def test_batches_of_tensors_are_logged_as_well(run: Any, pets: str) -> None:
    pytest.importorskip("torch", reason="needs torch: pip install './python[torch]'")
    batches = strata.open(pets).torch(batch_size=6)
    next(iter(batches))
    batches.log_to_mlflow()
    assert recorded(run).data.tags["strata.training.samples_read"] == "6"
