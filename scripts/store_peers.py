"""The tools that `bench_store.py` measures: Strata and its peers, each behind the same five steps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str | Path]

# So that no tool asks, phones home, or reads what the user has set.
QUIET = {
    "GIT_AUTHOR_NAME": "bench",
    "GIT_AUTHOR_EMAIL": "bench@example.org",
    "GIT_COMMITTER_NAME": "bench",
    "GIT_COMMITTER_EMAIL": "bench@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "RESTIC_PASSWORD": "bench",
    "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
    "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
    "DVC_NO_ANALYTICS": "1",
}


# Peers that come from PyPI, in an environment of their own.
PACKAGES = {"dvc": "dvc==3.67.1", "oxen": "oxenai==0.65.1"}


def environment(folder: Path, peer: str) -> Path:
    """The folder with the programs of a peer's own Python environment, which is made where it is not there."""
    programs = folder / peer / "bin"
    done = folder / peer / ".installed"
    if not done.is_file() or done.read_text() != PACKAGES[peer]:
        print(f"installing {PACKAGES[peer]} into {folder / peer}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder / peer)], check=True)
        pip = [str(programs / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, PACKAGES[peer]], check=True)
        done.write_text(PACKAGES[peer])
    return programs


@dataclass
class Measure:
    """What one step took, and what it added to what is stored."""

    cpu_s: float
    wall_s: float
    peak_bytes: float
    stored_bytes: float | None = None
    objects: float | None = None


def measured(command: Command, folder: Path, home: Path | None = None) -> Measure:
    """Run a command to its end and measure it with all the processes that it waited for."""
    environment = os.environ | QUIET | {"HOME": str(home or folder)}
    with tempfile.TemporaryFile(dir=folder.parent) as errors:
        begin = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            raise SystemExit(
                f"{' '.join(map(str, command))}: exit {process.returncode}: {errors.read().decode()[-2000:]}"
            )
    return Measure(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024)


def size(folder: Path) -> tuple[int, int]:
    """Bytes and number of the files beneath a folder, locks left out."""
    lengths = [path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
    return sum(lengths), len(lengths)


class Tool(ABC):
    """A tool that keeps versions of a folder."""

    name: str

    def __init__(self, repository: Path, environments: Path) -> None:
        self.repository = repository
        self.environments = environments

    def is_there(self) -> bool:
        """Whether the tool is installed, or can be."""
        return shutil.which(self.name) is not None

    def stored(self, work: Path) -> Path:
        """The folder in which it keeps versions."""
        return self.repository

    @abstractmethod
    def start(self, work: Path) -> None:
        """Make an empty repository."""

    @abstractmethod
    def commands(self, work: Path, tree: str) -> list[Command]:
        """What commits the folder `work/tree`."""

    def unchanged(self, work: Path, tree: str) -> Measure:
        """Find that nothing changed; by committing, where there is no quicker way."""
        return self.commit(work, tree)

    def check(self, work: Path) -> Measure | None:
        """Read everything and check it, where the peer can."""
        return None

    def rename(self, work: Path, tree: str, old: str, new: str) -> Measure | None:
        """Give a folder another name in the repository alone, where the tool can."""
        return None

    @abstractmethod
    def checkout(self, work: Path, tree: str, out: Path) -> Measure | None:
        """Write the last version to `out`, where the tool can write it anywhere."""

    def commit(self, work: Path, tree: str) -> Measure:
        """Commit and measure, with what was added."""
        return self.written(work, self.commands(work, tree))

    def written(self, work: Path, commands: Sequence[Command]) -> Measure:
        """Run commands one after another and measure, with what was added."""
        bytes_before, objects_before = size(self.stored(work))
        total = Measure(0, 0, 0)
        for command in commands:
            step = measured(command, work)
            total.cpu_s += step.cpu_s
            total.wall_s += step.wall_s
            total.peak_bytes = max(total.peak_bytes, step.peak_bytes)
        bytes_after, objects_after = size(self.stored(work))
        total.stored_bytes = bytes_after - bytes_before
        total.objects = objects_after - objects_before
        return total


class Strata(Tool):
    """Strata itself, with a store in a folder."""

    name = "strata"

    def __init__(self, binary: Path, repository: Path, environments: Path) -> None:
        super().__init__(repository, environments)
        self.binary = binary

    def at(self, command: str, *arguments: str | Path) -> Command:
        """A command on the dataset of the bench."""
        return [self.binary, command, "--store", self.repository, "--dataset", "bench", *arguments]

    def start(self, work: Path) -> None:
        """Make an empty store."""
        measured([self.binary, "init", "--store", self.repository], work)

    def commands(self, work: Path, tree: str) -> list[Command]:
        """Import all files."""
        return [self.at("import", "--format", "files", "--mirror", work / tree)]

    def rename(self, work: Path, tree: str, old: str, new: str) -> Measure | None:
        """Move a folder of the dataset."""
        return self.written(work, [self.at("mv", old, new)])

    def check(self, work: Path) -> Measure | None:
        """Every byte."""
        return measured([self.binary, "fsck", "--store", self.repository], work)

    def checkout(self, work: Path, tree: str, out: Path) -> Measure | None:
        """All files."""
        return measured(self.at("checkout", "--ref", "main", out), work)


class Git(Tool):
    """git, as it comes."""

    name = "git"

    def stored(self, work: Path) -> Path:
        """Its folder beside the files."""
        return work / ".git"

    def start(self, work: Path) -> None:
        """Make an empty repository that does not collect while it is measured."""
        measured(["git", "init", "-q", work], work)
        measured(["git", "config", "gc.auto", "0"], work)

    def commands(self, work: Path, tree: str) -> list[Command]:
        """Add and commit."""
        return [["git", "add", "-A", tree], ["git", "commit", "-qm", "bench", "--allow-empty"]]

    def unchanged(self, work: Path, tree: str) -> Measure:
        """Ask for the status."""
        return measured(["git", "status", "--porcelain"], work)

    def check(self, work: Path) -> Measure | None:
        """Every object."""
        return measured(["git", "fsck", "--full"], work)

    def checkout(self, work: Path, tree: str, out: Path) -> Measure | None:
        """All files."""
        return measured(["git", "checkout-index", "-a", f"--prefix={out}/"], work)


class GitLfs(Git):
    """git with all files in LFS."""

    name = "git-lfs"

    def start(self, work: Path) -> None:
        """Make an empty repository whose files all go to LFS."""
        super().start(work)
        measured(["git", "lfs", "install", "--local"], work)
        measured(["git", "lfs", "track", "*.bin"], work)
        measured(["git", "add", ".gitattributes"], work)

    def check(self, work: Path) -> Measure | None:
        """Every object of LFS."""
        return measured(["git", "lfs", "fsck", "--objects"], work)


class Dvc(Tool):
    """DVC without git, its cache beside the files."""

    name = "dvc"

    def is_there(self) -> bool:
        """Installed where it is not."""
        self.dvc = environment(self.environments, self.name) / "dvc"
        return True

    def stored(self, work: Path) -> Path:
        """Its folder beside the files."""
        return work / ".dvc"

    def start(self, work: Path) -> None:
        """Make an empty repository."""
        measured([self.dvc, "init", "-q", "--no-scm"], work)
        measured([self.dvc, "config", "core.analytics", "false"], work)

    def commands(self, work: Path, tree: str) -> list[Command]:
        """Add the folder."""
        return [[self.dvc, "add", "-q", tree]]

    def unchanged(self, work: Path, tree: str) -> Measure:
        """Ask for the status."""
        return measured([self.dvc, "status", "-q"], work)

    def checkout(self, work: Path, tree: str, out: Path) -> Measure | None:
        """All files; DVC writes them where they were."""
        (work / tree).rename(out)
        measure = measured([self.dvc, "checkout", "-q"], work)
        return measure


class Restic(Tool):
    """restic, encrypted as it always is."""

    name = "restic"

    def start(self, work: Path) -> None:
        """Make an empty repository."""
        measured(["restic", "-q", "-r", self.repository, "init"], work)

    def commands(self, work: Path, tree: str) -> list[Command]:
        """Back the folder up."""
        return [["restic", "-q", "-r", self.repository, "backup", tree]]

    def check(self, work: Path) -> Measure | None:
        """Every byte."""
        return measured(["restic", "-q", "-r", self.repository, "check", "--read-data"], work)

    def checkout(self, work: Path, tree: str, out: Path) -> Measure | None:
        """All files."""
        return measured(["restic", "-q", "-r", self.repository, "restore", "latest", "--target", out], work)


class Borg(Tool):
    """borg without encryption."""

    name = "borg"
    archives = 0

    def start(self, work: Path) -> None:
        """Make an empty repository."""
        measured(["borg", "init", "-e", "none", self.repository], work)

    def commands(self, work: Path, tree: str) -> list[Command]:
        """Make an archive."""
        self.archives += 1
        return [["borg", "create", f"{self.repository}::{self.archives}", tree]]

    def check(self, work: Path) -> Measure | None:
        """Every byte."""
        return measured(["borg", "check", "--verify-data", self.repository], work)

    def checkout(self, work: Path, tree: str, out: Path) -> Measure | None:
        """All files."""
        out.mkdir()
        return measured(["borg", "extract", f"{self.repository}::{self.archives}"], out, home=work)


class Oxen(Tool):
    """Oxen, by its Python package."""

    name = "oxen"

    def is_there(self) -> bool:
        """Installed where it is not."""
        self.python = environment(self.environments, self.name) / "python"
        return True

    def stored(self, work: Path) -> Path:
        """Its folder beside the files."""
        return work / ".oxen"

    def does(self, what: str) -> Command:
        """A command that does something with the repository in the working folder."""
        return [self.python, "-c", f"import oxen; repository = oxen.Repo('.'); {what}"]

    def start(self, work: Path) -> None:
        """Make an empty repository."""
        user = "import oxen; oxen.user.config_user('bench', 'bench@example.org')"
        measured([self.python, "-c", user], work)
        measured(self.does("repository.init()"), work)

    def commands(self, work: Path, tree: str) -> list[Command]:
        """Add and commit."""
        return [self.does(f"repository.add('{tree}'); repository.commit('bench')")]

    def unchanged(self, work: Path, tree: str) -> Measure:
        """Ask for the status."""
        return measured(self.does("repository.status()"), work)

    def checkout(self, work: Path, tree: str, out: Path) -> Measure | None:
        """Oxen writes versions only where they came from."""
        return None


PEERS: dict[str, type[Tool]] = {of.name: of for of in (Git, GitLfs, Dvc, Oxen, Restic, Borg)}
