"""What is late, for whoever must see to it (C-T07: the list holds every miss; F2, F11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory.models import Account
from directory.who import Who
from routing.clocks import Clock
from routing.models import Referral, Task
from routing.operations.tick import tick
from routing.priorities import Priority
from routing.queries.late_board import Owner, OwnerKind, late_board
from routing.queries.overdue import overdue_by_region, twice_overdue
from routing.referral_life import ReturnKind, State
from tests import factories
from tests.routing import journeys
from tests.routing.browser import Browser, SignIn
from tests.routing.stories import DAY, Story

HOUR = dt.timedelta(hours=1)
Seat = Callable[[Who], Browser]


def urgent(story: Story) -> Referral:
    return story.sent(story.need(priority=Priority.P2))


def wait(story: Story, long: dt.timedelta) -> None:
    story.now += long
    tick(story.session, now=story.now)


def test_f02_contact_that_is_not_made_is_reminded_escalated_and_comes_back(
    session: Session, now: dt.datetime
) -> None:
    """Nobody calls the person: provider, then supervisor hear of it, then the referral is back."""
    story = Story(session, now)
    referral = urgent(story)
    story.step(referral, "accept", Who.FP, **story.acceptance())
    story.tell(referral)
    wait(story, 73 * HOUR)
    board = late_board(session, story.actor(Who.RS), now=story.now)
    [owed] = [one for one in board if one.owner.kind is OwnerKind.PROVIDER]
    assert owed.owner == Owner(OwnerKind.PROVIDER, "Provider")
    [contact] = [item for item in owed.items if item.code == Clock.CONTACT]
    assert contact.escalated
    wait(story, 72 * HOUR)
    assert (referral.state, referral.return_kind) == (State.RETURNED, ReturnKind.NO_CONTACT)


def test_f11_waiting_for_the_start_has_a_date_and_ends(session: Session, now: dt.datetime) -> None:
    """A place promised and never begun is late after its days and comes back after twice as many."""
    story = Story(session, now)
    referral = journeys.in_state(story, State.CONTACTED)
    [start] = [row for row in referral.clocks if row.name == Clock.START]
    assert start.due_at == now + 30 * DAY
    wait(story, 31 * DAY)
    board = late_board(session, story.actor(Who.RS), now=story.now)
    assert [item.code for one in board for item in one.items if item.of_provider] == [Clock.START]
    wait(story, 30 * DAY)
    assert referral.return_kind is ReturnKind.NOT_STARTED


def test_f11_the_waiting_list_says_a_date(session: Session, now: dt.datetime) -> None:
    story = Story(session, now)
    referral = journeys.in_state(story, State.WAITLIST)
    [longest] = [row for row in referral.clocks if row.name == Clock.MAX_WAIT]
    assert longest.due_at.date() == (now + 60 * DAY).date()
    assert referral.events[-1].details["next_on"] == (now + 20 * DAY).date().isoformat()


def test_board_holds_every_miss_by_who_owes_it_the_oldest_first(
    session: Session, now: dt.datetime
) -> None:
    story = Story(session, now)
    provider, sender = urgent(story), urgent(story)
    story.step(sender, "reject", Who.FP, code="R29", detail={})
    task = Task(
        need_id=provider.need_id, kind="countersign", owner_role="RS", due_at=now + HOUR,
        created_at=now,
    )  # fmt: skip
    session.add(task)
    wait(story, 60 * HOUR)
    board = late_board(session, story.actor(Who.RS), now=story.now)
    found = {one.owner.kind: [item.code for item in one.items] for one in board}
    assert found == {
        OwnerKind.SUPERVISOR: ["countersign"],
        OwnerKind.PROVIDER: [Clock.ACK],
        OwnerKind.CASEWORKER: [Clock.INFORM],
    }
    ages = [one.items[0].due_at for one in board]
    assert ages == sorted(ages)


def test_board_stays_within_the_scope_of_the_supervisor(session: Session, now: dt.datetime) -> None:
    story, other = Story(session, now), Story(session, now)
    urgent(story)
    wait(story, 60 * HOUR)
    assert late_board(session, story.actor(Who.RS), now=story.now)
    assert late_board(session, other.actor(Who.RS), now=story.now) == []
    assert late_board(session, story.actor(Who.FP), now=story.now) == []


def test_coordination_sees_codes_of_what_nobody_takes_further_and_no_person(
    session: Session, now: dt.datetime
) -> None:
    story = Story(session, now)
    referral = urgent(story)
    story.step(referral, "reject", Who.FP, code="R29", detail={})
    region: Account = factories.Account.with_role("RCO", None, country="GN")
    elsewhere: Account = factories.Account.with_role("RCO", None, country="ML")
    at = now + 143 * HOUR
    assert twice_overdue(session, region.actor, now=at) == []
    [found] = twice_overdue(session, region.actor, now=at + HOUR)
    assert (found.code, found.organisation) == (referral.code, "Sender")
    [counted] = overdue_by_region(session, region.actor, now=at)
    assert counted.clocks == {Clock.INFORM: 1, Clock.NEXT_ACTION: 1}
    assert twice_overdue(session, elsewhere.actor, now=at + HOUR) == []
    assert overdue_by_region(session, elsewhere.actor, now=at) == []


# ------------------------------------------------------------------------------------ page, API, CLI


@pytest.fixture
def late_story(session: Session) -> Story:
    story = Story(session, dt.datetime.now(dt.UTC) - 8 * DAY)
    referral = urgent(story)
    story.step(referral, "reject", Who.FP, code="R29", detail={})
    urgent(story)
    story.now = dt.datetime.now(dt.UTC)
    session.commit()
    return story


def test_supervisor_reads_the_board_on_page_api_and_command_line(
    late_story: Story, app: Flask, sign_in: SignIn
) -> None:
    tick(late_story.session, now=late_story.now - 5 * DAY)
    late_story.session.commit()
    client = sign_in(app.test_client(), late_story.accounts["RS"])
    page = client.get("/late", headers={"Accept-Language": "fr"}).text
    code = late_story.session.query(Referral).first().case.code
    assert code in page
    assert "Canary" not in page
    answer = client.get("/api/v1/late").get_json()
    kinds = {one["kind"] for one in answer["owners"]}
    assert {"caseworker", "provider"} <= kinds
    assert sum(one["escalated"] for one in answer["owners"]) >= 1
    printed = app.test_cli_runner().invoke(
        args=["routing", "overdue", "--as", late_story.accounts["RS"].email, "--language", "en"]
    )
    assert printed.exit_code == 0
    assert code in printed.output
    assert "Canary" not in printed.output


def test_coordination_reads_numbers_and_codes_on_page_api_and_command_line(
    late_story: Story, app: Flask, sign_in: SignIn
) -> None:
    region: Account = factories.Account.with_role("RCO", None, country="GN")
    client = sign_in(app.test_client(), region)
    referral = next(
        row for row in late_story.session.query(Referral) if row.state is State.RETURNED
    )
    page = client.get("/late/region", headers={"Accept-Language": "fr"}).text
    answer = client.get("/api/v1/late/region").get_json()
    printed = app.test_cli_runner().invoke(args=["routing", "overdue", "--as", region.email])
    for text in (page, str(answer), printed.output):
        assert referral.code in text
        assert referral.case.code not in text
        assert "Canary" not in text
    assert client.get("/late").status_code == 403


def test_nothing_late_says_so(app: Flask, session: Session, sign_in: SignIn) -> None:
    story = Story(session, dt.datetime.now(dt.UTC))
    client = sign_in(app.test_client(), story.accounts["RS"])
    page = client.get("/late", headers={"Accept-Language": "fr"}).text
    assert 'class="empty"' in page


def test_provider_reads_late_and_due_in_words(
    late_story: Story, app: Flask, sign_in: SignIn
) -> None:
    account = late_story.accounts["FP"]
    account.language = "en"
    client = sign_in(app.test_client(), account)
    page = client.get("/inbox").text
    assert 'class="late">late by' in page
