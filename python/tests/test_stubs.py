"""The types of the compiled module are those that it has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy", reason="needs mypy")
PROJECT = Path(__file__).resolve().parents[1]


def test_the_stubs_fit_the_compiled_module() -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "strata._strata", "--mypy-config-file", "pyproject.toml"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
