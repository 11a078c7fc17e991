"""Who may know of a complaint, and of how much of it (C-T14: every role tries to read each level)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.audit import AuditEntry
from directory.core.errors import Conflict, Forbidden, NotFound
from directory.core.outbox import OutboxMessage
from directory.models import AccountGrant
from directory.roles import ROLES
from directory.who import Who
from routing.complaint_levels import Level
from routing.models import Complaint
from routing.operations.complaint_events import PROTECTED_CHAIN
from routing.operations.complaint_steps import read_complaint
from routing.operations.complaint_tick import complaints_tick
from routing.queries.complaint_counts import Quarter, complaint_counts
from routing.queries.complaint_inbox import complaints_count, complaints_list, history
from routing.queries.complaint_scope import Sight, complaint_for, sight_of
from tests import factories
from tests.routing.complaining import DAY, NAME, Complaining
from tests.routing.stories import Story


@pytest.fixture
def people(session: Session, story: Story) -> Complaining:
    return Complaining(story)


def sight(people: Complaining, actor: Actor, complaint: Complaint) -> str | None:
    """What ``actor`` sees, checked through list, count and single reading, which must agree."""
    session = people.session
    rows = complaints_list(session, actor, limit=100)
    listed = {row.complaint.id: row.sight for row in rows}
    assert complaints_count(session, actor) == len(rows)
    try:
        found = sight_of(session, actor, complaint_for(session, actor, complaint.id))
    except NotFound:
        assert complaint.id not in listed
        return None
    assert listed[complaint.id] is found
    return found.value


def everybody(people: Complaining) -> dict[str, Actor]:
    """One account of every role, in the whole country, for an organisation nobody complains about."""
    elsewhere = factories.Organisation(name="Elsewhere")
    return {
        role: people.account(role, None if role in ("CH", "PSEA", "DPO", "NC") else elsewhere,
                             country="GN").actor
        for role in ROLES
    }  # fmt: skip


READERS = {
    Level.C0: {"PSEA": "full"},
    Level.C1: {"CH": "full", "DPO": "full"},
    Level.C2: {"CH": "full"},
    Level.C3: {"CH": "full"},
}


@pytest.mark.parametrize("level", Level)
def test_f27_every_role_tries_to_read_each_level(people: Complaining, level: Level) -> None:
    complaint = people.complaint(level)
    seen = {role: sight(people, actor, complaint) for role, actor in everybody(people).items()}
    assert {role: found for role, found in seen.items() if found} == READERS[level]


@pytest.mark.parametrize("level", Level)
def test_people_of_the_accused_organisation_read_nothing(people: Complaining, level: Level) -> None:
    complaint = people.complaint(level)
    seen = {
        role: sight(people, people.account(role, people.accused).actor, complaint) for role in ROLES
    }
    assert seen == dict.fromkeys(ROLES)


@pytest.mark.parametrize("role", ["CH", "PSEA", "DPO"])
def test_handler_with_another_role_at_the_accused_organisation_is_no_handler(
    people: Complaining, role: str
) -> None:
    level = {"PSEA": Level.C0, "DPO": Level.C1}.get(role, Level.C2)
    complaint = people.complaint(level)
    account = people.handlers[role]
    assert sight(people, account.actor, complaint) == "full"
    account.grants.append(
        AccountGrant(role=factories.AccountRole(name="PA"), organisation_id=people.accused.id)
    )
    people.session.flush()
    assert sight(people, account.actor, complaint) is None
    with pytest.raises(NotFound):
        people.act(complaint, "investigate", role, action="look")


@pytest.mark.parametrize("level", Level)
def test_conflict_reaches_up_and_down_the_organisation(people: Complaining, level: Level) -> None:
    complaint = people.complaint(level)
    ministry = factories.Organisation(name="Ministry")
    branch = factories.Organisation(name="Branch", parent_id=people.accused.id)
    sister = factories.Organisation(name="Sister", parent_id=ministry.id)
    people.accused.parent_id = ministry.id
    people.session.flush()
    role = "PSEA" if level is Level.C0 else "CH"
    for organisation, seen in ((ministry, None), (branch, None), (sister, "full")):
        actor = people.account(role, organisation).actor
        assert sight(people, actor, complaint) == seen


def test_handlers_of_another_country_and_region_see_nothing(people: Complaining) -> None:
    complaint = people.complaint(Level.C2)
    region = factories.Region()
    assert sight(people, people.account("CH", country="SN").actor, complaint) is None
    assert sight(people, people.account("CH", region_id=region.id).actor, complaint) is None
    complaint.region_id = region.id
    people.session.flush()
    assert sight(people, people.account("CH", region_id=region.id).actor, complaint) == "full"


def test_serious_ones_are_for_who_leads_not_for_a_region(people: Complaining) -> None:
    region = factories.Region()
    complaint = people.complaint(Level.C1, region_id=region.id)
    assert sight(people, people.account("CH", region_id=region.id).actor, complaint) is None


def test_name_that_was_typed_excludes_who_works_there_hidden_or_not(people: Complaining) -> None:
    shelter = factories.Organisation(name="Foyer Espérance", alternate_names=["FE Labé"])
    complaint = people.receive(
        listing_id=None, about="le foyer  esperance a Labe", category="silence"
    ).complaint
    at_shelter = people.account("CH", shelter).actor
    assert sight(people, people.actor("CH"), complaint) == "full"
    assert sight(people, at_shelter, complaint) is None
    [party] = complaint.parties
    assert (party.organisation_id, party.is_certain) == (shelter.id, False)


def test_naming_the_organisation_takes_it_from_its_people_at_once(people: Complaining) -> None:
    office = factories.Organisation(name="Office of the handler", key="office")
    handler = people.account("CH", office)
    complaint = people.receive(listing_id=None, category="silence").complaint
    assert sight(people, handler.actor, complaint) == "full"
    people.act(complaint, "name-organisation", "CH", organisation="office")
    assert sight(people, handler.actor, complaint) is None
    assert sight(people, people.actor("CH"), complaint) == "full"


def test_tick_of_the_person_keeps_it_from_the_handler_from_the_first_second(
    people: Complaining,
) -> None:
    complaint = people.receive(harmed=True, category="silence").complaint
    assert (complaint.level, complaint.held_by) == (Level.C0, "PSEA")
    assert sight(people, people.actor("CH"), complaint) is None
    assert sight(people, people.actor("DPO"), complaint) is None
    assert sight(people, people.actor("PSEA"), complaint) == "full"


def test_handler_who_finds_it_grave_hands_it_over_and_sees_it_no_more(people: Complaining) -> None:
    complaint = people.shared()
    people.act(complaint, "change-level", "CH", level="C0", reason="violence")
    assert sight(people, people.actor("CH"), complaint) is None
    assert sight(people, people.actor("FP"), complaint) is None
    assert sight(people, people.actor("PSEA"), complaint) == "full"
    assert (complaint.summary, complaint.shared_at) == (None, None)
    with pytest.raises(NotFound):
        people.act(complaint, "investigate", "CH", action="look")


# ------------------------------------------------------------------------------- what is shared


def test_service_and_supervisor_read_the_shared_part_of_c2_and_nothing_else(
    people: Complaining,
) -> None:
    case = people.story.case()
    given = {"code": case.code, "name": NAME}
    complaint = people.complaint(Level.C2, **given)
    assert sight(people, people.actor("FP"), complaint) is None
    assert sight(people, people.actor("RS"), complaint) is None
    people.act(complaint, "share", "CH", text="canary summary")
    for role in ("FP", "RS"):
        assert sight(people, people.actor(role), complaint) == "shared"
        assert [line.step for line in history(people.session, complaint, Sight.SHARED)] == ["share"]
    assert sight(people, people.actor("PW"), complaint) is None
    assert sight(people, people.actor("RC"), complaint) is None


def test_service_answers_and_the_handler_reads_it(people: Complaining) -> None:
    complaint = people.shared()
    people.act(complaint, "answer", "FP", text="we call tomorrow")
    steps = [(line.step, line.details) for line in history(people.session, complaint, Sight.FULL)]
    assert ("answer", {"text": "we call tomorrow"}) in steps
    with pytest.raises(Forbidden):
        people.act(complaint, "message", "FP", text="we know who you are")


@pytest.mark.parametrize("level", [Level.C0, Level.C1, Level.C3])
def test_other_levels_cannot_be_shared(people: Complaining, level: Level) -> None:
    complaint = people.complaint(level)
    with pytest.raises((Conflict, Forbidden)):
        people.act(complaint, "share", complaint.held_by, text="look at this")


def test_sharing_needs_somebody_to_share_with(people: Complaining) -> None:
    complaint = people.complaint(Level.C2, listing_id=None, about="a teacher")
    with pytest.raises(Conflict):
        people.act(complaint, "share", "CH", text="look at this")


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("agrees", [True, False])
def test_caseworker_knows_how_it_stands_only_if_the_person_agrees(
    people: Complaining, level: Level, agrees: bool
) -> None:
    case = people.story.case()
    complaint = people.complaint(level, code=case.code, caseworker_may_know=agrees)
    assert sight(people, people.actor("RC"), complaint) == ("state" if agrees else None)
    assert history(people.session, complaint, Sight.STATE) == []


def test_caseworker_of_the_accused_organisation_never_knows(people: Complaining) -> None:
    case = people.story.case()
    listing = people.story.listing(people.story.sender)
    complaint = people.complaint(
        Level.C0, code=case.code, caseworker_may_know=True, listing_id=listing.id
    )
    assert sight(people, people.actor("RC"), complaint) is None


def test_national_coordination_reads_what_was_appealed_and_nothing_else(
    people: Complaining,
) -> None:
    other, appealed = people.answered(), people.appealed()
    assert sight(people, people.actor("NC"), other) is None
    assert sight(people, people.actor("NC"), appealed) == "full"
    protected = people.answered(Level.C0)
    with pytest.raises(Conflict):
        people.act(protected, "appeal", "BEN", reason="look again")
    assert sight(people, people.actor("NC"), protected) is None


# ------------------------------------------------------------- lists, counts, messages, records


def test_protected_complaint_changes_nothing_that_others_can_count(people: Complaining) -> None:
    """The same lists, counts and sums with and without a protected complaint."""
    others = {role: actor for role, actor in everybody(people).items() if role != "PSEA"}
    quarter = Quarter.of(people.story.now.date())

    def seen() -> dict[str, object]:
        session, now = people.session, people.story.now
        return {
            role: (
                [row.complaint.id for row in complaints_list(session, actor, limit=100)],
                complaints_count(session, actor),
                [str(row) for row in complaint_counts(session, actor, quarter, now=now)],
            )
            for role, actor in others.items()
        }

    people.complaint(Level.C2)
    before = seen()
    for _ in range(6):
        people.complaint(Level.C0)
    assert seen() == before


def test_messages_go_only_to_those_who_may_know_and_say_nothing(people: Complaining) -> None:
    at_accused = people.account("PSEA", people.accused)
    complaint = people.receive(harmed=True).complaint
    people.story.now += 10 * DAY
    complaints_tick(people.session, now=people.story.now)
    messages = people.session.scalars(
        select(OutboxMessage).where(OutboxMessage.subject == f"complaint:{complaint.id}")
    ).all()
    assert {row.recipient for row in messages} == {people.handlers["PSEA"].email}
    assert at_accused.email not in {row.recipient for row in messages}
    assert {row.template for row in messages} == {
        "complaint-received", "complaint-due", "complaint-late"
    }  # fmt: skip


def test_message_for_nobody_names_the_role_so_that_it_shows(people: Complaining) -> None:
    people.handlers["PSEA"].active = False
    people.session.flush()
    people.receive(harmed=True)
    recipients = people.session.scalars(select(OutboxMessage.recipient)).all()
    assert "PSEA of country:GN" in recipients


def test_record_of_the_protected_track_is_apart_and_says_no_level(people: Complaining) -> None:
    complaint = people.receive(harmed=True).complaint
    ordinary = people.receive(category="silence").complaint
    read_complaint(people.session, people.actor("PSEA"), complaint.id, now=people.story.now)
    people.act(ordinary, "triage", "CH", level="C0")
    lines = people.session.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("routing:complaint:"))
    ).all()
    apart = {line.subject for line in lines if line.chain == str(PROTECTED_CHAIN)}
    in_sight = [line for line in lines if line.chain != str(PROTECTED_CHAIN)]
    assert apart == {f"complaint:{complaint.id}", f"complaint:{ordinary.id}"}
    assert {(line.action, line.subject) for line in in_sight} == {
        ("routing:complaint:submit", f"complaint:{ordinary.id}")
    }
    assert [line.details for line in lines if line.details] == []
    assert {line.ip_prefix for line in lines if line.actor == "complainant"} == {""}
    assert audit.first_fault(people.session, str(PROTECTED_CHAIN)) is None


def test_reading_leaves_a_line(people: Complaining) -> None:
    complaint = people.complaint(Level.C1)
    _, seen = read_complaint(
        people.session, people.actor("DPO"), complaint.id, now=people.story.now
    )
    assert seen is Sight.FULL
    line = people.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "routing:complaint:view")
    ).one()
    assert (line.roles, line.subject) == ("DPO", f"complaint:{complaint.id}")


def test_nobody_acts_in_a_role_they_do_not_hold(people: Complaining) -> None:
    complaint = people.complaint(Level.C1)
    assert people.actor("DPO").may("routing:complaint:oversee")
    with pytest.raises(Forbidden):
        people.act(complaint, "investigate", "DPO", action="look")
    with pytest.raises(NotFound):
        people.act(complaint, "investigate", "PSEA", action="look")
    assert Who(complaint.held_by) is Who.CH
