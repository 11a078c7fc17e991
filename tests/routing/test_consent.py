"""Who may receive what (C-T04, the rules)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product

import pytest

from directory.organisation_kinds import OrganisationKind
from routing import disclosure
from routing.consent import (
    ADULT,
    Consent,
    ConsentKind,
    Giver,
    Person,
    Recipient,
    Request,
    Withdrawal,
    alternates,
    covering,
    covers,
    giver_problem,
    is_government,
    latest_expiry,
    on_withdrawal,
    record_problems,
)
from routing.referral_life import LIFE
from routing.referral_states import READABLE, State

NOW = dt.datetime(2026, 3, 6, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CONSENT = Consent(
    kind=ConsentKind.DATA_SHARING,
    recipients=(
        Recipient("centre", 1, accepted=True),
        Recipient("workshop", 2, accepted=False),
        Recipient("office", 3, accepted=True),
    ),
    dataset="training",
    dataset_version="1",
    purpose="referral",
    given_at=NOW - 10 * DAY,
    expires_at=NOW + 10 * DAY,
)
REQUEST = Request(
    recipient="centre",
    is_government=False,
    dataset="training",
    dataset_version="1",
    purpose="referral",
)

RECIPIENTS = {
    "centre": True,
    "workshop": False,
    "office": True,
    "stranger": False,
    "": False,
    "*": False,
}
DATASETS = {
    ("training", "1"): True,
    ("training", "2"): False,
    ("medical", "1"): False,
    ("", ""): False,
}
PURPOSES = {"referral": True, "research": False, "": False}
TIMES = {-1: False, 0: True, 9: True, 10: True, 19: True, 20: False, 400: False}
"""Days after the consent was given; it was given for twenty."""
WITHDRAWN = {None: True, 30: True, 0: False, -5: False}
"""Days from the day in question."""
GOVERNMENT = {
    (by_consent, by_case, is_public): not (is_public and (by_consent or by_case))
    for by_consent, by_case, is_public in product((False, True), repeat=3)
}


def test_nothing_is_disclosed_without_a_consent_that_covers_it() -> None:
    allowed = tried = 0
    for recipient, dataset, purpose, day, withdrawn, government, kind, state in product(
        RECIPIENTS, DATASETS, PURPOSES, TIMES, WITHDRAWN, GOVERNMENT, ConsentKind, State
    ):
        if state is not State.SENT and kind is not ConsentKind.DATA_SHARING:
            continue
        tried += 1
        now = CONSENT.given_at + day * DAY
        by_consent, by_case, is_public = government
        gap = covers(
            replace(
                CONSENT,
                kind=kind,
                withdrawn_at=None if withdrawn is None else now + withdrawn * DAY,
                excludes_government=by_consent,
            ),
            Request(
                recipient=recipient,
                is_government=is_public,
                dataset=dataset[0],
                dataset_version=dataset[1],
                purpose=purpose,
            ),
            now,
            Person(excludes_government=by_case),
        )
        expected = (
            RECIPIENTS[recipient] and DATASETS[dataset] and PURPOSES[purpose] and TIMES[day]
            and WITHDRAWN[withdrawn] and GOVERNMENT[government] and kind is ConsentKind.DATA_SHARING
        )  # fmt: skip
        assert (gap is None) is expected
        may_read = gap is None and state in READABLE
        allowed += may_read
        assert not may_read or expected
    assert allowed == 2 * 1 * 1 * 4 * 2 * 5 * len(READABLE)
    assert tried > 100_000


def test_no_consent_covers_nothing() -> None:
    assert covers(None, REQUEST, NOW) is not None
    assert covers(CONSENT, REQUEST, NOW) is None


def test_consent_to_services_is_not_consent_to_sharing_data() -> None:
    for kind in set(ConsentKind) - {ConsentKind.DATA_SHARING}:
        assert str(covers(replace(CONSENT, kind=kind), REQUEST, NOW)) == (
            "The consent is not one to sharing data."
        )


def test_consent_never_lasts_longer_than_six_months_whatever_is_stored() -> None:
    long = replace(CONSENT, given_at=NOW - 183 * DAY, expires_at=NOW + 999 * DAY)
    assert covers(long, REQUEST, NOW) is not None
    assert covers(long, REQUEST, NOW - dt.timedelta(seconds=1)) is None


def test_struck_field_stops_the_disclosure_and_is_left_out_of_the_payload() -> None:
    struck = replace(CONSENT, fields_excluded=frozenset({"return-mode"}))
    with_it = replace(REQUEST, fields=frozenset({"education", "return-mode"}))
    assert covers(struck, with_it, NOW) is not None
    assert covers(struck, replace(with_it, fields=frozenset({"education"})), NOW) is None
    for category, stage in product(disclosure.COLUMNS, disclosure.Stage):
        for name in disclosure.FIELDS:
            fields = disclosure.fields_for(category, stage, struck={name}, extra=disclosure.FIELDS)
            assert name not in {field.name for field in fields}


def test_field_that_needs_an_explicit_yes_is_covered_by_that_yes_only() -> None:
    number = replace(
        REQUEST, fields=frozenset({"id-number"}), explicit_fields=frozenset({"id-number"})
    )
    assert covers(CONSENT, number, NOW) is not None
    assert covers(replace(CONSENT, fields_extra=frozenset({"photo"})), number, NOW) is not None
    assert covers(replace(CONSENT, fields_extra=frozenset({"id-number"})), number, NOW) is None


def test_newest_consent_that_covers_is_found() -> None:
    older = replace(CONSENT, given_at=NOW - 20 * DAY)
    withdrawn = replace(CONSENT, given_at=NOW - DAY, withdrawn_at=NOW)
    assert covering([older, CONSENT, withdrawn], REQUEST, NOW) is CONSENT
    assert covering([withdrawn], REQUEST, NOW) is None


def test_alternates_are_those_accepted_in_order() -> None:
    shuffled = replace(CONSENT, recipients=CONSENT.recipients[::-1])
    assert alternates(shuffled, "centre") == ("office",)
    assert alternates(shuffled, "office") == ("centre",)


def test_only_public_bodies_are_government() -> None:
    assert {kind for kind in OrganisationKind if is_government(kind)} == {OrganisationKind.PUBLIC}


# -------------------------------------------------------------------------------------- minors

CHILD = Person(is_minor=True)
ALONE = Person(is_minor=True, is_unaccompanied=True)
NEARLY_ADULT = Person(is_minor=True, may_consent_alone=True)
UNKNOWN = Person(is_minor=None)


@pytest.mark.parametrize(
    ("person", "giver", "assent", "allowed"),
    [
        (ADULT, Giver.BEN, None, True),
        (ADULT, Giver.GUA, None, False),
        (ADULT, Giver.CPA, True, False),
        (CHILD, Giver.BEN, True, False),
        (CHILD, Giver.GUA, True, True),
        (CHILD, Giver.GUA, None, False),
        (CHILD, Giver.GUA, False, False),
        (CHILD, Giver.CPA, True, True),
        (ALONE, Giver.GUA, True, False),
        (ALONE, Giver.CPA, True, True),
        (ALONE, Giver.CPA, False, False),
        (NEARLY_ADULT, Giver.BEN, None, True),
        (NEARLY_ADULT, Giver.GUA, False, False),
        (UNKNOWN, Giver.BEN, True, False),
        (UNKNOWN, Giver.GUA, True, True),
    ],
)
def test_right_person_agrees_and_a_childs_no_counts(
    person: Person, giver: Giver, assent: bool | None, allowed: bool
) -> None:
    assert (giver_problem(giver, person, assent=assent) is None) is allowed
    given = replace(CONSENT, giver=giver, assent=assent)
    assert (covers(given, REQUEST, NOW, person) is None) is allowed


# ---------------------------------------------------------------------------------- the record


def recipients(*names: str) -> tuple[Recipient, ...]:
    return tuple(Recipient(name, rank, accepted=True) for rank, name in enumerate(names, start=1))


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, set()),
        ({"recipients": ()}, {"recipients"}),
        ({"recipients": recipients("a", "b", "c", "d")}, {"recipients"}),
        ({"recipients": recipients("a", "a")}, {"recipients"}),
        ({"recipients": recipients("*")}, {"recipients"}),
        ({"recipients": recipients("a", "b")[1:]}, {"recipients"}),
        ({"expires_at": CONSENT.given_at}, {"expires_at"}),
        ({"expires_at": latest_expiry(CONSENT.given_at)}, set()),
        ({"expires_at": latest_expiry(CONSENT.given_at) + DAY}, {"expires_at"}),
        ({"dataset": "*", "purpose": ""}, {"dataset", "purpose"}),
    ],
)
def test_record_is_checked(change: dict[str, object], wrong: set[str]) -> None:
    assert set(record_problems(replace(CONSENT, **change))) == wrong


def test_withdrawal_revokes_what_runs_and_closes_access_to_the_rest() -> None:
    effects = {state: on_withdrawal(state) for state in State}
    (revoke,) = (step for step in LIFE.steps if step.name == "revoke")
    assert {s for s, effect in effects.items() if effect is Withdrawal.REVOKE} == revoke.sources
    assert {s for s, effect in effects.items() if effect is Withdrawal.ACCESS_OFF} == {
        State.COMPLETED, State.RETURNED,
    }  # fmt: skip
