"""Which epoch the loops of a `TorchLoader` are in, agreed upon by a process and its DataLoader workers."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing import parent_process, reduction
from multiprocessing.context import get_spawning_popen
from typing import Any, NamedTuple

from torch.utils.data import get_worker_info


class Participant(NamedTuple):
    """One worker of one loop. All workers of a loop name it alike."""

    loop: str
    worker: int
    workers: int


@dataclass
class _Record:
    epoch: int
    position: int
    """Samples of the epoch that were used before the loop began."""
    loop: str | None = None
    """The latest loop; None when it came to its end, or when somebody set the epoch."""
    begun: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)


class SharedEpoch:
    """The epoch of the next loop. It moves on when every worker of a loop came to the end of its share.

    A DataLoader tells its dataset nothing, in the process that owns it: only the workers know that a loop began or
    ended, and those that are not persistent die with what they know. So they write it into a file without a name,
    which workers inherit and which is gone with the last process that has it open. Trainers that are forked inherit
    the file, too: each trainer has a record of its own in it, which it shares with its workers alone.
    """

    def __init__(self, epoch: int, position: int = 0) -> None:
        """Begin with an epoch, of which `position` samples are used."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._creator = _owner()
        self._write(_Record(epoch, position))

    def __getstate__(self) -> Any:
        """Hand the file itself to a process that multiprocessing is just starting; nobody else can have it."""
        if get_spawning_popen() is None:
            raise TypeError("a shared epoch can only be handed to a process that is being started")
        return reduction.DupFd(self._file.fileno()), self._creator

    def __setstate__(self, state: Any) -> None:
        """Take over the file."""
        descriptor, self._creator = state
        self._file = os.fdopen(descriptor.detach(), "r+b")

    def go(self, epoch: int, position: int = 0) -> None:
        """Say where the next loop begins."""
        with self._locked():
            self._write(_Record(epoch, position))

    def place(self) -> tuple[int, int, str | None]:
        """Return epoch and position at which the latest loop began, or the next one will; and the former's name."""
        with self._locked() as record:
            return record.epoch, record.position, record.loop

    def begin(self, participant: Participant) -> tuple[int, int]:
        """Begin a loop, or join it when another worker was faster. Returns its epoch and position."""
        with self._locked() as record:
            if record.loop != participant.loop or participant.worker in record.begun:
                # A loop that was left starts its epoch again.
                position = 0 if record.loop is not None else record.position
                record = _Record(record.epoch, position, participant.loop)
            record.begun.append(participant.worker)
            self._write(record)
            return record.epoch, record.position

    def restore(self, participant: Participant, epoch: int) -> None:
        """Begin or join a loop in which each worker has a position of its own."""
        with self._locked() as record:
            if record.loop != participant.loop or participant.worker in record.begun:
                record = _Record(epoch, 0, participant.loop)
            record.begun.append(participant.worker)
            self._write(record)

    def end(self, participant: Participant) -> None:
        """Note that a worker yielded its whole share. Has no effect when the loop is no longer the latest."""
        with self._locked() as record:
            if record.loop != participant.loop:
                return
            record.ended.append(participant.worker)
            if len(set(record.ended)) == participant.workers:
                record = _Record(record.epoch + 1, 0)
            self._write(record)

    @contextmanager
    def _locked(self) -> Iterator[_Record]:
        # The kernel drops the lock of a process that is killed, so nobody can be left waiting.
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            yield self._read()
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _read(self) -> _Record:
        records = self._records()
        own = records.get(_owner())
        if own is not None:
            return _Record(**own)
        # A trainer that was forked begins where its parent stands.
        creator = _Record(**records[self._creator])
        return _Record(creator.epoch, creator.position)

    def _write(self, record: _Record) -> None:
        records = self._records() | {_owner(): asdict(record)}
        # Never shorter, and in one call: a process that is killed here leaves the old content or the new.
        content = json.dumps(records).encode().ljust(os.fstat(self._file.fileno()).st_size)
        os.pwrite(self._file.fileno(), content, 0)

    def _records(self) -> dict[str, dict[str, Any]]:
        # Processes share the place in the file: it is never used.
        content = os.pread(self._file.fileno(), os.fstat(self._file.fileno()).st_size, 0)
        records: dict[str, dict[str, Any]] = json.loads(content) if content else {}
        return records


def _owner() -> str:
    """Name the process whose loops these are: a DataLoader worker's is the one that started it."""
    parent = parent_process()
    return str(os.getpid() if get_worker_info() is None or parent is None else parent.pid)
