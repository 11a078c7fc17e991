"""Which fields go where, and when."""

from __future__ import annotations

from itertools import product

import pytest

from directory.categories import CATEGORIES
from routing.consent_exceptions import ExceptionCode
from routing.disclosure import (
    COLUMNS,
    FIELDS,
    GROUPS,
    MARKS,
    MATRIX,
    NARROWEST,
    Mark,
    Stage,
    age_band,
    digest,
    explicit_fields,
    fields_for,
    marks_of,
    may_send_identity_at_once,
    overview,
    payload,
)
from routing.fact_table import FACTS
from routing.priorities import Priority

IDENTITY = {
    "name", "born", "contact-route", "address", "id-number", "id-copy", "photo", "medical-summary",
    "violence-facts",
}  # fmt: skip
PREVIEW, FULL = Stage


def names(*args: object, **kwargs: object) -> set[str]:
    return {field.name for field in fields_for(*args, **kwargs)}


def test_every_category_and_every_field_has_a_sign() -> None:
    assert set(COLUMNS) == set(CATEGORIES)
    assert set(MATRIX) == set(GROUPS)
    assert all(len(row.split()) == len(COLUMNS) for row in MATRIX.values())
    assert len(FIELDS) == sum(len(group) for group in GROUPS.values())


def test_fields_come_from_facts_that_exist() -> None:
    assert {field.fact for field in FIELDS.values() if field.fact} <= set(FACTS)


@pytest.mark.parametrize("category", COLUMNS)
def test_preview_shows_no_identity_whatever_was_agreed(category: str) -> None:
    shown = names(category, PREVIEW, extra=set(FIELDS), conditions_read=set(FACTS))
    assert not shown & IDENTITY
    assert {"referral-code", "sender", "call-back", "priority", "need", "age-band", "sex"} <= shown


@pytest.mark.parametrize(("category", "priority"), [*product(COLUMNS, Priority)])
def test_second_stage_adds_and_never_takes_away(category: str, priority: Priority) -> None:
    for read in (set(), set(FACTS)):
        first = names(category, PREVIEW, conditions_read=read, priority=priority)
        second = names(category, FULL, conditions_read=read, priority=priority)
        everything = names(
            category, FULL, extra=set(FIELDS), conditions_read=read, priority=priority
        )
        assert first <= second <= everything
        assert everything - second == explicit_fields(category, everything)


@pytest.mark.parametrize("category", COLUMNS)
def test_what_is_never_sent_is_never_sent(category: str) -> None:
    never = {
        name for name, mark in MARKS[category].items() if mark in (Mark.NEVER, Mark.VIA_CASEWORKER)
    }
    for stage, exception in product(Stage, (None, *ExceptionCode)):
        sent = names(
            category, stage, extra=set(FIELDS), conditions_read=set(FACTS), priority=Priority.P0,
            exception=exception,
        )  # fmt: skip
        note = {"medical-summary"} if exception is ExceptionCode.INCAPACITY_MH else set()
        assert not sent & (never - note)


def test_what_a_person_has_suffered_never_reaches_training_job_business_or_shelter() -> None:
    reached = {c for c in COLUMNS if "violence-facts" in names(c, FULL, extra=set(FIELDS))}
    assert reached == {"psychosocial", "child-protection", "legal"}


def test_shelter_learns_little_and_calls_the_caseworker() -> None:
    shelter = names("protection", FULL, extra=set(FIELDS))
    assert not shelter & {"contact-route", "locality", "address", "documents", "education", "photo"}
    assert "needs-safe-place" in shelter
    assert "medical-summary" not in shelter
    urgent = names("protection", FULL, extra=set(FIELDS), priority=Priority.P1)
    assert "medical-summary" in urgent


def test_return_is_told_only_where_a_condition_reads_it() -> None:
    returned = {"return-mode", "returned-on", "return-country"}
    assert not names("training", FULL, extra=set(FIELDS)) & returned
    assert names("training", PREVIEW, conditions_read={"return-mode"}) & returned == {"return-mode"}
    assert not names("medical", FULL, extra=set(FIELDS), conditions_read=set(FACTS)) & returned


def test_training_sees_schooling_before_it_answers() -> None:
    assert {"education", "skills", "sector", "availability", "documents"} <= names(
        "training", PREVIEW
    )
    assert "education" not in names("cash", FULL, extra=set(FIELDS))


@pytest.mark.parametrize("category", COLUMNS)
def test_without_consent_only_the_preview_goes(category: str) -> None:
    for code in (ExceptionCode.LIFE_DANGER, ExceptionCode.CHILD_BEST_INTEREST):
        sent = names(category, FULL, extra=set(FIELDS), priority=Priority.P0, exception=code)
        assert sent == names(category, PREVIEW)
    note = names(category, FULL, exception=ExceptionCode.INCAPACITY_MH) - names(category, PREVIEW)
    assert note == ({"medical-summary"} if category in ("medical", "psychosocial") else set())


def test_legal_duty_sends_what_was_ordered_and_no_more() -> None:
    ordered = names("legal", FULL, extra={"name", "photo"}, exception=ExceptionCode.LEGAL_DUTY)
    assert ordered == {"name"}


def test_category_without_a_column_gets_the_narrowest() -> None:
    assert marks_of("a-new-category") == MARKS[NARROWEST]
    assert not names("a-new-category", FULL, extra=set(FIELDS)) & (
        IDENTITY - {"name", "contact-route"}
    )


@pytest.mark.parametrize(("category", "priority"), [*product(COLUMNS, Priority)])
def test_overview_says_what_will_be_sent(category: str, priority: Priority) -> None:
    shown = overview(category, conditions_read={"return-mode"}, priority=priority)
    listed = [field.name for fields in shown.values() for field in fields]
    assert sorted(listed) == sorted(FIELDS)
    told = {mark: {field.name for field in fields} for mark, fields in shown.items()}
    sent = names(category, PREVIEW, conditions_read={"return-mode"})
    assert told[Mark.PREVIEW] == sent
    full = names(category, FULL, conditions_read={"return-mode"}, priority=priority)
    assert told[Mark.FULL] == full - sent
    agreed = names(
        category, FULL, extra=set(FIELDS), conditions_read={"return-mode"}, priority=priority
    )
    assert told[Mark.EXPLICIT] == agreed - full


def test_identity_at_once_only_where_allowed() -> None:
    def may(category: str, **given: object) -> bool:
        usual = {"person_agrees": True, "priority": Priority.P3, "by_phone": False}
        return may_send_identity_at_once(category, **{"hidden_address": False} | usual | given)

    for category in ("medical", "psychosocial", "child-protection", "protection", "legal"):
        assert not may(category)
        assert may(category, priority=Priority.P1, by_phone=True, person_agrees=False)
        assert not may(category, priority=Priority.P2, by_phone=True)
    for category in ("education", "training", "employment", "business"):
        assert may(category)
        assert not may(category, person_agrees=False)
        assert not may(category, hidden_address=True, priority=Priority.P0, by_phone=True)


def test_payload_holds_exactly_the_fields_and_nothing_else() -> None:
    values = {name: f"value of {name}" for name in FIELDS} | {"secret": "x", "sex": None}
    fields = fields_for("training", PREVIEW)
    built = payload(fields, values)
    assert set(built) == {field.name for field in fields} - {"sex"}
    assert built["education"] == "value of education"
    assert payload(fields, {"dependants": 0, "languages": ()}) == {"dependants": 0}


def test_digest_depends_on_content_and_not_on_order() -> None:
    assert digest({"a": 1, "b": "é"}) == digest({"b": "é", "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
    assert len(digest({})) == 64


@pytest.mark.parametrize(
    ("years", "band"),
    [(0, (0, 5)), (5, (0, 5)), (6, (6, 11)), (17, (15, 17)), (18, (18, 24)), (59, (45, 59)),
     (60, (60, None)), (101, (60, None))],
)  # fmt: skip
def test_age_is_told_as_a_band(years: int, band: tuple[int, int | None]) -> None:
    assert age_band(years) == band
