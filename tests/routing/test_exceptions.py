"""C-T18: exceptions and errors need two persons; the same one twice, one who has lost the role, and
an approval used again never do.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, DomainError, Forbidden, NotFound
from directory.models import AccountGrant, Capacity
from directory.who import Who
from routing import country_rules
from routing.consent_exceptions import ExceptionCode, Policy
from routing.country_rules import CountryRules
from routing.models import ConsentRecord, Need, Referral, ReferralEvent, Task
from routing.operations.consent_seeking import seek_consents
from routing.operations.consents import Named
from routing.operations.disclosures import referral_for_recipient
from routing.operations.exceptions import (
    SEEK_TASK,
    confirm_danger,
    countersign,
    record_exception,
    review_exception,
)
from routing.operations.informing import approve_void
from routing.operations.needs import finish_task, open_tasks
from routing.operations.referrals import take_step
from routing.operations.tick import tick
from routing.priorities import Priority
from routing.referral_states import State
from tests import factories
from tests.routing import journeys
from tests.routing.screens import Seat, drafted
from tests.routing.stories import DAY, NAME, Story

HOUR = dt.timedelta(hours=1)
FACTS = {"facts": "spoke of suicide twice, has a plan, is alone tonight"}


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session, dt.datetime.now(dt.UTC))


def danger(story: Story, priority: Priority = Priority.P1) -> tuple[ConsentRecord, Referral]:
    need = story.need(priority=priority, category="psychosocial")
    listing = story.listing(category="psychosocial")
    record = record_exception(
        story.session, story.member(need), ExceptionCode.LIFE_DANGER, need=need,
        recipients=(Named(organisation_id=story.provider.id, accepted=True),), facts=FACTS,
        actor=story.actor(Who.RC), role=Who.RC, now=story.now,
    )  # fmt: skip
    return record, story.draft(need, listing)


def sent(story: Story, referral: Referral) -> Referral:
    for name in ("prepare", "send"):
        journeys.plainly(story, referral, name)
    return referral


# ------------------------------------------------------------------------------------ countersigning


def test_countersigning_never_succeeds_for_one_person_or_without_the_role(story: Story) -> None:
    """The same person twice, a revoked supervisor, a repeated countersignature: 0 successes."""
    supervisor = story.accounts["RS"]
    need = story.need(priority=Priority.P1, category="psychosocial")
    own = record_exception(
        story.session, story.member(need), ExceptionCode.LIFE_DANGER, need=need,
        recipients=(Named(organisation_id=story.provider.id, accepted=True),), facts=FACTS,
        actor=supervisor.actor, role=Who.RC, now=story.now,
    )  # fmt: skip
    record, _ = danger(story)
    revoked = factories.Account.with_role("RS", story.sender)
    revoked.active = False
    story.session.flush()
    tries = [(own, supervisor.actor), (record, story.actor(Who.RC)), (record, revoked.actor)]
    for exception, actor in tries:
        with pytest.raises(Forbidden):
            countersign(story.session, exception, actor=actor, now=story.now)
    assert {own.countersigned_at, record.countersigned_at} == {None}
    countersign(story.session, record, actor=supervisor.actor, now=story.now)
    other = factories.Account.with_role("RS", story.sender)
    with pytest.raises(Conflict):
        countersign(story.session, record, actor=other.actor, now=story.now + HOUR)
    assert record.countersigned_by_id == supervisor.id


def test_without_countersignature_reading_ends_after_24_hours_and_it_is_taken_back_or_escalated(
    story: Story,
) -> None:
    _, recalled = danger(story)
    told_record, told = danger(story)
    story.step(sent(story, recalled), "accept", Who.FP, **story.acceptance())
    story.step(sent(story, told), "accept", Who.FP, **story.acceptance())
    story.tell(told)
    story.step(told, "first-contact", Who.PW, channel="phone", two_way=True)
    story.now += 25 * HOUR
    for referral in (recalled, told):
        with pytest.raises(NotFound):
            referral_for_recipient(story.session, story.actor(Who.FP), referral.id, now=story.now)
    done = tick(story.session, now=story.now).done
    assert recalled.state is State.CANCELLED
    assert told.state is State.CONTACTED
    assert told_record.escalated_at == story.now
    assert (done["recall"], done["escalate-countersign"]) == (1, 1)
    later = tick(story.session, now=story.now + HOUR).done
    assert (later["recall"], later["escalate-countersign"]) == (0, 0)


def test_the_supervisors_list_shows_the_time_left_and_who_must_not_sign(
    story: Story, seat: Seat
) -> None:
    record, _ = danger(story)
    story.session.commit()
    supervisor = seat(Who.RS)
    page = supervisor.get("/exceptions")
    assert FACTS["facts"] in page
    assert "Countersign <strong>" in page
    supervisor.post(f"/exceptions/{record.id}/countersign")
    assert "Countersigned" in supervisor.follow()
    story.session.expire_all()
    assert record.countersigned_by_id == story.accounts["RS"].id


# -------------------------------------------------------------------------------------- the four codes


def test_a_danger_is_recorded_at_the_screen_and_sends_the_preview_only(
    story: Story, session: Session, seat: Seat
) -> None:
    need = story.need(priority=Priority.P0, category="psychosocial")
    listing = story.listing(category="psychosocial")
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing, need)
    caseworker.get(address)
    [form] = [found for found in caseworker.addresses if found.startswith("/exceptions/for/")]
    caseworker.get(form)
    page = caseworker.post(form, {"code": "life-danger", "facts": "seems sad"}, status=422)
    assert "at least 30 characters" in page
    assert "seems sad" in page
    caseworker.post(form, {"code": "life-danger", "facts": FACTS["facts"]})
    sending = caseworker.location
    assert "Without consent: Life in danger" in caseworker.follow()
    caseworker.post(sending, {"affordability": "talked over"})
    page = caseworker.follow()
    assert "Exactly this goes to Provider" in page
    assert NAME not in page


def test_incapacity_is_determined_by_a_professional_who_is_given_the_code(
    story: Story, session: Session, seat: Seat
) -> None:
    story.accounts["MHP"] = factories.Account.with_role("MHP", story.provider)
    need = story.need(priority=Priority.P1, category="psychosocial")
    referral = story.draft(need, story.listing(category="psychosocial"))
    story.session.commit()
    professional = seat(Who.MHP)
    page = professional.get("/exceptions/new")
    given = {
        "code": "incapacity-mh", "licence": "GN-PSY-17", "days": "9",
        "determination": "does not understand what is asked, acute psychosis",
    }  # fmt: skip
    page = professional.post("/exceptions/new", given | {"referral_code": referral.code}, 422)
    assert "valid for 7 days at most" in page
    given["days"] = "5"
    page = professional.post("/exceptions/new", given | {"referral_code": "K7Q-4DN"}, 422)
    assert "No referral is being prepared under this code." in page
    professional.post("/exceptions/new", given | {"referral_code": referral.code})
    assert NAME not in professional.follow()
    record = session.scalars(
        select(ConsentRecord).where(ConsentRecord.exception_code == "incapacity-mh")
    ).one()
    assert record.expires_at <= story.now + 6 * DAY
    story.session.expire_all()
    sent(story, referral)
    countersign(story.session, record, actor=story.actor(Who.RS), now=story.now)
    reader = story.actor(Who.FP)
    assert referral_for_recipient(story.session, reader, referral.id, now=story.now + 4 * DAY)
    with pytest.raises(NotFound):
        referral_for_recipient(story.session, reader, referral.id, now=story.now + 6 * DAY)


def test_a_legal_duty_is_the_officers_and_cites_its_text(story: Story, seat: Seat) -> None:
    need = story.need(category="medical")
    referral = story.draft(need, story.listing(category="medical"))
    story.session.commit()
    officer = seat(Who.DPO)
    officer.get("/exceptions/new")
    given = {"code": "legal-duty", "referral_code": referral.code}
    assert "Cite the legal text." in officer.post("/exceptions/new", given, status=422)
    officer.post(
        "/exceptions/new", given | {"legal_text": "Code of criminal procedure, article 40"}
    )
    record = story.session.scalars(
        select(ConsentRecord).where(ConsentRecord.exception_code == "legal-duty")
    ).one()
    assert record.exception_by_id == story.accounts["DPO"].id
    kinds = {task.kind for task in open_tasks(story.session, need.id)}
    assert "countersign" not in kinds


def child_in_danger(story: Story) -> tuple[Need, Referral]:
    need = story.need(priority=Priority.P0, category="child-protection")
    story.learn(need, born="2014-03-01")
    return need, story.draft(need, story.listing(category="child-protection"))


@pytest.mark.parametrize("unreachable", [False, True])
def test_a_caseworker_decides_for_a_child_only_when_the_authority_cannot_be_reached(
    story: Story, seat: Seat, unreachable: bool
) -> None:
    _, referral = child_in_danger(story)
    story.accounts["CPA"] = factories.Account.with_role("CPA", None, country="GN")
    story.session.commit()
    caseworker = seat(Who.RC)
    form = f"/exceptions/for/{referral.id}"
    caseworker.get(form)
    given = {"code": "child-best-interest", "guardian": "suspected", "facts": FACTS["facts"]}
    if not unreachable:
        assert "Only the child-protection authority decides" in caseworker.post(form, given, 422)
        return
    caseworker.post(form, given | {"authority_unreachable": "1"})
    journeys.plainly(story, referral, "prepare")
    record = story.session.get_one(ConsentRecord, referral.consent_id)
    with pytest.raises(Forbidden):
        countersign(story.session, record, actor=story.actor(Who.RS), now=story.now)
    authority = seat(Who.CPA)
    assert FACTS["facts"] in authority.get("/exceptions")
    authority.post(f"/exceptions/{record.id}/countersign")
    story.session.expire_all()
    assert record.countersigned_by_id == story.accounts["CPA"].id


def test_a_country_may_demand_that_a_professional_confirms_the_danger(
    story: Story, monkeypatch: pytest.MonkeyPatch, seat: Seat
) -> None:
    strict = CountryRules(policy=Policy(danger_needs_professional=True))
    monkeypatch.setitem(country_rules.RULES, "GN", strict)
    story.accounts["MHP"] = factories.Account.with_role("MHP", story.provider)
    record, referral = danger(story)
    sent(story, referral)
    countersign(story.session, record, actor=story.actor(Who.RS), now=story.now)
    late = story.now + 25 * HOUR
    with pytest.raises(NotFound):
        referral_for_recipient(story.session, story.actor(Who.FP), referral.id, now=late)
    story.session.commit()
    professional = seat(Who.MHP)
    professional.get("/exceptions/new")
    given = {"referral_code": referral.code, "licence": "GN-PSY-17"}
    professional.post("/exceptions/confirm", given)
    view = referral_for_recipient(story.session, story.actor(Who.FP), referral.id, now=late)
    assert "name" not in view.fields
    with pytest.raises(Conflict):
        confirm_danger(
            story.session, record, licence="GN-PSY-17", actor=story.actor(Who.MHP), now=story.now
        )


def test_consent_is_sought_after_72_hours_and_then_every_week(story: Story) -> None:
    record, referral = danger(story)
    sent(story, referral)
    countersign(story.session, record, actor=story.actor(Who.RS), now=story.now)
    [first] = [t for t in open_tasks(story.session, referral.need_id) if t.kind == SEEK_TASK]
    assert first.due_at == record.given_at + 72 * HOUR
    story.now += 3 * DAY
    finish_task(story.session, first, actor=story.actor(Who.RC), now=story.now)
    assert [seek_consents(story.session, now=story.now) for _ in range(2)] == [1, 0]
    [second] = [t for t in open_tasks(story.session, referral.need_id) if t.kind == SEEK_TASK]
    assert second.due_at == story.now + 7 * DAY
    story.consent(referral.need, referral.listing)
    finish_task(story.session, second, actor=story.actor(Who.RC), now=story.now)
    assert seek_consents(story.session, now=story.now) == 0
    query = select(Task).where(Task.kind == SEEK_TASK, Task.done_at.is_(None))
    assert story.session.scalars(query).all() == []


def test_the_officer_reviews_every_exception_but_not_their_own(story: Story, seat: Seat) -> None:
    record, _ = danger(story)
    story.session.commit()
    officer = seat(Who.DPO)
    page = officer.get("/protection")
    assert FACTS["facts"] in page
    address = f"/protection/exceptions/{record.id}/review"
    officer.post(address, {"outcome": "incident"})
    assert "Say what was wrong." in officer.follow()
    officer.post(address, {"outcome": "not-justified", "note": "no danger was described"})
    assert "Not justified" in officer.follow()
    with pytest.raises(Forbidden):
        review_exception(
            story.session, record, "justified", note="", actor=story.actor(Who.RS), now=story.now
        )


# ------------------------------------------------------------------------------------------- the void


def agree(story: Story, referral: Referral, who: Who, **given: Any) -> ReferralEvent:
    return approve_void(
        story.session, referral, actor=given.pop("actor", story.actor(who)), role=who,
        now=story.now, reason="typed into the wrong file",
    )  # fmt: skip


def void(story: Story, referral: Referral, who: Who, **given: Any) -> ReferralEvent:
    return take_step(
        story.session, referral, "void", actor=given.pop("actor", story.actor(who)), role=who,
        now=story.now, details={"reason": "typed into the wrong file"},
    )  # fmt: skip


def test_one_person_never_voids_whatever_roles_and_approvals_they_have(story: Story) -> None:
    """Alone, twice, with both roles, with a revoked or an old approval: 0 successes."""
    both = factories.Account.with_role("RS", story.sender)
    both.grants.append(AccountGrant(role=factories.AccountRole(name="DPO"), country="GN"))
    gone = factories.Account.with_role("RS", story.sender)
    story.session.flush()
    tries: list[tuple[str, Any]] = []

    def alone(referral: Referral) -> None:
        void(story, referral, Who.RS)

    def twice(referral: Referral) -> None:
        agree(story, referral, Who.RS)
        agree(story, referral, Who.RS)
        void(story, referral, Who.RS)

    def with_both_roles(referral: Referral) -> None:
        agree(story, referral, Who.RS, actor=both.actor)
        void(story, referral, Who.DPO, actor=both.actor)

    def revoked(referral: Referral) -> None:
        agree(story, referral, Who.RS, actor=gone.actor)
        gone.active = False
        void(story, referral, Who.DPO)

    def replayed(referral: Referral) -> None:
        agree(story, referral, Who.RS)
        story.step(referral, "acknowledge", Who.FP)
        void(story, referral, Who.DPO)

    def of_another(referral: Referral) -> None:
        agree(story, story.sent(), Who.RS)
        void(story, referral, Who.DPO)

    for attempt in (alone, twice, with_both_roles, revoked, replayed, of_another):
        referral = story.sent()
        with pytest.raises(DomainError), story.session.begin_nested():
            attempt(referral)
        story.session.refresh(referral)
        tries.append((attempt.__name__, referral.state))
        gone.active = True
    assert {state for _, state in tries} == {State.SENT}


@pytest.mark.parametrize("order", [(Who.RS, Who.DPO), (Who.DPO, Who.RS)])
def test_two_persons_void_at_their_screens_in_any_order(
    story: Story, seat: Seat, order: tuple[Who, Who]
) -> None:
    referral = story.sent()
    story.session.commit()
    address = f"/referrals/{referral.id}/void"
    first, second = map(seat, order)
    first.get(address)
    assert "Please give a reason." in first.post(address, {"reason": " "}, status=422)
    first.post(address, {"reason": "wrong file"})
    story.session.expire_all()
    assert referral.state is State.SENT
    if order[1] is Who.DPO:
        assert "wrong file" in second.get("/protection")
    page = second.get(address)
    assert "wrong file" in page
    assert "Agree, and end the referral" in page
    second.post(address, {"reason": "yes, wrong file"})
    story.session.expire_all()
    assert referral.state is State.VOID
    held = story.session.scalars(
        select(Capacity.held).where(Capacity.listing_id == referral.listing_id)
    ).one()
    assert held == 0


def test_a_second_click_of_the_first_person_does_not_void(story: Story, seat: Seat) -> None:
    referral = story.sent()
    story.session.commit()
    address = f"/referrals/{referral.id}/void"
    supervisor = seat(Who.RS)
    for _ in range(2):
        supervisor.get(address)
        supervisor.post(address, {"reason": "wrong file"})
    story.session.expire_all()
    assert referral.state is State.SENT
