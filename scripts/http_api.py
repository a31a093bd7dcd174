"""A few lines over Strata's HTTP API, with nothing but the standard library: what any script could do."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class Refused(Exception):
    """The server answered with a problem; `problem` is its JSON."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code', '')}: {problem.get('detail', problem)}")
        self.status = status
        self.problem = problem


class Caller:
    """One signed-in person or token at one server."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.headers: dict[str, str] = {}

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[Any, Any]:
        """Answers (headers, decoded JSON or None); raises `Refused` on a problem."""
        request = urllib.request.Request(f"{self.url}/api/v1{path}", body, {**self.headers, **headers}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                text = answer.read()
                return answer.headers, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            text = error.read()
            try:
                problem = json.loads(text)
            except ValueError:
                problem = {"detail": text.decode(errors="replace")}
            raise Refused(error.code, problem) from None

    def get(self, path: str) -> Any:
        """GET."""
        return self.send("GET", path, None, {})[1]

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """POST of JSON."""
        data = json.dumps({} if body is None else body).encode()
        return self.send("POST", path, data, {"content-type": "application/json", **(headers or {})})[1]

    def effect(self, path: str, body: Any) -> Any:
        """POST with an `Idempotency-Key`: a retry after a lost answer changes nothing more."""
        return self.post(path, body, {"idempotency-key": str(uuid.uuid4())})

    def post_files(self, path: str, parts: Iterable[tuple[str, str, str, bytes]]) -> Any:
        """POST of multipart (name, file name, media type, bytes)."""
        boundary = uuid.uuid4().hex
        body = bytearray()
        for name, filename, media_type, data in parts:
            disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
            body += f"--{boundary}\r\ncontent-disposition: {disposition}\r\n".encode()
            body += f"content-type: {media_type}\r\n\r\n".encode() + data + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
        return self.send("POST", path, bytes(body), headers)[1]

    def use_token(self, token: str) -> None:
        """From now on calls carry this API token."""
        self.headers = {"authorization": f"Bearer {token}"}

    def sign_in(self, path: str, body: Any) -> Any:
        """POSTs to `/setup` or `/session` and keeps the cookie and the CSRF token."""
        data = json.dumps(body).encode()
        headers, me = self.send("POST", path, data, {"content-type": "application/json"})
        self.headers = {"cookie": headers["set-cookie"].split(";")[0], "x-strata-csrf": me["csrf_token"]}
        return me

    def finished(self, workspace: str, job: dict[str, Any], timeout_s: float = 600) -> dict[str, Any]:
        """Waits until `job` is over; raises when it did not succeed."""
        deadline = time.monotonic() + timeout_s
        while job["state"] in ("queued", "running"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"job {job['kind']} is still {job['state']}")
            time.sleep(0.1)
            job = self.get(f"/workspaces/{workspace}/jobs/{job['id']}")
        if job["state"] != "succeeded":
            raise RuntimeError(f"job {job['kind']} {job['state']}: {job.get('error') or job.get('message')}")
        return job

    def upload_folder(self, workspace: str, dataset: str, folder: Path) -> str:
        """Uploads every file under `folder` by its relative path; answers the upload's id."""
        base = f"/workspaces/{workspace}/datasets/{dataset}/uploads"
        upload = self.post(base)["id"]
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for start in range(0, len(files), 100):
            parts = [
                ("file", path.relative_to(folder).as_posix(), "application/octet-stream", path.read_bytes())
                for path in files[start : start + 100]
            ]
            self.post_files(f"{base}/{upload}/files", parts)
        return str(upload)
