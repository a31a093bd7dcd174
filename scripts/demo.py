"""The whole path on real data: import, standard, pre-label, label, review, commit, stream, train.

Starts the embedded service and drives it through its public HTTP API and Python module only. Stays up so that
you can go on labelling in the browser, unless `--once`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import strata
from http_api import Caller

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = {"annotator": "ann@example.com", "reviewer": "rhea@example.com"}
OWNER = "demo@example.com"
BRANCH = "main"


class Demo:
    """One run: the service, its people and the seconds of each step."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.steps: list[tuple[str, float, str]] = []
        self.password = options.password or secrets.token_urlsafe(9)
        self.people: dict[str, Caller] = {}
        self.workspace = ""
        self.truth: dict[str, str] = {}

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Times a step; what is put into the list stands beside its time."""
        notes: list[str] = []
        start = time.monotonic()
        yield notes
        seconds = time.monotonic() - start
        self.steps.append((name, seconds, "; ".join(notes)))
        print(f"  {seconds:7.2f} s  {name:<28} {'; '.join(notes)}", flush=True)

    def tool(self, *arguments: str | Path) -> str:
        """Runs a script with this Python; answers the last line it printed."""
        done = subprocess.run(
            [sys.executable, *map(str, arguments)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        lines = done.stdout.strip().splitlines()
        return lines[-1] if lines else ""

    def start_service(self) -> subprocess.Popen[str]:
        """`strata serve`, embedded; its one line on standard output holds the URL."""
        binary = os.environ.get("STRATA_BINARY", "strata")
        log = (self.folder / "serve.log").open("w")
        command = [binary, "serve", "--data-dir", str(self.folder / "data"), "--listen", self.options.listen]
        service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True)
        assert service.stdout is not None
        line = service.stdout.readline()
        words = [word for word in line.split() if word.startswith("http")]
        if not words:
            raise RuntimeError(f"the service did not start: {line}{(self.folder / 'serve.log').read_text()}")
        self.url = words[0].rstrip("/.")
        # Nobody reads further lines; the pipe must not fill up.
        threading.Thread(target=service.stdout.read, daemon=True).start()
        return service

    def first_run(self) -> None:
        """The administrator, two members, and a token for each."""
        owner = Caller(self.url)
        setup = {"email": OWNER, "name": "Demo", "password": self.password, "workspace_name": "Demo"}
        me = owner.sign_in("/setup", setup)
        self.workspace = me["workspaces"][0]["slug"]
        members = f"/workspaces/{self.workspace}/members"
        for role, email in PEOPLE.items():
            name = email.split("@")[0].capitalize()
            owner.post(members, {"email": email, "name": name, "role": role, "password": self.password})
            person = Caller(self.url)
            person.sign_in("/session", {"email": email, "password": self.password})
            self.people[role] = self.with_token(person, role)
        self.people["owner"] = self.with_token(owner, "owner")
        token = self.people["owner"].headers["authorization"].removeprefix("Bearer ")
        self.client = strata.Client(f"{self.url}/{self.workspace}", token)

    def with_token(self, person: Caller, role: str) -> Caller:
        """The same person, calling with an API token as a script would."""
        made = person.post(f"/workspaces/{self.workspace}/tokens", {"name": "demo script", "role": role})
        caller = Caller(self.url)
        caller.use_token(made["token"])
        return caller

    def at(self, path: str) -> str:
        """A path inside the workspace."""
        return f"/workspaces/{self.workspace}{path}"

    def publish_standard(self) -> str:
        """A standard drafted from what the dataset holds, published as it is; answers its version's id."""
        owner = self.people["owner"]
        request = {"dataset": "digits", "ref": BRANCH, "name": "Digits"}
        drafted = owner.post(self.at("/standards/generate"), request)
        return str(owner.post(self.at(f"/standards/{drafted['id']}/publish"))["id"])

    def make_project(self, standard_version: str) -> dict[str, Any]:
        """A project over everything without a label yet; waits until its tasks are made."""
        owner = self.people["owner"]
        request = {
            "name": "Digits without a label", "dataset": "digits", "ref": BRANCH, "query": "NOT has_label",
            "standard_version_id": standard_version,
            "workflow": {"overlap": 1, "review": True, "lease_seconds": 900},
        }  # fmt: skip
        project = owner.post(self.at("/projects"), request)
        if project.get("generating_job"):
            self.client.wait(project["generating_job"])
        return owner.get(self.at(f"/projects/{project['id']}"))

    def prelabel(self, project: str) -> dict[str, Any]:
        """Registers the trained model and runs it over the project."""
        owner = self.people["owner"]
        model = self.folder / "model"
        version = owner.post_files(
            self.at("/models"),
            [
                ("manifest", "", "application/json", (model / "digits.json").read_bytes()),
                ("graph", "digits.onnx", "application/octet-stream", (model / "digits.onnx").read_bytes()),
            ],
        )
        job = owner.post(self.at(f"/projects/{project}/prelabel"), {"model_version_id": version["id"]})
        return self.client.wait(job)

    def label(self, project: str, count: int) -> tuple[int, int]:
        """Labels `count` tasks as a person would: accept a right prediction, correct a wrong one."""
        annotator = self.people["annotator"]
        accepted = corrected = 0
        for _ in range(count):
            task = annotator.post(self.at(f"/projects/{project}/tasks/next"))
            if task is None:
                break
            right = self.truth[task["sample"]["key"]]
            submit: dict[str, Any] = {"fence": task["assignment"]["fence"], "lead_time_ms": 900}
            best = task["predictions"][0] if task["predictions"] else None
            if best:
                submit["prediction_id"] = best["id"]
            if best and best["result"]["items"][0]["class"] == right:
                submit["result"] = without_scores(best["result"])
                accepted += 1
            else:
                item = {"id": "label", "layer": "label", "kind": "classification", "class": right}
                submit["result"] = {"items": [item]}
                corrected += 1
            annotator.effect(self.at(f"/tasks/{task['id']}/submit"), submit)
        return accepted, corrected

    def review(self, project: str) -> int:
        """Accepts everything that waits for review."""
        reviewer = self.people["reviewer"]
        reviewed = 0
        while task := reviewer.post(self.at(f"/projects/{project}/reviews/next")):
            decision = {
                "fence": task["assignment"]["fence"], "annotation_id": task["annotations"][0]["id"],
                "decision": "accept",
            }  # fmt: skip
            reviewer.effect(self.at(f"/tasks/{task['id']}/review"), decision)
            reviewed += 1
        return reviewed

    def commit(self, project: str) -> tuple[str, dict[str, Any]]:
        """Commits what was accepted; answers the new commit and how it differs from the one before."""
        owner = self.people["owner"]
        before = self.head()
        job = owner.post(self.at(f"/projects/{project}/commit"), {"branch": BRANCH, "message": "Label the digits"})
        self.client.wait(job)
        after = self.head()
        diff = owner.get(self.at(f"/datasets/digits/diff?a={before}&b={after}&limit=1"))
        return after, diff["stat"]

    def head(self) -> str:
        """The commit of the branch."""
        return str(self.client.dataset("digits")["head"]["commit"])

    def train(self, commit: str) -> str:
        """Streams the version from the running service and trains on it."""
        token = self.people["owner"].headers["authorization"].removeprefix("Bearer ")
        environment = {**os.environ, "STRATA_TOKEN": token}
        script = "python/examples/train_digits.py"
        command = [sys.executable, script, self.client.store_url, "digits", "--ref", commit]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout.strip().splitlines()[-1]

    def path(self) -> None:
        """Every step, in order."""
        digits, seeds = self.folder / "digits", self.options.seeds
        with self.step("write the digits as PNG") as notes:
            scale = ["--scale", "8"]
            truth = self.folder / "truth.json"
            total = ["--limit", str(self.options.digits - seeds)]
            self.tool("tools/make_digits.py", digits / "seeds", "--limit", str(seeds), *scale)
            unlabelled: list[str | Path] = ["--start", str(seeds), "--unlabelled", "--truth", truth]
            self.tool("tools/make_digits.py", digits / "rest", *unlabelled, *total, *scale)
            self.truth = json.loads(truth.read_text())
            notes.append(f"{seeds} with a label, {len(self.truth)} without")
        with self.step("first run: people and tokens"):
            self.first_run()
        with self.step("import"):
            self.client.create_dataset("digits", "scikit-learn's digits")
            for part, message in [("seeds", "Import labelled digits"), ("rest", "Import digits without labels")]:
                self.client.wait(self.client.import_files("digits", digits / part, branch=BRANCH, message=message))
        with self.step("generate and publish a standard"):
            standard = self.publish_standard()
        with self.step("generate tasks") as notes:
            project = self.make_project(standard)
            notes.append(f"{project['progress']['total']} tasks")
        with self.step("train and export a model") as notes:
            notes.append(self.tool("tools/train_digits.py", self.folder / "model").split(": ")[-1])
        with self.step("pre-label with ONNX"):
            self.prelabel(project["id"])
        with self.step("label half of them") as notes:
            accepted, corrected = self.label(project["id"], len(self.truth) // 2)
            notes.append(f"{accepted} predictions accepted, {corrected} corrected")
        with self.step("review") as notes:
            notes.append(f"{self.review(project['id'])} accepted")
        with self.step("commit and diff") as notes:
            commit, stat = self.commit(project["id"])
            notes.append(f"{commit[:12]}: +{stat['labels_added']} labels, {stat['samples_added']} samples")
        with self.step("stream it and train") as notes:
            notes.append(self.train(commit))


def without_scores(result: dict[str, Any]) -> dict[str, Any]:
    """A prediction's result as a person's answer: scores belong to models."""
    return {"items": [{key: value for key, value in item.items() if key != "score"} for item in result["items"]]}


def main() -> int:
    """Runs the demo; answers the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop after the last step")
    parser.add_argument("--listen", default="127.0.0.1:8080", help="where the service listens")
    parser.add_argument("--digits", type=int, default=1797, help="how many digits in all")
    parser.add_argument("--seeds", type=int, default=200, help="how many of them are imported with their label")
    parser.add_argument("--password", help="of the demo's people; made up when absent")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="strata-demo-"))
    demo = Demo(options, folder)
    start = time.monotonic()
    print("\nStrata's whole path on scikit-learn's digits:", flush=True)
    with demo.step("start the service"):
        service = demo.start_service()
    # Ended by whoever started it, it takes its service with it as Ctrl+C does.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    try:
        demo.path()
        print(f"  {time.monotonic() - start:7.2f} s  in all\n", flush=True)
        if not options.once:
            print(f"  Strata   {demo.url}\n  login    {OWNER}\n  password {demo.password}")
            print(f"  (also {' and '.join(PEOPLE.values())}, same password)")
            print("\n  Go on labelling in the browser. Ctrl+C ends the service and removes its data.", flush=True)
            service.wait()
    except KeyboardInterrupt:
        print()
    finally:
        service.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            service.wait(timeout=20)
        service.kill()
        if sys.exc_info()[0] is None or options.once:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"what the service said is in {folder / 'serve.log'}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
