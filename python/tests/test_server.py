"""The whole path through a running server: import with the client, stream over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CLASSES, picture, png, strata_binary

import strata

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of its own."""
    folder = tmp_path_factory.mktemp("server")
    command = [strata_binary(), "serve", "--data-dir", str(folder / "data"), "--listen", "127.0.0.1:0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("STRATA_", "AWS_"))}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://" in line, (folder / "log").read_text()
        yield "http://" + line.strip().rsplit("http://", 1)[1].rstrip("/")
    finally:
        # The data folder is thrown away: there is nothing to be ended in good order.
        process.kill()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def client(server: str) -> strata.Client:
    """A client with an API token, in the first workspace."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def call(method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(f"{server}/api/v1{path}", data=data, headers=headers, method=method)
        with opener.open(request, timeout=30) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    person = {"email": "ann@example.org", "name": "Ann", "password": PASSWORD}
    call("POST", "/setup", {**person, "workspace_name": "Team"})
    me = call("GET", "/me")
    workspace = me["workspaces"][0]["slug"]
    csrf = {"x-strata-csrf": me["csrf_token"]}
    token = call("POST", f"/workspaces/{workspace}/tokens", {"name": "trainer", "role": "manager"}, **csrf)["token"]
    return strata.Client(server, token)


def test_import_and_stream_over_http(client: strata.Client, tmp_path: Path) -> None:
    for number in range(12):
        folder = tmp_path / "train" / CLASSES[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:03}.png").write_bytes(png(picture(number)))
    client.create_dataset("pets")
    job = client.wait(client.import_files("pets", tmp_path))
    assert job["id"] in [listed["id"] for listed in client.jobs()]
    assert [dataset["name"] for dataset in client.datasets()] == ["pets"]

    head = client.dataset("pets")["head"]
    assert head["samples"] == 12
    token = client._token
    ds = strata.open(client.store_url, dataset="pets", ref=head["commit"], token=token)
    assert ds.commit == head["commit"]
    loader = ds.loader(batch_size=5, shuffle=True, columns=["key", "image", "label"], decode="rgb8")
    seen = 0
    for batch in loader:
        for key, pixels, label in zip(batch["key"], batch["image"], batch["label"], strict=True):
            of = int(key.rsplit("/", 1)[-1].split(".")[0])
            np.testing.assert_array_equal(pixels, picture(of))
            assert ds.classes[label] == CLASSES[of % 3]
            seen += 1
    assert seen == 12


def test_a_stranger_is_refused(client: strata.Client) -> None:
    with pytest.raises(strata.StrataError) as caught:
        strata.open(client.store_url, dataset="pets", token="strata_nobody")
    assert caught.value.code in {"store_denied", "store_missing"}
    with pytest.raises(strata.StrataError) as caught:
        strata.Client(client.store_url, "strata_nobody").me()
    assert caught.value.code == "not_signed_in"
