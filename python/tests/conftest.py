"""Stores for the tests, made by the `strata` binary from files that are written here."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def strata_binary() -> str:
    """The binary under test: `STRATA_BINARY`, else the newest one that cargo built, else the one on the path."""
    if named := os.environ.get("STRATA_BINARY"):
        return named
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    built = [target / profile / "strata" for profile in ("debug", "release")]
    found = sorted((path for path in built if path.exists()), key=lambda path: path.stat().st_mtime)
    if found:
        return str(found[-1])
    if on_path := shutil.which("strata"):
        return on_path
    pytest.exit("the tests need the strata binary: cargo build -p strata", returncode=1)


def strata_cli(*arguments: str | Path) -> Any:
    """Run a command with `--json` and return what it printed."""
    command = [strata_binary(), *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    lines = done.stdout.strip()
    try:
        return json.loads(lines) if lines else None
    except json.JSONDecodeError:
        return [json.loads(line) for line in lines.splitlines()]


def png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Encode grey (height, width) or colour (height, width, 3) pixels."""
    height, width = pixels.shape[:2]
    colour = 2 if pixels.ndim == 3 else 0

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + pixels[row].tobytes() for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def picture(number: int) -> npt.NDArray[np.uint8]:
    """The 6 x 5 colour picture of a number: every pixel can be told from every other picture's."""
    return np.random.default_rng(number).integers(0, 256, (6, 5, 3), dtype=np.uint8)


CLASSES = ("cat", "dog", "emu")
SAMPLES = 60


@pytest.fixture(scope="session")
def pets(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with the dataset `pets`: 60 pictures in three classes, 45 to train and 15 to test on."""
    root = tmp_path_factory.mktemp("pets")
    for number in range(SAMPLES):
        folder = root / "files" / ("test" if number % 4 == 3 else "train") / CLASSES[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:03}.png").write_bytes(png(picture(number)))
    url = f"file://{root}/store"
    strata_cli("init", "--store", url)
    strata_cli("import", "--store", url, "--dataset", "pets", "--format", "folder", root / "files")
    return url


@pytest.fixture(scope="session")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with the dataset `reviews`: 20 texts, some of them long enough to be blobs."""
    root = tmp_path_factory.mktemp("reviews")
    lines = [
        {"key": f"r{number:02}", "text": review(number), "label": ("bad", "good")[number % 2]} for number in range(20)
    ]
    (root / "reviews.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    url = f"file://{root}/store"
    strata_cli("init", "--store", url)
    strata_cli("import", "--store", url, "--dataset", "reviews", "--format", "jsonl", root / "reviews.jsonl")
    return url


def review(number: int) -> str:
    """The text of a review; every fifth has 70,000 characters."""
    return f"Prüfung {number} 很好 " + ("x" * 70_000 if number % 5 == 0 else "fine")


BOXES: tuple[list[tuple[float, float, float, float]], ...] = (
    [(1.0, 2.0, 3.0, 4.0)],
    [],
    [(0.0, 0.0, 2.0, 2.0), (1.0, 1.0, 2.0, 3.0)],
)
"""Of each street: x, y, width and height in pixels."""


@pytest.fixture(scope="session")
def streets(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with the dataset `streets`: three notes with a layer `objects` of boxes."""
    root = tmp_path_factory.mktemp("streets")
    lines = []
    for number, boxes in enumerate(BOXES):
        labels = [
            {"id": f"b{at}", "layer": "objects", "kind": "box", "class": "car"}
            | dict(zip(("x", "y", "width", "height"), box, strict=True))
            for at, box in enumerate(boxes)
        ]
        lines.append({"key": f"s{number}", "fields": {"note": {"value": "street"}}, "labels": labels})
    folder = root / "files"
    folder.mkdir()
    (folder / "samples.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    url = f"file://{root}/store"
    strata_cli("init", "--store", url)
    strata_cli("import", "--store", url, "--dataset", "streets", "--format", "checkout", folder)
    return url


@pytest.fixture(scope="session")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with the dataset `d`: nine pictures as files, of which `3.png` does not decode."""
    root = tmp_path_factory.mktemp("damaged")
    (root / "files").mkdir()
    for number in range(9):
        content = bytearray(png(picture(number)))
        if number == 3:
            content[60] ^= 0xFF
        (root / "files" / f"{number}.png").write_bytes(content)
    url = f"file://{root}/store"
    strata_cli("init", "--store", url)
    # As files they are taken as they are; as images that one would have been refused.
    strata_cli("import", "--store", url, "--dataset", "d", "--format", "files", root / "files")
    return url
