"""Batches: their order, their types, and where they go on after a stop."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CLASSES, SAMPLES, picture, png, strata_cli

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


@pytest.mark.parametrize("shuffle", SHUFFLES)
@pytest.mark.parametrize("end", [{}, {"drop_last": True}, {"pad": True}])
def test_the_samples_of_any_step_can_be_named(ds: strata.Dataset, shuffle: Shuffle, end: dict[str, bool]) -> None:
    for rank, world_size in ((0, 1), (0, 3), (2, 3)):
        whole: dict[str, Any] = {"shuffle": shuffle, "rank": rank, "world_size": world_size, **end}
        loader = ds.loader(batch_size=8, seed=3, epoch=1, columns=["key"], **whole)
        seen = [batch["key"] for batch in loader]
        assert [loader.which(step, epoch=1) for step in range(len(seen))] == seen
        assert [ds.which(step, 3, 1, 8 * world_size, **whole) for step in range(len(seen))] == seen
        with pytest.raises(IndexError):
            ds.which(len(seen), 3, 1, 8 * world_size, **whole)
    chosen = ds.loader(split="train", where="label = 'cat'", batch_size=4, shuffle=shuffle, columns=["key", "label"])
    assert chosen.which(1) == ds.which(1, global_batch=4, split="train", where="label = 'cat'", shuffle=shuffle)
    assert chosen.which(1) == [batch["key"] for batch in chosen][1]
    parts = [(chosen, 1.0), (ds.loader(columns=["key", "label"]), 1.0)]
    with pytest.raises(TypeError):
        strata.mix(parts).which(0)


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
    count = 0
    for task in Path("/proc/self/task").iterdir():
        # A thread may end while it is looked at.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            count += (task / "comm").read_text().startswith("strata-loader")
    return count


def no_loader_threads() -> bool:
    """Whether there are none: one that was waited for is listed until the kernel has put it away."""
    deadline = time.monotonic() + 5
    while loader_threads() > 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    return loader_threads() == 0


def test_threads_live_only_while_a_loop_runs(ds: strata.Dataset) -> None:
    # With room for one batch only, threads have to wait for the consumer.
    loader = ds.loader(batch_size=4, num_threads=3, prefetch_bytes=1, columns=["image"])
    gc.collect()
    assert no_loader_threads()
    running = iter(loader)
    next(running)
    assert loader_threads() > 0
    running.close()
    assert no_loader_threads()
    assert next(running, None) is None
    for _ in loader:
        break
    gc.collect()
    assert no_loader_threads()


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


def test_transform_and_collate(ds: strata.Dataset) -> None:
    arguments: dict[str, Any] = {"batch_size": 16, "columns": ["key", "image", "label"], "decode": "rgb8"}
    plain = list(ds.loader(**arguments))
    seen = list(ds.loader(**arguments, transform=lambda batch: (batch["image"] / 255, batch["label"])))
    for batch, (images, labels) in zip(plain, seen, strict=True):
        np.testing.assert_array_equal(images, batch["image"] / 255)
        np.testing.assert_array_equal(labels, batch["label"])
    samples = [sample for samples in ds.loader(**arguments, collate=list) for sample in samples]
    assert [sample["key"] for sample in samples] == keys(plain)
    assert {type(sample["label"]) for sample in samples} == {int}
    assert samples[0]["image"].shape == (6, 5, 3)
    sums = ds.loader(**arguments, transform=lambda sample: int(sample["image"].sum()), collate=sum)
    assert list(sums) == [int(batch["image"].astype(int).sum()) for batch in plain]


def test_crops_are_the_same_on_any_number_of_ranks(ds: strata.Dataset) -> None:
    def cut(batch_size: int, **more: Any) -> dict[str, Any]:
        loader = ds.loader(
            batch_size=batch_size, shuffle=True, decode="rgb8", resize=(4, 4), crop="random_resized", seed=5, **more
        )
        return {
            key: image.tobytes() for batch in loader for key, image in zip(batch["key"], batch["image"], strict=True)
        }

    columns = ["key", "image"]
    alone = cut(16, columns=columns)
    assert len(alone) == SAMPLES
    ranks = [cut(4, columns=columns, rank=rank, world_size=3, num_threads=1) for rank in range(3)]
    assert {key: image for rank in ranks for key, image in rank.items()} == alone
    assert cut(16, columns=columns, epoch=1) != alone
    whole = {sample["key"]: sample["image"] for sample in strata.open(ds_url(ds), decode="rgb8")}
    center = ds.loader(batch_size=1, columns=columns, decode="rgb8", resize=(5, 5), crop="center")
    for batch in center:
        # 5 x 5 of 6 x 5: half a row from above, half from below.
        assert batch["image"].shape == (1, 5, 5, 3)
        middle = whole[batch["key"][0]].astype(float)
        np.testing.assert_allclose(batch["image"][0], (middle[:5] + middle[1:]) / 2, atol=1.0)
    shorter = ds.loader(batch_size=4, columns=["image"], decode="rgb8", resize=10)
    assert next(iter(shorter))["image"].shape == (4, 12, 10, 3)
    for crop in (strata.Crop("center", share=0.0), strata.Crop("random_resized", scale=(0.5, 0.1))):
        with pytest.raises(strata.StrataError) as caught:
            ds.loader(decode="rgb8", resize=(4, 4), crop=crop)
        assert caught.value.code == "argument_invalid"
    with pytest.raises(strata.StrataError):
        ds.loader(decode="rgb8", crop="center")


def ds_url(ds: strata.Dataset) -> str:
    return ds._arguments["url"]


def test_a_damaged_picture_is_named_or_skipped(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for number in range(9):
        content = bytearray(png(picture(number)))
        if number in (3, 7):
            content[60] ^= 0xFF
        (tmp_path / "files" / f"{number}.png").write_bytes(content)
    store = f"file://{tmp_path}/store"
    strata_cli("init", "--store", store)
    # As files they are taken as they are; as images the two would have been refused.
    strata_cli("import", "--store", store, "--dataset", "d", "--format", "files", tmp_path / "files")
    ds = strata.open(store)
    arguments: dict[str, Any] = {"batch_size": 4, "columns": ["key", "file"], "decode": "rgb8"}
    for resize in (None, (4, 4)):
        with pytest.raises(strata.StrataError, match=r"3\.png") as caught:
            list(ds.loader(**arguments, resize=resize))
        assert caught.value.code == "decode_failed"
        loader = ds.loader(**arguments, resize=resize, on_error="skip")
        batches = list(loader)
        assert [len(batch["key"]) for batch in batches] == [3, 3, 1]
        assert [len(batch["file"]) for batch in batches] == [3, 3, 1]
        assert keys(batches) == [f"{number}.png" for number in (0, 1, 2, 4, 5, 6, 8)]
        assert loader.skipped == 2
        assert [key for key, _ in loader.skipped_samples] == ["3.png", "7.png"]
        assert "does not decode" in loader.skipped_samples[0][1]


def test_a_cache_needs_a_store_far_away(ds: strata.Dataset, pets: str, tmp_path: Path) -> None:
    assert ds.cache is None
    local = strata.open(pets, cache_dir=tmp_path / "cache")
    assert local.cache is None
    assert not (tmp_path / "cache").exists()


def test_a_mixture_has_the_shares_of_its_weights(ds: strata.Dataset) -> None:
    cats = ds.loader(where="label = 'cat'", columns=["key", "label"], shuffle=True, seed=1)
    others = ds.loader(where="label != 'cat'", columns=["key", "label"], shuffle=True, seed=2)

    def mixed(batch_size: int, **more: Any) -> strata.Mixture:
        return strata.mix([(cats, 3), (others, 1)], batch_size=batch_size, seed=4, samples=4096, **more)

    whole = keys(mixed(512))
    assert len(whole) == 4096
    assert sum("/cat/" in key for key in whole) == 3072
    loader = mixed(100)
    assert loader.classes == {"label": list(CLASSES)}
    running = iter(loader)
    seen = [next(running) for _ in range(7)]
    assert keys(seen) == whole[:700]
    for batch in seen:
        assert [CLASSES[label] in key for key, label in zip(batch["key"], batch["label"], strict=True)] == [True] * 100
    # The rest, on three ranks.
    ranks = []
    for rank in range(3):
        rest = mixed(50, rank=rank, world_size=3)
        rest.load_state_dict(loader.state_dict())
        ranks.append(list(rest))
    assert keys(batches[step] for step in range(len(ranks[0])) for batches in ranks) == whole[700:]
    # The next epoch goes on: every cat is seen as often as any other, give or take one.
    both = mixed(512)
    counts = np.unique([key for _ in range(2) for key in keys(both) if "/cat/" in key], return_counts=True)[1]
    assert counts.max() - counts.min() <= 1
    with pytest.raises(strata.StrataError) as caught:
        strata.mix([(cats, 1), (others, 1)], samples=4096, seed=4).load_state_dict(loader.state_dict())
    assert caught.value.code == "state_mismatch"
    for parts in ([], [(cats, 0.0)], [(cats, 1), (ds.loader(columns=["key"]), 1)]):
        with pytest.raises(strata.StrataError) as caught:
            strata.mix(parts)
        assert caught.value.code == "argument_invalid"
