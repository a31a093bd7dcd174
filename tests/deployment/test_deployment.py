"""The compose file and the Dockerfile, held as far as they can be without an engine."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()

SERVICE_KEYS = {
    "build", "command", "configs", "depends_on", "entrypoint", "environment", "healthcheck", "image",
    "ports", "profiles", "restart", "volumes",
}  # fmt: skip


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load(COMPOSE)
    assert isinstance(loaded, dict)
    return loaded


def test_the_parts_of_production_are_there(compose: dict[str, Any]) -> None:
    assert {"postgres", "s3", "backend", "workers"} <= set(compose["services"])


def test_every_service_is_whole(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name
        assert "image" in service, name
        waits = service.get("depends_on", {})
        assert set(waits) <= set(services), name
        if isinstance(waits, dict):
            for other, wait in waits.items():
                assert wait["condition"] == "service_healthy", (name, other)
                assert "healthcheck" in services[other], (name, other)
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"], (name, volume)
        for config in service.get("configs", []):
            assert config["source"] in compose["configs"], (name, config)
        if "healthcheck" in service:
            assert {"test", "interval", "timeout", "retries"} == set(service["healthcheck"]), name


def test_images_are_pinned(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if service["image"] != "strata":
            assert re.search(r":[^:]*\d", service["image"]), f"{name}: {service['image']}"


def test_no_secret_has_a_default() -> None:
    secrets = re.findall(r"\$\{([A-Z0-9_]+)([^}]*)\}", COMPOSE)
    # A token can only be made once the service runs: it is empty before.
    secrets.remove(("STRATA_METRICS_TOKEN", ":-"))
    assert {name for name, _ in secrets} == {"POSTGRES_PASSWORD", "S3_SECRET_ACCESS_KEY"}
    assert all(rest.startswith(":?") for _, rest in secrets), secrets


def test_the_binary_knows_the_commands_and_variables(compose: dict[str, Any]) -> None:
    configuration = (ROOT / "cli/src/configuration.rs").read_text()
    for name in ("backend", "workers"):
        service = compose["services"][name]
        for variable in service["environment"]:
            assert variable in configuration, f"{name}: {variable} is read nowhere"
        binary = os.environ.get("STRATA_BINARY")
        if binary:
            command = service["command"]
            asked = subprocess.run([binary, command[0], "--help"], capture_output=True, text=True, check=True)
            for word in command:
                if word.startswith("--"):
                    assert word in asked.stdout, f"{name}: {command[0]} knows no {word}"


def test_the_image_copies_what_exists() -> None:
    stages: list[str] = []
    for line in DOCKERFILE.splitlines():
        if match := re.match(r"FROM (\S+)(?: AS (\S+))?$", line):
            assert ":" in match[1], line
            stages.append(match[2] or "")
        elif match := re.match(r"COPY --from=(\S+) ", line):
            assert match[1] in stages[:-1], line
        elif match := re.match(r"COPY (.+) \S+$", line):
            for source in match[1].split():
                assert (ROOT / source).exists(), line
    assert stages[-1] == "", "the last stage is the image"
    members = set(re.findall(r'"([a-z]+)(?:/\*)?"', (ROOT / "Cargo.toml").read_text().split("\n\n")[0]))
    copied = set(re.findall(r"^COPY ([a-z]+)/ ", DOCKERFILE, re.MULTILINE))
    assert members <= copied, "the build stage needs every member of the workspace"
    assert "USER strata" in DOCKERFILE
