"""Puts messages into words: the code of what they are about, whom to call, and the language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.i18n import translate_into
from directory.core.outbox import OutboxMessage
from directory.core.text import N_
from directory.gsm import plain_sms
from directory.message_channels import is_number
from directory.working_days import calendar_of
from routing.message_texts import subject_and_body, text_for_telephone, text_of
from routing.models import AnnouncedCall, CaseMember, Referral

CASEWORKER = N_("your caseworker")
"""Whom people call where the installation names no number."""


def writer(hotline: str) -> Callable[[Session, OutboxMessage], tuple[str, str]]:
    """What puts the messages of an installation into words."""

    def write(session: Session, message: OutboxMessage) -> tuple[str, str]:
        values = {**values_of(session, message.subject), **(message.details or {})}
        template = message.template
        if is_number(str(message.recipient)):
            template = text_for_telephone(template)
        return in_words(template, message.language, values, hotline)

    return write


def in_words(
    template: str, language: str, values: Mapping[str, Any], hotline: str
) -> tuple[str, str]:
    """Subject and body in ``language``; days are given as ISO dates.

    What goes to a person is written in the letters that every telephone has.
    """
    subject, body = subject_and_body(template, {"call": hotline or CASEWORKER, **_read(values)})
    said = translate_into(language, body)
    if text_of(template).to_person:
        said = plain_sms(said)
    return translate_into(language, subject), said


def values_of(session: Session, subject: str) -> dict[str, str]:
    """What a text may need to know of the thing that a message is about."""
    kind, _, key = subject.partition(":")
    if kind == "referral":
        code = session.scalars(select(Referral.code).where(Referral.id == UUID(key))).one_or_none()
        return {"code": code or ""}
    if kind == "announced_call":
        return _call(session, UUID(key))
    return {"code": ""}


def _call(session: Session, key: UUID) -> dict[str, str]:
    """Day and hour of a call in the time of the country, and the code of the case."""
    call = session.get_one(AnnouncedCall, key)
    case = session.get_one(CaseMember, call.member_id).case
    local = call.call_at.astimezone(calendar_of(case.country).zone)
    return {"code": case.code, "day": local.date().isoformat(), "hour": f"{local:%H:%M}"}


def _read(values: Mapping[str, Any]) -> dict[str, object]:
    """The values as people read them."""
    read: dict[str, object] = dict(values)
    if isinstance(values.get("day"), str):
        read["day"] = dt.date.fromisoformat(values["day"])
    return read
