"""What the project stands on is pinned, used, and justified in docs/dependencies.md."""

from __future__ import annotations

import ast
import json
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("directory", "routing", "maps", "seeds")
INDIRECT = "# What these stand on"
NOT_IMPORTED = {
    "alembic": "migrations/env.py is run by it",
    "defusedxml": "openpyxl reads through it as soon as it is there",
    "argon2-cffi": "the password hash that Flask-Security-Too is told to use",
    "email-validator": "checks addresses for Flask-Security-Too",
    "gunicorn": "serves the application",
    "psycopg": "the driver that SQLAlchemy loads by its name",
}


def requirements(name: str) -> tuple[list[Requirement], list[Requirement]]:
    """The parts chosen by us and what these stand on, as pinned in a requirements file."""
    chosen, _, indirect = (ROOT / name).read_text().partition(INDIRECT)

    def read(text: str) -> list[Requirement]:
        lines = (line for line in text.splitlines() if line and line[0] not in "#-")
        return [Requirement(line) for line in lines]

    return read(chosen), read(indirect)


def names(found: list[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in found}


@cache
def imported_distributions() -> set[str]:
    """The distributions that the application's own modules import."""
    modules = set()
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    for path in [*files, ROOT / "wsgi.py", ROOT / "migrations" / "env.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    outside = modules - set(sys.stdlib_module_names) - {*PACKAGES, "wsgi"}
    owners = packages_distributions()
    assert outside <= set(owners), f"not installed: {outside - set(owners)}"
    return {canonicalize_name(owners[module][0]) for module in outside}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_versions_are_exact_and_installed(name: str) -> None:
    for group in requirements(name):
        for requirement in group:
            assert str(requirement.specifier) == f"=={version(requirement.name)}"


def test_sqlalchemy_stays_on_its_stable_line() -> None:
    (pin,) = [part for part in requirements("requirements.txt")[0] if part.name == "SQLAlchemy"]
    assert "2.0.99" > str(pin.specifier).removeprefix("==") > "2.0"


def test_every_import_is_a_chosen_part() -> None:
    assert imported_distributions() - names(requirements("requirements.txt")[0]) == set()


def test_every_chosen_part_is_used() -> None:
    chosen = names(requirements("requirements.txt")[0])
    assert chosen - imported_distributions() - set(NOT_IMPORTED) == set()


def test_every_chosen_part_is_justified() -> None:
    justified = re.findall(
        r"^\| ([^|`]+?) \|", (ROOT / "docs" / "dependencies.md").read_text(), re.MULTILINE
    )
    described = {canonicalize_name(name) for cell in justified for name in cell.split(", ")}
    packages = json.loads((ROOT / "package.json").read_text())
    chosen = names(requirements("requirements.txt")[0]) | names(
        requirements("requirements-dev.txt")[0]
    )
    front_end = {*packages["dependencies"], *packages["devDependencies"]}
    assert chosen | set(map(canonicalize_name, front_end)) <= described


def test_front_end_packages_are_locked_without_an_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = json.loads((ROOT / "package.json").read_text())
    pinned = packages["dependencies"] | packages["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", pin) for pin in pinned.values())
    for path, package in lock["packages"].items():
        if path:
            assert package["integrity"].startswith("sha512-")
            assert "resolved" not in package
            assert package["version"] == pinned.get(
                path.removeprefix("node_modules/"), package["version"]
            )
