"""Scripts in processes of their own, with an end in any case."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SECONDS = 120
"""How long a script may take. Importing torch alone takes ten on a busy machine."""


@contextmanager
def started(script: Path, ranks: Sequence[Sequence[str]]) -> Iterator[list[subprocess.Popen[str]]]:
    """Start a script once for each list of arguments, and leave no process of theirs behind."""
    processes = [
        subprocess.Popen(
            [sys.executable, str(script), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        for arguments in ranks
    ]
    try:
        yield processes
    finally:
        for process in processes:
            for alive in members(process.pid):
                os.kill(alive, signal.SIGKILL)
            process.communicate()


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    """Raise where this process waits longer: a hang is a failure, not a test run without an end."""

    def give_up(*_: object) -> None:
        raise TimeoutError(f"still running after {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a script: exit status, what it printed, and what it complained about."""
    out, error = process.communicate(timeout=SECONDS)
    return process.returncode, out, error


def members(session: int) -> list[int]:
    """Processes of a session that still run; what waits to be collected does not count."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            # After the name, which may hold anything: state, parent, group, session.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(folder.name))
    return found


def all_gone(session: int, within_s: float = 30) -> bool:
    """Whether no process of a session is left, now or soon."""
    deadline = time.monotonic() + within_s
    while members(session):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
