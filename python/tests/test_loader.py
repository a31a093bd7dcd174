"""Batches: their order, their types, and where they go on after a stop."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import SAMPLES, picture

import strata
from strata.dataset import Shuffle

SHUFFLES: list[Shuffle] = [False, "block", "full"]


def keys(batches: Any) -> list[str]:
    return [key for batch in batches for key in batch["key"]]


@pytest.fixture
def ds(pets: str) -> strata.Dataset:
    return strata.open(pets)


@pytest.mark.parametrize("shuffle", SHUFFLES)
def test_an_epoch_holds_every_sample_once(ds: strata.Dataset, shuffle: Shuffle) -> None:
    loader = ds.loader(batch_size=7, shuffle=shuffle, seed=3, columns=["key"])
    first = keys(loader)
    assert len(loader) == 9
    assert sorted(first) == [sample["key"] for sample in ds]
    assert (first == sorted(first)) == (shuffle is False)
    again = ds.loader(batch_size=13, shuffle=shuffle, seed=3, columns=["key"], num_threads=1)
    assert keys(again) == first


def test_loops_go_from_epoch_to_epoch(ds: strata.Dataset) -> None:
    loader = ds.loader(batch_size=16, shuffle=True, columns=["key"])
    first, second = keys(loader), keys(loader)
    assert first != second
    assert sorted(first) == sorted(second)
    assert loader.epoch == 2
    loader.set_epoch(1)
    assert keys(loader) == second
    # A loop that was left starts its epoch again.
    loader.set_epoch(0)
    next(iter(loader))
    assert keys(loader) == first


@pytest.mark.parametrize("world_size", [1, 2, 3, 8, 64])
def test_ranks_share_out_the_order(ds: strata.Dataset, world_size: int) -> None:
    whole = keys(ds.loader(batch_size=SAMPLES, shuffle=True, seed=1, columns=["key"]))
    ranks = [
        list(ds.loader(batch_size=4, shuffle=True, seed=1, columns=["key"], rank=rank, world_size=world_size))
        for rank in range(world_size)
    ]
    assert len({len(batches) for batches in ranks}) == 1
    assert keys(batches[step] for step in range(len(ranks[0])) for batches in ranks) == whole


def test_the_end_of_an_epoch(ds: strata.Dataset) -> None:
    sizes = [len(batch["key"]) for batch in ds.loader(batch_size=16, columns=["key"])]
    assert sizes == [16, 16, 16, 12]
    sizes = [len(batch["key"]) for batch in ds.loader(batch_size=16, columns=["key"], drop_last=True)]
    assert sizes == [16, 16, 16]
    padded = keys(ds.loader(batch_size=16, columns=["key"], pad=True))
    assert len(padded) == 64
    assert padded[60:] == padded[:4]


@pytest.mark.parametrize("shuffle", SHUFFLES)
@pytest.mark.parametrize("world_size", [1, 2, 5])
def test_a_resume_yields_exactly_the_rest(ds: strata.Dataset, shuffle: Shuffle, world_size: int) -> None:
    whole = keys(ds.loader(batch_size=SAMPLES, shuffle=shuffle, seed=9, epoch=2, columns=["key"]))
    loader = ds.loader(batch_size=8, shuffle=shuffle, seed=9, epoch=2, columns=["key"])
    running = iter(loader)
    for steps in range(9):
        state = loader.state_dict()
        ranks = []
        for rank in range(world_size):
            rest = ds.loader(batch_size=3, shuffle=shuffle, seed=9, columns=["key"], rank=rank, world_size=world_size)
            rest.load_state_dict(state)
            assert rest.epoch == 2
            ranks.append(list(rest))
            assert rest.epoch == 3
        got = keys(batches[step] for step in range(len(ranks[0])) for batches in ranks)
        assert got == whole[steps * 8 :]
        next(running, None)


def test_a_state_of_another_order_is_refused(ds: strata.Dataset, reviews: str) -> None:
    state = ds.loader(batch_size=8, shuffle=True, seed=1).state_dict()
    other = strata.open(reviews)
    for loader in (
        ds.loader(batch_size=8, shuffle=True, seed=2),
        ds.loader(batch_size=8, shuffle="full", seed=1),
        ds.loader(batch_size=8, shuffle=True, seed=1, split="train"),
        other.loader(batch_size=8, shuffle=True, seed=1),
    ):
        with pytest.raises(strata.StrataError) as caught:
            loader.load_state_dict(state)
        assert caught.value.code == "state_mismatch"
    with pytest.raises(strata.StrataError) as caught:
        ds.loader().load_state_dict({"position": 3})
    assert caught.value.code == "state_invalid"


def test_split_and_where_choose_samples(ds: strata.Dataset) -> None:
    train = ds.loader(split="train", where="label = 'cat'", batch_size=100, columns=["key", "label", "split"])
    (batch,) = train
    expected = [sample for sample in ds if "train/" in sample["key"] and "/cat/" in sample["key"]]
    assert batch["key"] == [sample["key"] for sample in expected]
    assert set(batch["split"]) == {"train"}
    assert set(batch["label"]) == {ds.classes.index("cat")}
    assert train.samples == len(expected)
    assert list(ds.loader(where="label = 'whale'")) == []
    for arguments, code in [
        ({"split": "trian"}, "split_unknown"),
        ({"where": "label ="}, "query_invalid"),
        ({"columns": ["imgae"]}, "column_unknown"),
        ({"columns": ["key", "key"]}, "argument_invalid"),
        ({"rank": 2, "world_size": 2}, "argument_invalid"),
    ]:
        with pytest.raises(strata.StrataError) as caught:
            ds.loader(**arguments)  # type: ignore[arg-type]
        assert caught.value.code == code, arguments


def test_pictures_come_as_arrays(ds: strata.Dataset) -> None:
    def of(key: str) -> int:
        return int(key.rsplit("/", 1)[-1].split(".")[0])

    (batch,) = ds.loader(batch_size=100, columns=["key", "image", "label"], decode="rgb8")
    assert batch["image"].dtype == np.uint8
    assert batch["image"].shape == (SAMPLES, 6, 5, 3)
    assert batch["image"].flags.writeable
    assert batch["label"].dtype == np.int64
    for key, pixels in zip(batch["key"], batch["image"], strict=True):
        np.testing.assert_array_equal(pixels, picture(of(key)))
    (batch,) = ds.loader(batch_size=100, decode="grey8", resize=(4, 7))
    assert batch["image"].shape == (SAMPLES, 4, 7)
    (batch,) = ds.loader(batch_size=100)
    assert all(isinstance(image, bytes) for image in batch["image"])
    with pytest.raises(ValueError, match="resize"):
        ds.loader(resize=(4, 7))


def test_workers_share_batches_round_robin(ds: strata.Dataset) -> None:
    whole = [batch["key"] for batch in ds.loader(batch_size=8, shuffle=True, columns=["key"])]
    loaders = [ds.loader(batch_size=8, shuffle=True, columns=["key"]) for _ in range(3)]
    shares = [[batch["key"] for batch in loader.iterate(worker, 3)] for worker, loader in enumerate(loaders)]
    assert [shares[step % 3][step // 3] for step in range(len(whole))] == whole


def loader_threads() -> int:
    tasks = Path("/proc/self/task")
    return sum((task / "comm").read_text().startswith("strata-loader") for task in tasks.iterdir())


def test_threads_live_only_while_a_loop_runs(ds: strata.Dataset) -> None:
    # With room for one batch only, threads have to wait for the consumer.
    loader = ds.loader(batch_size=4, num_threads=3, prefetch_bytes=1, columns=["image"])
    gc.collect()
    assert loader_threads() == 0
    running = iter(loader)
    next(running)
    assert loader_threads() > 0
    running.close()
    assert loader_threads() == 0
    assert next(running, None) is None
    for _ in loader:
        break
    gc.collect()
    assert loader_threads() == 0


def test_a_small_prefetch_still_yields_everything(ds: strata.Dataset) -> None:
    loader = ds.loader(batch_size=4, num_threads=4, prefetch_bytes=1, decode="rgb8")
    assert sum(len(batch["image"]) for batch in loader) == SAMPLES


def test_a_fork_after_open_reads_on(ds: strata.Dataset) -> None:
    running = iter(ds.loader(batch_size=4))
    next(running)
    child = os.fork()
    if child == 0:
        # Only the exit status leaves the child; pytest must not go on in it.
        status = 1
        try:
            status = 0 if sum(len(batch["label"]) for batch in ds.loader(batch_size=4)) == SAMPLES else 2
        finally:
            os._exit(status)
    timer = threading.Timer(20, os.kill, (child, signal.SIGKILL))
    timer.start()
    _, status = os.waitpid(child, 0)
    timer.cancel()
    assert os.waitstatus_to_exitcode(status) == 0
    assert sum(1 for _ in running) == 14


def test_ctrl_c_ends_a_loop(pets: str) -> None:
    script = f"""
import os, signal, strata, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell ignore it
ds = strata.open({pets!r})
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
loader = ds.loader(batch_size=1, shuffle=True)
try:
    while True:
        for batch in loader:
            pass
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.returncode) == ("interrupted\n", 0), done.stderr


def test_torch_yields_the_same_batches(ds: strata.Dataset) -> None:
    torch = pytest.importorskip("torch")
    arguments: dict[str, Any] = {"batch_size": 8, "shuffle": True, "seed": 4, "decode": "rgb8"}
    whole = [batch["label"].tolist() for batch in ds.loader(**arguments)]
    for workers in (0, 2):
        data = torch.utils.data.DataLoader(ds.torch(**arguments), batch_size=None, num_workers=workers)
        assert [batch["label"].tolist() for batch in data] == whole
