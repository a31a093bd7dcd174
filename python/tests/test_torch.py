"""Batches as tensors: torch's DataLoader and torchdata's StatefulDataLoader, with and without workers."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import SAMPLES
from processes import deadline

import strata

torch = pytest.importorskip("torch", reason="needs torch: pip install './python[torch]'")
torch_data = pytest.importorskip("torch.utils.data")

Arguments = dict[str, Any]
ARGUMENTS: Arguments = {"batch_size": 8, "shuffle": True, "seed": 4, "columns": ["key", "label"]}
STEPS = 8
WORKERS = [(0, False), (1, False), (3, False), (3, True)]
"""How many workers, and whether they outlive a loop. Three share eight batches unevenly."""


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    with deadline(300):
        yield


@pytest.fixture
def ds(pets: str) -> strata.Dataset:
    return strata.open(pets)


def epochs(ds: strata.Dataset, count: int) -> list[list[list[str]]]:
    """The keys of each batch of some epochs, by the loader itself."""
    loader = ds.loader(**ARGUMENTS)
    return [[batch["key"] for batch in loader] for _ in range(count)]


def stateful_data_loader(*arguments: Any, **more: Any) -> Any:
    module = pytest.importorskip("torchdata.stateful_dataloader", reason="needs torchdata: ./python[torch]")
    return module.StatefulDataLoader(*arguments, **more)


def over(batches: Any, workers: int, persistent: bool, kind: Any = torch_data.DataLoader, **more: Any) -> Any:
    return kind(batches, batch_size=None, num_workers=workers, persistent_workers=persistent, **more)


def keys(data: Any) -> list[list[str]]:
    return [batch["key"] for batch in data]


@pytest.mark.parametrize(("workers", "persistent"), WORKERS)
@pytest.mark.parametrize("kind", [torch_data.DataLoader, stateful_data_loader])
def test_loops_go_from_epoch_to_epoch(ds: strata.Dataset, workers: int, persistent: bool, kind: Any) -> None:
    first, second, third = epochs(ds, 3)
    batches = ds.torch(**ARGUMENTS)
    data = over(batches, workers, persistent, kind)
    assert len(data) == STEPS
    assert keys(data) == first
    assert batches.epoch == 1
    assert keys(data) == second
    # Workers that are kept alive hear of it, too.
    batches.set_epoch(0)
    assert keys(data) == first
    batches.set_epoch(2)
    assert keys(data) == third


@pytest.mark.parametrize("start", ["spawn", "forkserver"])
def test_workers_that_are_spawned_share_the_epoch(ds: strata.Dataset, start: str) -> None:
    batches = ds.torch(**ARGUMENTS)
    data = over(batches, 1, False, multiprocessing_context=start)
    assert [keys(data), keys(data)] == epochs(ds, 2)
    assert batches.epoch == 2


@pytest.mark.parametrize(("workers", "persistent"), WORKERS)
def test_a_loop_that_was_left_never_mixes_epochs(ds: strata.Dataset, workers: int, persistent: bool) -> None:
    both = epochs(ds, 2)
    for steps in (1, 3, STEPS - 2, STEPS - 1, STEPS):
        data = over(ds.torch(**ARGUMENTS), workers, persistent)
        for _ in zip(range(steps), data, strict=False):
            pass
        again = keys(data)
        # Workers that read to the end of the epoch before the loop was left may have moved on, all together.
        read_ahead = 2 * workers
        assert again == both[0] or (again == both[1] and steps + read_ahead >= STEPS), steps


@pytest.mark.parametrize(("workers", "persistent"), WORKERS)
def test_a_stateful_data_loader_yields_exactly_the_rest(ds: strata.Dataset, workers: int, persistent: bool) -> None:
    first, second, third = epochs(ds, 3)
    running = over(ds.torch(**ARGUMENTS), workers, persistent, stateful_data_loader)
    states = [copy.deepcopy(running.state_dict())]
    for _ in running:
        states.append(copy.deepcopy(running.state_dict()))
    for steps in (0, 1, 4, 7, 8):
        resumed = over(ds.torch(**ARGUMENTS), workers, persistent, stateful_data_loader)
        resumed.load_state_dict(states[steps])
        assert keys(resumed) == first[steps:], steps
        assert keys(resumed) == second, steps
    # At the border: the epoch ended, so the next loop is the next epoch. None is skipped, none comes twice.
    resumed = over(ds.torch(**ARGUMENTS), workers, persistent, stateful_data_loader)
    resumed.load_state_dict(copy.deepcopy(running.state_dict()))
    assert keys(resumed) == second
    # In the second epoch of a resumed run.
    state = next(resumed.state_dict() for _ in resumed)
    again = over(ds.torch(**ARGUMENTS), workers, persistent, stateful_data_loader)
    again.load_state_dict(copy.deepcopy(state))
    assert keys(again) == third[1:]


def test_workers_that_are_forked_in_the_middle_of_a_loop(ds: strata.Dataset) -> None:
    first, _ = epochs(ds, 2)
    batches = ds.torch(**ARGUMENTS)
    running = iter(ds.torch(**ARGUMENTS))
    seen = [next(running)["key"]]
    assert keys(over(batches, 2, False)) == first
    assert seen + keys(running) == first


def test_trainers_that_are_forked_count_by_themselves(ds: strata.Dataset) -> None:
    first, second = epochs(ds, 2)
    batches = ds.torch(**ARGUMENTS)
    state = batches.state_dict()
    batches.load_state_dict({**state, "position": 16})
    context = multiprocessing.get_context("fork")
    queue = context.Queue()

    def train(workers: int) -> None:
        data = over(batches, workers, False)
        queue.put([keys(data), keys(data)])

    trainers = [context.Process(target=train, args=(workers,)) for workers in (0, 2, 2)]
    for trainer in trainers:
        trainer.start()
    for _ in trainers:
        assert queue.get(timeout=60) == [first[2:], second]
    for trainer in trainers:
        trainer.join(timeout=20)
        assert trainer.exitcode == 0
    assert keys(batches) == first[2:]


def test_a_state_of_the_steps_seen_fits_any_number_of_workers_and_ranks(ds: strata.Dataset) -> None:
    (first,) = epochs(ds, 1)
    batches = ds.torch(**ARGUMENTS)
    for step, _ in enumerate(over(batches, 2, False)):
        if step == 2:
            break
    state = pickle.loads(pickle.dumps(batches.state_after(3)))
    assert state["position"] == 24
    rest = [key for batch in first[3:] for key in batch]
    for world_size, workers in ((1, 0), (3, 0), (2, 2)):
        ranks = []
        for rank in range(world_size):
            resumed = ds.torch(**{**ARGUMENTS, "batch_size": 6}, rank=rank, world_size=world_size)
            resumed.load_state_dict(state)
            ranks.append(keys(over(resumed, workers, False)))
        assert [key for step in zip(*ranks, strict=True) for batch in step for key in batch] == rest
    with pytest.raises(strata.StrataError) as caught:
        ds.torch(**{**ARGUMENTS, "seed": 5}).load_state_dict(state)
    assert caught.value.code == "state_mismatch"


def test_a_copy_goes_on_by_itself(ds: strata.Dataset) -> None:
    (first,) = epochs(ds, 1)
    batches = ds.torch(**ARGUMENTS)
    running = iter(batches)
    next(running)
    other = pickle.loads(pickle.dumps(batches))
    other.load_state_dict(batches.state_dict())
    assert keys(other) == first[1:]
    assert keys(running) == first[1:]
    assert (other.epoch, batches.epoch) == (1, 1)


def test_tensors_share_the_memory_of_the_batch(ds: strata.Dataset, streets: str) -> None:
    from strata._torch import as_tensors

    arguments: Arguments = {"batch_size": 16, "decode": "rgb8", "columns": ["key", "image", "label"]}
    for plain, batch in zip(ds.loader(**arguments), ds.torch(**arguments), strict=True):
        assert (batch["image"].dtype, batch["label"].dtype) == (torch.uint8, torch.int64)
        assert batch["image"].shape == plain["image"].shape
        assert batch["key"] == plain["key"]
        shared = as_tensors(plain)
        for name in ("image", "label"):
            assert shared[name].data_ptr() == plain[name].ctypes.data
            assert torch.equal(shared[name], batch[name])
    (batch,) = strata.open(streets).torch(batch_size=3, columns=["note", "objects"])
    assert batch["note"] == ["street"] * 3
    assert {name: (part.dtype, tuple(part.shape)) for name, part in batch["objects"].items()} == {
        "boxes": (torch.float32, (3, 4)),
        "classes": (torch.int64, (3,)),
        "offsets": (torch.int64, (4,)),
    }
    (batch,) = ds.torch(batch_size=100, columns=["image"])
    assert {type(image) for image in batch["image"]} == {bytes}


def test_transform_and_collate_see_tensors(ds: strata.Dataset) -> None:
    arguments: Arguments = {"batch_size": 8, "decode": "rgb8"}
    means = ds.torch(**arguments, transform=lambda batch: batch["image"].float().mean())
    assert all(isinstance(mean, torch.Tensor) for mean in means)
    pairs = ds.torch(
        **arguments,
        transform=lambda sample: (sample["image"], sample["label"]),
        collate=torch_data.default_collate,
    )
    images, labels = next(iter(pairs))
    assert images.shape == (8, 6, 5, 3)
    assert labels.dtype == torch.int64


def test_a_version_is_a_dataset_of_the_map_style(pets: str) -> None:
    ds = strata.open(pets, decode="rgb8")
    plain = [(sample["key"], sample["label"]) for sample in ds]
    for workers in (0, 2):
        data = torch_data.DataLoader(ds, batch_size=16, num_workers=workers)
        batches = list(data)
        assert batches[0]["image"].shape == (16, 6, 5, 3)
        pairs = [pair for batch in batches for pair in zip(batch["key"], batch["label"].tolist(), strict=True)]
        assert pairs == plain
    # Whole batches: a sampler of lists of places, and no collation.
    sampler = torch_data.BatchSampler(torch_data.RandomSampler(ds), batch_size=16, drop_last=False)
    data = torch_data.DataLoader(ds, sampler=sampler, batch_size=None)
    batches = list(data)
    assert batches[0]["image"].shape == (16, 6, 5, 3)
    assert sorted(key for batch in batches for key in batch["key"]) == [key for key, _ in plain]
    assert ds[[3, 1]]["key"] == [plain[3][0], plain[1][0]]
    with pytest.raises(IndexError):
        ds[[0, SAMPLES]]
