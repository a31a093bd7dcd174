"""The HTTP client against a server of the standard library that records what it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import strata


class Recorder(ThreadingHTTPServer):
    """Answers by (method, path) from a table and keeps the requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[tuple[str, str], tuple[int, Any]] = {}
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Recorder

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path, dict(self.headers), body))
        status, content = self.server.answers.get(
            (self.command, self.path), (404, {"code": "not_found", "title": "no"})
        )
        payload = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Recorder]:
    recorder = Recorder()
    Thread(target=recorder.serve_forever, daemon=True).start()
    yield recorder
    recorder.shutdown()
    recorder.server_close()


def test_the_only_workspace_is_found(server: Recorder) -> None:
    server.answers["GET", "/api/v1/me"] = (200, {"workspaces": [{"slug": "team"}]})
    server.answers["GET", "/api/v1/workspaces/team/datasets"] = (200, {"items": [{"name": "a"}], "next_cursor": "c/1"})
    server.answers["GET", "/api/v1/workspaces/team/datasets?cursor=c%2F1"] = (200, {"items": [{"name": "b"}]})
    client = strata.Client(server.url, "strata_secret")
    assert [dataset["name"] for dataset in client.datasets()] == ["a", "b"]
    assert client.store_url == f"{server.url}/team"
    assert all(headers["Authorization"] == "Bearer strata_secret" for _, _, headers, _ in server.requests)


def test_files_are_uploaded_and_imported(server: Recorder, tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "ä 1.png").write_bytes(b"\x89PNG")
    base = "/api/v1/workspaces/team/datasets/pets"
    server.answers["POST", f"{base}/uploads"] = (201, {"id": "u1"})
    server.answers["POST", f"{base}/uploads/u1/files"] = (200, {"files": 1, "bytes": 4})
    server.answers["POST", f"{base}/imports"] = (202, {"id": "j1"})
    server.answers["GET", "/api/v1/workspaces/team/jobs/j1"] = (200, {"id": "j1", "state": "succeeded"})
    client = strata.Client(f"{server.url}/team", "t")
    job = client.import_files("pets", tmp_path)
    assert client.wait(job)["state"] == "succeeded"
    _, _, headers, body = server.requests[1]
    assert headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert 'name="file"; filename="cat/ä 1.png"'.encode() in body
    assert json.loads(server.requests[2][3])["upload_id"] == "u1"
    assert "Idempotency-Key" in server.requests[2][2]


def test_problems_become_errors(server: Recorder) -> None:
    client = strata.Client(f"{server.url}/team", "t")
    with pytest.raises(strata.StrataError) as caught:
        client.dataset("none")
    assert caught.value.code == "not_found"
    server.answers["GET", "/api/v1/workspaces/team/jobs/j"] = (200, {"state": "failed", "error": {"detail": "bad zip"}})
    with pytest.raises(strata.StrataError, match="bad zip"):
        client.wait("j")
    server.answers["GET", "/api/v1/workspaces/team/jobs"] = (502, "a proxy's page")
    with pytest.raises(strata.StrataError) as caught:
        client.jobs()
    assert caught.value.code == "http_502"
    with pytest.raises(strata.StrataError) as caught:
        strata.Client("http://127.0.0.1:1/team", "t").me()
    assert caught.value.code == "server_unreachable"
