from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction

import pytest

from directory.core.errors import Invalid
from routing.education import GRADES, position
from routing.facts import FACTS, Facts, Source, Value
from routing.values import NOTHING, STALE, Interval, Place, Seen

TODAY = dt.date(2026, 3, 15)

EXAMPLES: dict[str, list[object]] = {
    "born": ["2003-05-01", "2003", "2003-05", {"year": 2003}, {"age": 22, "on": "2026-03-15"},
             {"lo": "2001-01-01", "hi": "2003-01-01"}, "2001-01-01..2003-01-01", 1990],
    "sex": ["female"],
    "education": ["gn:10", "gn:terminale", "none", "isced:6", {"lo": "ml:3", "hi": "sn:10"},
                  "gn:9..gn:10"],
    "literacy": ["some"],
    "numeracy": ["fluent"],
    "location": [{"lon": -12.29, "lat": 11.32},
                 {"lon": -12.29, "lat": 11.32, "radius": 300, "region": "GN/GN-L"},
                 "GN/GN-L/GN-LA", {"region": "GN/GN-L"}],
    "residence": ["GN", "GN-L", "GN/GN-L/GN-LA", "GN04", "GN0401"],
    "resident-since": ["2020"],
    "population-group": ["returnee"],
    "nationality": [["GN", "sn"], [], "GN;SN"],
    "return-mode": ["pushed-back"],
    "return-country": ["ly"],
    "government-request": [True, "non", "yes"],
    "returned-on": ["2025-06"],
    "prior-assistance": [[], "cash@2025-01-01;housing", [{"what": "cash", "on": None}]],
    "vulnerability": [[], ["homeless", "pregnant"], "homeless|pregnant"],
    "vulnerability-score": [12.5],
    "accessibility": [["wheelchair"]],
    "medical": [["addiction"]],
    "specialty-needed": [["psychiatry"]],
    "languages": [["fr", "wo"]],
    "skills": ["tailoring:2", [{"name": "solar", "level": 3, "verified": True}], []],
    "sector": [["solar", "carpentry"], []],
    "availability": [40, "20..40"],
    "max-duration": [90, "6 mois", "26 weeks", "1 an", {"lo": 30, "hi": 60}],
    "documents": [["passport"], []],
    "dossier": [["plan"]],
    "income": [10_000, "1000,5", {"lo": 0, "hi": 5000}],
    "dependants": [0, "2..4"],
    "child-ages": [[3, 7, 7], "7;3", []],
    "can-advance": [0, 25_000],
    "other-support": [1000],
    "group-size": [5],
    "commitment": ["oui"],
    "funding-line": ["eutf"],
    "excludes-government": [False],
    "conflicts": [["org-1"], []],
}  # fmt: skip
WRONG: dict[str, list[object]] = {
    "born": ["yesterday", "2003-13", {"age": 200, "on": "2026-01-01"}, True,
             {"lo": "2003-01-01", "hi": "2001-01-01"}],
    "sex": ["x"],
    "education": ["gn:14", {"lo": "gn:9"}],
    "location": [{"lon": 200, "lat": 0}, {"lon": 1}, {}, {"x": 1}],
    "residence": ["Labé", "", "/"],
    "nationality": ["G N", {"a": 1}],
    "availability": [200, "many", "inf", None],
    "max-duration": ["6 moons ago", -1],
    "prior-assistance": [[{"on": "2025-01-01"}]],
    "child-ages": [3, [200]],
    "languages": [{"fr": 1}, 3],
    "skills": [[{"level": 2}], [3], "tailoring:5"],
    "dependants": [1.5, "5..2"],
    "government-request": ["perhaps"],
}  # fmt: skip


def test_every_fact_has_a_label_a_question_and_examples() -> None:
    assert set(EXAMPLES) == set(FACTS)
    for name, fact in FACTS.items():
        assert fact.name == name
        assert str(fact.label)
        assert str(fact.question).endswith("?")
        assert fact.ask_by in ("anyone", "trained", "clinician", "office")


@pytest.mark.parametrize(
    ("name", "raw"), [(name, raw) for name, values in EXAMPLES.items() for raw in values]
)
def test_value_is_written_and_read_again(name: str, raw: object) -> None:
    facts = Facts.read({name: raw}, today=TODAY)
    written = json.loads(json.dumps(facts.written()))
    assert Facts.read(written, today=TODAY + dt.timedelta(days=9)) == facts
    assert hash(facts[name].value) is not None


@pytest.mark.parametrize(
    ("name", "raw"), [(name, raw) for name, values in WRONG.items() for raw in values]
)
def test_value_that_cannot_be_read_is_refused_with_its_field(name: str, raw: object) -> None:
    with pytest.raises(Invalid) as caught:
        Facts.read(
            {name: {"value": raw}, "sex": {"value": "male"} if name != "sex" else raw}, today=TODAY
        )
    assert set(caught.value.fields) == {name}


def test_unknown_fact_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        Facts.read({"shoe-size": 42}, today=TODAY)
    assert list(caught.value.fields) == ["shoe-size"]


@pytest.mark.parametrize(
    "entry", [{"value": "male", "source": "rumour"}, {"value": "male", "as_of": "x"}]
)
def test_source_or_date_that_cannot_be_read_is_refused(entry: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        Facts.read({"sex": entry}, today=TODAY)
    assert list(caught.value.fields) == ["sex"]


def test_facts_are_made_of_known_names_only() -> None:
    with pytest.raises(Invalid) as caught:
        Facts({"shoe-size": Value(42, Source.DECLARED, TODAY)})
    assert list(caught.value.fields) == ["shoe-size"]


def test_values_of_python_are_read_as_they_are() -> None:
    facts = Facts.read(
        {
            "returned-on": TODAY,
            "residence": ("GN", "GN-L"),
            "sex": {"value": "male", "as_of": TODAY},
        },
        today=TODAY,
    )
    assert (len(facts), facts["returned-on"].value, facts["residence"].value) == (
        3, TODAY, ("GN", "GN-L"),
    )  # fmt: skip


def test_nothing_known_differs_from_known_to_be_empty() -> None:
    facts = Facts.read({"prior-assistance": [], "documents": None, "sex": ""}, today=TODAY)
    assert set(facts) == {"prior-assistance"}
    assert facts.known("documents", TODAY) == NOTHING
    assert facts.known("prior-assistance", TODAY) == Seen(frozenset(), Source.DECLARED)


def test_location_is_fresh_for_ninety_days() -> None:
    facts = Facts.read({"location": {"lon": 1, "lat": 2}}, today=TODAY)
    last = TODAY + dt.timedelta(days=90)
    assert facts.known("location", last).value == Place(1.0, 2.0)
    assert facts.known("location", last + dt.timedelta(days=1)) == STALE
    assert facts.stale(last + dt.timedelta(days=1)) == ("location",)


def test_expiry_of_the_value_comes_before_the_freshness_of_the_fact() -> None:
    value = Value(Place(1.0, 2.0), Source.DECLARED, TODAY, TODAY + dt.timedelta(days=5))
    facts = Facts({"location": value})
    assert not facts.known("location", TODAY + dt.timedelta(days=5)).stale
    assert facts.known("location", TODAY + dt.timedelta(days=6)).stale


def test_equal_values_look_equal_whatever_their_dates() -> None:
    one = Facts.read({"born": {"value": "2000-01-01", "as_of": "2020-01-01"}}, today=TODAY)
    two = Facts.read({"born": {"value": "2000-01-01", "as_of": "2026-01-01"}}, today=TODAY)
    assert one != two
    assert one.key(("born", "sex"), TODAY) == two.key(("born", "sex"), TODAY)


def test_facts_are_learned_and_forgotten_without_changing_the_old_ones() -> None:
    facts = Facts.read({"sex": "female"}, today=TODAY)
    more = facts.having(return_mode=Value("avr", Source.DOCUMENT, TODAY))
    assert set(more) == {"sex", "return-mode"}
    assert set(more.without("sex")) == {"return-mode"}
    assert set(facts) == {"sex"}
    assert len({facts, Facts(facts), more}) == 2


def test_age_on_a_day_is_the_span_of_possible_birthdays() -> None:
    born = Facts.read({"born": {"age": 22, "on": "2026-03-15"}}, today=TODAY)["born"].value
    assert born == Interval(dt.date(2003, 3, 16), dt.date(2004, 3, 15))


def test_grades_keep_the_order_of_their_ladder_and_meet_at_the_ends_of_cycles() -> None:
    for country, length in {"gn": 13, "sn": 13, "ml": 12, "gm": 12}.items():
        ladder = [position(f"{country}:{year}") for year in range(1, length + 1)]
        assert ladder == sorted(set(ladder))
        assert ladder[5] == position("isced:1") == 1
        assert ladder[-1] == position("isced:3") == 3
    assert position("gn:10") == position("sn:10") == position("ml:9") == position("gm:9") == 2
    assert position("gn:9") == Fraction(7, 4)
    assert all(str(grade.label) for grade in GRADES.values())
