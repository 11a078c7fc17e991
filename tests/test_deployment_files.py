"""Dockerfile, compose.yaml and .env.example fit together and fit the application they start."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet
from flask import Flask

from directory.core.config import BadSettings, Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BUILT_HERE = ("migrate", "app", "worker")
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text().splitlines()
    if line and not line.startswith("#")
)
OFFERED = frozenset(re.findall(r"^#(\w+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE))
"""What an installation may add: empty means that it has none."""
SECRETS = {
    name: {
        "PASSERELLE_FIELD_KEYS": Fernet.generate_key().decode(),
        "PASSERELLE_TOTP_KEYS": f"1:{'t' * 40}",
    }.get(name, f"{name:s<40}")
    for name, value in EXAMPLE.items()
    if not value
}


def dockerfile() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their arguments, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def arguments(instruction: str) -> list[str]:
    return [rest for word, rest in dockerfile() if word == instruction]


def environment(service: str) -> dict[str, str]:
    """What a container finds in its environment once .env is filled in."""
    known = EXAMPLE | SECRETS

    def fill(match: re.Match[str]) -> str:
        return known.get(match["name"]) or match["default"] or ""

    pattern = re.compile(r"\$\{(?P<name>\w+):[-?](?P<default>[^}]*)\}")
    return {
        name: pattern.sub(fill, value) for name, value in SERVICES[service]["environment"].items()
    }


def flask_commands() -> Iterator[tuple[str, list[str]]]:
    """Every ``flask …`` that a file for running or deploying calls."""
    for name in ("Makefile", "Dockerfile", "compose.yaml"):
        text = (ROOT / name).read_text().replace("$(FLASK)", "flask").replace('", "', " ")
        for found in re.finditer(r"(?<![\w/-])flask ((?:[a-z][a-z_-]*)(?: [a-z][a-z_-]*)*)", text):
            yield name, found[1].split()


def test_dockerfile_knows_its_instructions() -> None:
    known = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "EXPOSE", "CMD"}
    assert {word for word, _ in dockerfile()} == known


def test_image_copies_only_what_exists() -> None:
    stages = {rest.split(" AS ")[1] for rest in arguments("FROM") if " AS " in rest}
    for copy in arguments("COPY"):
        *sources, _target = copy.split()
        if sources[0].startswith("--from="):
            assert sources[0].removeprefix("--from=") in stages
        else:
            assert [source for source in sources if not (ROOT / source).exists()] == []


def test_image_context_lets_through_what_is_copied() -> None:
    let_through = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = {
        source
        for copy in arguments("COPY")
        if not copy.startswith("--from=")
        for source in copy.split()[:-1]
    }
    assert copied == let_through


def test_image_holds_the_whole_application() -> None:
    copied = {source for copy in arguments("COPY") for source in copy.split()[:-1]}
    assert {
        "gunicorn.conf.py",
        "wsgi.py",
        "directory",
        "routing",
        "maps",
        "seeds",
        "migrations",
    } <= copied


def test_image_installs_the_libraries_that_make_run_installs() -> None:
    script = (ROOT / ".ci" / "system-packages").read_text()
    needed = re.search(r"needed_to_run\(\) \{(.*?)\n\}", script, re.DOTALL)
    assert needed
    libraries = set(re.findall(r'need "(lib[^"]+)"', needed[1]))
    assert len(libraries) >= 1
    last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert set(re.findall(r"\blib[a-z0-9.-]+", last_stage)) == libraries


def test_script_names_the_same_packages_when_python_is_absent() -> None:
    script = (ROOT / ".ci" / "system-packages").read_text()
    without_python = re.search(r'missing=" (python3 [^"]+)"', script)
    needed = re.search(r"needed_to_run\(\) \{(.*?)\n\}", script, re.DOTALL)
    assert without_python
    assert needed
    assert without_python[1].split() == ["python3", *re.findall(r'need "([^"]+)"', needed[1])]


def test_container_does_not_run_as_root() -> None:
    order = [word for word, _ in dockerfile()]
    assert arguments("USER") == ["passerelle"]
    assert order.index("USER") < order.index("CMD")
    assert order.index("USER") > max(i for i, word in enumerate(order) if word in {"RUN", "COPY"})


def test_container_serves_the_application_on_its_exposed_port() -> None:
    (command,) = map(json.loads, arguments("CMD"))
    assert command[0] == "gunicorn"
    assert command[-1] == "wsgi:create_app()"
    (exposed,) = arguments("EXPOSE")
    assert command[command.index("--bind") + 1] == f"0.0.0.0:{exposed}"
    assert [port.split(":")[-1] for port in SERVICES["app"]["ports"]] == [exposed]


def test_python_of_the_image_is_the_python_of_the_project() -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    wanted = re.search(r'requires-python = ">=([\d.]+)"', settings)
    assert wanted
    assert f"python:{wanted[1]}-slim-bookworm" in arguments("FROM")


def test_services_are_database_application_and_worker() -> None:
    assert set(SERVICES) == {"database", *BUILT_HERE}
    assert SERVICES["database"]["image"].startswith("postgis/postgis:")


@pytest.mark.parametrize("name", BUILT_HERE)
def test_service_waits_for_something_that_can_happen(name: str) -> None:
    for other, wait in SERVICES[name]["depends_on"].items():
        if wait["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert wait["condition"] == "service_completed_successfully"
            assert SERVICES[other]["restart"] == "no"


def test_worker_is_watched() -> None:
    worker = SERVICES["worker"]
    assert worker["command"] == ["flask", "worker"]
    assert worker["healthcheck"]["test"] == ["CMD", "flask", "routing", "worker-health"]


def test_no_port_is_open_beyond_the_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]


def test_volumes_are_declared() -> None:
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }
    assert used == set(COMPOSE["volumes"])


def test_required_secrets_are_those_of_the_example() -> None:
    required = set(re.findall(r"\$\{(\w+):\?\}", (ROOT / "compose.yaml").read_text()))
    optional = set(re.findall(r"\$\{(\w+):-[^}]*\}", (ROOT / "compose.yaml").read_text()))
    assert required == set(SECRETS)
    assert required | optional == set(EXAMPLE) | OFFERED
    assert optional >= OFFERED


@pytest.mark.parametrize("name", BUILT_HERE)
def test_environment_names_settings_only(name: str) -> None:
    known = {f"PASSERELLE_{field.name.upper()}" for field in fields(Settings)}
    assert set(environment(name)) <= known


@pytest.mark.parametrize("name", BUILT_HERE)
def test_production_starts_with_the_filled_in_example(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in environment(name).items():
        monkeypatch.setenv(variable, value)
    settings = load_settings()
    assert settings.environment == "production"
    assert not settings.is_sqlite
    assert "@database/" in settings.database_url


@pytest.mark.parametrize(
    "secret", sorted(name for name in SECRETS if name.startswith("PASSERELLE_"))
)
def test_production_refuses_an_empty_secret(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in (environment("app") | {secret: ""}).items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(BadSettings, match=secret):
        load_settings()


def test_commands_of_the_files_exist(app: Flask) -> None:
    called = list(flask_commands())
    assert {"Makefile", "compose.yaml"} == {name for name, _ in called}
    for _name, words in called:
        command: Any = app.cli
        context: Any = None
        for word in words:
            assert hasattr(command, "get_command"), words
            command = command.get_command(context, word)
            assert command is not None, shlex.join(["flask", *words])
