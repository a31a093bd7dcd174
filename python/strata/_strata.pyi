from collections.abc import Iterator
from typing import Any, TypedDict, final, type_check_only

__all__ = ["Batches", "Dataset", "Loader", "Mix", "__version__"]

__version__: str

@type_check_only
class OpenArguments(TypedDict):
    url: str
    dataset: str | None
    reference: str
    token: str | None
    endpoint: str | None
    region: str | None
    access_key_id: str | None
    secret_access_key: str | None
    verify: str
    cache_dir: str | None
    cache_bytes: int

@type_check_only
class RowsArguments(TypedDict):
    rows: list[int]
    columns: list[str] | None
    decode: str | None
    resize: tuple[int, int] | int | None

@type_check_only
class LoaderArguments(TypedDict):
    split: str | None
    where: str | None
    columns: list[str] | None
    global_batch: int
    shuffle: str
    seed: int
    epoch: int
    lanes: int
    window: int
    rank: int
    world_size: int
    decode: str | None
    resize: tuple[int, int] | int | None
    crop: tuple[str, tuple[float, float], tuple[float, float]] | None
    on_error: str
    num_threads: int
    prefetch_bytes: int
    end: str

@final
class Dataset:
    @staticmethod
    def open(arguments: OpenArguments) -> Dataset: ...
    def __len__(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def commit(self) -> str: ...
    def cache(self) -> tuple[int, int, int, int, str | None] | None: ...
    def schema(self) -> str: ...
    def find(self, key: str) -> int | None: ...
    def rows(self, arguments: RowsArguments) -> dict[str, Any]: ...
    def loader(self, arguments: LoaderArguments) -> Loader: ...

@final
class Loader:
    def __len__(self) -> int: ...
    @property
    def samples(self) -> int: ...
    @property
    def epoch(self) -> int: ...
    def set_epoch(self, epoch: int) -> None: ...
    def skipped(self) -> tuple[int, list[tuple[str, str]]]: ...
    def state(self) -> str: ...
    def load_state(self, state: str) -> None: ...
    def iterate(self, worker: int, workers: int) -> Batches: ...

@type_check_only
class MixArguments(TypedDict):
    seed: int
    epoch: int
    samples: int | None
    global_batch: int
    rank: int
    world_size: int
    end: str
    on_error: str
    num_threads: int
    prefetch_bytes: int

@final
class Mix:
    def __new__(cls, parts: list[tuple[Loader, float]], arguments: MixArguments) -> Mix: ...
    @property
    def classes(self) -> dict[str, list[str]]: ...
    def __len__(self) -> int: ...
    @property
    def samples(self) -> int: ...
    @property
    def epoch(self) -> int: ...
    def set_epoch(self, epoch: int) -> None: ...
    def skipped(self) -> tuple[int, list[tuple[str, str]]]: ...
    def state(self) -> str: ...
    def load_state(self, state: str) -> None: ...
    def iterate(self, worker: int, workers: int) -> Batches: ...

@final
class Batches:
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __next__(self) -> dict[str, Any]: ...
    def close(self) -> None: ...
