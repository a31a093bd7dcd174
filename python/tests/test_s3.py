"""A store in S3: keys from the environment or as arguments."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY, review, strata_cli

import strata


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, str]]:
    """An S3 server for as long as the module runs: endpoint, bucket and keys."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    places = [target / profile / "testkit-services" for profile in ("release", "debug")]
    named = os.environ.get("TESTKIT_SERVICES") or next((str(place) for place in places if place.exists()), None)
    if named is None:
        pytest.skip("needs testkit-services: cargo build -p testkit --bins")
    process = subprocess.Popen([named], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        yield {name: said[name] for name in ("endpoint", "bucket", "access_key_id", "secret_access_key")}
    finally:
        process.stdin.close()
        process.wait(timeout=30)


def stored(
    services: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> tuple[str, strata.Dataset]:
    """A version in the bucket, and the environment to read it."""
    url = f"s3://{services['bucket']}/{prefix}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", services["endpoint"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", services["access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", services["secret_access_key"])
    monkeypatch.setenv("STRATA_S3_ALLOW_HTTP", "true")
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"key": f"r{of:02}", "text": review(of)}) + "\n" for of in range(20)))
    strata_cli("init", "--store", url)
    strata_cli("import", "--store", url, "--dataset", "reviews", "--format", "jsonl", rows)
    return url, strata.open(url, dataset="reviews")


def test_a_version_streams_from_s3(services: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, ds = stored(services, tmp_path, monkeypatch, "python")
    texts = [text for batch in ds.loader(batch_size=3) for text in batch["text"]]
    assert texts == [review(of) for of in range(20)]

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(strata.StrataError) as caught:
        strata.open(url)
    assert caught.value.code in {"store_denied", "store_failed"}
    ds = strata.open(url, secret_access_key=services["secret_access_key"])
    assert ds["r07"]["text"] == review(7)


def test_ranks_share_a_cache(services: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, _ = stored(services, tmp_path, monkeypatch, "cached")
    cache = tmp_path / "cache"
    script = """
import json, sys, strata
ds = strata.open(sys.argv[1], dataset="reviews", cache_dir=sys.argv[2])
texts = [text for batch in ds.loader(batch_size=3, shuffle=True) for text in batch["text"]]
print(json.dumps([len(texts), ds.cache]))
"""
    alone = strata.open(url, dataset="reviews", cache_dir=tmp_path / "alone")
    assert sum(len(batch["text"]) for batch in alone.loader(batch_size=3, shuffle=True)) == 20
    assert alone.cache is not None
    command = [sys.executable, "-c", script, url, str(cache)]
    ranks = [subprocess.Popen([*command, str(rank)], stdout=subprocess.PIPE, text=True) for rank in range(3)]
    told = [json.loads(rank.communicate(timeout=60)[0]) for rank in ranks]
    assert [samples for samples, _ in told] == [20, 20, 20]
    # Together they fetched what one alone does.
    assert sum(report["fetched_bytes"] for _, report in told) == alone.cache["fetched_bytes"]
    assert all(report["failure"] is None for _, report in told)

    # A rank that is killed in the middle leaves a cache that the next can use.
    for delay in (0.2, 0.25, 0.3):
        (tmp_path / "killed").mkdir(exist_ok=True)
        victim = subprocess.Popen([*command[:4], str(tmp_path / "killed"), "0"], stdout=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            victim.wait(timeout=delay)
        victim.kill()
        victim.wait(timeout=10)
        after = strata.open(url, dataset="reviews", cache_dir=tmp_path / "killed")
        texts = [text for batch in after.loader(batch_size=3) for text in batch["text"]]
        assert texts == [review(of) for of in range(20)]


def test_a_full_disk_is_streamed_around(
    services: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = stored(services, tmp_path, monkeypatch, "full")
    # A limit on the length of files fails as a full disk does: in the middle of a write.
    script = """
import json, resource, sys, strata
resource.setrlimit(resource.RLIMIT_FSIZE, (256, 256))
ds = strata.open(sys.argv[1], dataset="reviews", cache_dir=sys.argv[2])
for epoch in range(2):
    texts = [text for batch in ds.loader(batch_size=3) for text in batch["text"]]
print(json.dumps([texts, ds.cache]))
"""
    command = [sys.executable, "-c", script, url, str(tmp_path / "cache")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    texts, report = json.loads(done.stdout)
    assert texts == [review(of) for of in range(20)]
    assert "File too large" in report["failure"]
    assert report["declined_bytes"] > 0


def test_a_store_that_does_not_answer_can_be_interrupted() -> None:
    script = """
import os, signal, socket, strata, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell ignore it
silent = socket.create_server(("127.0.0.1", 0))
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    strata.open(f"http://127.0.0.1:{silent.getsockname()[1]}/team", dataset="d")
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert (done.stdout, done.returncode) == ("interrupted\n", 0), done.stderr
