"""Datasets: a version of a dataset, opened for reading."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

from . import _strata
from .crop import Crop, CropKind, crop_argument
from .errors import StrataError
from .loader import Collate, Loader, Transform, single
from .options import Decode, LoaderOptions, Size
from .options import Shuffle as Shuffle
from .origin import Origin

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._ray import VersionDatasource
    from ._torch import TorchLoader

Batch: TypeAlias = dict[str, Any]
"""The columns of a batch, by name: see `Dataset.loader` for what each holds."""


class CacheReport(TypedDict):
    """What a cache did for this process so far."""

    hit_bytes: int
    """Bytes that were found whole."""
    fetched_bytes: int
    """Bytes that were fetched because they were not there."""
    declined_bytes: int
    """Bytes that were fetched and found no room."""
    damaged: int
    """Times that bytes were there and were not the right ones; they were fetched again."""
    failure: str | None
    """Why bytes could not be kept, the last time that happened."""


def open(
    url: str | os.PathLike[str],
    dataset: str | None = None,
    ref: str = "main",
    token: str | None = None,
    endpoint: str | None = None,
    *,
    access_key_id: str | None = None,
    secret_access_key: str | None = None,
    region: str | None = None,
    decode: Decode | None = None,
    resize: Size | None = None,
    verify: Literal["first", "always", "never"] = "first",
    cache_dir: str | os.PathLike[str] | None = None,
    cache_bytes: int = 64 << 30,
) -> Dataset:
    """Open a version of a dataset.

    `url` is a folder, `file:///folder`, `s3://bucket/prefix`, or `http(s)://host[:port]/workspace` for a Strata
    server. `dataset` may be left out when the store holds just one. `ref` is a branch, a tag, a commit hash or
    `ref~n`; the version is pinned when it is opened and never changes under you.

    `token` (or `STRATA_TOKEN`) signs in to a server. For S3, `endpoint`, `access_key_id`, `secret_access_key` and
    `region` stand in for the usual `AWS_*` variables. `decode` and `resize` say how `ds[i]` shows pictures.
    `verify` says when the bytes of a sample are checked against its hash: on first use, always, or never.

    `cache_dir` is a folder of this machine where the bytes of a store far away are kept, by all processes that name
    it, up to `cache_bytes` together; `ds.cache` says what that did. A local store needs none, and uses none.

    Raises `StrataError` when there is no such store, dataset or ref.
    """
    return Dataset(
        {
            "url": os.fspath(url),
            "dataset": dataset,
            "reference": ref,
            "token": token or _first("STRATA_TOKEN"),
            "endpoint": endpoint or _first("STRATA_S3_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
            "region": region or _first("STRATA_S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"),
            "access_key_id": access_key_id or _first("AWS_ACCESS_KEY_ID"),
            "secret_access_key": secret_access_key or _first("AWS_SECRET_ACCESS_KEY"),
            "verify": verify,
            "cache_dir": None if cache_dir is None else os.fspath(cache_dir),
            "cache_bytes": cache_bytes,
        },
        decode=decode,
        resize=resize,
    )


def _first(*names: str) -> str | None:
    """Return the first of some environment variables that says something."""
    return next((value for name in names if (value := os.environ.get(name))), None)


class Dataset:
    """A version of a dataset. Samples stand in the order of their keys. Use `strata.open` to get one."""

    def __init__(
        self,
        arguments: _strata.OpenArguments,
        decode: Decode | None = None,
        resize: Size | None = None,
    ) -> None:
        """Open the version; `strata.open` documents the arguments."""
        self._version = _strata.Dataset.open(arguments)
        # Pickled for a process started by "spawn": the other side opens this very commit.
        self._arguments: _strata.OpenArguments = {
            **arguments,
            "dataset": self._version.name,
            "reference": self._version.commit,
        }
        self._decode = decode
        self._resize = resize
        self._schema: dict[str, Any] = json.loads(self._version.schema())

    def __reduce__(self) -> tuple[type[Dataset], tuple[Any, ...]]:
        """Pickle as the arguments that open the same commit again."""
        return Dataset, (self._arguments, self._decode, self._resize)

    def __repr__(self) -> str:
        """Name, commit and size."""
        return f"<strata.Dataset {self.name!r} at {self.commit[:12]}, {len(self)} samples>"

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self._version.name

    @property
    def commit(self) -> str:
        """The hash of the commit that is read: 64 hexadecimal digits."""
        return self._version.commit

    @property
    def schema(self) -> dict[str, Any]:
        """What the version holds: `samples`, `splits`, `fields`, `layers` (kind and classes) and `metadata`."""
        return self._schema

    @property
    def classes(self) -> list[str]:
        """The names behind the class ids of the layer `label`, or of the only layer; sorted."""
        layers: dict[str, dict[str, list[str]]] = self._schema["layers"]
        if "label" in layers:
            return layers["label"]["classes"]
        if len(layers) == 1:
            return next(iter(layers.values()))["classes"]
        if not layers:
            return []
        raise StrataError(
            "column_unknown",
            f"there are several layers; use schema['layers'][name]['classes'] of {sorted(layers)}",
        )

    @property
    def cache(self) -> CacheReport | None:
        """What the cache did so far; None for a local store, or without `cache_dir`."""
        counts = self._version.cache()
        if counts is None:
            return None
        hit, fetched, declined, damaged, failure = counts
        return CacheReport(
            hit_bytes=hit, fetched_bytes=fetched, declined_bytes=declined, damaged=damaged, failure=failure
        )

    def __len__(self) -> int:
        """Count the samples."""
        return len(self._version)

    def __getitem__(self, index: int | str | slice | Sequence[int]) -> Batch:
        """Get the sample at a place or with a key, or the batch of a slice or of some places.

        With its `key`, fields and layers. Raises `IndexError` or `KeyError` where there is none.
        """
        if isinstance(index, slice):
            return self._read(list(range(*index.indices(len(self)))))
        if isinstance(index, Sequence) and not isinstance(index, str):
            return self._read([self._row(place) for place in index])
        return single(self._read([self._row(index)]), 0)

    def __getitems__(self, indices: Sequence[int]) -> list[Batch]:
        """Get the samples at some places with one read: torch's DataLoader asks for its batches in this way."""
        batch = self[indices]
        return [single(batch, at) for at in range(len(indices))]

    def _read(self, rows: list[int]) -> Batch:
        columns = ["key", *self._schema["columns"]]
        return self._version.rows({"rows": rows, "columns": columns, "decode": self._decode, "resize": self._resize})

    def __iter__(self) -> Iterator[Batch]:
        """Go through the samples one by one; a loader is many times faster."""
        return (self[row] for row in range(len(self)))

    def _row(self, index: int | str) -> int:
        if isinstance(index, str):
            row = self._version.find(index)
            if row is None:
                raise KeyError(index)
            return row
        row = index + len(self) if index < 0 else index
        if not 0 <= row < len(self):
            raise IndexError(f"sample {index} of {len(self)}")
        return row

    def loader(
        self,
        *,
        batch_size: int = 1,
        split: str | None = None,
        where: str | None = None,
        columns: Sequence[str] | None = None,
        shuffle: Shuffle = False,
        seed: int = 0,
        epoch: int = 0,
        rank: int = 0,
        world_size: int = 1,
        decode: Decode | None = None,
        resize: Size | None = None,
        crop: Crop | CropKind | None = None,
        transform: Transform | None = None,
        collate: Collate | None = None,
        on_error: Literal["raise", "skip"] = "raise",
        num_threads: int | None = None,
        drop_last: bool = False,
        pad: bool = False,
        prefetch_bytes: int = 256 << 20,
        lanes: int = 64,
        window: int = 1 << 18,
    ) -> Loader:
        """Make a loader: an iterable of batches.

        A batch is a dictionary with an entry for each of `columns` (all fields and layers when not given):

        - a picture: with `decode="rgb8"` uint8 `(n, height, width, 3)`, with `"grey8"` `(n, height, width)`; a list
          of arrays when the pictures differ in size and no `resize=(height, width)` is asked for; with
          `decode=None` a list of the encoded bytes
        - other bytes: a list of bytes; with `decode="raw"` uint8 `(n, length)`
        - texts: a list of str; numbers and truth values: int64, float64 (NaN where missing) or bool `(n,)`
        - a layer of classes: int64 `(n,)` of class ids, -1 where there is no label; `ds.classes` has the names. A
          layer in which a sample has several: `Classes`. A layer of regions: `Boxes`,
          `Polygons`, `Masks`, … of `strata.regions`
        - `key`, `split`: lists of str; `metadata.<name>`; `field.<name>` and `label.<layer>` where names clash

        `shuffle` is False (key order), `"block"` or True (near random, local reads) or `"full"` (random). The order
        depends on the version, `split`, `where`, `shuffle`, `seed` and `epoch` alone. `batch_size` is for each rank;
        a step takes `batch_size * world_size` samples. `drop_last` leaves the last, smaller step out, `pad` fills it
        up from the beginning of the epoch; else it is shared out evenly.

        `resize=(height, width)` squeezes pictures to that size, `resize=256` brings their shorter side to it; with
        `crop`, a part of the right shape fills (height, width): see `Crop`. Boxes stay in pixels of the source image.

        `transform` gets each batch and returns what the loop sees. With `collate`, `transform` gets each sample
        (as `ds[i]` shows it), and `collate` the list of what it returned.

        A picture that does not decode, or a sample without the field, is a `StrataError` that names it; with
        `on_error="skip"` the batch comes without it, and `loader.skipped` counts it.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        if drop_last and pad:
            raise ValueError("drop_last and pad exclude each other")
        arguments: _strata.LoaderArguments = {
            "split": split,
            "where": where,
            "columns": None if columns is None else list(columns),
            "global_batch": batch_size * world_size,
            "shuffle": _shuffle_name(shuffle),
            "seed": seed,
            "epoch": epoch,
            "lanes": lanes,
            "window": window,
            "rank": rank,
            "world_size": world_size,
            "decode": decode,
            "resize": resize,
            "crop": crop_argument(crop),
            "on_error": on_error,
            "num_threads": num_threads or min(4, os.cpu_count() or 1),
            "prefetch_bytes": prefetch_bytes,
            "end": "drop" if drop_last else "wrap" if pad else "partial",
        }
        return Loader(self._version.loader(arguments), transform, collate, [Origin(self, arguments)])

    def which(
        self,
        step: int,
        seed: int = 0,
        epoch: int = 0,
        global_batch: int = 1,
        *,
        split: str | None = None,
        where: str | None = None,
        shuffle: Shuffle = False,
        rank: int = 0,
        world_size: int = 1,
        drop_last: bool = False,
        pad: bool = False,
        lanes: int = 64,
        window: int = 1 << 18,
    ) -> list[str]:
        """Name the samples of one step of any run over this version: their keys, in the order of the batch.

        Nothing of the run is needed but its numbers: `global_batch` is `batch_size * world_size`, and the others are
        what the loader was given. Steps count from 0 at the beginning of the epoch. With `rank` and `world_size`,
        the part of one rank. Reads no sample. `loader.which(step)` knows all of it by itself.

        Raises `IndexError` when the epoch has no such step.
        """
        if not 0 <= rank < world_size <= global_batch:
            raise ValueError(f"rank {rank} of {world_size}, with a global batch of {global_batch}")
        loader = self.loader(
            batch_size=global_batch,
            split=split,
            where=where,
            columns=["key"],
            shuffle=shuffle,
            seed=seed,
            epoch=epoch,
            drop_last=drop_last,
            pad=pad,
            lanes=lanes,
            window=window,
        )
        keys = loader.which(step)
        return keys[len(keys) * rank // world_size : len(keys) * (rank + 1) // world_size]

    def torch(self, **arguments: Unpack[LoaderOptions]) -> TorchLoader:
        """Make a `torch.utils.data.IterableDataset` of batches of tensors; takes what `loader` takes.

        Give it to a `DataLoader` or torchdata's `StatefulDataLoader` with `batch_size=None`: any number of workers
        yields the same batches in the same order. Arrays become tensors that share their memory, with the same dtype
        and shape; texts, bytes and other lists stay lists, and pictures of several sizes a list of tensors.

        `rank` and `world_size` are those of `torch.distributed` when it is initialized and neither is given.

        A loop that came to its end moves on to the next epoch, with workers of any kind. With workers a loop counts
        as ended when all of them are, and they read ahead: `break` within the last `prefetch_factor * num_workers`
        batches may move on, too. `set_epoch` before a loop says it in any case.
        """
        from ._torch import TorchLoader

        return TorchLoader(self, arguments)

    def ray(
        self,
        *,
        split: str | None = None,
        where: str | None = None,
        columns: Sequence[str] | None = None,
        decode: Decode | None = None,
        resize: Size | None = None,
        crop: Crop | CropKind | None = None,
        seed: int = 0,
        epoch: int = 0,
        on_error: Literal["raise", "skip"] = "raise",
    ) -> VersionDatasource:
        """Make a `ray.data.Datasource`, for `ray.data.read_datasource(ds.ray(...))`; arguments as for `loader`.

        Each reading task takes a range of the selected samples in key order and opens the store by itself, so all
        nodes must reach it under the same URL. A row is a sample: columns as `loader` has them, with arrays as
        tensors, and for a layer of boxes or of several classes a struct of lists (`classes`, and `boxes` of x, y,
        width, height). `seed` and `epoch` count for random crops only.
        """
        from ._ray import VersionDatasource

        options: LoaderOptions = {"split": split, "where": where, "columns": columns, "decode": decode}
        options |= {"resize": resize, "crop": crop, "seed": seed, "epoch": epoch, "on_error": on_error}
        return VersionDatasource(self, options)


def _shuffle_name(shuffle: Shuffle) -> str:
    if isinstance(shuffle, str):
        return shuffle
    return "block" if shuffle else "none"
