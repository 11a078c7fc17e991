"""Files opened in an emergency (C-T33): no access without a reason, expired, for a second person, for
a protected place; alerts when the review is late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.outbox import OutboxMessage
from directory.models import Account, HiddenAddress
from directory.operations.vault import ask_opening, read_address
from directory.visibility import Precision, Visibility
from directory.who import Who
from routing.emergency_access import SUBSET
from routing.models import Case, EmergencyAccess, Task
from routing.operations.cases import add_member
from routing.operations.emergency_access import (
    Opening,
    close_access,
    open_in_emergency,
    read_in_emergency,
    remind_late_reviews,
    review_access,
    widen_access,
)
from routing.priorities import Priority
from routing.queries.emergency_access import access_for, count_of, review_for, reviewable
from routing.queries.scope import case_for
from tests import factories
from tests.routing.browser import Browser, SignIn
from tests.routing.stories import FACTS, NAME, NUMBER, Story

WHY = "She called from the station: her husband follows her with a knife."
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


@pytest.fixture
def stranger(story: Story) -> Account:
    """A supervisor of another organisation of the same country."""
    account: Account = factories.Account.with_role("RS", factories.Organisation())
    return account


def opening(case: Case, **given: Any) -> Opening:
    said = {"priority": Priority.P0, "reason_code": "violence-now", "reason": WHY,
            "code": case.code}  # fmt: skip
    return Opening(**{**said, **given})


def opened(
    story: Story, account: Account, case: Case | None = None, *, second_factor: bool = True,
    **given: Any,
) -> EmergencyAccess:  # fmt: skip
    case = case or story.need().case
    return open_in_emergency(
        story.session, opening(case, **given), second_factor=second_factor, actor=account.actor,
        now=story.now,
    )  # fmt: skip


def read(story: Story, access: EmergencyAccess, account: Account) -> set[str]:
    rows = read_in_emergency(story.session, access, actor=account.actor, now=story.now)
    return {row.name for row in rows}


def told(story: Story, template: str) -> set[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return {row.recipient for row in story.session.scalars(query)}


def test_a_file_is_opened_for_an_hour_and_shows_the_subset(story: Story, stranger: Account) -> None:
    case = story.need().case
    with pytest.raises(NotFound):
        case_for(story.session, stranger.actor, case.id)
    access = opened(story, stranger, case)
    assert access.expires_at == story.now + HOUR
    assert read(story, access, stranger) == SUBSET & set(FACTS)
    with pytest.raises(NotFound):  # the case itself stays out of sight
        case_for(story.session, stranger.actor, case.id)


def test_the_officer_and_the_owner_of_the_case_are_told_at_once(
    story: Story, stranger: Account
) -> None:
    opened(story, stranger)
    expected = {story.accounts[role].email for role in ("DPO", "RC", "RS")}
    assert told(story, "emergency-opened") == expected


@pytest.mark.parametrize(("change", "field"), [
    ({"reason": "danger"}, "reason"), ({"reason": " " * 40}, "reason"),
    ({"reason_code": "curiosity"}, "reason_code"), ({"priority": Priority.P2}, "priority"),
    ({"priority": None}, "priority"), ({"code": "AAA-AAA"}, "code"), ({"number": 7}, "code"),
    ({"code": "", "phone": "nonsense", "country": "GN"}, "phone"),
])  # fmt: skip
def test_without_a_reason_an_urgency_or_a_person_nothing_opens(
    story: Story, stranger: Account, change: dict[str, Any], field: str
) -> None:
    case = story.need().case
    with pytest.raises(Invalid) as refusal:
        opened(story, stranger, case, **change)
    assert set(refusal.value.fields) == {field}
    assert story.session.scalars(select(EmergencyAccess)).all() == []
    assert told(story, "emergency-opened") == set()


def test_without_a_fresh_second_factor_nothing_opens(story: Story, stranger: Account) -> None:
    with pytest.raises(Invalid) as refusal:
        opened(story, stranger, second_factor=False)
    assert set(refusal.value.fields) == {"second_factor"}


def test_a_person_is_found_by_a_number_however_it_is_written(
    story: Story, stranger: Account
) -> None:
    case = story.need().case
    access = opened(story, stranger, case, code="", phone="620 12 34 56", country="GN")
    assert access.member_id == case.members[0].id
    assert case.members[0].routes[0].value == NUMBER


@pytest.mark.parametrize("role", ["RC", "FP", "PW", "DPO", "RCO", "NC", "ADMIN", "CPA"])
def test_nobody_else_opens_a_file(story: Story, role: str) -> None:
    account: Account = factories.Account.with_role(role, factories.Organisation())
    with pytest.raises(Forbidden):
        opened(story, account)


def test_a_mental_health_professional_may(story: Story) -> None:
    account: Account = factories.Account.with_role("MHP", story.provider)
    assert opened(story, account).role == "MHP"


def test_people_of_another_region_or_country_are_answered_like_nobody(story: Story) -> None:
    case = story.need().case
    abroad: Account = factories.Account.with_role("RS", factories.Organisation(country="SN"))
    labe, boke = factories.Region(), factories.Region()
    case.region_id = labe.id
    elsewhere: Account = factories.Account.with_role(
        "RS", factories.Organisation(), region_id=boke.id
    )
    here: Account = factories.Account.with_role("RS", factories.Organisation(), region_id=labe.id)
    refusals = []
    for account, code in ((abroad, case.code), (elsewhere, case.code), (here, "AAA-AAA")):
        with pytest.raises(Invalid) as refusal:
            opened(story, account, case, code=code)
        refusals.append({name: str(text) for name, text in refusal.value.fields.items()})
    assert refusals[0] == refusals[1] == refusals[2]
    assert opened(story, here, case)


def test_after_the_hour_nothing_is_read(story: Story, stranger: Account) -> None:
    access = opened(story, stranger)
    story.now += HOUR - dt.timedelta(seconds=1)
    assert read(story, access, stranger)
    story.now += dt.timedelta(seconds=1)
    with pytest.raises(Forbidden):
        read(story, access, stranger)
    with pytest.raises(Forbidden):
        widen_access(story.session, access, WHY, actor=stranger.actor, now=story.now)


def test_what_was_closed_is_closed(story: Story, stranger: Account) -> None:
    access = opened(story, stranger)
    close_access(story.session, access, actor=stranger.actor, now=story.now)
    with pytest.raises(Forbidden):
        read(story, access, stranger)


def test_a_second_person_waits_until_the_first_file_is_closed(
    story: Story, stranger: Account
) -> None:
    first, second = story.need().case, story.need().case
    access = opened(story, stranger, first)
    with pytest.raises(Conflict):
        opened(story, stranger, second)
    close_access(story.session, access, actor=stranger.actor, now=story.now)
    assert opened(story, stranger, second).member_id == second.members[0].id


def test_one_member_is_opened_and_not_the_others(story: Story, stranger: Account) -> None:
    case = story.need().case
    spouse = add_member(
        story.session, case, relation="spouse", name="Other", actor=story.actor(Who.RC),
        now=story.now,
    )  # fmt: skip
    access = opened(story, stranger, case, number=2)
    assert access.member_id == spouse.id
    assert read(story, access, stranger) == set()


def test_nobody_reads_with_the_opening_of_another(story: Story, stranger: Account) -> None:
    access = opened(story, stranger)
    with pytest.raises(Forbidden):
        read(story, access, story.accounts["RS"])
    with pytest.raises(NotFound):
        access_for(story.session, story.actor(Who.RS), access.id)


def test_a_second_reason_opens_the_rest_and_the_officer_hears(
    story: Story, stranger: Account
) -> None:
    access = opened(story, stranger)
    with pytest.raises(Invalid):
        widen_access(story.session, access, "please", actor=stranger.actor, now=story.now)
    widen_access(story.session, access, WHY, actor=stranger.actor, now=story.now)
    assert {"education", "location"} <= read(story, access, stranger)
    assert told(story, "emergency-widened") == {story.accounts["DPO"].email}


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN_ADDRESS, Visibility.PROTECTION_ONLY])
def test_where_a_protected_person_is_stays_hidden_whatever_the_reason(
    story: Story, stranger: Account, visibility: Visibility
) -> None:
    referral = story.sent()
    referral.listing.visibility = visibility
    story.session.flush()
    access = opened(story, stranger, referral.case)
    widen_access(story.session, access, WHY, actor=stranger.actor, now=story.now)
    seen = read(story, access, stranger)
    assert "education" in seen
    assert not {"location", "residence"} & seen


def test_an_open_file_opens_no_vault(
    story: Story, stranger: Account, seat: Callable[[Account], Browser]
) -> None:
    """Break-glass is never available for the vault (trust.md C.4.1, C-T33)."""
    story.now = dt.datetime.now(dt.UTC)
    shelter = factories.Site(name="Refuge", lon=None, lat=None, precision=Precision.HIDDEN)
    referral = story.sent()
    referral.listing.visibility, referral.listing.site = Visibility.HIDDEN_ADDRESS, shelter
    story.session.add(HiddenAddress(site_id=shelter.id, address="Canary Street 7"))
    story.session.flush()
    specialist: Account = factories.Account.with_role("MHP", story.provider)
    for account in (specialist, stranger):
        access = opened(story, account, referral.case)
        widen_access(story.session, access, WHY, actor=account.actor, now=story.now)
        browser = seat(account)
        page = browser.get(f"/emergency/{access.id}")
        assert NAME in page
        assert "Canary Street" not in page

    browser = seat(specialist)
    for path in ("/vault", f"/vault/sites/{shelter.id}"):
        browser.get(path, 403)
    with pytest.raises(NotFound):
        ask_opening(story.session, shelter, WHY, actor=specialist.actor, now=story.now)
    asked = ask_opening(story.session, shelter, WHY, actor=stranger.actor, now=story.now)
    with pytest.raises(Conflict, match="No second person"):
        read_address(
            story.session, asked, second_factor=True, actor=stranger.actor, now=story.now
        )  # fmt: skip


def test_every_reading_leaves_a_line_with_the_names_of_the_fields(
    story: Story, stranger: Account
) -> None:
    access = opened(story, stranger)
    read(story, access, stranger)
    query = select(AuditEntry).where(AuditEntry.subject == f"emergency_access:{access.id}")
    lines = {line.action: line for line in story.session.scalars(query)}
    assert set(lines) == {"routing:emergency:open", "routing:emergency:read"}
    assert "sex" in lines["routing:emergency:read"].details["fields"]
    assert WHY not in str([line.details for line in lines.values()])


# -------------------------------------------------------------------------------------- the review


def review(story: Story, access: EmergencyAccess, **given: Any) -> EmergencyAccess:
    said = {"verdict": "justified", "note": "call log seen", "tells_person": True}
    return review_access(
        story.session, access, actor=story.accounts["DPO"].actor, now=story.now,
        **{**said, **given},
    )  # fmt: skip


def test_the_officer_reviews_within_a_working_day_and_the_person_is_told(
    story: Story, stranger: Account
) -> None:
    access = opened(story, stranger)
    assert access.review_due_at == story.now + dt.timedelta(days=1)
    assert reviewable(story.session, story.accounts["DPO"].actor) == [access]
    for change in ({"verdict": "fine"}, {"note": " "}):
        with pytest.raises(Invalid):
            review(story, access, **change)
    review(story, access)
    kinds = set(story.session.scalars(select(Task.kind).where(Task.done_at.is_(None))))
    assert "tell-emergency-access" in kinds
    with pytest.raises(Conflict):
        review(story, access)


def test_nobody_is_told_where_that_is_dangerous(story: Story, stranger: Account) -> None:
    review(story, opened(story, stranger), tells_person=False, note="the husband reads her phone")
    kinds = set(story.session.scalars(select(Task.kind)))
    assert "tell-emergency-access" not in kinds


def test_a_late_review_is_said_once(story: Story, stranger: Account) -> None:
    access = opened(story, stranger)
    early = access.review_due_at - dt.timedelta(seconds=1)
    assert remind_late_reviews(story.session, now=early) == 0
    assert remind_late_reviews(story.session, now=access.review_due_at) == 1
    assert remind_late_reviews(story.session, now=access.review_due_at + HOUR) == 0
    assert story.accounts["DPO"].email in told(story, "emergency-review-late")


def test_how_many_reviews_came_on_time_is_counted(story: Story, stranger: Account) -> None:
    dpo = story.accounts["DPO"].actor
    first = opened(story, stranger)
    assert count_of(reviewable(story.session, dpo), story.now).share is None
    review(story, first)
    close_access(story.session, first, actor=stranger.actor, now=story.now)
    second = opened(story, stranger)
    story.now = second.review_due_at + HOUR
    review(story, second, verdict="incident")
    count = count_of(reviewable(story.session, dpo), story.now)
    assert (count.opened, count.due, count.on_time) == (2, 2, 1)
    assert count.share is not None
    assert float(count.share) == 0.5


def test_the_officer_of_another_country_reviews_nothing(story: Story, stranger: Account) -> None:
    access = opened(story, stranger)
    other: Account = factories.Account.with_role("DPO", None, country="SN")
    assert reviewable(story.session, other.actor) == []
    with pytest.raises(NotFound):
        review_for(story.session, other.actor, access.id)


# --------------------------------------------------------------------------------------- the pages


@pytest.fixture
def seat(app: Flask, sign_in: SignIn) -> Callable[[Account], Browser]:
    return lambda account: Browser(sign_in(app.test_client(), account))


def test_the_page_asks_for_the_second_factor_and_keeps_what_was_typed(
    story: Story, stranger: Account, seat: Callable[[Account], Browser]
) -> None:
    story.now = dt.datetime.now(dt.UTC)
    case = story.need().case
    browser = seat(stranger)
    browser.get("/emergency")
    typed = {"priority": "P0", "reason_code": "violence-now", "reason": WHY, "code": case.code,
             "second_factor": ""}  # fmt: skip
    page = browser.post("/emergency", typed, status=422)
    assert "Type the present code of your second factor." in page
    assert "with a knife" in page
    assert NAME not in page
    assert "Type the present code" in browser.post(
        "/emergency", {**typed, "second_factor": "not-a-code"}, status=422
    )


def test_the_interface_takes_a_present_code_once(
    story: Story, stranger: Account, app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    story.now = dt.datetime.now(dt.UTC)
    case = story.need().case
    totp = app.extensions["security"].totp_factory
    stranger.tf_primary_method = "authenticator"
    stranger.tf_totp_secret, stranger.mf_recovery_codes = totp.generate_totp_secret(), []
    client = sign_in(app.test_client(), stranger)
    code = totp._totp.from_source(stranger.tf_totp_secret).generate().token
    body = {"priority": "P0", "reason_code": "violence-now", "reason": WHY, "code": case.code}
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for said, status in ((wrong, 422), (code, 201), (code, 422)):
        answer = client.post("/api/v1/emergency", json={**body, "second_factor": said})
        assert answer.status_code == status, answer.json
        if status == 201:
            opened_now = answer.json
    assert opened_now["name"] == NAME
    assert {fact["name"] for fact in opened_now["facts"]} == SUBSET & set(FACTS)
    path = f"/api/v1/emergency/{opened_now['id']}"
    assert client.get(path).status_code == 200
    widened = client.post(f"{path}/widen", json={"reason": WHY}).json
    assert "education" in {fact["name"] for fact in widened["facts"]}
    assert client.post(f"{path}/close").status_code == 200
    assert client.get(path).status_code == 403


def test_a_demo_account_sees_the_banner_and_the_subset(
    story: Story, stranger: Account, seat: Callable[[Account], Browser], app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))
    story.now = dt.datetime.now(dt.UTC)
    case = story.need().case
    stranger.is_demo, stranger.tf_primary_method = True, None
    browser = seat(stranger)
    browser.get("/emergency")
    typed = {"priority": "P0", "reason_code": "violence-now", "reason": WHY, "code": case.code}
    browser.post("/emergency", typed)
    address = browser.location
    page = browser.follow()
    assert "Opened in an emergency." in page
    assert NAME in page
    assert case.code not in address
    browser.post(f"{address}/close")
    assert "The hour is over, or the file was closed." in browser.get(address, 403)


def test_an_opening_waits_on_the_desk_of_the_officer_until_it_is_reviewed(
    story: Story, stranger: Account, seat: Callable[[Account], Browser]
) -> None:
    story.now = dt.datetime.now(dt.UTC)
    officer = seat(story.accounts["DPO"])
    sentence = "1 file was opened in an emergency and waits for your review."
    assert sentence not in officer.get("/protection")
    access = opened(story, stranger)
    page = officer.get("/protection")
    assert sentence in page
    assert NAME not in page
    review(story, access)
    assert sentence not in officer.get("/protection")
