"""How loops with DataLoader workers end: Ctrl+C, a killed worker, an error in a worker. No hang, nothing left."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from processes import all_gone, finish, members, started

pytest.importorskip("torch", reason="needs torch: pip install './python[torch]'")

SCRIPT = """
import sys
from torch.utils.data import DataLoader
import strata

store, workers, persistent = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "True"
if __name__ == "__main__":
    batches = strata.open(store).torch(batch_size=1, shuffle=True, decode="rgb8")
    data = DataLoader(batches, batch_size=None, num_workers=workers, persistent_workers=persistent)
    try:
        while True:
            for batch in data:
                print("running", flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""

WORKERS = [("0", "False"), ("2", "False"), ("2", "True")]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "loop.py"
    path.write_text(SCRIPT)
    return path


@pytest.mark.parametrize(("workers", "persistent"), WORKERS)
def test_ctrl_c_ends_the_loop_and_its_workers(pets: str, script: Path, workers: str, persistent: str) -> None:
    with started(script, [[pets, workers, persistent]]) as (process,):
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        # A terminal sends it to the whole group.
        os.killpg(process.pid, signal.SIGINT)
        status, out, error = finish(process)
        assert (status, out.splitlines()[-1]) == (0, "interrupted"), error
        assert all_gone(process.pid)


def test_a_killed_worker_is_an_error_that_says_so(pets: str, script: Path) -> None:
    with started(script, [[pets, "2", "True"]]) as (process,):
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        children = [member for member in members(process.pid) if member != process.pid]
        assert len(children) == 2
        os.kill(children[0], signal.SIGKILL)
        status, _, error = finish(process)
        assert status == 1
        # torch says which worker was killed, or that it vanished while a batch was fetched from it.
        assert "DataLoader worker" in error or "ConnectionResetError" in error, error
        assert all_gone(process.pid)


def test_a_killed_trainer_leaves_no_worker(pets: str, script: Path) -> None:
    with started(script, [[pets, "2", "True"]]) as (process,):
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        os.kill(process.pid, signal.SIGKILL)
        began = time.monotonic()
        assert all_gone(process.pid)
        assert time.monotonic() - began < 30


@pytest.mark.parametrize(("workers", "persistent"), WORKERS)
def test_a_damaged_sample_is_named(damaged: str, script: Path, workers: str, persistent: str) -> None:
    with started(script, [[damaged, workers, persistent]]) as (process,):
        status, _, error = finish(process)
        assert status == 1
        assert "3.png" in error
        assert "[decode_failed]" in error
        assert all_gone(process.pid)
