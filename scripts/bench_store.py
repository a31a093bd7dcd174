#!/usr/bin/env python3
"""Measure the version store against its limits and its peers, in memory, and print one table.

python scripts/bench_store.py STRATA [--trees A,B,C] [--peers git,git-lfs,dvc,oxen,restic,borg] [--runs 3] [--json FILE]

The trees: A has 100,000 files of 1 to 8 KB, B 1,000 files of 1 MB, C one file of 1 GiB. Each figure is the median of
the runs: CPU seconds (user and system, of the command and all it started), seconds by the clock, peak memory of its
largest process, bytes and objects that were added to what is stored. Python peers are installed into an environment of
their own; any other that is not installed is left out. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import store_peers
from store_peers import Measure, Tool, measured

MIB = 1024 * 1024
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Tree:
    """A folder to commit, made from a seed, and the edits that are made in it."""

    name: str
    files: int
    smallest: int
    largest: int
    edits: dict[str, Callable[[Path], None]] = field(default_factory=dict)

    def make(self, folder: Path) -> None:
        """Write the files, 1,000 a folder."""
        noise = Noise(self.name)
        for number in range(self.files):
            path = folder / f"{number // 1000:03}" / f"{number:06}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            length = self.smallest + number * 2654435761 % (self.largest - self.smallest + 1)
            with path.open("wb") as file:
                for at in range(0, length, 64 * MIB):
                    file.write(noise.bytes(min(64 * MIB, length - at)))


class Noise:
    """Bytes that no one can compress, the same in every run."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def bytes(self, length: int) -> bytes:
        """The next so many bytes."""
        return self.random.randbytes(length)


def change_one_in_a_hundred(folder: Path) -> None:
    """Other bytes in each hundredth file."""
    noise = Noise("changed")
    for path in sorted(folder.rglob("*.bin"))[::100]:
        path.write_bytes(noise.bytes(path.stat().st_size))


def rename_a_folder(folder: Path) -> None:
    """Another name for a folder of 1,000 files, the last."""
    sorted(folder.iterdir())[-1].rename(folder / "renamed")


def change_ten_files(folder: Path) -> None:
    """4 KiB in the middle of ten files."""
    noise = Noise("patched")
    for path in sorted(folder.rglob("*.bin"))[::100][:10]:
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            file.write(noise.bytes(4096))


def settle() -> None:
    """Wait until the files are older than the grain of clocks: tools look at younger ones again."""
    time.sleep(2.5)


def put_a_byte_in_front(folder: Path) -> None:
    """One more byte before the first."""
    for path in sorted(folder.rglob("*.bin")):
        other = path.with_suffix(".new")
        with other.open("wb") as out, path.open("rb") as file:
            out.write(b"x")
            shutil.copyfileobj(file, out, 16 * MIB)
        other.rename(path)


TREES = {
    "A": Tree("A", 100_000, 1024, 8192, {"1 % changed": change_one_in_a_hundred, "folder renamed": rename_a_folder}),
    "B": Tree("B", 1_000, MIB, MIB, {"4 KiB in ten files": change_ten_files}),
    "C": Tree("C", 1, 1024 * MIB, 1024 * MIB, {"a byte in front": put_a_byte_in_front}),
}

# What is aimed at: tree, step, figure, the most that it may be, and of which limit's figure that is a multiple.
TARGETS: list[tuple[str, str, str, float, str]] = [
    ("A", "first commit", "cpu_s", 2.0, "tar"),
    ("A", "first commit", "wall_s", 2.0, "cp -r"),
    ("A", "first commit", "objects", 1.0, "packs"),
    ("A", "no change", "cpu_s", 2.0, "find"),
    ("A", "1 % changed", "cpu_s", 0.4, ""),
    ("A", "mv", "stored_bytes", 4096, ""),
    ("A", "checkout", "wall_s", 1.5, "cp -r"),
    ("B", "4 KiB in ten files", "stored_bytes", 1_000_000, ""),
    ("B", "checkout", "wall_s", 1.5, "cp -r"),
    ("C", "first commit", "cpu_s", 2.0, ""),
    ("C", "a byte in front", "stored_bytes", 200_000, ""),
    ("C", "checkout", "wall_s", 1.5, "cp -r"),
]
PEAK_BYTES = 300_000_000

Results = dict[str, dict[str, dict[str, list[Measure]]]]


def limits(tree: Path, place: Path, add: Callable[[str, str, Measure], None]) -> None:
    """What reading, copying and listing cost without any store."""
    add("tar", "first commit", measured(["tar", "cf", place / "all.tar", "-C", tree.parent, tree.name], place))
    (place / "all.tar").unlink()
    add("cp -r", "checkout", measured(["cp", "-r", tree, place / "copy"], place))
    shutil.rmtree(place / "copy")
    add("find", "no change", measured(["find", tree, "-type", "f", "-printf", "%s %T@ %p\n"], place))
    if shutil.which("b3sum"):
        names = place / "names"
        names.write_text("\n".join(str(path) for path in sorted(tree.rglob("*.bin"))))
        add("b3sum", "fsck", measured(["xargs", "-a", names, "b3sum", "--num-threads", "1"], place))


def run_tool(tool: Tool, tree: Tree, source: Path, place: Path, add: Callable[[str, str, Measure], None]) -> None:
    """All steps of one tree with one tool, in a place of its own that goes afterwards."""
    work, out = place / "work", place / "out"
    shutil.copytree(source, work / tree.name)
    settle()
    try:
        tool.start(work)
        add(tool.name, "first commit", tool.commit(work, tree.name))
        add(tool.name, "no change", tool.unchanged(work, tree.name))
        for step, edit in tree.edits.items():
            edit(work / tree.name)
            settle()
            add(tool.name, step, tool.commit(work, tree.name))
        folder = work / tree.name / "000"
        moved = tool.rename(work, tree.name, "000", "moved") if tree.files > 1 else None
        if moved is not None:
            folder.rename(work / tree.name / "moved")
            add(tool.name, "mv", moved)
        check = tool.check(work)
        if check is not None:
            add(tool.name, "fsck", check)
        checkout = tool.checkout(work, tree.name, out)
        if checkout is not None:
            add(tool.name, "checkout", checkout)
            same_files(work / tree.name, out)
    finally:
        for folder in (work, out, place / "repository"):
            shutil.rmtree(folder, ignore_errors=True)


def same_files(wanted: Path, out: Path) -> None:
    """What was checked out is what was committed: number and lengths of files, and the bytes of some."""
    files = sorted(path for path in wanted.rglob("*.bin"))
    found = sorted(path for path in out.rglob("*.bin"))
    lengths = [path.stat().st_size for path in files]
    if lengths != [path.stat().st_size for path in found]:
        raise SystemExit(f"{out} has {len(found)} files that are not the {len(files)} of {wanted}")
    for at in range(0, len(files), max(1, len(files) // 50)):
        if files[at].stat().st_size < 64 * MIB and files[at].read_bytes() != found[at].read_bytes():
            raise SystemExit(f"{found[at]} is not {files[at]}")


def median(measures: list[Measure]) -> Measure:
    """The median of each figure."""
    figures = [asdict(measure) for measure in measures]
    return Measure(**{name: statistics.median(figure[name] for figure in figures) for name in figures[0]})


def show(results: Results) -> None:
    """One table: a line for each tree, step and tool."""
    print(
        f"{'tree':4} {'step':20} {'tool':8} {'CPU s':>8} {'wall s':>8} {'peak MB':>8} {'stored MB':>10} {'objects':>8}"
    )
    for tree, steps in results.items():
        for step, tools in steps.items():
            for tool, measures in tools.items():
                of = median(measures)
                stored = f"{of.stored_bytes / 1e6:10.3f} {of.objects:8.0f}" if of.stored_bytes is not None else ""
                print(
                    f"{tree:4} {step:20} {tool:8} {of.cpu_s:8.2f} {of.wall_s:8.2f} {of.peak_bytes / 1e6:8.0f} {stored}"
                )


def judge(results: Results) -> list[dict[str, object]]:
    """Strata's figures against what they may be."""
    judged: list[dict[str, object]] = []

    def put(what: str, value: float, limit: float) -> None:
        judged.append({"what": what, "value": value, "limit": limit, "met": value <= limit})

    for tree, step, figure, factor, against in TARGETS:
        ours = results.get(tree, {}).get(step, {}).get("strata")
        if ours is None:
            continue
        value, limit = getattr(median(ours), figure), factor
        if against == "packs":
            limit = TREES[tree].files * (TREES[tree].smallest + TREES[tree].largest) / 2 / (64 * MIB) + 6
        elif against:
            of = "checkout" if against == "cp -r" else step
            limit = factor * getattr(median(results[tree][of][against]), figure)
        put(f"{tree}, {step}: {figure}" + (f", {factor:g} x {against}" if against else ""), value, limit)
    for tree, steps in results.items():
        for step, tools in steps.items():
            if "strata" in tools:
                put(f"{tree}, {step}: peak_bytes", median(tools["strata"]).peak_bytes, PEAK_BYTES)
        hashing, checking = steps.get("fsck", {}).get("b3sum"), steps.get("fsck", {}).get("strata")
        if hashing and checking:
            put(f"{tree}, fsck: cpu_s, b3sum / 0.6", median(checking).cpu_s, median(hashing).cpu_s / 0.6)
    print(f"\n{'what':58} {'value':>14} {'may be':>14}")
    for line in judged:
        print(f"{line['what']:58} {line['value']:14.6g} {line['limit']:14.6g}  {'met' if line['met'] else 'MISSED'}")
    return judged


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("strata", type=Path, help="the binary, built with optimisation")
    parser.add_argument("--trees", default="A,B,C", help="which trees (default A,B,C)")
    parser.add_argument(
        "--peers", default="", help=f"which of {','.join(store_peers.PEERS)} beside Strata; `all` for all"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured (default 3)")
    parser.add_argument("--peer-runs", type=int, default=3, help="how often peers are measured, at most --runs")
    parser.add_argument("--files", type=int, default=None, help="fewer files in A and B, for a quick look")
    parser.add_argument("--place", type=Path, default=Path("/dev/shm"), help="where to work (default /dev/shm)")
    parser.add_argument(
        "--environments", type=Path, default=ROOT / "target/bench-peers", help="where Python peers are installed"
    )
    parser.add_argument("--json", type=Path, default=None, help="write all figures to this file")
    options = parser.parse_args()

    asked = list(store_peers.PEERS) if options.peers == "all" else [name for name in options.peers.split(",") if name]
    results: Results = {}
    with tempfile.TemporaryDirectory(prefix="strata-bench-", dir=options.place) as temporary:
        place = Path(temporary)
        environments = options.environments.resolve()
        tools: list[Tool] = [store_peers.Strata(options.strata.resolve(), place / "repository", environments)]
        for name in asked:
            peer = store_peers.PEERS[name](place / "repository", environments)
            if peer.is_there():
                tools.append(peer)
            else:
                print(f"{name} is not installed and left out", file=sys.stderr)
        for name in options.trees.split(","):
            tree = TREES[name]
            if options.files and tree.files > 1:
                tree.files = min(tree.files, options.files)
            source = place / "source" / tree.name
            tree.make(source)
            for run in range(options.runs):

                def add(tool: str, step: str, measure: Measure, tree: Tree = tree) -> None:
                    results.setdefault(tree.name, {}).setdefault(step, {}).setdefault(tool, []).append(measure)

                limits(source, place, add)
                for of in tools if run < options.peer_runs else tools[:1]:
                    print(f"tree {name}, run {run + 1} of {options.runs}: {of.name}", file=sys.stderr)
                    run_tool(of, tree, source, place, add)
            shutil.rmtree(source)
    show(results)
    judged = judge(results)
    if options.json:
        figures = {
            tree: {
                step: {tool: [asdict(of) for of in all] for tool, all in tools.items()} for step, tools in steps.items()
            }
            for tree, steps in results.items()
        }
        options.json.write_text(json.dumps({"figures": figures, "targets": judged}, indent=1))


if __name__ == "__main__":
    main()
