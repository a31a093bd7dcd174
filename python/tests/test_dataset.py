"""Opening a version and random access."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CLASSES, SAMPLES, picture, review, strata_cli

import strata


def number(key: str) -> int:
    return int(key.rsplit("/", 1)[-1].split(".")[0])


def test_a_version_says_what_it_holds(pets: str) -> None:
    ds = strata.open(pets, dataset="pets")
    assert len(ds) == SAMPLES
    assert ds.classes == sorted(CLASSES)
    assert ds.schema["splits"] == ["test", "train"]
    assert ds.schema["fields"]["image"]["type"] == "image"
    assert len(ds.commit) == 64
    assert strata.open(pets, ref=ds.commit).commit == ds.commit


def test_samples_by_place_key_and_slice(pets: str) -> None:
    ds = strata.open(pets, decode="rgb8")
    keys = [sample["key"] for sample in ds]
    assert keys == sorted(keys)
    assert len(keys) == SAMPLES
    for place in (0, 7, -1):
        sample = ds[place]
        of = number(sample["key"])
        np.testing.assert_array_equal(sample["image"], picture(of))
        assert ds.classes[sample["label"]] == CLASSES[of % 3]
        assert ds[sample["key"]]["label"] == sample["label"]
    batch = ds[2:8:2]
    assert batch["key"] == keys[2:8:2]
    assert batch["image"].shape == (3, 6, 5, 3)
    with pytest.raises(IndexError):
        ds[SAMPLES]
    with pytest.raises(KeyError):
        ds["no such key"]


def test_without_decode_bytes_are_those_imported(pets: str) -> None:
    sample = strata.open(pets)[0]
    assert sample["image"].startswith(b"\x89PNG")


def test_texts_inline_and_as_blobs(reviews: str) -> None:
    ds = strata.open(reviews, dataset="reviews")
    texts = {sample["key"]: sample["text"] for sample in ds}
    assert sorted(texts.values()) == sorted(review(of) for of in range(20))
    batch = next(iter(ds.loader(batch_size=20)))
    assert list(batch["text"]) == list(texts.values())
    assert sorted(np.bincount(batch["label"])) == [10, 10]


def test_what_is_not_there_has_a_code(pets: str, tmp_path: Path) -> None:
    refused: list[tuple[dict[str, Any], str]] = [
        ({"url": str(tmp_path)}, "store_missing"),
        ({"url": pets, "dataset": "none"}, "ref_unknown"),
        ({"url": pets, "ref": "none"}, "ref_unknown"),
        ({"url": "ftp://x"}, "store_url_invalid"),
    ]
    for arguments, code in refused:
        with pytest.raises(strata.StrataError) as caught:
            strata.open(**arguments)
        assert caught.value.code == code, arguments
        assert caught.value.message


def test_a_pickle_opens_the_same_commit(pets: str) -> None:
    ds = strata.open(pets, decode="rgb8")
    again = pickle.loads(pickle.dumps(ds))
    assert again.commit == ds.commit
    np.testing.assert_array_equal(again[3]["image"], ds[3]["image"])


def test_the_ref_is_pinned_when_it_is_opened(tmp_path: Path) -> None:
    store, rows = f"file://{tmp_path}/store", tmp_path / "rows.jsonl"
    rows.write_text('{"key": "a", "text": "one"}\n')
    strata_cli("init", "--store", store)
    strata_cli("import", "--store", store, "--dataset", "d", "--format", "jsonl", rows)
    before = strata.open(store)
    rows.write_text('{"key": "a", "text": "two"}\n{"key": "b", "text": "three"}\n')
    strata_cli("import", "--store", store, "--dataset", "d", "--format", "jsonl", rows)
    assert [sample["text"] for sample in before] == ["one"]
    after = strata.open(store)
    assert [sample["text"] for sample in after] == ["two", "three"]
    assert strata.open(store, ref="main~1").commit == before.commit


def test_a_flipped_byte_is_never_yielded(pets: str, tmp_path: Path) -> None:
    shutil.copytree(pets.removeprefix("file://"), tmp_path / "store")
    wanted = strata.open(pets)[5]["image"]
    flipped = 0
    for pack in (tmp_path / "store").rglob("*.pack"):
        content = bytearray(pack.read_bytes())
        if (at := content.find(wanted)) >= 0:
            content[at + len(wanted) // 2] ^= 1
            pack.chmod(0o644)
            pack.write_bytes(content)
            flipped += 1
    assert flipped == 1
    ds = strata.open(str(tmp_path / "store"))
    with pytest.raises(strata.StrataError, match=r"image.*of sample") as caught:
        ds[5]
    assert caught.value.code == "blob_damaged"
    loader = ds.loader(batch_size=1)
    batches = iter(loader)
    assert [len(next(batches)["image"]) for _ in range(5)] == [1] * 5
    with pytest.raises(strata.StrataError):
        next(batches)
    assert next(batches, None) is None
    # The state stands before the damaged sample.
    assert loader.state_dict()["position"] == 5
