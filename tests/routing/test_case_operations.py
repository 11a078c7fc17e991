"""Cases, people, contacts, facts, needs and tasks as they are written."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.db import WGS84
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.models import Place, Region
from directory.who import Who
from routing.case_life import LIFE, State
from routing.codes import ALPHABET, new_code, read_code
from routing.consent import ConsentKind
from routing.models import Case, FactRecord, Task
from routing.operations.case_steps import admit, take_case_step
from routing.operations.cases import (
    Route,
    add_member,
    add_route,
    change_route,
    contact_digest,
    open_case,
    remove_route,
    remove_worker,
)
from routing.operations.consents import Agreement, give_consent
from routing.operations.facts import (
    forget_facts,
    location_at,
    location_in_place,
    location_in_region,
    record_facts,
)
from routing.operations.needs import (
    change_priority,
    end_need,
    finish_task,
    open_need,
    open_tasks,
    reopen_need,
)
from routing.priorities import Priority
from routing.queries.cases import cases_by_contact
from routing.queries.known_facts import fact_history, facts_of, is_minor, population_groups
from routing.referral_life import State as ReferralState
from tests import factories
from tests.routing import journeys
from tests.routing.stories import DAY, NUMBER, Story


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def phone(value: str = NUMBER, **safe: Any) -> Route:
    return Route(kind="phone", value=value, **safe)


def test_codes_are_easy_to_say_and_say_nothing() -> None:
    codes = {new_code() for _ in range(2_000)}
    assert len(codes) > 1_990
    assert all(re.fullmatch(f"[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}", code) for code in codes)
    assert not set("0O1IL5SZ8B6") & set(ALPHABET)
    assert read_code(" k7q4dn ") == read_code("K7Q 4DN") == "K7Q-4DN"


def test_a_case_needs_a_way_to_reach_the_person_or_that_there_is_none(story: Story) -> None:
    given = {"actor": story.actor(Who.RC), "now": story.now, "organisation_id": story.sender.id}
    with pytest.raises(Conflict):
        open_case(story.session, country="GN", **given)
    case = open_case(story.session, country="GN", contact_impossible=True, **given)
    assert (case.state, case.members[0].relation) == (State.REGISTERED, "principal")


def test_a_case_is_opened_only_for_the_own_organisation_and_country(story: Story) -> None:
    region: Region = factories.Region(country="ML")
    given = {"actor": story.actor(Who.RC), "now": story.now, "contact_impossible": True}
    with pytest.raises(Forbidden):
        open_case(story.session, organisation_id=story.provider.id, country="GN", **given)
    with pytest.raises(Invalid):
        open_case(
            story.session,
            organisation_id=story.sender.id,
            country="GN",
            region_id=region.id,
            **given,
        )


@pytest.mark.parametrize(("route", "field"), [
    (phone("12"), "value"), (phone("call me"), "value"), (phone(" "), "value"),
    (Route(kind="pigeon", value="x"), "kind"), (phone(owner="enemy"), "owner"),
])  # fmt: skip
def test_a_contact_that_cannot_be_used_is_refused_by_field(
    story: Story, route: Route, field: str
) -> None:
    member = story.case().members[0]
    with pytest.raises(Invalid) as refusal:
        add_route(story.session, member, route, actor=story.actor(Who.RC), now=story.now)
    assert set(refusal.value.fields) == {field}


def test_a_number_is_found_however_it_is_written(story: Story) -> None:
    case = story.case()
    for written in ("620 12 34 56", "+224 620-12-34-56", "00224620123456"):
        digest = contact_digest("phone", written, "GN")
        assert cases_by_contact(story.session, story.actor(Who.RC), digest) == [case]
    mail = Route(kind="email", value="Fatou@Example.org")
    add_route(story.session, case.members[0], mail, actor=story.actor(Who.RC), now=story.now)
    digest = contact_digest("email", "fatou@example.ORG", "GN")
    assert cases_by_contact(story.session, story.actor(Who.RC), digest) == [case]
    assert cases_by_contact(story.session, story.actor(Who.FP), digest) == []


def test_contacts_change_and_go(story: Story) -> None:
    member = story.case().members[0]
    [route] = member.routes
    rc = story.actor(Who.RC)
    change_route(story.session, route, member, phone("621000000"), actor=rc, now=story.now)
    assert (route.value, route.safe_to_call) == ("+224621000000", False)
    remove_route(story.session, route, member, actor=rc, now=story.now)
    story.session.expire(member)
    assert member.routes == []


def test_members_are_numbered_and_one_is_the_principal(story: Story) -> None:
    case = story.case()
    given = {"actor": story.actor(Who.RC), "now": story.now}
    child = add_member(story.session, case, relation="child", name="Second", **given)
    assert (child.number, child.name) == (2, "Second")
    with pytest.raises(Conflict):
        add_member(story.session, case, relation="principal", **given)
    with pytest.raises(Invalid):
        add_member(story.session, case, relation="neighbour", **given)


def test_somebody_stays_in_the_team(story: Story) -> None:
    case = story.case()
    with pytest.raises(Conflict):
        remove_worker(
            story.session, case, story.accounts["RC"].id, actor=story.actor(Who.RS), now=story.now
        )


def test_a_case_becomes_active_with_screening_needs_plan_and_consent(story: Story) -> None:
    rc = story.actor(Who.RC)
    case = open_case(
        story.session, actor=rc, now=story.now, organisation_id=story.sender.id, country="GN",
        routes=(phone(),),
    )  # fmt: skip
    given = {"actor": rc, "now": story.now, "screening": "v1", "services_shown": ("training",)}
    with pytest.raises(Conflict), story.session.begin_nested():
        admit(story.session, case, **given)
    story.session.refresh(case)
    assert case.state is State.REGISTERED
    open_need(story.session, case.members[0], actor=rc, now=story.now, category="training")
    agreement = Agreement(kind=ConsentKind.SERVICES)
    give_consent(story.session, case.members[0], agreement, actor=rc, now=story.now)
    admit(story.session, case, **given)
    assert case.state is State.ACTIVE
    assert case.records["screen"]["screening"] == "v1"


def step(story: Story, case: Case, name: str, who: Who = Who.RC, **details: Any) -> Case:
    return take_case_step(
        story.session, case, name, actor=story.actor(who), role=who, now=story.now, details=details
    )


def test_a_case_with_a_live_referral_is_not_closed(story: Story) -> None:
    referral = story.sent()
    case = referral.case
    told = {"closure_code": "plan-completed", "person_told": True}
    with pytest.raises(Conflict) as refusal:
        step(story, case, "close", **told)
    assert [str(reason) for reason in refusal.value.reasons] == ["1 referrals are still open."]
    story.tell(referral)
    journeys.plainly(story, referral, "recall")
    step(story, case, "close", **told)
    assert (case.state, case.closure_code, case.closed_at) == (
        State.CLOSED, "plan-completed", story.now,
    )  # fmt: skip
    assert open_tasks(story.session, referral.need_id) == []
    story.now += 30 * DAY
    step(story, case, "reopen", reason="ill again")
    assert (case.state, case.closed_at) == (State.ACTIVE, None)
    assert {task.kind for task in open_tasks(story.session, referral.need_id)} == {
        "renew-consents", "ask-stale-facts",
    }  # fmt: skip
    assert "location" in facts_of(story.session, case.members[0], today=story.now.date()).stale(
        story.now.date()
    )


def test_a_stale_version_of_a_case_is_refused(story: Story) -> None:
    case = story.need().case
    with pytest.raises(Conflict) as refusal:
        take_case_step(
            story.session, case, "close", actor=story.actor(Who.RC), role=Who.RC, now=story.now,
            expected_version=case.version - 1,
        )  # fmt: skip
    assert "Active" in str(refusal.value.reason)


def test_every_step_of_a_case_is_refused_without_what_it_asks(story: Story) -> None:
    case = story.need().case
    for line in LIFE.leaving(case.state):
        with pytest.raises((Conflict, Forbidden)):
            step(story, case, line.name, sorted(line.actors & {Who.RC, Who.RS})[0])
    assert case.state is State.ACTIVE


def test_a_newer_statement_replaces_the_older_which_is_kept(story: Story) -> None:
    member = story.case().members[0]
    rc = story.actor(Who.RC)
    later = story.now + DAY
    record_facts(story.session, member, {"education": "gn:10", "sex": None}, actor=rc, now=later)
    today = later.date()
    facts = facts_of(story.session, member, today=today)
    assert (facts.known("education", today).value, facts.known("sex", today).value) == (
        "gn:10", "female",
    )  # fmt: skip
    assert [row.value for row in fact_history(story.session, member.id, "education")] == [
        "gn:10", "gn:9",
    ]  # fmt: skip
    forget_facts(story.session, member, ["education"], actor=rc, now=later)
    assert facts_of(story.session, member, today=today).known("education", today).unknown
    assert (
        story.session.scalar(
            select(func.count(FactRecord.id)).where(FactRecord.name == "education")
        )
        == 2
    )


def test_facts_with_a_problem_are_refused_together_and_nothing_is_written(story: Story) -> None:
    member = story.case().members[0]
    before = story.session.scalar(select(func.count(FactRecord.id)))
    with pytest.raises(Invalid) as refusal:
        record_facts(
            story.session, member, {"sex": "both", "born": "soon", "education": "gn:10"},
            actor=story.actor(Who.RC), now=story.now,
        )  # fmt: skip
    assert set(refusal.value.fields) == {"sex", "born"}
    assert story.session.scalar(select(func.count(FactRecord.id))) == before


def test_a_home_in_a_known_region_says_the_region_of_residence_unless_it_is_said(
    story: Story,
) -> None:
    member, actor = story.case().members[0], story.actor(Who.RC)
    home = {"location": {"region": "GN/GN-L"}}
    record_facts(story.session, member, home, actor=actor, now=story.now)
    known = facts_of(story.session, member, today=story.now.date())
    assert known["residence"].value == ("GN", "GN-L")
    elsewhere = {**home, "residence": "GN/GN-C"}
    record_facts(story.session, member, elsewhere, actor=actor, now=story.now)
    known = facts_of(story.session, member, today=story.now.date())
    assert known["residence"].value == ("GN", "GN-C")


def test_where_somebody_lives_by_point_place_or_region(story: Story) -> None:
    square = "MULTIPOLYGON(((-13 11,-12 11,-12 12,-13 12,-13 11)))"
    region: Region = factories.Region(
        name="Labé", code="GN-L", shape=func.ST_GeomFromText(square, WGS84)
    )
    place = Place(
        country="GN", name="Labé", folded="labe", alternate_names=[], region_id=region.id,
        lon=-12.28, lat=11.32,
    )  # fmt: skip
    story.session.add(place)
    story.session.flush()
    assert location_at(story.session, -12.29, 11.3) == {
        "lon": -12.29, "lat": 11.3, "radius": 0, "region": "GN/GN-L",
    }  # fmt: skip
    assert location_at(story.session, 0.0, 0.0) == {"lon": 0.0, "lat": 0.0, "radius": 0}
    assert location_in_place(story.session, place.id)["radius"] == 3_000
    by_region = location_in_region(story.session, region.id)
    assert by_region == {"region": "GN/GN-L"}
    with pytest.raises(Invalid):
        location_in_place(story.session, region.id)
    with pytest.raises(Invalid):
        location_in_region(story.session, place.id)


@pytest.mark.parametrize(("born", "minor"), [
    ("2008-03-02", False), ("2008-03-03", True), ("2008", None), (None, None),
])  # fmt: skip
def test_who_is_a_minor(story: Story, born: str | None, minor: bool | None) -> None:
    case = story.case({"born": born, "sex": "male", "population-group": "host-community"})
    facts = facts_of(story.session, case.members[0], today=story.now.date())
    assert is_minor(facts, story.now.date()) is minor
    assert population_groups(facts, story.now.date()) == {"host-community"}


def tasks(story: Story) -> list[str]:
    return sorted(story.session.scalars(select(Task.kind).where(Task.done_at.is_(None))))


def test_an_open_need_always_has_something_that_keeps_it_in_sight(story: Story) -> None:
    need = story.need()
    assert tasks(story) == ["find-service"]
    finish_task(
        story.session,
        open_tasks(story.session, need.id)[0],
        actor=story.actor(Who.RC),
        now=story.now,
    )
    assert tasks(story) == ["decide-next"]
    referral = story.sent(need)
    assert tasks(story) == []
    story.tell(referral)
    journeys.plainly(story, referral, "recall")
    assert tasks(story) == ["decide-next"]
    rc = story.actor(Who.RC)
    end_need(story.session, need, "met", actor=rc, now=story.now)
    assert (need.state, tasks(story)) == ("met", [])
    reopen_need(story.session, need, actor=rc, now=story.now)
    assert (need.state, tasks(story)) == ("open", ["decide-next"])


@pytest.mark.parametrize("state", [ReferralState.DRAFT, ReferralState.READY])
def test_cancelling_a_draft_does_not_bury_the_need(story: Story, state: ReferralState) -> None:
    referral = journeys.in_state(story, state)
    for task in open_tasks(story.session, referral.need_id):
        task.done_at = story.now
    journeys.plainly(story, referral, "cancel")
    assert tasks(story) == ["decide-next"]


def test_a_need_under_way_is_not_ended(story: Story) -> None:
    referral = story.sent()
    with pytest.raises(Conflict):
        end_need(story.session, referral.need, "met", actor=story.actor(Who.RC), now=story.now)
    with pytest.raises(Invalid):
        end_need(story.session, referral.need, "open", actor=story.actor(Who.RC), now=story.now)


def test_urgency_decides_how_soon_a_task_is_due(story: Story) -> None:
    dues = {}
    for priority in Priority:
        need = story.need(priority=priority)
        dues[priority] = open_tasks(story.session, need.id)[0].due_at
    assert sorted(dues, key=dues.__getitem__) == list(Priority)
    need = change_priority(
        story.session, need, Priority.P0, actor=story.actor(Who.RC), now=story.now
    )
    assert need.priority is Priority.P0
