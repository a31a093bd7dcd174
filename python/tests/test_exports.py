"""Exports for other loaders, each read back by the library that it is for."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import strata_cli

import strata


@pytest.fixture(scope="module")
def exported(pets: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Export a dataset in a format, once; answers the folder."""
    folder = tmp_path_factory.mktemp("exports")

    def export(format: str, store: str = pets, dataset: str = "pets") -> Path:
        out = folder / f"{dataset}-{format}"
        if not out.exists():
            strata_cli("export", "--store", store, "--dataset", dataset, "--format", format, out)
        return out

    return export


@pytest.fixture(scope="module")
def truth(pets: str) -> dict[str, tuple[bytes, int]]:
    ds = strata.open(pets, dataset="pets")
    samples = {}
    for batch in ds.loader(batch_size=64, columns=["key", "image", "label"]):
        for key, image, label in zip(batch["key"], batch["image"], batch["label"], strict=True):
            samples[key] = (image, int(label))
    return samples


def test_webdataset(exported: Any, truth: dict[str, tuple[bytes, int]]) -> None:
    webdataset = pytest.importorskip("webdataset")
    shards = sorted(str(path) for path in exported("webdataset").glob("*.tar"))
    read = {}
    for sample in webdataset.WebDataset(shards, shardshuffle=False, empty_check=False):
        about = json.loads(sample["json"])
        read[about["key"]] = (sample["png"], int(sample.get("cls", b"-1")))
    assert read == truth


def test_webdataset_is_plain_tar(exported: Any, truth: dict[str, tuple[bytes, int]]) -> None:
    names = []
    for path in sorted(exported("webdataset").glob("*.tar")):
        with tarfile.open(path) as tar:
            names += tar.getnames()
    stems = [name.split(".", 1)[0] for name in names]
    assert len(set(stems)) == len(truth)
    assert {name.split(".", 1)[1] for name in names} == {"png", "cls", "json"}


def test_mds(exported: Any, truth: dict[str, tuple[bytes, int]]) -> None:
    streaming = pytest.importorskip("streaming")
    out = exported("mds")
    read = {}
    for index in out.rglob("index.json"):
        split = None if index.parent == out else index.parent.name
        rows = streaming.StreamingDataset(local=str(out), split=split, batch_size=1, shuffle=False)
        for row in rows:
            read[row["key"]] = (np.asarray(row["image"].convert("RGB")), row["label"])
            assert isinstance(row["labels"], list)
    assert read.keys() == truth.keys()
    pillow = pytest.importorskip("PIL.Image")
    for key, (pixels, label) in read.items():
        image, expected_label = truth[key]
        assert label == expected_label
        np.testing.assert_array_equal(pixels, np.asarray(pillow.open(io.BytesIO(image)).convert("RGB")))


def test_hugging_face(exported: Any, truth: dict[str, tuple[bytes, int]], tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(exported("huggingface")), cache_dir=str(tmp_path))
    read = {}
    for split in loaded.values():
        assert isinstance(split.features["image"], datasets.Image)
        assert isinstance(split.features["label"], datasets.ClassLabel)
        for row in split.cast_column("image", datasets.Image(decode=False)):
            read[row["key"]] = (row["image"]["bytes"], -1 if row["label"] is None else row["label"])
    assert read == truth


def test_texts_in_every_format(exported: Any, reviews: str) -> None:
    keys = {f"r{number:02}" for number in range(20)}
    with tarfile.open(next(exported("webdataset", reviews, "reviews").glob("*.tar"))) as tar:
        members = {name: tar.extractfile(name) for name in tar.getnames()}
        about = [json.load(file) for name, file in members.items() if name.endswith(".json") and file]
    assert {each["key"] for each in about} == keys
    index = json.loads((exported("mds", reviews, "reviews") / "index.json").read_text())
    assert sum(shard["samples"] for shard in index["shards"]) == 20
    card = (exported("huggingface", reviews, "reviews") / "README.md").read_text()
    assert "dtype: string" in card
