"""The house stands as it was drawn: who imports whom, what things are called, what fills itself."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

from directory.core.registry import Registry

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("directory", "routing", "maps", "seeds")
LAYERS = (
    "core", "models", "queries", "operations", "jobs", "forms", "formats", "channels", "pages",
    "api", "commands",
)  # fmt: skip
"""Everything else in directory and routing is a rule."""
FRAMEWORKS = ("flask", "werkzeug", "sqlalchemy", "geoalchemy2")
DOCSTRING_ONLY = ("directory", "directory/core", "routing", "maps")
EMPTY_NAMES = {"common", "data", "info", "misc", "process", "routes", "services"}
EMPTY_WORDS = {"handler", "handlers", "helper", "helpers", "manager", "managers", "util", "utils"}


@cache
def import_graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True)


def modules_of(package: str) -> Iterator[str]:
    """Every module of a package by its dotted name, the package itself left out."""
    for found in pkgutil.walk_packages([str(ROOT / package.replace(".", "/"))], f"{package}."):
        yield found.name


def rules() -> list[str]:
    """Every module that is not in a layer: found, never listed, so that none can be forgotten."""
    return sorted(
        module
        for package in ("directory", "routing")
        for module in modules_of(package)
        if module.split(".")[1] not in LAYERS
    )


def source_files() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@cache
def registries() -> dict[str, Registry]:
    """The registries of the house by their package."""
    found = {}
    for package in PACKAGES:
        for module in modules_of(package):
            for value in vars(importlib.import_module(module)).values():
                if isinstance(value, Registry):
                    found[value._package] = value
    return found


def printed_by(program: str) -> str:
    """What a fresh interpreter prints; its complaint, if it fails."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else done.stderr


def test_import_contracts_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_rules_are_found() -> None:
    assert {"directory.categories", "routing.eligibility", "routing.clocks"} <= set(rules())


@pytest.mark.parametrize("rule", rules())
def test_rule_knows_neither_web_nor_database(rule: str) -> None:
    graph = import_graph()
    chains = [
        " → ".join(chain)
        for framework in FRAMEWORKS
        if framework in graph.modules and (chain := graph.find_shortest_chain(rule, framework))
    ]
    assert chains == []


@pytest.mark.parametrize("rule", rules())
def test_rule_imports_rules_and_foundations_only(rule: str) -> None:
    imported = import_graph().find_modules_directly_imported_by(rule)
    above = [
        module
        for module in imported
        if module.split(".")[0] in PACKAGES and "." in module
        if module.split(".")[1] in set(LAYERS) - {"core"}
    ]
    assert above == []


def test_rules_run_without_the_frameworks() -> None:
    program = (
        f"import importlib, sys\nfor name in {rules()!r}: importlib.import_module(name)\n"
        f"print(sorted(set({FRAMEWORKS!r}) & set(sys.modules)))"
    )
    assert printed_by(program) == "[]"


@pytest.mark.parametrize("package", DOCSTRING_ONLY)
def test_package_file_is_a_docstring_only(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text())
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_names_say_what_things_are(path: Path) -> None:
    assert path.stem not in EMPTY_NAMES
    words = set(path.stem.split("_"))
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            words |= {word.lower() for word in re.findall(r"[A-Z]+[a-z0-9]*", node.name)}
    assert words & EMPTY_WORDS == set()


def test_code_lives_in_the_fixed_folders() -> None:
    folders = {
        path.parent.relative_to(ROOT).parts[0]
        for path in ROOT.glob("*/**/*.py")
        if not path.relative_to(ROOT).parts[0].startswith(".") and "node_modules" not in path.parts
    }
    assert folders == {*PACKAGES, "migrations", "tests"}
    assert sorted(path.name for path in ROOT.glob("*.py")) == ["gunicorn.conf.py", "wsgi.py"]


def test_only_the_clock_reads_the_time() -> None:
    reading = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    readers = [
        str(path.relative_to(ROOT)) for path in source_files() if reading.search(path.read_text())
    ]
    assert readers == ["directory/core/clock.py"]


def test_registries_are_found() -> None:
    assert "routing.criteria" in registries()


def test_registry_holds_something_from_each_of_its_modules() -> None:
    for package, items in registries().items():
        folder = importlib.import_module(package).__path__
        modules = [m.name for m in pkgutil.iter_modules(folder) if not m.name.startswith("_")]
        assert modules, package
        assert len(items) >= len(modules), package


def test_registered_name_is_a_stable_code() -> None:
    for items in registries().values():
        for name in items:
            assert re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", name)
            assert items[name].name == name


def test_application_is_not_built_at_import() -> None:
    program = (
        "import wsgi, flask; print([v for v in vars(wsgi).values() if isinstance(v, flask.Flask)])"
    )
    assert printed_by(program) == "[]"
