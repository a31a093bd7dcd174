"""The examples of the guide run, in the order in which they stand there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import CLASSES, REPOSITORY, picture, png, strata_cli

GUIDE = REPOSITORY / "docs" / "guides" / "trainer.md"


def examples() -> list[str]:
    """The Python blocks of the guide, but those that need a server, or a package that is not there."""
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    optional = {"torch": "torch", "torchdata": "torchdata", "ray": "import ray", "mlflow": "import mlflow"}
    missing = [word for package, word in optional.items() if importlib.util.find_spec(package) is None]
    # What a block about torch defined, others use.
    missing += ["DataLoader"] if "torch" in missing else []
    return [block for block in blocks if not any(word in block for word in ["https://host", *missing])]


def test_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All blocks in one namespace, on a store like the guide's."""
    for number in range(200):
        folder = tmp_path / "files" / ("test" if number % 4 == 3 else "train") / CLASSES[(number + 1) % 3]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.jpg").write_bytes(png(picture(number)))
    store = f"file://{tmp_path}/store"
    strata_cli("init", "--store", store)
    strata_cli("import", "--store", store, "--dataset", "pets", "--format", "folder", tmp_path / "files")
    # A cluster of its own, whatever else runs on the machine, and nothing reported to anybody.
    monkeypatch.setenv("RAY_ADDRESS", "local")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"file://{tmp_path}/mlruns")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    names: dict[str, Any] = {"rank": 0, "world_size": 2}
    blocks = examples()
    assert len(blocks) >= 8
    try:
        for number, block in enumerate(blocks):
            code = block.replace("file:///data/store", store).replace("s3://bucket/prefix", store)
            code = code.replace("/local/cache", str(tmp_path / "cache"))
            exec(compile(code, f"{GUIDE.name}, example {number}", "exec"), names)
    finally:
        if "ray" in names:
            names["ray"].shutdown()
