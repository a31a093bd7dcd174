"""Train a classifier on a version of an image dataset, streamed batch by batch, and print its accuracy.

    python train_digits.py file:///data/store digits --ref main
    STRATA_TOKEN=... python train_digits.py http://localhost:8080/team digits --ref v1

The pictures of the split `train` are streamed as grey arrays into a small neural network; the samples of the split
`test` say how well it does. Samples without a label are left out.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import numpy.typing as npt
from sklearn.neural_network import MLPClassifier

import strata


def features(batch: strata.Batch, field: str) -> npt.NDArray[np.float32]:
    """One row of numbers from 0 to 1 for each picture."""
    pictures: npt.NDArray[np.uint8] = batch[field]
    rows: npt.NDArray[np.float32] = pictures.reshape(len(pictures), -1).astype(np.float32)
    rows /= 255
    return rows


def accuracy(model: MLPClassifier, loader: strata.Loader, field: str, layer: str) -> tuple[float, int]:
    """The share of right answers, and of how many."""
    right = total = 0
    for batch in loader:
        right += int((model.predict(features(batch, field)) == batch[layer]).sum())
        total += len(batch[layer])
    return right / max(total, 1), total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="the store: a folder, s3://bucket/prefix or http(s)://host/workspace")
    parser.add_argument("dataset", nargs="?", help="the dataset; may be left out when the store holds one")
    parser.add_argument("--ref", default="main", help="branch, tag or commit")
    parser.add_argument("--field", default="image", help="the field that holds the pictures")
    parser.add_argument("--layer", default="label", help="the layer that holds the classes")
    parser.add_argument("--size", type=int, default=8, help="pictures are brought to this many pixels a side")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments = parser.parse_args()

    started = time.monotonic()
    ds = strata.open(arguments.url, dataset=arguments.dataset, ref=arguments.ref)
    classes = ds.schema["layers"][arguments.layer]["classes"]

    def loader(split: str, *, shuffle: bool) -> strata.Loader:
        return ds.loader(
            split=split,
            where=f'label."{arguments.layer}" IS NOT NULL',
            columns=[arguments.field, arguments.layer],
            batch_size=arguments.batch_size,
            shuffle=shuffle,
            seed=arguments.seed,
            decode="grey8",
            resize=(arguments.size, arguments.size),
        )

    train, test = loader("train", shuffle=True), loader("test", shuffle=False)
    model = MLPClassifier(hidden_layer_sizes=(64,), learning_rate_init=0.003, random_state=arguments.seed)
    for _ in range(arguments.epochs):
        for batch in train:
            model.partial_fit(features(batch, arguments.field), batch[arguments.layer], classes=range(len(classes)))

    score, samples = accuracy(model, test, arguments.field, arguments.layer)
    seconds = time.monotonic() - started
    if arguments.json:
        result = {
            "dataset": ds.name,
            "commit": ds.commit,
            "train_samples": train.samples,
            "test_samples": samples,
            "epochs": arguments.epochs,
            "accuracy": round(score, 4),
            "seconds": round(seconds, 2),
        }
        print(json.dumps(result))
    else:
        print(f"{ds.name} at {ds.commit[:12]}: {train.samples} samples to train on, {len(classes)} classes")
        print(f"accuracy on {samples} samples of the test split: {score:.4f} ({seconds:.1f} s)")


if __name__ == "__main__":
    main()
