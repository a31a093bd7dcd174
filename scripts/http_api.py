"""What `strata.Client` leaves to the browser: signing in, labelling, reviewing, models, standards."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable
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
