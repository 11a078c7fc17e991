"""Takes withdrawals in: access ends at once, recipients are told, nobody asks for a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import roles
from directory.core import outbox
from directory.core.actor import Actor
from directory.core.errors import Forbidden, Invalid
from directory.core.text import N_
from directory.who import Who
from routing.clocks import Audience
from routing.consent import WITHDRAWERS, ConsentKind, Withdrawal, on_withdrawal
from routing.models import Case, CaseMember, ConsentRecord, Need, Referral, Task
from routing.operations.consents import CHANNELS, audit_consent
from routing.operations.gathering import Asked
from routing.operations.messages import announce
from routing.operations.needs import DECIDE_NEXT, OPEN, open_task
from routing.operations.referrals import lock, perform
from routing.referral_states import LIVE

OFFER_AGAIN = "offer-again"
"""A withdrawal is followed by one new offer, without pressure (protocol A.4 rule 7)."""
NOTICE = "consent-withdrawn"
"""Recipients stop using what they have, and delete what no law makes them keep."""


def withdraw_consent(
    session: Session, record: ConsentRecord, *, actor: Actor, role: Who, now: dt.datetime,
    channel: str,
) -> list[Referral]:  # fmt: skip
    """Take a withdrawal in, by any channel, without asking why; the referrals that it ends.

    The recipients read nothing any more from the next request on; messages that wait are dropped
    and a notice is queued instead; the log of past disclosures is kept, and the caseworker offers
    again, once.
    """
    if role not in WITHDRAWERS or not actor.may(roles.WITHDRAW_CONSENT):
        raise Forbidden(N_("Your role does not include this."))
    if channel not in CHANNELS:
        raise Invalid({"channel": N_("Please choose one of the list.")})
    for referral in _standing_on(session, record):
        lock(session, referral)
    session.refresh(record, with_for_update=True)
    if record.withdrawn_at is not None:
        return []
    record.withdrawn_at, record.withdrawn_channel = now, channel
    session.flush()
    member = session.get_one(CaseMember, record.member_id)
    audit_consent(session, record, member, actor, now, "withdraw")
    _forget_route(record, member)
    standing = _standing_on(session, record)
    drop_waiting(session, standing)
    _offer_again(session, record, now)
    ended = [
        referral
        for referral in standing
        if _end(session, referral, actor=actor, role=role, now=now, channel=channel)
    ]
    _give_notice(session, record, now)
    return ended


def withdraw_all(
    session: Session, case: Case, members: Iterable[CaseMember], *, actor: Actor, role: Who,
    now: dt.datetime, channel: str,
) -> list[Referral]:  # fmt: skip
    """Everything that these members of the case have agreed to, at once."""
    ended: list[Referral] = []
    for record in standing_consents(session, case, members):
        ended += withdraw_consent(session, record, actor=actor, role=role, now=now, channel=channel)
    return ended


def standing_consents(
    session: Session, case: Case, members: Iterable[CaseMember]
) -> list[ConsentRecord]:
    """What those members have agreed to and not taken back; exceptions are nobody's agreement."""
    query = select(ConsentRecord).where(
        ConsentRecord.case_id == case.id,
        ConsentRecord.member_id.in_([member.id for member in members]),
        ConsentRecord.withdrawn_at.is_(None),
        ConsentRecord.exception_code.is_(None),
    )
    return list(session.scalars(query.order_by(ConsentRecord.given_at, ConsentRecord.id)))


def drop_waiting(session: Session, referrals: Sequence[Referral]) -> None:
    """Messages about these referrals that have not left yet are not sent any more."""
    for referral in referrals:
        outbox.drop(session, subject=f"referral:{referral.id}")


def _standing_on(session: Session, record: ConsentRecord) -> list[Referral]:
    query = select(Referral).where(Referral.consent_id == record.id, Referral.state.in_(LIVE))
    return list(session.scalars(query.order_by(Referral.id)))


def _end(
    session: Session, referral: Referral, *, actor: Actor, role: Who, now: dt.datetime, channel: str
) -> bool:
    """Whether the withdrawal ends the referral; else only the recipient's access goes off."""
    if on_withdrawal(referral.state) is not Withdrawal.REVOKE:
        return False
    taker = role if role in (Who.BEN, Who.RC, Who.DPO) else Who.BEN
    asked = Asked(
        session=session, referral=referral, name="revoke", actor=actor, role=taker, now=now,
        details={"channel": channel},
    )  # fmt: skip
    perform(asked)
    return True


def _give_notice(session: Session, record: ConsentRecord, now: dt.datetime) -> None:
    """Whoever has received something under it, also long ago, is told at once."""
    query = select(Referral).where(Referral.consent_id == record.id, Referral.sent_at.is_not(None))
    for referral in session.scalars(query.order_by(Referral.id)):
        announce(session, referral, NOTICE, {Audience.FP}, now=now)


def _offer_again(session: Session, record: ConsentRecord, now: dt.datetime) -> None:
    """One task to offer again for an open need; after a second withdrawal nobody insists."""
    if record.need_id is None or record.kind != ConsentKind.DATA_SHARING:
        return
    need = session.get_one(Need, record.need_id)
    if need.state != OPEN:
        return
    query = select(Task.id).where(Task.need_id == need.id, Task.kind == OFFER_AGAIN)
    offered = session.scalars(query).first() is not None
    open_task(session, need, DECIDE_NEXT if offered else OFFER_AGAIN, Who.RC, now=now)


def _forget_route(record: ConsentRecord, member: CaseMember) -> None:
    """A trusted contact who has taken it back is not called any more."""
    for route in member.routes:
        if route.id == record.route_id:
            route.agreed_at = None
            route.safe_to_call = route.safe_to_leave_voice = route.safe_to_text = False
