"""Several ranks of torch.distributed on one machine, each a process of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from processes import all_gone, finish, started

import strata

torch_distributed = pytest.importorskip("torch.distributed", reason="needs torch: pip install './python[torch]'")
if not torch_distributed.is_gloo_available():
    pytest.skip("this torch has no gloo", allow_module_level=True)

ARGUMENTS: dict[str, Any] = {"shuffle": True, "seed": 11, "columns": ["key"]}

SCRIPT = """
import datetime, json, os, signal, sys
import torch.distributed as dist
from torch.utils.data import DataLoader
import strata

def main(rank, world_size, folder, store, batch_size, workers, stop, die):
    dist.init_process_group("gloo", init_method=f"file://{folder}/rendezvous-{world_size}", rank=rank,
                            world_size=world_size, timeout=datetime.timedelta(seconds=30))
    batches = strata.open(store).torch(batch_size=batch_size, shuffle=True, seed=11, columns=["key"])
    if os.path.exists(f"{folder}/state.json"):
        batches.load_state_dict(json.load(open(f"{folder}/state.json")))
    steps = []
    for batch in DataLoader(batches, batch_size=None, num_workers=workers):
        parts = [None] * world_size
        dist.all_gather_object(parts, batch["key"])
        steps.append(parts)
        if len(steps) == die and rank == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if len(steps) == stop:
            break
    dist.barrier()
    if rank == 0:
        json.dump(batches.state_after(len(steps)), open(f"{folder}/state.json", "w"))
        json.dump(steps, open(f"{folder}/steps-{world_size}.json", "w"))
    dist.destroy_process_group()

main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], *map(int, sys.argv[5:]))
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "rank.py"
    path.write_text(SCRIPT)
    return path


def arguments(world_size: int, folder: Path, store: str, *numbers: int) -> list[list[str]]:
    """Batch size, DataLoader workers, the step to stop after, and the one after which rank 1 is killed."""
    return [[str(rank), str(world_size), str(folder), store, *map(str, numbers)] for rank in range(world_size)]


def steps_of(world_size: int, folder: Path) -> list[list[list[str]]]:
    steps: list[list[list[str]]] = json.loads((folder / f"steps-{world_size}.json").read_text())
    return steps


@pytest.mark.parametrize("workers", [0, 2])
def test_ranks_take_parts_of_each_step_and_resume_with_another_number(
    pets: str, tmp_path: Path, script: Path, workers: int
) -> None:
    for world_size, numbers in ((3, (4, workers, 2, 0)), (2, (6, workers, 0, 0))):
        with started(script, arguments(world_size, tmp_path, pets, *numbers)) as ranks:
            for rank in ranks:
                status, _, error = finish(rank)
                assert status == 0, error
                assert all_gone(rank.pid)
    first, rest = steps_of(3, tmp_path), steps_of(2, tmp_path)
    assert (len(first), len(rest)) == (2, 3)
    # Three ranks with four each, then two with six: twelve a step, and one and the same order all along.
    ds = strata.open(pets)
    for step, parts in enumerate(first + rest):
        assert [key for part in parts for key in part] == ds.which(step, 11, 0, 12, shuffle=True)
        assert len({len(part) for part in parts}) == 1


def test_a_killed_rank_ends_the_others_with_an_error(pets: str, tmp_path: Path, script: Path) -> None:
    with started(script, arguments(2, tmp_path, pets, 4, 2, 0, 2)) as (survivor, killed):
        status, _, error = finish(survivor)
        assert status == 1
        assert "Error" in error
        assert finish(killed)[0] == -9
        # The DataLoader workers of a killed rank see that their parent is gone.
        assert all_gone(survivor.pid)
        assert all_gone(killed.pid)
