"""Written agreements: quotas followed up, partners that are not paid, who may read and write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.who import Who
from routing.forms.written_agreements import read_report, read_terms
from routing.models import WrittenAgreement
from routing.operations.written_agreements import (
    change_terms,
    report_on_agreement,
    write_agreement,
)
from routing.queries.written_agreements import agreement_for, unpaid_providers
from routing.written_agreements import Payment, in_force, payment_warning, still_needed
from tests import factories
from tests.routing.browser import SignIn
from tests.routing.screens import Seat
from tests.routing.stories import Story
from tests.routing.test_casework_api import Caller

TERMS = {
    "title": "Formation",
    "signed_on": "2026-01-05",
    "quota_share": "15",
    "quota_group": "returnee",
}
DAY = dt.date(2026, 3, 2)


@pytest.fixture
def caller(
    story: Story, app: Flask, sign_in: SignIn, without_form_tokens: None
) -> Callable[[Who], Caller]:
    return lambda who: Caller(sign_in(app.test_client(), story.accounts[who.value]))


def test_f21_a_missed_quota_says_how_many_of_the_group_must_come_next() -> None:
    """EJOM Mali asked for 15 per cent of returnees and had 7.5 (protocol A.19 F21)."""
    assert still_needed(15, accepted=400, of_group=30) == 36
    assert still_needed(15, accepted=400 + 36, of_group=30 + 36) == 0
    assert still_needed(15, accepted=400 + 35, of_group=30 + 35) == 1


@given(st.integers(1, 99), st.integers(0, 5_000), st.floats(0, 1))
def test_f21_the_number_needed_is_the_smallest_that_reaches_the_share(
    share: int, accepted: int, part: float
) -> None:
    of_group = int(accepted * part)
    needed = still_needed(share, accepted, of_group)
    assert needed is not None
    assert 100 * (of_group + needed) >= share * (accepted + needed)
    if needed:
        assert 100 * (of_group + needed - 1) < share * (accepted + needed - 1)


def test_all_places_for_one_group_cannot_be_made_good() -> None:
    assert still_needed(100, accepted=5, of_group=5) == 0
    assert still_needed(100, accepted=5, of_group=4) is None


def test_an_agreement_binds_until_its_last_day() -> None:
    assert in_force(DAY, DAY, DAY)
    assert not in_force(DAY, DAY, DAY + dt.timedelta(days=1))
    assert not in_force(DAY, None, DAY - dt.timedelta(days=1))
    assert in_force(DAY, None, DAY + dt.timedelta(days=9_999))


def test_f33_only_payments_that_are_late_are_worth_a_warning() -> None:
    assert payment_warning(Payment.ON_TIME, DAY, None) is None
    assert payment_warning(Payment.NONE, None, None) is None
    assert str(payment_warning(Payment.LATE, DAY, None)).startswith("Payments are late since")
    assert "expected on" in str(payment_warning(Payment.SUSPENDED, DAY, DAY))


def test_f33_a_provider_that_is_not_paid_is_named_while_the_agreement_is_in_force(
    story: Story,
) -> None:
    row = factories.WrittenAgreement(
        provider=story.provider, payment=Payment.LATE, payment_since=DAY, ends_on=DAY
    )
    paid = factories.WrittenAgreement(payment=Payment.ON_TIME)
    asked = {row.provider_id, paid.provider_id}
    found = unpaid_providers(story.session, asked, today=DAY)
    assert set(found) == {story.provider.id}
    assert unpaid_providers(story.session, asked, today=DAY + dt.timedelta(days=1)) == {}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"signed_on": ""}, "signed_on"),
        ({"signed_on": "yesterday"}, "signed_on"),
        ({"ends_on": "2025-01-01"}, "ends_on"),
        ({"quota_share": "101"}, "quota_share"),
        ({"quota_group": ""}, "quota_share"),
        ({"ceiling": "100000"}, "currency"),
        ({"categories": ["cooking"]}, "categories"),
        ({"note": "x" * 2_001}, "note"),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_name(typed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_terms({**TERMS, **typed})
    assert set(refusal.value.fields) == {field}


def test_a_report_needs_both_numbers_and_a_part_is_not_more_than_the_whole() -> None:
    for typed in ({"accepted": "4"}, {"accepted": "4", "accepted_of_group": "5"}):
        with pytest.raises(Invalid) as refusal:
            read_report(typed)
        assert set(refusal.value.fields) == {"accepted_of_group"}


def written(story: Story) -> WrittenAgreement:
    return write_agreement(
        story.session, story.sender.id, story.provider.id, read_terms(TERMS),
        actor=story.accounts["RS"].actor, now=story.now,
    )  # fmt: skip


def test_supervisor_writes_provider_reports_and_nobody_else_knows(story: Story) -> None:
    row = written(story)
    report = read_report({"accepted": 40, "accepted_of_group": 3, "payment": "on-time"})
    provider = story.accounts["FP"].actor
    report_on_agreement(story.session, row, report, actor=provider, now=story.now)
    assert (row.accepted, row.accepted_of_group, row.accepted_on) == (40, 3, story.now.date())
    with pytest.raises(Forbidden):
        change_terms(story.session, row, read_terms(TERMS), actor=provider, now=story.now)
    stranger = factories.Account.with_role("FP", factories.Organisation()).actor
    with pytest.raises(NotFound):
        agreement_for(story.session, stranger, row.id)
    elsewhere = factories.Account.with_role("RS", factories.Organisation()).actor
    with pytest.raises(Forbidden):
        write_agreement(
            story.session, story.sender.id, story.provider.id, read_terms(TERMS), actor=elsewhere,
            now=story.now,
        )  # fmt: skip


def test_an_agreement_needs_two_organisations(story: Story) -> None:
    with pytest.raises(Invalid):
        write_agreement(
            story.session, story.sender.id, story.sender.id, read_terms(TERMS),
            actor=story.accounts["RS"].actor, now=story.now,
        )  # fmt: skip


def test_a_change_over_somebody_elses_is_refused(story: Story) -> None:
    row, actor = written(story), story.accounts["RS"].actor
    seen = row.version
    change_terms(
        story.session, row, read_terms({**TERMS, "title": "Autre"}), actor=actor, now=story.now,
        expected_version=seen,
    )  # fmt: skip
    with pytest.raises(Conflict):
        change_terms(
            story.session, row, read_terms(TERMS), actor=actor, now=story.now, expected_version=seen
        )
    assert row.title == "Autre"


def test_f21_the_page_says_how_far_the_quota_is(story: Story, seat: Seat) -> None:
    supervisor = seat(Who.RS)
    assert "No agreement yet" in supervisor.get("/agreements")
    supervisor.get("/agreements/new")
    typed = {**TERMS, "sender_id": str(story.sender.id), "provider_id": str(story.provider.id)}
    page = supervisor.post("/agreements", {**typed, "signed_on": ""}, status=422)
    assert "Say when it was signed." in page
    assert 'value="Formation"' in page
    supervisor.post("/agreements", typed)
    address = supervisor.location
    assert "The provider has not said yet whom it has accepted." in supervisor.follow()
    report = {
        "accepted": "400", "accepted_of_group": "30", "payment": "late", "payment_since": "2026-01-01",
        "expected_version": "1",
    }  # fmt: skip
    provider = seat(Who.FP)
    provider.get(address)
    provider.post(f"{address}/report", report)
    page = provider.follow()
    assert "Accepted so far: 30 of 400, that is 7.5 per cent" in page
    assert "It is reached if the next 36 people accepted are of this group." in page
    assert "Payments are late since" in page
    assert f'href="{address}"' in provider.get("/agreements")
    page = provider.get(address)
    assert "Somebody else has changed it" in provider.post(f"{address}/report", report, status=409)


def test_f33_proposals_warn_of_a_provider_that_is_not_paid(story: Story, seat: Seat) -> None:
    need = story.need()
    story.listing()
    factories.WrittenAgreement(provider=story.provider, payment=Payment.SUSPENDED)
    story.session.commit()
    assert "Ask whether the service still receives people." in seat(Who.RC).get(
        f"/needs/{need.id}/proposals"
    )


def test_agreements_through_the_interface(story: Story, caller: Callable[[Who], Caller]) -> None:
    supervisor = caller(Who.RS)
    made = supervisor.post(
        "/agreements", 201, title="Formation", signed_on="2026-01-05", quota_share=15,
        quota_group="returnee", sender_id=str(story.sender.id), provider_id=str(story.provider.id),
    )  # fmt: skip
    address = f"/agreements/{made['id']}"
    told = supervisor.post(
        f"{address}/report", accepted=400, accepted_of_group=30, payment="on-time"
    )
    assert told["still_needed"] == 36
    assert supervisor.get(address) == told
    assert [row["id"] for row in caller(Who.FP).get("/agreements")["items"]] == [made["id"]]
    supervisor.post(f"{address}/terms", 409, title="x", signed_on="2026-01-05", expected_version=1)
