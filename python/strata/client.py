"""A thin client of the HTTP API, over the standard library."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .errors import StrataError

Json = dict[str, Any]

_FILES_PER_REQUEST = 64
_BYTES_PER_REQUEST = 16 << 20


class Client:
    """The HTTP API of a Strata server.

    `url` is the server (`https://host`) or a workspace of it (`https://host/team`); without a workspace the caller's
    only one is used. `token` is an API token.
    """

    def __init__(
        self, url: str, token: str | None = None, *, workspace: str | None = None, timeout_s: float = 60
    ) -> None:
        """Make a client; nothing is sent yet."""
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"a server's URL is http(s)://host[:port], not {url!r}")
        self._server = f"{parts.scheme}://{parts.netloc}"
        self._token = token or os.environ.get("STRATA_TOKEN")
        self._workspace = workspace or parts.path.strip("/") or None
        self._timeout_s = timeout_s

    def me(self) -> Json:
        """Who the token belongs to, and the workspaces with the role in each."""
        return self._call("GET", "/me")

    @property
    def workspace(self) -> str:
        """The workspace that is worked in."""
        if self._workspace is None:
            slugs = [workspace["slug"] for workspace in self.me()["workspaces"]]
            if len(slugs) != 1:
                raise ValueError(f"say which workspace: {slugs}")
            self._workspace = slugs[0]
        return self._workspace

    @property
    def store_url(self) -> str:
        """The URL for `strata.open`."""
        return f"{self._server}/{self.workspace}"

    def datasets(self) -> list[Json]:
        """All datasets of the workspace."""
        return list(self._pages("/datasets"))

    def dataset(self, name: str) -> Json:
        """One dataset."""
        return self._in_workspace("GET", f"/datasets/{_quote(name)}")

    def create_dataset(self, name: str, description: str = "") -> Json:
        """Make an empty dataset."""
        return self._in_workspace("POST", "/datasets", {"name": name, "description": description})

    def import_files(
        self,
        dataset: str,
        path: str | os.PathLike[str],
        *,
        format: str = "folder",
        branch: str = "main",
        label_from_folder: bool = True,
        message: str | None = None,
    ) -> Json:
        """Upload a file or all files of a folder and start their import; returns the job."""
        base = f"/datasets/{_quote(dataset)}"
        upload = self._in_workspace("POST", f"{base}/uploads", {})
        for files in _portions(Path(path)):
            body, content_type = _multipart(files)
            self._in_workspace("POST", f"{base}/uploads/{upload['id']}/files", body, content_type)
        request: Json = {
            "upload_id": upload["id"],
            "format": format,
            "branch": branch,
            "label_from_folder": label_from_folder,
        }
        if message is not None:
            request["message"] = message
        return self._in_workspace("POST", f"{base}/imports", request)

    def jobs(self) -> list[Json]:
        """All jobs of the workspace, newest first."""
        return list(self._pages("/jobs"))

    def job(self, job_id: str) -> Json:
        """One job: state, progress, result or error."""
        return self._in_workspace("GET", f"/jobs/{_quote(job_id)}")

    def wait(self, job: str | Json, timeout_s: float = 600) -> Json:
        """Wait for a job to end and return it; raises `StrataError` when it failed or took too long."""
        job_id: str = job if isinstance(job, str) else job["id"]
        deadline = time.monotonic() + timeout_s
        while True:
            current = self.job(job_id)
            if current["state"] == "succeeded":
                return current
            if current["state"] in ("failed", "cancelled"):
                error = current.get("error") or {}
                detail = error.get("detail") if isinstance(error, dict) else error
                raise StrataError("job_failed", f"job {job_id} {current['state']}: {detail or current.get('message')}")
            if time.monotonic() > deadline:
                raise StrataError("timeout", f"job {job_id} is still {current['state']} after {timeout_s} s")
            time.sleep(0.2)

    def refs(self, dataset: str) -> Json:
        """Branches and tags of a dataset."""
        return self._in_workspace("GET", f"/datasets/{_quote(dataset)}/refs")

    def _pages(self, path: str) -> Iterator[Json]:
        cursor: str | None = None
        while True:
            query = f"?cursor={_quote(cursor)}" if cursor else ""
            page = self._in_workspace("GET", path + query)
            yield from page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def _in_workspace(
        self, method: str, path: str, body: Json | bytes | None = None, content_type: str = "application/json"
    ) -> Json:
        return self._call(method, f"/workspaces/{_quote(self.workspace)}{path}", body, content_type)

    def _call(
        self, method: str, path: str, body: Json | bytes | None = None, content_type: str = "application/json"
    ) -> Json:
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers["Content-Type"] = content_type
        if method != "GET":
            # A retry of the same call by a proxy has the same effect once.
            headers["Idempotency-Key"] = str(uuid.uuid4())
        request = urllib.request.Request(f"{self._server}/api/v1{path}", data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise _problem(error) from None
        except (urllib.error.URLError, TimeoutError) as error:
            raise StrataError("server_unreachable", f"{self._server} does not answer: {error}") from error
        answer: Json = json.loads(text) if text else {}
        return answer


def _quote(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def _problem(error: urllib.error.HTTPError) -> StrataError:
    """Turn a problem+json answer into an exception with its code."""
    try:
        problem = json.loads(error.read())
        return StrataError(str(problem["code"]), str(problem.get("detail") or problem.get("title")))
    except (ValueError, KeyError, TypeError):
        return StrataError(f"http_{error.code}", f"the server answered {error.code} {error.reason}")


def _portions(path: Path) -> Iterator[list[tuple[str, bytes]]]:
    """Read the files under a path in portions that fit into one request each."""
    portion: list[tuple[str, bytes]] = []
    held = 0
    for file, name in _files(path):
        content = file.read_bytes()
        if portion and (len(portion) == _FILES_PER_REQUEST or held + len(content) > _BYTES_PER_REQUEST):
            yield portion
            portion, held = [], 0
        portion.append((name, content))
        held += len(content)
    if portion:
        yield portion


def _files(path: Path) -> Iterable[tuple[Path, str]]:
    if path.is_file():
        return [(path, path.name)]
    if not path.is_dir():
        raise FileNotFoundError(path)
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return [(file, file.relative_to(path).as_posix()) for file in files]


def _multipart(files: list[tuple[str, bytes]]) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    body = bytearray()
    for name, content in files:
        safe = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "%0D").replace("\n", "%0A")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n'
        body += f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return bytes(body), f"multipart/form-data; boundary={boundary}"
