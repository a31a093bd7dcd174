"""A version as a source for Ray Data, on a cluster of three nodes in this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from conftest import BOXES, SAMPLES, picture
from processes import deadline

import strata

ray = pytest.importorskip("ray", reason="needs Ray: pip install './python[ray]'")
ray_data = pytest.importorskip("ray.data", reason="needs Ray Data: pip install './python[ray]'")

NODES = 3


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    with deadline(300):
        yield


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Three nodes of one CPU each, every one with processes and an object store of its own."""
    from ray.cluster_utils import Cluster

    # Nothing is reported to anybody from a test.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    node = {"num_cpus": 1, "object_store_memory": 100 << 20, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=node)
    try:
        for _ in range(NODES - 1):
            cluster.add_node(num_cpus=1, object_store_memory=100 << 20)
        ray.init(address=cluster.address, log_to_driver=False)
        cluster.wait_for_nodes(timeout=60)
        context = ray_data.DataContext.get_current()
        context.enable_progress_bars = False
        yield cluster
    finally:
        ray.shutdown()
        cluster.shutdown()


def number(key: str) -> int:
    return int(key.rsplit("/", 1)[-1].split(".")[0])


def test_ranges_are_read_on_all_nodes(cluster: Any, pets: str) -> None:
    ds = strata.open(pets)
    source = ds.ray(columns=["key", "image", "label", "split"], decode="rgb8")
    assert source.estimate_inmemory_data_size() >= SAMPLES * 6 * 5 * 3
    tasks = source.get_read_tasks(6)
    assert [task.metadata.num_rows for task in tasks] == [10] * 6
    data = ray_data.read_datasource(source, override_num_blocks=6, ray_remote_args={"scheduling_strategy": "SPREAD"})
    assert data.count() == SAMPLES
    rows = sorted(data.take_all(), key=lambda row: str(row["key"]))
    assert [row["key"] for row in rows] == [sample["key"] for sample in ds]
    assert [row["label"] for row in rows] == [sample["label"] for sample in ds]
    for row in rows:
        np.testing.assert_array_equal(row["image"], picture(number(row["key"])))

    def node(batch: dict[str, Any]) -> dict[str, Any]:
        return {"node": [ray.get_runtime_context().get_node_id()] * len(batch["key"])}

    read_by = {row["node"] for row in data.map_batches(node).take_all()}
    assert len(read_by) > 1


def test_a_selection_and_the_steps_after_it(cluster: Any, pets: str) -> None:
    ds = strata.open(pets)
    source = ds.ray(split="train", where="label = 'cat'", columns=["key", "label"])
    data = ray_data.read_datasource(source, override_num_blocks=4)
    wanted = [batch["key"] for batch in ds.loader(split="train", where="label = 'cat'", columns=["key"])]
    assert sorted(row["key"] for row in data.take_all()) == [key for (key,) in wanted]
    assert data.filter(lambda row: row["label"] == 0).count() == len(wanted)
    assert ray_data.read_datasource(ds.ray(where="label = 'whale'")).count() == 0


def rows_of(source: Any) -> list[dict[str, Any]]:
    """What the reading tasks yield, run here one after the other."""
    from ray.data.block import BlockAccessor

    blocks = [block for task in source.get_read_tasks(3) for block in task()]
    return [row for block in blocks for row in BlockAccessor.for_block(block).iter_rows(public_row_format=True)]


def test_texts_and_bytes_come_as_they_are(pets: str, reviews: str) -> None:
    texts = strata.open(reviews)
    assert [row["text"] for row in rows_of(texts.ray())] == [sample["text"] for sample in texts]
    pictures = strata.open(pets)
    assert [row["image"] for row in rows_of(pictures.ray(columns=["image"]))] == [
        sample["image"] for sample in pictures
    ]


def test_boxes_come_as_structs_of_lists(streets: str) -> None:
    read = [row["objects"] for row in rows_of(strata.open(streets).ray(columns=["key", "objects"]))]
    assert [[tuple(box) for box in items["boxes"]] for items in read] == list(BOXES)
    assert [list(items["classes"]) for items in read] == [[0] * len(boxes) for boxes in BOXES]


def test_a_damaged_sample_is_named_or_skipped(damaged: str) -> None:
    ds = strata.open(damaged)
    with pytest.raises(strata.StrataError, match=r"3\.png.*\[decode_failed\]"):
        rows_of(ds.ray(columns=["key", "file"], decode="rgb8"))
    read = rows_of(ds.ray(columns=["key", "file"], decode="rgb8", on_error="skip"))
    assert [row["key"] for row in read] == [f"{at}.png" for at in range(9) if at != 3]
