#!/usr/bin/env python3
"""Write scikit-learn's digits as PNG files, ready for `strata import --format folder`.

python tools/make_digits.py OUT                 OUT/train/3/0013.png, OUT/test/5/0005.png, ...
python tools/make_digits.py OUT --unlabelled    OUT/train/0013.png, OUT/test/0005.png, ...
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from digits import digits, png


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=Path, help="folder to write into")
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="only the first N digits")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="leave out the first N digits")
    parser.add_argument("--scale", type=int, default=1, metavar="K", help="enlarge each pixel to K x K (default 1)")
    parser.add_argument("--unlabelled", action="store_true", help="no label folders")
    parser.add_argument("--truth", type=Path, default=None, metavar="FILE", help="write {key: label} as JSON to FILE")
    options = parser.parse_args()

    end = None if options.limit is None else options.start + options.limit
    chosen = digits()[options.start : end]
    truth: dict[str, str] = {}
    for digit in chosen:
        folder = digit.split if options.unlabelled else f"{digit.split}/{digit.label}"
        key = f"{folder}/{digit.number:04}.png"
        path = options.out / key
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.kron(digit.pixels, np.ones((options.scale, options.scale), dtype=np.uint8))
        path.write_bytes(png(pixels))
        truth[key] = digit.label
    if options.truth is not None:
        options.truth.write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    print(f"{len(chosen)} pictures in {options.out}")


if __name__ == "__main__":
    main()
