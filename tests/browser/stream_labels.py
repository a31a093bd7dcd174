"""Streams one version and prints {key: class} of its labelled samples as JSON: what a trainer would see.

python stream_labels.py URL DATASET COMMIT
"""

from __future__ import annotations

import json
import sys

import strata


def main() -> None:
    """Goes through one shuffled epoch."""
    url, dataset, commit = sys.argv[1:]
    version = strata.open(url, dataset=dataset, ref=commit)
    assert version.commit == commit, (version.commit, commit)
    labels: dict[str, str] = {}
    loader = version.loader(
        columns=["key", "image", "label"], where="has_label", batch_size=7, shuffle=True, seed=1, decode="grey8"
    )
    for batch in loader:
        for key, picture, label in zip(batch["key"], batch["image"], batch["label"], strict=True):
            assert picture.max() > picture.min(), f"{key} is a blank picture"
            assert key not in labels, f"{key} came twice"
            labels[key] = version.classes[label]
    print(json.dumps(labels))


if __name__ == "__main__":
    main()
