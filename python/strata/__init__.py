"""Open a version of a dataset and stream shuffled batches of it.

>>> import strata
>>> ds = strata.open("file:///data/store", dataset="pets", ref="main")  # doctest: +SKIP
>>> for batch in ds.loader(batch_size=64, shuffle=True, decode="rgb8"):  # doctest: +SKIP
...     batch["image"], batch["label"]
"""

from ._strata import __version__
from .client import Client
from .dataset import Batch, Boxes, Classes, Dataset, open
from .errors import StrataError
from .loader import BatchIterator, Loader

__all__ = [
    "Batch",
    "BatchIterator",
    "Boxes",
    "Classes",
    "Client",
    "Dataset",
    "Loader",
    "StrataError",
    "__version__",
    "open",
]
