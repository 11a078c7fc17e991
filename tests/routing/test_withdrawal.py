"""C-T19: what is taken back is closed at the next request; waiting messages are dropped, and those
who have received something are told within the hour. F32: who mistrusts the state is not sent there.
"""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.core.outbox import MessageState, OutboxMessage, announce
from directory.organisation_kinds import OrganisationKind
from directory.who import Who
from routing.consent import ConsentKind
from routing.models import ConsentRecord, Disclosure, Referral, Task
from routing.operations.cases import add_member, exclude_government
from routing.operations.consents import Agreement, give_consent
from routing.operations.withdrawals import NOTICE, OFFER_AGAIN, withdraw_all, withdraw_consent
from routing.referral_states import State
from tests import factories
from tests.routing import journeys
from tests.routing.screens import Seat
from tests.routing.stories import NAME, Story


def waiting(session: Session, referral: Referral) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(
        OutboxMessage.subject == f"referral:{referral.id}",
        OutboxMessage.state == MessageState.QUEUED,
    )
    return list(session.scalars(query))


def take_back(story: Story, referral: Referral) -> list[Referral]:
    return withdraw_consent(
        story.session, story.consent_of(referral), actor=story.actor(Who.RC), role=Who.RC,
        now=story.now, channel="phone",
    )  # fmt: skip


def test_an_open_page_is_refused_at_the_next_request(story: Story, seat: Seat) -> None:
    referral = story.accepted()
    story.session.commit()
    provider, caseworker = seat(Who.FP), seat(Who.RC)
    assert NAME in provider.get(f"/inbox/{referral.id}")
    caseworker.get(f"/people/{referral.member_id}/agreements")
    caseworker.post(f"/agreements/{referral.consent_id}/withdrawal", {"channel": "hotline"})
    assert NAME not in provider.get(f"/inbox/{referral.id}", status=404)
    assert NAME not in provider.get("/inbox")
    api = provider.client.get(f"/api/v1/inbox/{referral.id}")
    assert api.status_code == 404
    story.session.expire_all()
    assert referral.state is State.REVOKED


@pytest.mark.parametrize("state", [State.SENT, State.ACCEPTED, State.COMPLETED, State.RETURNED])
def test_pending_messages_are_dropped_and_a_notice_is_queued_at_once(
    story: Story, state: State
) -> None:
    referral = journeys.in_state(story, state)
    announce(
        story.session, template="remind-start", recipient="somebody",
        subject=f"referral:{referral.id}", now=story.now,
    )  # fmt: skip
    take_back(story, referral)
    left = waiting(story.session, referral)
    assert {message.template for message in left} == {NOTICE}
    assert {message.recipient for message in left} == {story.accounts["FP"].email}
    assert {message.created_at for message in left} == {story.now}


def test_whoever_received_something_long_ago_is_told_too(story: Story) -> None:
    referral = journeys.in_state(story, State.COMPLETED)
    journeys.plainly(story, referral, "close")
    take_back(story, referral)
    assert NOTICE in {message.template for message in waiting(story.session, referral)}
    assert referral.state is State.CLOSED


def test_help_is_offered_again_once_and_then_nobody_insists(story: Story) -> None:
    referral = story.sent()
    need = referral.need
    take_back(story, referral)
    story.consent(need, referral.listing)
    second = story.draft(need, referral.listing)
    for name in ("prepare", "send"):
        journeys.plainly(story, second, name)
    take_back(story, second)
    kinds = story.session.scalars(select(Task.kind).where(Task.need_id == need.id)).all()
    assert kinds.count(OFFER_AGAIN) == 1


def test_everything_is_taken_back_at_once_by_the_officer_too(story: Story, seat: Seat) -> None:
    first = story.accepted()
    second_need = story.need(first.case)
    second = story.sent(need=second_need)
    story.session.commit()
    officer = seat(Who.DPO)
    officer.get("/protection")
    page = officer.post("/protection", {"code": first.case.code}, status=200)
    assert NAME not in page
    officer.post(f"/people/{first.member_id}/agreements/withdrawal", {"channel": "in-writing"})
    story.session.expire_all()
    assert {first.state, second.state} == {State.REVOKED}
    standing = select(ConsentRecord).where(ConsentRecord.withdrawn_at.is_(None))
    assert story.session.scalars(standing).all() == []
    assert "2 providers told" in officer.follow() or "1 provider told" in officer.page


def test_one_member_takes_back_only_their_own(story: Story) -> None:
    referral = story.accepted()
    other = add_member(
        story.session, referral.case, actor=story.actor(Who.RC), now=story.now, relation="spouse"
    )
    give_consent(
        story.session, other, Agreement(kind=ConsentKind.FOLLOW_UP), actor=story.actor(Who.RC),
        now=story.now,
    )  # fmt: skip
    withdraw_all(
        story.session, referral.case, [other], actor=story.actor(Who.RC), role=Who.RC,
        now=story.now, channel="office",
    )  # fmt: skip
    assert referral.state is State.ACCEPTED
    assert story.consent_of(referral).withdrawn_at is None


def test_the_list_of_what_was_told_stays_after_a_withdrawal(story: Story, seat: Seat) -> None:
    referral = story.accepted()
    story.session.commit()
    seat(Who.FP).get(f"/inbox/{referral.id}")
    take_back(story, referral)
    story.member(referral.need).language = "en"
    story.session.commit()
    page = seat(Who.RC).get(f"/people/{referral.member_id}/told")
    assert "What we have told about you, and to whom" in page
    assert page.count("<strong>Provider</strong>") == 2
    assert "Because you agreed on" in page
    logged = story.session.scalars(select(Disclosure)).all()
    assert len(logged) == 2


def test_the_list_speaks_the_language_of_the_person(story: Story, seat: Seat) -> None:
    referral = story.sent()
    story.member(referral.need).language = "fr"
    story.session.commit()
    page = seat(Who.RC).get(f"/people/{referral.member_id}/told")
    assert '<div lang="fr">' in page
    assert "What we have told about you" not in page


def test_f32_whoever_excludes_the_state_is_never_sent_to_a_public_body(story: Story) -> None:
    need = story.need()
    listing = story.listing(factories.Organisation(kind=OrganisationKind.PUBLIC))
    story.consent(need, listing)
    referral = story.draft(need, listing)
    exclude_government(
        story.session, need.case, excluded=True, actor=story.actor(Who.RC), now=story.now
    )
    with pytest.raises(Conflict) as refusal:
        journeys.plainly(story, referral, "prepare")
    assert "The person does not want any public body." in map(str, refusal.value.reasons)
    assert story.session.scalars(select(Disclosure)).all() == []


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session, dt.datetime.now(dt.UTC))
