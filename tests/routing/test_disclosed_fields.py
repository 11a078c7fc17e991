"""C-T04: what a provider reads at its page, through the interface and in the payload is what the table
of protocol A.5 allows at that stage: every category and every field.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.who import Who
from routing.consent import ConsentKind, Giver
from routing.disclosure import COLUMNS, FIELDS, GROUPS, MARKS
from routing.models import ContactAttempt, Disclosure, Referral, Task
from routing.operations.cases import add_member
from routing.operations.consents import CHILD_DISAGREES, Agreement, give_consent
from routing.operations.facts import record_facts
from routing.operations.withdrawals import withdraw_consent
from routing.priorities import Priority
from tests.routing import journeys
from tests.routing.screens import Seat
from tests.routing.stories import FACTS, NAME, NUMBER, Story

CATEGORIES = (
    "medical", "psychosocial", "child-protection", "protection", "legal", "housing", "education",
    "training", "employment", "business", "cash", "family-tracing",
)  # fmt: skip
TABLE = """
referral-code    P P P P P P P P P P P P
sender           P P P P P P P P P P P P
call-back        P P P P P P P P P P P P
priority         P P P P P P P P P P P P
need             P P P P P P P P P P P P
reason           P P P P P P P P P P P P
age-band         P P P P P P P P P P P P
sex              P P P P P P P P P P P P
born             F F F F F F F F F F F F
name             F F F F F F F F F F F F
contact-route    F F F - F F F F F F F F
area             P P P P P P P P P P P P
locality         P P F - F P P P P P F F
distance-band    P P F - F P P P P P F F
address          E - E - - E - - - E - E
languages        P P P P P P P P P P P P
interpreter      P P P P P P P P P P P P
accessibility    P P P P P P P P P P P P
education        - - F - - - P P P F - -
skills           - - - - - - - P P P - -
sector           - - - - - - - P P P - -
availability     - F F P - P F P P F P F
dependants       - F F P - P F P P F P F
child-ages       - F F P - P F P P F P F
household-members - - - - - P - - - - P -
return-mode      - - E - E - - ? ? ? ? E
returned-on      - - E - E - - ? ? ? ? E
return-country   - - E - E - - ? ? ? ? E
documents        F - F - P F F P P P P F
id-number        E - E - E - E E E E E E
id-copy          E - E - E - E E E E E E
medical-summary  F F E ! - - - - - - - -
violence-facts   - E E - E - - - - - - -
needs-safe-place - - - E - - - - - - - -
debt             - - - - - F - - - F F -
income           - - - - - F - - - F F -
staff-risk       P P P P - P - - - - - P
companion        P P P P - P - - - - - P
prior-assistance F F F - - F - F F F P -
photo            - - E - - - - - - - - E
"""
"""P in the preview, F after acceptance, E after acceptance with an explicit yes, ! the same and only for
P0 and P1, ? in the preview where a condition of the listing reads it, - never: written by hand from the
protocol, not from the code.
"""
SIGNS = {"●": "P", "○": "F", "◇": "E", "!": "!", "?": "?", "☎": "-", "✗": "-"}
ROWS = TABLE.split("\n")[1:-1]
ALLOWED: dict[str, dict[str, str]] = {
    category: {row.split()[0]: row.split()[1 + column] for row in ROWS}
    for column, category in enumerate(CATEGORIES)
}
RICH: dict[str, Any] = {
    **FACTS, "residence": "GN/GN-L", "availability": 40, "dependants": 2, "child-ages": [4, 15],
    "return-mode": "avr", "returned-on": "2026-01-10", "return-country": "LY", "documents": [
        "passport"], "medical": ["diabetes"], "income": 100_000, "accessibility": ["escort"],
    "prior-assistance": [],
}  # fmt: skip


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session, dt.datetime.now(dt.UTC))


def test_the_table_of_the_protocol_is_the_table_of_the_code() -> None:
    assert {row.split()[0] for row in ROWS} == set(FIELDS)
    assert set(CATEGORIES) == set(COLUMNS) - {"information"}
    for category, fields in ALLOWED.items():
        found = {name: SIGNS[mark.value] for name, mark in MARKS[category].items()}
        assert found == fields, category


def may_be_read(category: str, *, accepted: bool) -> set[str]:
    """Fields that the table allows at a stage for somebody who said yes to all and is not urgent."""
    signs = {"P", "F", "E"} if accepted else {"P"}
    return {name for name, sign in ALLOWED[category].items() if sign in signs}


@pytest.mark.parametrize("category", CATEGORIES)
def test_page_interface_and_payload_show_what_the_table_allows(
    story: Story, seat: Seat, category: str
) -> None:
    explicit = frozenset(n for n, sign in ALLOWED[category].items() if sign == "E")
    case = story.case(RICH)
    need = story.need(case, category=category)
    listing = story.listing(category=category)
    story.consent(need, listing, fields_extra=explicit)
    referral = story.draft(need, listing)
    for name in ("prepare", "send"):
        journeys.plainly(story, referral, name)
    payload = referral.payload
    assert set(payload["preview"]) <= may_be_read(category, accepted=False)
    assert set(payload["full"]) <= may_be_read(category, accepted=True)
    story.session.commit()
    provider = seat(Who.FP)
    reads(provider, referral, payload["preview"], named=False)
    journeys.plainly(story, referral, "accept")
    story.session.commit()
    reads(provider, referral, payload["full"], named=True)
    logged = story.session.scalars(
        select(Disclosure).where(Disclosure.referral_id == referral.id)
    ).all()
    assert {tuple(row.field_names) for row in logged} == {
        tuple(sorted(payload["preview"])), tuple(sorted(payload["full"]))
    }  # fmt: skip


def reads(provider: Any, referral: Referral, fields: dict[str, Any], *, named: bool) -> None:
    """Page and interface show exactly these fields."""
    page = provider.get(f"/inbox/{referral.id}")
    shown = page.partition('<dl class="payload">')[2].partition("</dl>")[0]
    labels = {str(FIELDS[name].label) for name in fields if name != "contact-route"}
    assert {label for label in LABELS if f"<dt>{label}</dt>" in shown} == labels
    assert (NAME in page) == (named and "name" in fields)
    assert (NUMBER in page) == (named and "contact-route" in fields)
    told = provider.client.get(f"/api/v1/inbox/{referral.id}").json["fields"]
    assert set(told) == set(fields)


LABELS = {str(field.label) for group in GROUPS.values() for field in group}


def test_a_shelter_or_a_struck_number_gives_the_provider_no_number_to_try(
    story: Story, session: Session, seat: Seat
) -> None:
    """The form for noting a try lists only ways that were told."""
    need, listing = story.need(), story.listing()
    story.consent(need, listing, fields_excluded=frozenset({"contact-route"}))
    referral = story.draft(need, listing)
    for name in ("prepare", "send", "accept"):
        journeys.plainly(story, referral, name)
    story.session.commit()
    provider = seat(Who.FP)
    assert NUMBER not in provider.get(f"/inbox/{referral.id}")
    route = referral.member.routes[0].id
    provider.post(
        f"/inbox/{referral.id}/attempts", {"route": str(route), "outcome": "reached"}, status=404
    )
    assert session.scalars(select(ContactAttempt)).all() == []


@pytest.mark.parametrize("priority", [Priority.P1, Priority.P3])
def test_only_an_emergency_told_by_telephone_goes_in_one_stage_and_the_call_is_logged(
    story: Story, priority: Priority
) -> None:
    need = story.need(priority=priority, category="psychosocial")
    listing = story.listing(category="psychosocial")
    story.consent(need, listing)
    referral = story.draft(need, listing)
    story.step(referral, "prepare", Who.RC, affordability="talked over", by_phone=True)
    lines = story.session.scalars(select(Disclosure)).all()
    if priority is Priority.P3:
        assert (referral.single_stage, lines) == (False, [])
        return
    assert referral.single_stage
    assert [(line.channel, line.stage) for line in lines] == [("phone", 2)]
    assert "name" in lines[0].field_names
    due = next(clock.due_at for clock in referral.clocks if clock.name == "send")
    assert due - story.now <= dt.timedelta(hours=1)


# ------------------------------------------------------------------------------- children, household


def test_a_childs_no_undoes_an_older_yes_and_calls_supervisor_and_authority(
    story: Story,
) -> None:
    need, listing = story.need(), story.listing()
    story.learn(need, born="2012-01-15")
    story.consent(need, listing, giver=Giver.GUA, assent=True)
    referral = story.draft(need, listing)
    journeys.plainly(story, referral, "prepare")
    story.now += dt.timedelta(hours=1)
    story.consent(need, listing, giver=Giver.GUA, assent=False)
    with pytest.raises(Conflict) as refusal:
        journeys.plainly(story, referral, "send")
    assert "The child does not agree." in map(str, refusal.value.reasons)
    tasks = story.session.scalars(
        select(Task.owner_role).where(Task.need_id == need.id, Task.kind == CHILD_DISAGREES)
    )
    assert sorted(tasks) == ["CPA", "RS"]


def test_household_facts_go_only_when_each_adult_has_agreed(story: Story) -> None:
    need, listing = story.need(story.case(RICH)), story.listing()
    rc = story.actor(Who.RC)
    spouse = add_member(story.session, need.case, actor=rc, now=story.now, relation="spouse")
    child = add_member(story.session, need.case, actor=rc, now=story.now, relation="child")
    record_facts(story.session, child, {"born": "2019-05-01"}, actor=rc, now=story.now)

    def told() -> set[str]:
        story.consent(need, listing)
        referral = story.draft(need, listing)
        journeys.plainly(story, referral, "prepare")
        names = set(referral.payload["full"])
        journeys.plainly(story, referral, "cancel")
        return names & {"dependants", "child-ages"}

    assert told() == set()
    record = give_consent(
        story.session, spouse, Agreement(kind=ConsentKind.HOUSEHOLD), actor=rc, now=story.now
    )
    assert told() == {"dependants", "child-ages"}
    withdraw_consent(story.session, record, actor=rc, role=Who.RC, now=story.now, channel="office")
    assert told() == set()


def test_one_referral_for_a_household_tells_the_provider_who_lives_there(
    story: Story, seat: Seat
) -> None:
    need, listing = (
        story.need(story.case(RICH), category="housing"),
        story.listing(category="housing"),
    )
    rc = story.actor(Who.RC)
    child = add_member(
        story.session, need.case, actor=rc, now=story.now, relation="child", name="Binta"
    )
    record_facts(story.session, child, {"born": "2019-05-01"}, actor=rc, now=story.now)
    story.consent(need, listing)
    referral = story.draft(need, listing)
    for name in ("prepare", "send"):
        journeys.plainly(story, referral, name)
    story.session.commit()
    page = seat(Who.FP).get(f"/inbox/{referral.id}")
    assert "child (0 to 13 years)" in page
    assert "Binta" not in page
