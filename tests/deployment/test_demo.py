"""`make demo` on fewer digits: every step of the whole path, through the public doors only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif("STRATA_BINARY" not in os.environ, reason="`make test-python` builds the binary and names it")
def test_the_demo_runs_to_its_end() -> None:
    flags = ["--once", "--digits", "300", "--seeds", "100", "--listen", "127.0.0.1:0"]
    done = subprocess.run([sys.executable, "scripts/demo.py", *flags], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "200 tasks" in done.stdout
    assert "100 accepted" in done.stdout
    # Labelling adds labels and touches no sample.
    assert "+100 labels, 0 samples" in done.stdout
    accuracy = re.search(r"accuracy on (\d+) samples of the test split: (\S+)", done.stdout)
    assert accuracy, done.stdout
    # Every fifth digit is in the test split: 20 of those that came with a label, at most 40 of the others.
    assert 20 <= int(accuracy[1]) <= 60
    assert float(accuracy[2]) > 0.7
