"""Answers typed into the fields of a fact, as ``routing.facts`` reads them.

Where the person lives is looked up by name: see ``routing.forms.locations``.

The fields of a fact are named ``<fact>-<part>``; which parts there are depends on the control that
shows the fact (``control_of``). To give a shape another control, change ``CONTROLS`` and add its
reader to ``READERS``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from directory.core.errors import Invalid
from directory.core.text import Text
from routing.fact_table import FACTS, Fact
from routing.facts import read_value
from routing.shapes import BadValue
from routing.values import Source

NONE = "none"
"""Known that there is none: different from not known."""
BY_NAME: dict[str, str] = {
    "born": "birth", "nationality": "countries", "return-country": "country",
    "conflicts": "organisations",
}  # fmt: skip
"""Facts that people answer in another way than their shape says."""
SOURCES = (Source.DECLARED, Source.DOCUMENT, Source.VERIFIED)
"""Where an answer of a conversation can come from."""


def control_of(fact: Fact) -> str:
    """Which control of ``routing/_facts.html`` shows the fact."""
    if fact.name in BY_NAME:
        return BY_NAME[fact.name]
    shape = fact.shape
    if shape.name == "choice":
        return "level" if shape.ranges else "choice"
    if shape.name == "codes":
        return "choices" if shape.choices else "list"
    return shape.name


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed for one fact."""

    form: MultiDict[str, str]
    name: str
    today: dt.date

    def one(self, part: str) -> str:
        """One part, without blanks around it."""
        return self.form.get(f"{self.name}-{part}", "").strip()

    def several(self, part: str) -> list[str]:
        """A part that can be given several times."""
        return [text.strip() for text in self.form.getlist(f"{self.name}-{part}") if text.strip()]


Reader = Callable[[Answers], object]


def entries_of(
    form: MultiDict[str, str], names: Iterable[str], *, today: dt.date
) -> dict[str, object]:
    """What was answered, by fact, ready to be recorded; raises ``Invalid`` with every problem."""
    entries: dict[str, object] = {}
    problems: dict[str, Text] = {}
    for name in names:
        answers = Answers(form, name, today)
        raw = READERS[control_of(FACTS[name])](answers)
        if raw in (None, ""):
            continue
        entries[name] = {"value": raw, **_provenance(answers)}
        try:
            read_value(name, entries[name], today=today)
        except BadValue as error:
            problems[name] = error.reason
    if problems:
        raise Invalid(problems)
    return entries


def said_unknown(form: MultiDict[str, str], name: str) -> bool:
    """The person, asked, does not know or does not say."""
    return form.get(f"{name}-unknown") == "1"


SEVERAL = frozenset({"choices", "countries", "organisations", "aids"})
"""Controls whose value can be given several times."""


def typed_parts(form: MultiDict[str, str], name: str) -> dict[str, Any]:
    """What was typed for a fact, by part, to show it again."""
    start = f"{name}-"
    parts: dict[str, Any] = {
        key.removeprefix(start): form[key] for key in form if key.startswith(start)
    }
    if control_of(FACTS[name]) in SEVERAL:
        parts["value"] = form.getlist(f"{start}value")
    return parts


def stored_parts(name: str, written: Any) -> dict[str, Any]:
    """What is known of a fact, by part, where the control can show it as it was typed."""
    if written == []:
        return {"none": "1"}
    if isinstance(written, bool):
        return {"value": "yes" if written else "no"}
    if isinstance(written, Mapping):
        return {part: str(value) for part, value in written.items()}
    if not isinstance(written, list):
        return {"value": str(written)}
    if control_of(FACTS[name]) == "ranked":
        return {f"value-{row}": code for row, code in enumerate(written, start=1)}
    if all(isinstance(one, str) for one in written) and control_of(FACTS[name]) in SEVERAL:
        return {"value": written}
    return {"value": ", ".join(str(one) for one in written if not isinstance(one, Mapping))}


def _provenance(answers: Answers) -> dict[str, str]:
    return {
        "source": answers.one("source") or Source.DECLARED.value,
        "as_of": answers.one("as-of") or answers.today.isoformat(),
    }


def _value(answers: Answers) -> object:
    """A value, or two bounds between which it lies."""
    low, high = answers.one("lo"), answers.one("hi")
    if answers.one("value"):
        return answers.one("value")
    return {"lo": low or high, "hi": high or low} if low or high else None


def _birth(answers: Answers) -> object:
    """A date, a year, or an age that may be rough."""
    if answers.one("value"):
        return answers.one("value")
    if not answers.one("age"):
        return None
    about = answers.one("about") or "0"
    return {"age": answers.one("age"), "about": about, "on": answers.today.isoformat()}


def _date(answers: Answers) -> object:
    """A day, a month of a year, or a year."""
    if answers.one("value") or not answers.one("year"):
        return _value(answers)
    month = answers.one("month")
    return f"{answers.one('year')}-{int(month):02}" if month.isdigit() else answers.one("year")


def _set(answers: Answers) -> object:
    if answers.one("none"):
        return []
    return answers.several("value") or None


def _typed_list(answers: Answers) -> object:
    if answers.one("none"):
        return []
    text = answers.one("value").replace(",", ";")
    return [part.strip() for part in text.split(";") if part.strip()] or None


def _aids(answers: Answers) -> object:
    if answers.one("none"):
        return []
    return [
        {"what": what, "on": answers.one(f"on-{what}") or None} for what in answers.several("value")
    ] or None


SKILL_ROWS = 3
WISH_ROWS = 3


def _skills(answers: Answers) -> object:
    if answers.one("none"):
        return []
    rows = [
        {
            "name": answers.one(f"value-{row}"),
            "level": answers.one(f"level-{row}") or "1",
            "verified": bool(answers.one(f"verified-{row}")),
        }
        for row in range(1, SKILL_ROWS + 1)
    ]
    return [row for row in rows if row["name"]] or None


def _ranked(answers: Answers) -> object:
    if answers.one("none"):
        return []
    wishes = [answers.one(f"value-{row}") for row in range(1, WISH_ROWS + 1)]
    return [wish for wish in wishes if wish] or None


def _ages(answers: Answers) -> object:
    return [] if answers.one("none") else answers.one("value").replace(",", ";") or None


READERS: Mapping[str, Reader] = {
    "birth": _birth,
    "date": _date,
    "number": _value,
    "level": _value,
    "choice": _value,
    "yes-no": _value,
    "text": _value,
    "country": _value,
    "region": _value,
    "choices": _set,
    "countries": _set,
    "organisations": _set,
    "list": _typed_list,
    "aids": _aids,
    "skills": _skills,
    "ranked": _ranked,
    "ages": _ages,
}
