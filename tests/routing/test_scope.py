"""Who sees what: by team, organisation, region and country; what is out of sight does not exist."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from directory.core.actor import ANONYMOUS, SYSTEM, Actor
from directory.core.errors import Forbidden, NotFound
from directory.models import Organisation, Region
from directory.who import Who
from routing.models import Case, Referral
from routing.operations.cases import add_worker, remove_worker
from routing.operations.referrals import take_step
from routing.queries.caseload import caseload
from routing.queries.cases import case_by_code, cases_list
from routing.queries.consents import consent_for, member_for
from routing.queries.inbox import inbox
from routing.queries.overdue import overdue, overdue_counts
from routing.queries.referral import available_steps
from routing.queries.scope import acting_roles, case_for, referral_for
from routing.referral_life import State
from tests import factories
from tests.routing import journeys
from tests.routing.stories import DAY, Story


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def account(role: str, organisation: Organisation | None = None, **scope: Any) -> Actor:
    return factories.Account.with_role(role, organisation, **scope).actor


def sees(story: Story, actor: Actor, case: Case) -> bool:
    listed = case in cases_list(story.session, actor)
    for look in (
        lambda: case_for(story.session, actor, case.id),
        lambda: case_by_code(story.session, actor, case.code),
        lambda: member_for(story.session, actor, case.members[0].id),
    ):
        try:
            look()
        except NotFound:
            assert not listed
        else:
            assert listed
    return listed


@pytest.fixture
def regions(story: Story) -> tuple[Region, Region]:
    """One region inside another."""
    outer: Region = factories.Region(name="Labé", code="GN-L")
    inner: Region = factories.Region(name="Mali", code="GN-ML", level=2, parent_id=outer.id)
    return outer, inner


def test_a_case_is_seen_by_its_team_and_their_supervisors_only(story: Story) -> None:
    case = story.case()
    elsewhere = factories.Organisation()
    seen = {
        "its caseworker": sees(story, story.actor(Who.RC), case),
        "its supervisor": sees(story, story.actor(Who.RS), case),
        "a colleague": sees(story, account("RC", story.sender), case),
        "another caseworker": sees(story, account("RC", elsewhere), case),
        "another supervisor": sees(story, account("RS", elsewhere), case),
        "the provider": sees(story, story.actor(Who.FP), case),
        "the administrator": sees(story, account("ADMIN"), case),
        "coordination": sees(story, account("NC", country="GN"), case),
        "data protection": sees(story, story.actor(Who.DPO), case),
        "child protection": sees(story, account("CPA", country="GN"), case),
        "nobody": sees(story, ANONYMOUS, case),
        "the clock": sees(story, SYSTEM, case),
    }
    assert {who for who, it in seen.items() if it} == {"its caseworker", "its supervisor"}


def test_a_supervisor_sees_within_country_and_region(
    story: Story, regions: tuple[Region, Region]
) -> None:
    case = story.case()
    outer, inner = regions
    case.region_id = inner.id
    story.session.flush()
    assert sees(story, account("RS", country="GN"), case)
    assert not sees(story, account("RS", country="ML"), case)
    assert sees(story, account("RS", region_id=outer.id), case)
    assert sees(story, account("RS", region_id=inner.id), case)
    other = factories.Region(name="Boké", code="GN-B")
    assert not sees(story, account("RS", region_id=other.id), case)
    assert not sees(story, account("RS", story.sender, region_id=other.id), case)
    assert not sees(story, account("RC", country="GN"), case)


def test_joining_and_leaving_the_team(story: Story) -> None:
    case = story.case()
    joining = factories.Account.with_role("RC", story.sender)
    rs = story.actor(Who.RS)
    add_worker(story.session, case, joining, actor=rs, now=story.now)
    assert sees(story, joining.actor, case)
    remove_worker(story.session, case, joining.id, actor=rs, now=story.now)
    assert not sees(story, joining.actor, case)


@pytest.mark.parametrize("state", sorted(journeys.PATHS))
def test_the_provider_knows_of_a_referral_only_while_it_can_be_read(
    story: Story, state: State
) -> None:
    referral = journeys.in_state(story, state)
    readable = state not in (State.DRAFT, State.READY, State.RETURNED)
    assert (acting_roles(story.session, story.actor(Who.FP), referral) != set()) == readable
    if readable:
        assert referral_for(story.session, story.actor(Who.FP), referral.id) is referral
    else:
        with pytest.raises(NotFound):
            referral_for(story.session, story.actor(Who.FP), referral.id)


def test_roles_on_a_referral(story: Story) -> None:
    referral = story.sent()
    stranger = story.reader_at(story.other_listing().service.organisation_id)

    def roles(actor: Actor) -> set[Who]:
        return set(acting_roles(story.session, actor, referral))

    assert roles(story.actor(Who.RC)) == {Who.RC, Who.BEN}
    assert roles(story.actor(Who.RS)) == {Who.RC, Who.RS, Who.BEN}
    assert roles(story.actor(Who.FP)) == {Who.FP, Who.PW}
    assert roles(story.actor(Who.PW)) == {Who.PW}
    assert roles(story.actor(Who.DPO)) == {Who.DPO}
    assert roles(SYSTEM) == {Who.SYS}
    for actor in (stranger, ANONYMOUS, account("RC", story.sender), account("DPO", country="ML")):
        assert roles(actor) == set()


def test_unknown_and_forbidden_cannot_be_told_apart(story: Story) -> None:
    referral = story.sent()
    stranger = account("RC", factories.Organisation())
    answers = []
    for key in (referral.id, uuid4()):
        with pytest.raises(NotFound) as refusal:
            referral_for(story.session, stranger, key)
        answers.append(str(refusal.value))
    assert answers[0] == answers[1]
    with pytest.raises(NotFound):
        consent_for(story.session, stranger, referral.consent_id or uuid4())


def test_a_role_that_is_not_held_here_is_refused(story: Story) -> None:
    referral = story.sent()
    with pytest.raises(Forbidden):
        take_step(
            story.session, referral, "accept", actor=story.actor(Who.PW), role=Who.FP,
            now=story.now, details=story.acceptance(),
        )  # fmt: skip
    with pytest.raises(Forbidden):
        take_step(
            story.session, referral, "expire", actor=story.actor(Who.RC), role=Who.SYS,
            now=story.now,
        )  # fmt: skip


def offered(story: Story, who: Who, referral: Referral) -> list[str]:
    return [step.name for step in available_steps(story.session, story.actor(who), referral)]


def test_the_buttons_follow_from_the_table(story: Story) -> None:
    referral = story.sent()
    assert offered(story, Who.FP, referral)[0] == "accept"
    assert set(offered(story, Who.FP, referral)) == {"accept", "acknowledge", "reject"}
    proxies = [
        step.name
        for step in available_steps(story.session, story.actor(Who.RC), referral)
        if step.by_proxy
    ]
    assert set(proxies) == {"accept", "acknowledge", "reject"}
    assert offered(story, Who.PW, referral) == []
    assert offered(story, Who.DPO, referral) == ["revoke", "void"]


def test_the_caseload_and_what_is_overdue_stay_within_sight(story: Story) -> None:
    referral = story.sent()
    story.now += 30 * DAY
    assert caseload(story.session, story.actor(Who.RC), now=story.now).late
    assert {row.referral for row in overdue(story.session, story.actor(Who.RS), now=story.now)} == {
        referral
    }
    for actor in (account("RC", story.sender), story.actor(Who.FP)):
        assert caseload(story.session, actor, now=story.now).is_empty
        assert overdue(story.session, actor, now=story.now) == []


def test_coordination_gets_counts_without_cases(story: Story) -> None:
    story.sent()
    story.now += 30 * DAY
    counts = overdue_counts(story.session, account("RCO", country="GN"), now=story.now)
    assert {(row.category, row.clock.value, row.number) for row in counts} == {
        ("training", "ack", 1), ("training", "decision", 1),
    }  # fmt: skip
    assert overdue_counts(story.session, account("RCO", country="ML"), now=story.now) == []
    assert overdue_counts(story.session, story.actor(Who.RC), now=story.now) == []


def queries(story: Story, work: Any) -> int:
    """How many statements ``work`` takes on a session that remembers nothing."""
    story.session.flush()
    story.session.expire_all()
    statements: list[str] = []
    connection = story.session.connection()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(statements)


def test_the_lists_take_the_same_number_of_queries_however_long_they_are(story: Story) -> None:
    rc, fp = story.actor(Who.RC), story.actor(Who.FP)

    def lists() -> None:
        found = caseload(story.session, rc, now=story.now)
        for item in (*found.late, *found.today, *found.later):
            assert item.case.code
            assert item.need.category
            if item.referral is not None:
                assert item.referral.listing.service.organisation.name
        for row in inbox(story.session, fp):
            assert row.referral.listing.service.category

    story.sent()
    one = queries(story, lists)
    for _ in range(2):
        story.sent()
    assert queries(story, lists) == one
