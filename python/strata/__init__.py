"""Open a version of a dataset and stream shuffled batches of it.

>>> import strata
>>> ds = strata.open("file:///data/store", dataset="pets", ref="main")  # doctest: +SKIP
>>> for batch in ds.loader(batch_size=64, shuffle=True, decode="rgb8"):  # doctest: +SKIP
...     batch["image"], batch["label"]
"""

from ._strata import __version__
from .client import Client
from .crop import Crop
from .dataset import Batch, CacheReport, Dataset, open
from .errors import StrataError
from .loader import BatchIterator, Loader
from .mixture import Mixture, mix
from .regions import Boxes, Classes, mask_pixels

__all__ = [
    "Batch",
    "BatchIterator",
    "Boxes",
    "CacheReport",
    "Classes",
    "Client",
    "Crop",
    "Dataset",
    "Loader",
    "Mixture",
    "StrataError",
    "__version__",
    "mask_pixels",
    "mix",
    "open",
]
