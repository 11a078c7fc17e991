"""The registry of kinds is complete, and a newcomer adds one kind by adding one file."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import routing
from directory.core.errors import Invalid
from routing.conditions import condition, rows, tree
from routing.criteria import KINDS
from routing.facts import FACTS, Facts
from routing.offer import NO_OFFER, Offer
from routing.standing import ALWAYS

TODAY = dt.date(2026, 3, 15)

# every row of the table of kinds in protocol A.9.2
PROTOCOL = {
    "age": "age", "sex": "sex", "education": "education", "literacy / numeracy": "literacy",
    "distance": "distance", "residence": "residence",
    "origin vs host community": "population-group",
    "nationality": "nationality", "return modality": "return-mode",
    "country returned from": "return-country", "third-party request": "government-request",
    "return date window": "return-date", "prior assistance": "prior-assistance",
    "vulnerability": "vulnerability", "disability / accessibility": "accessibility",
    "medical condition / exclusion": "medical", "language": "language",
    "prior skill / experience": "skill", "sector choice": "sector", "availability": "availability",
    "duration acceptable": "duration", "documents": "documents", "dossier": "dossier",
    "income / means": "income", "dependants": "dependants", "affordability": "affordability",
    "group requirement": "group", "commitment": "commitment", "quota share": "quota",
    "intake window": "intake-window", "capacity": "capacity", "programme end": "programme-end",
    "funding tie": "funding", "referral channel": "referral-channel", "safety": "safety",
    "government exclusion": "government-exclusion", "evidence/verification level": "evidence",
}  # fmt: skip


def test_every_kind_of_the_protocol_exists() -> None:
    assert sorted(PROTOCOL.values()) == sorted(KINDS)


def test_every_kind_has_a_file_of_its_own() -> None:
    modules = {path.stem for path in Path(routing.__path__[0], "criteria").glob("*.py")} - {
        "__init__"
    }
    assert {name.replace("-", "_") for name in KINDS} == modules


@pytest.mark.parametrize("name", sorted(KINDS))
def test_kind_explains_itself(name: str) -> None:
    kind = KINDS[name]
    assert re.fullmatch(r"[a-z][a-z-]+", name)
    assert str(kind.label)
    assert str(kind.about).endswith(".")
    assert kind.judge.__doc__
    assert kind.asks.__doc__
    assert kind.example.source
    for param in kind.params:
        assert str(param.label)
    condition(name, kind.example.asks)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_example_runs_and_is_written_and_read_again(name: str) -> None:
    kind = KINDS[name]
    made = condition(name, kind.example.asks)
    assert tree([rows(made)]).parts == (made,)
    assert str(made.clause.describe())
    assert str(made.clause.judge(Facts(), TODAY, NO_OFFER).reason)
    jsonschema.validate(rows(made)["asks"], kind.schema())


@pytest.mark.parametrize("name", sorted(KINDS))
def test_kind_reads_facts_and_fields_that_exist(name: str) -> None:
    clause = condition(name, KINDS[name].example.asks).clause
    assert set(clause.reads) <= set(FACTS)
    assert set(clause.offer) <= set(Offer.__dataclass_fields__)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_unknown_parameter_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        condition(name, {**KINDS[name].example.asks, "nonsense": 1})
    assert set(caught.value.fields) == {"nonsense"}


def test_standing_kinds_are_marked_and_need_no_parameters() -> None:
    assert set(ALWAYS) <= {name for name, kind in KINDS.items() if kind.standing}
    for name in ALWAYS:
        condition(name)


NEW_KIND = '''
"""Shoe size, for a workshop that gives boots."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer


@dataclass(frozen=True, slots=True)
class Sizes:
    """A largest size."""

    max: int = ask(shapes.number(), N_("Largest size"))

    def describe(self) -> Text:
        """Such as "Shoes up to 44"."""
        return N_("Shoes up to {max}", max=self.max)


@kind(Sizes, label=N_("Shoe size"), about=N_("There are boots that fit."),
      reads=("group-size",), example=Example({"max": 44}, "invented"))
def shoe_size(facts: Facts, asks: Sizes, offer: Offer, today: dt.date) -> Finding:
    """Sizes are numbers."""
    return Finding(Answer.YES if asks.max > 40 else Answer.NO, asks.describe())
'''

USE_IT = """
import datetime as dt, sys
import routing.criteria
routing.criteria.__path__.append(sys.argv[1])
from routing.conditions import tree
from routing.criteria import KINDS
from routing.eligibility import assess
from routing.facts import Facts
from routing.offer import Offer
assert "shoe-size" in KINDS and "age" in KINDS
small, large = ({"kind": "shoe-size", "asks": {"max": size}} for size in (39, 44))
offer, today = Offer(has_no_end=True, places=1), dt.date(2026, 3, 15)
verdicts = [assess(tree([row]), Facts(), offer, today).verdict for row in (small, large)]
print(*verdicts, KINDS["shoe-size"].schema()["properties"]["max"]["type"])
"""


def test_a_new_kind_is_one_new_file(tmp_path: Path) -> None:
    (tmp_path / "shoe_size.py").write_text(NEW_KIND, encoding="utf-8")
    root = str(Path(routing.__path__[0]).parent)
    done = subprocess.run(
        [sys.executable, "-c", USE_IT, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert done.stdout.split() == ["ineligible", "eligible", "integer"], done.stderr
