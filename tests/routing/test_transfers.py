"""A case moves to another organisation, with consent, a handover, and nothing lapsing meanwhile (A.14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.outbox import OutboxMessage
from directory.models import Account, Organisation
from directory.organisation_kinds import OrganisationKind
from directory.who import Who
from routing.case_life import State
from routing.consent import ConsentKind, Giver
from routing.models import Case, CaseMember, CaseTransfer, ConsentRecord, FactRecord, Need
from routing.operations.case_steps import take_case_step
from routing.operations.cases import add_member, exclude_government
from routing.operations.events import first_fault
from routing.operations.facts import record_facts
from routing.operations.needs import end_need
from routing.operations.transfer_acceptance import accept_transfer
from routing.operations.transfer_agreements import Offer
from routing.operations.transfer_calls import answer_call_back, ask_call_back
from routing.operations.transfers import (
    Handover,
    decline_transfer,
    offer_transfer,
    record_handover,
    remind_late_transfers,
    withdraw_transfer,
)
from routing.operations.withdrawals import withdraw_consent
from routing.queries.cases import team_of
from routing.queries.known_facts import facts_of
from routing.queries.scope import case_for, referral_for
from routing.queries.transfers import in_brief, transfer_for, transfers_to_answer
from routing.referral_life import State as ReferralState
from routing.transfer_parts import PARTS
from tests import factories
from tests.routing.stories import DAY, FACTS, NAME, Story

SUMMARY = "A young woman in training who has moved; the family lives near the other office."


class Other:
    """The organisation that may take cases over: a supervisor and a caseworker."""

    def __init__(self, story: Story, **given: Any) -> None:
        self.organisation: Organisation = factories.Organisation(name="Receiver", **given)
        self.supervisor: Account = factories.Account.with_role("RS", self.organisation)
        self.worker: Account = factories.Account.with_role("RC", self.organisation)
        story.session.flush()


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


@pytest.fixture
def other(story: Story) -> Other:
    return Other(story)


def offer(other: Other, **given: Any) -> Offer:
    said = {"receiver_id": other.organisation.id, "ground": "area", "summary": SUMMARY,
            "change_explained": True, "agreed": frozenset({1})}  # fmt: skip
    return Offer(**{**said, **given})


def offered(story: Story, other: Other, case: Case | None = None, **given: Any) -> CaseTransfer:
    case = case or story.need().case
    return offer_transfer(
        story.session, case, offer(other, **given), actor=story.actor(Who.RC), now=story.now
    )


def handed_over(story: Story, transfer: CaseTransfer, other: Other) -> CaseTransfer:
    held = Handover(on=story.now.date(), how="call", who="Awa and Binta", with_person=True)
    return record_handover(
        story.session, transfer, held, actor=other.supervisor.actor, now=story.now
    )


def accepted(story: Story, transfer: CaseTransfer, other: Other) -> Case:
    handed_over(story, transfer, other)
    return accept_transfer(
        story.session, transfer, other.worker, actor=other.supervisor.actor, now=story.now
    )


def templates(story: Story) -> list[str]:
    return list(story.session.scalars(select(OutboxMessage.template)))


def told(story: Story, template: str) -> set[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return {row.recipient for row in story.session.scalars(query)}


# ------------------------------------------------------------------------------------------- the offer


def test_until_accepted_the_sender_stays_responsible_and_nothing_lapses(
    story: Story, other: Other
) -> None:
    referral = story.sent()
    transfer = offered(story, other, referral.case)
    case = case_for(story.session, story.actor(Who.RC), referral.case_id)
    assert case.state is State.TRANSFER_PENDING
    assert transfer.due_at == story.now + 14 * DAY
    story.step(referral, "accept", Who.FP, **story.acceptance())
    story.tell(referral)
    new = story.sent(story.need(case))
    assert new.state is ReferralState.SENT
    with pytest.raises(NotFound):
        case_for(story.session, other.supervisor.actor, case.id)
    assert told(story, "transfer-offered") == {other.supervisor.email}


def test_the_receiving_supervisor_reads_needs_and_bands_but_nobody(
    story: Story, other: Other
) -> None:
    transfer = offered(story, other)
    [waiting] = transfers_to_answer(story.session, other.supervisor.actor)
    brief = in_brief(story.session, waiting, story.now.date())
    assert waiting == transfer
    assert [(person.relation, person.years) for person in brief.people] == [
        ("principal", (18, 24)),
    ]  # fmt: skip
    assert [need.category for need in brief.needs] == ["training"]
    assert transfers_to_answer(story.session, other.worker.actor) == []
    stranger = factories.Account.with_role("RS", factories.Organisation())
    for actor in (stranger.actor, story.actor(Who.FP), other.worker.actor):
        with pytest.raises(NotFound):
            transfer_for(story.session, actor, transfer.id)


@pytest.mark.parametrize(("change", "field"), [
    ({"ground": "whim"}, "ground"), ({"summary": "short"}, "summary"),
    ({"struck": frozenset({"name"})}, "struck"), ({"change_explained": False}, "change_explained"),
    ({"agreed": frozenset()}, "agreed"), ({"giver": Giver.GUA}, "giver"),
    ({"mode": "telepathy"}, "mode"), ({"mode": "oral-with-witness"}, "witness"),
])  # fmt: skip
def test_what_is_missing_from_an_offer_is_named_and_nothing_changes(
    story: Story, other: Other, change: dict[str, Any], field: str
) -> None:
    case = story.need().case
    with pytest.raises(Invalid) as refusal, story.session.begin_nested():
        offered(story, other, case, **change)
    assert set(refusal.value.fields) == {field}
    story.session.refresh(case)
    assert case.state is State.ACTIVE
    assert story.session.scalars(select(CaseTransfer)).all() == []


def test_only_an_organisation_that_can_answer_is_named_and_no_public_body_if_excluded(
    story: Story, other: Other
) -> None:
    case = story.need().case
    nobody = replace(offer(other), receiver_id=story.provider.id)
    given = {"actor": story.actor(Who.RC), "now": story.now}
    with pytest.raises(Invalid):
        offer_transfer(story.session, case, nobody, **given)
    ministry = Other(story, kind=OrganisationKind.PUBLIC)
    exclude_government(story.session, case, excluded=True, **given)
    with pytest.raises(Invalid):
        offer_transfer(story.session, case, offer(ministry), **given)
    offer_transfer(story.session, case, offer(other), **given)
    with pytest.raises(Conflict):
        offer_transfer(story.session, case, offer(other), **given)


def test_every_adult_of_the_case_agrees_and_children_follow(story: Story, other: Other) -> None:
    case = story.need().case
    given = {"actor": story.actor(Who.RC), "now": story.now}
    spouse = add_member(story.session, case, relation="spouse", **given)
    child = add_member(story.session, case, relation="child", **given)
    record_facts(story.session, spouse, {"born": "2000-01-01"}, **given)
    record_facts(story.session, child, {"born": "2019-01-01"}, **given)
    with pytest.raises(Invalid) as refusal:
        offered(story, other, case, agreed=frozenset({1, 3}))
    assert set(refusal.value.fields) == {"agreed"}
    transfer = offered(story, other, case, agreed=frozenset({1, 2}))
    query = select(ConsentRecord.member_id).where(ConsentRecord.kind == ConsentKind.TRANSFER)
    assert set(story.session.scalars(query)) == {case.members[0].id, spouse.id}
    successor = accepted(story, transfer, other)
    assert [member.relation for member in successor.members] == ["principal", "spouse", "child"]


def test_an_offer_is_made_by_the_team_from_an_active_case(story: Story, other: Other) -> None:
    case = story.need().case
    with pytest.raises(Conflict):  # not in the team
        offer_transfer(story.session, case, offer(other), actor=story.actor(Who.RS), now=story.now)
    stranger = factories.Account.with_role("RC", story.sender)
    with pytest.raises(NotFound):
        offer_transfer(story.session, case, offer(other), actor=stranger.actor, now=story.now)


def test_the_plain_steps_of_a_case_do_not_transfer(story: Story, other: Other) -> None:
    transfer = offered(story, other)
    for name in ("offer-transfer", "accept-transfer", "decline-transfer", "withdraw-transfer"):
        with pytest.raises(Conflict):
            take_case_step(
                story.session, transfer.case, name, actor=story.actor(Who.RC), role=Who.RC,
                now=story.now, details={"reason": "x", "transfer": "y"},
            )  # fmt: skip
    assert transfer.state == "offered"


# ------------------------------------------------------------------------------------------ the answer


def test_an_accepted_case_is_led_by_the_receiver_and_gone_from_the_sender(
    story: Story, other: Other
) -> None:
    referral = story.accepted()
    former, need = referral.case, referral.need
    transfer = offered(story, other, former)
    successor = accepted(story, transfer, other)
    rc, worker = story.actor(Who.RC), other.worker.actor
    assert (successor.organisation_id, successor.state) == (other.organisation.id, State.ACTIVE)
    assert successor.code != former.code
    assert [one.id for one in team_of(story.session, successor)] == [other.worker.id]
    assert case_for(story.session, worker, successor.id).members[0].name == NAME
    assert case_for(story.session, other.supervisor.actor, successor.id) == successor
    for actor in (rc, story.actor(Who.RS)):
        for case_id in (former.id, successor.id):
            with pytest.raises(NotFound):
                case_for(story.session, actor, case_id)
        with pytest.raises(NotFound):
            referral_for(story.session, actor, referral.id)
    seen = transfer_for(story.session, rc, transfer.id)
    assert (seen.state, former.state, former.closure_code) == (
        "accepted", State.TRANSFERRED, "transferred",
    )  # fmt: skip
    assert (need.case_id, referral.case_id) == (successor.id, successor.id)


def test_open_referrals_go_on_under_the_successor_and_recipients_know_whom_to_call(
    story: Story, other: Other
) -> None:
    referral = story.sent()
    successor = accepted(story, offered(story, other, referral.case), other)
    assert referral.case_id == successor.id
    assert told(story, "referral-new-caseworker") == {story.accounts["FP"].email}
    for stage in ("preview", "full"):
        assert referral.payload[stage]["sender"] == "Receiver"
        assert referral.payload[stage]["call-back"] == other.worker.email
    story.step(referral, "accept", Who.FP, **story.acceptance())
    assert referral_for(story.session, other.worker.actor, referral.id).state == "accepted"
    assert first_fault(story.session, referral) is None
    assert "referral-accepted" in templates(story)
    assert told(story, "referral-accepted") == {other.worker.email}


@pytest.mark.parametrize("missing", ["handover", "consent", "supervisor", "worker"])
def test_nothing_is_taken_over_without(story: Story, other: Other, missing: str) -> None:
    transfer = offered(story, other)
    actor, worker = other.supervisor.actor, other.worker
    if missing != "handover":
        handed_over(story, transfer, other)
    if missing == "consent":
        query = select(ConsentRecord).where(ConsentRecord.kind == ConsentKind.TRANSFER)
        withdraw_consent(
            story.session, story.session.scalars(query).one(), actor=story.actor(Who.RC),
            role=Who.RC, now=story.now, channel="phone",
        )  # fmt: skip
    if missing == "supervisor":
        actor = other.worker.actor
    if missing == "worker":
        worker = story.accounts["RC"]
    with pytest.raises((Conflict, Forbidden, Invalid)), story.session.begin_nested():
        accept_transfer(story.session, transfer, worker, actor=actor, now=story.now)
    story.session.expire_all()
    assert (transfer.state, transfer.case.state) == ("offered", State.TRANSFER_PENDING)
    assert len(transfer.case.members) == 1


def test_a_handover_lies_between_the_offer_and_today(story: Story, other: Other) -> None:
    transfer = offered(story, other)
    good = Handover(on=story.now.date(), how="meeting", who="Awa and Binta")
    for wrong in (
        replace(good, on=story.now.date() + DAY), replace(good, on=story.now.date() - DAY),
        replace(good, how="letter"), replace(good, who=" "),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            record_handover(
                story.session, transfer, wrong, actor=story.actor(Who.RC), now=story.now
            )
    record_handover(story.session, transfer, good, actor=story.actor(Who.RC), now=story.now)
    assert transfer.handover["how"] == "meeting"


@pytest.mark.parametrize("part", sorted(PARTS))
def test_what_the_person_struck_does_not_go(story: Story, other: Other, part: str) -> None:
    case = story.case({**FACTS, "vulnerability": ["indebted"], "income": 100, "documents": []})
    old = story.need(case, category="medical")
    end_need(story.session, old, "met", actor=story.actor(Who.RC), now=story.now)
    need = story.need(case)
    before = facts_names(story, case.members[0])
    transfer = offered(story, other, case, struck=frozenset({part}))
    successor = accepted(story, transfer, other)
    after = facts_names(story, successor.members[0])
    assert before - after == PARTS[part].facts & before
    assert {"born", "sex", "location"} <= after
    assert ("screen" in (successor.records or {})) is (part != "assessment")
    query = select(Need.id).where(Need.case_id == successor.id)
    expected = {need.id} if part == "earlier-help" else {need.id, old.id}
    assert set(story.session.scalars(query)) == expected
    left = story.session.scalars(select(CaseMember).where(CaseMember.case_id == case.id)).all()
    assert [(one.name, one.routes) for one in left] == [(None, [])]


def facts_names(story: Story, member: CaseMember) -> set[str]:
    query = select(FactRecord.name).where(FactRecord.member_id == member.id)
    return set(story.session.scalars(query))


def test_a_declined_case_goes_on_where_it_was_and_the_team_hears_why(
    story: Story, other: Other
) -> None:
    transfer = offered(story, other)
    given = {"actor": other.supervisor.actor, "now": story.now}
    with pytest.raises(Conflict), story.session.begin_nested():
        decline_transfer(story.session, transfer, reason=" ", **given)
    decline_transfer(story.session, transfer, reason="no caseworker is free", **given)
    case = case_for(story.session, story.actor(Who.RC), transfer.case_id)
    assert (case.state, transfer.state, transfer.reason) == (
        State.ACTIVE, "declined", "no caseworker is free",
    )  # fmt: skip
    assert told(story, "transfer-declined") >= {story.accounts["RC"].email}
    with pytest.raises(Conflict):
        accepted(story, transfer, other)


def test_the_sender_takes_the_offer_back_and_only_the_sender(story: Story, other: Other) -> None:
    transfer = offered(story, other)
    with pytest.raises(NotFound):
        withdraw_transfer(
            story.session, transfer, reason="x", actor=other.supervisor.actor, now=story.now
        )
    withdraw_transfer(
        story.session, transfer, reason="stays", actor=story.actor(Who.RC), now=story.now
    )
    assert (transfer.state, transfer.case.state) == ("withdrawn", State.ACTIVE)
    assert told(story, "transfer-withdrawn") == {other.supervisor.email}


def test_an_answer_that_is_late_is_said_once_to_both_supervisors(
    story: Story, other: Other
) -> None:
    transfer = offered(story, other)
    assert remind_late_transfers(story.session, now=story.now + 13 * DAY) == 0
    assert remind_late_transfers(story.session, now=story.now + 14 * DAY) == 1
    assert remind_late_transfers(story.session, now=story.now + 15 * DAY) == 0
    assert {other.supervisor.email, story.accounts["RS"].email} <= told(story, "transfer-late")
    assert transfer.case.state is State.TRANSFER_PENDING


def test_for_thirty_days_both_sides_may_ask_to_be_called_back(story: Story, other: Other) -> None:
    transfer = offered(story, other)
    rc, rs = story.actor(Who.RC), other.supervisor.actor
    with pytest.raises(Conflict):
        ask_call_back(story.session, transfer, "early", actor=rs, now=story.now)
    accepted(story, transfer, other)
    call = ask_call_back(story.session, transfer, "which clinic?", actor=rs, now=story.now)
    back = ask_call_back(story.session, transfer, "she came to us", actor=rc, now=story.now)
    assert (call.by_sender, back.by_sender) == (False, True)
    with pytest.raises(Forbidden):
        answer_call_back(story.session, transfer, call.id, actor=rs, now=story.now)
    answer_call_back(story.session, transfer, call.id, actor=rc, now=story.now)
    answer_call_back(story.session, transfer, back.id, actor=rs, now=story.now)
    assert call.answered_at == back.answered_at == story.now
    with pytest.raises(Conflict):
        ask_call_back(story.session, transfer, "late", actor=rs, now=story.now + 30 * DAY)


def test_the_person_is_told_of_the_new_caseworker_without_a_name(
    story: Story, other: Other
) -> None:
    successor = accepted(story, offered(story, other), other)
    query = select(OutboxMessage).where(OutboxMessage.template == "case-transferred")
    [message] = story.session.scalars(query).all()
    assert message.recipient == successor.members[0].routes[0].value
    assert message.subject == f"case_file:{successor.id}"


def test_a_case_that_crosses_a_border_keeps_the_calendar_of_its_new_country(
    story: Story,
) -> None:
    other = Other(story, country="SN")
    successor = accepted(story, offered(story, other), other)
    assert (successor.country, successor.region_id) == ("SN", None)
    today = story.now.date()
    known = facts_of(story.session, successor.members[0], today=today)
    assert not known.known("sex", today).unknown
