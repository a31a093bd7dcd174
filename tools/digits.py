"""The digits that come inside scikit-learn: 1,797 public-domain 8x8 pictures, 0 to 9.

Shared by make_digits.py (writes them as PNG files) and train_digits.py (trains on them),
so that both mean the same pixels and the same split.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_digits

SIDE = 8
CLASSES = [str(digit) for digit in range(10)]


@dataclass(frozen=True)
class Digit:
    """One picture: `pixels` is (8, 8) uint8, 0 black to 255 white."""

    number: int
    label: str
    split: str
    pixels: np.ndarray


def digits() -> list[Digit]:
    """All digits in their published order; every fifth one is in the test split."""
    bunch = load_digits()
    pixels = np.rint(bunch.images * (255.0 / 16.0)).astype(np.uint8)
    return [
        Digit(number, CLASSES[label], "test" if number % 5 == 0 else "train", picture)
        for number, (label, picture) in enumerate(zip(bunch.target, pixels, strict=True))
    ]


def png(pixels: np.ndarray) -> bytes:
    """An 8-bit grey PNG of `pixels`, (height, width) uint8."""
    height, width = pixels.shape
    rows = b"".join(b"\0" + pixels[row].tobytes() for row in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
