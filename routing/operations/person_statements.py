"""What a person says about a referral: kept as said, and acted upon when it contradicts the
provider (protocol T22b, F2).
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import SYSTEM, Actor
from directory.who import Who
from routing.case_life import State as CaseState
from routing.clocks import Audience
from routing.follow_ups import DISPUTABLE, Said, contradiction
from routing.models import PersonAnswer, Referral
from routing.operations.case_steps import step_of_person
from routing.operations.events import append_event, scoped_key
from routing.operations.follow_up_schedule import finish_due
from routing.operations.gathering import Asked
from routing.operations.messages import announce
from routing.operations.referrals import lock, perform
from routing.projection import FOLLOW_UP, Happened
from routing.referral_states import LIVE, State

AUTOMATED = "automated"
NOT_CONTACTED, CONTRADICTED = "person-not-contacted", "person-contradicts"
WAITING = frozenset({State.SENT, State.ACK, State.INFO_REQ, State.WAITLIST, State.ACCEPTED})


def statement_by_person(
    session: Session, referral: Referral, *, contacted: bool | None, started: bool | None,
    channel: str, now: dt.datetime, words: str = "", idempotency_key: str | None = None,
) -> PersonAnswer:  # fmt: skip
    """What the person said by message or with the tracking code, without anybody asking.

    Where it contradicts the provider the platform takes the step "the person says otherwise" for
    the caseworker of the case, whose step it is; the event names the platform as the actor. A
    second contradiction, or one in a state that the step does not leave, alerts the supervisor.
    A repeated ``idempotency_key`` gives the first answer and changes nothing.
    """
    with session.begin_nested():
        lock(session, referral)
        said = Said(contacted=contacted, started=started, words=words)
        row, is_new = keep_answer(
            session, referral, said, asker=AUTOMATED, channel=channel, actor=SYSTEM, now=now,
            key=scoped_key(SYSTEM, idempotency_key),
        )  # fmt: skip
        if is_new:
            react(session, referral, said, asker=AUTOMATED, channel=channel, actor=SYSTEM, now=now)
            if contacted is True and not contradiction(
                referral.state, contacted=contacted, started=started
            ):
                finish_due(session, referral, now=now)
    return row


def keep_answer(
    session: Session, referral: Referral, said: Said, *, asker: str, channel: str, actor: Actor,
    now: dt.datetime, key: str | None = None, follow_up_id: UUID | None = None,
) -> tuple[PersonAnswer, bool]:  # fmt: skip
    """The answer as a row that is never changed, and whether it is new; the caller holds the lock."""
    first = _repeated(session, key)
    if first is not None:
        return first, False
    row = PersonAnswer(
        referral_id=referral.id, follow_up_id=follow_up_id, at=now, by=actor.label, asker=asker,
        channel=channel, contacted=said.contacted, started=said.started,
        still_going=said.still_going, code=said.code or None, paid=said.paid,
        satisfaction=said.satisfaction or None, complaint=said.complaint,
        words=said.words or None, idempotency_key=key,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if referral.state in LIVE:
        note_answer(session, referral, row, actor=actor, now=now)
    return row, True


def note_answer(
    session: Session, referral: Referral, row: PersonAnswer, *, actor: Actor, now: dt.datetime
) -> None:
    """The conversation in the history of the referral."""
    details = {
        "answer": str(row.id), "asker": row.asker, "channel": row.channel,
        "contacted": row.contacted, "started": row.started, "still_going": row.still_going,
        "code": row.code, "satisfaction": row.satisfaction,
    }  # fmt: skip
    happened = Happened(FOLLOW_UP, referral.state, referral.state, now, details)
    role = Who.BEN if actor.user_id is None else Who.RC
    event = append_event(session, referral, happened, actor=actor, role=role, code=row.code)
    audit.record(
        session, actor, "routing:referral:follow-up", f"referral:{referral.id}", now=now,
        chain=referral.case.organisation_id, event=str(event.id), asker=row.asker,
        channel=row.channel,
    )  # fmt: skip


def react(
    session: Session, referral: Referral, said: Said, *, asker: str, channel: str, actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """What a statement sets in motion at once."""
    if referral.case.state is CaseState.DORMANT:
        step_of_person(
            session, referral.case, "call-back", actor=actor, now=now, details={"channel": channel}
        )
    found = contradiction(referral.state, contacted=said.contacted, started=said.started)
    if not found:
        if said.contacted is False and referral.state in WAITING:
            announce(session, referral, NOT_CONTACTED, {Audience.RC}, now=now)
        return
    if referral.state not in DISPUTABLE or referral.disputes:
        announce(session, referral, CONTRADICTED, {Audience.RC, Audience.RS}, now=now)
        return
    details = {"statement": said.words.strip() or found, "asker": asker, "channel": channel}
    perform(
        Asked(
            session=session, referral=referral, name="dispute", actor=actor, role=Who.RC, now=now,
            details=details | ({"on_behalf": True} if actor.user_id is None else {}),
        )
    )  # fmt: skip


def _repeated(session: Session, key: str | None) -> PersonAnswer | None:
    if key is None:
        return None
    query = select(PersonAnswer).where(PersonAnswer.idempotency_key == key)
    return session.scalars(query).one_or_none()
