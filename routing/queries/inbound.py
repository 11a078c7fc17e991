"""Whom a text message is about: by the code in it, or by the telephone it came from."""

from __future__ import annotations

import datetime as dt

import phonenumbers
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.errors import Invalid
from routing.models import CaseMember, ContactRoute, InboundStatement, Referral
from routing.phone_numbers import e164
from routing.queries.tracking import member_of_tracking_code
from routing.tracking_codes import is_whole


def referral_for_tracking(session: Session, code: str) -> Referral | None:
    """The referral that a person names by a code from their papers; none if there is none.

    The only place that knows which codes people have: their own tracking code stands for the
    referral that was sent last.
    """
    if not code:
        return None
    if is_whole(code):
        member = member_of_tracking_code(session, code)
        return latest_referral(session, member) if member is not None else None
    return session.scalars(select(Referral).where(Referral.code == code)).one_or_none()


def routes_of_number(session: Session, digest: str) -> list[ContactRoute]:
    """Every way of reaching somebody that goes to this telephone.

    The hash comes from ``operations.cases.contact_digest``; the number itself is not in the query.
    """
    query = select(ContactRoute).where(ContactRoute.value_digest == digest)
    return list(session.scalars(query.order_by(ContactRoute.member_id, ContactRoute.rank)))


def latest_referral(session: Session, member: CaseMember) -> Referral | None:
    """The referral of a person that was sent last."""
    query = select(Referral).where(Referral.member_id == member.id, Referral.sent_at.is_not(None))
    return session.scalars(query.order_by(Referral.sent_at.desc(), Referral.id)).first()


def received_since(session: Session, sender_digest: str, since: dt.datetime) -> int:
    """How many messages a telephone has sent since, repetitions included."""
    query = select(func.coalesce(func.sum(InboundStatement.times), 0)).where(
        InboundStatement.sender_digest == sender_digest, InboundStatement.received_at >= since
    )
    return int(session.scalars(query).one())


def as_number(text: str, country: str) -> str:
    """The sender as routes are stored; as it came where it is a short code or a word.

    Gateways give ``+224…``, ``00224…`` or ``224…``.
    """
    written = text.strip()
    if written.startswith("00"):
        written = f"+{written[2:]}"
    for attempt in (written, f"+{written}"):
        try:
            number = phonenumbers.parse(attempt, None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    try:
        return e164(written, country)
    except Invalid:
        return written[:40]
