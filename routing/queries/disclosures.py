"""What was told about a person, to whom and when: the list that they may ask for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.text import Text
from directory.models import Organisation
from routing.disclosure import FIELDS
from routing.models import CaseMember, ConsentRecord, Disclosure, Referral


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the list."""

    at: dt.datetime
    recipient: str
    referral_code: str
    fields: tuple[Text, ...]
    channel: str
    stage: int
    on_exception: bool
    exception: str = ""
    """Code of the exception it went under."""
    agreed_at: dt.datetime | None = None
    """When the agreement under which it went was given."""
    purpose: str = ""


def disclosures_of(session: Session, member: CaseMember) -> list[Told]:
    """Every transmission and every reading, the newest first."""
    query = (
        select(Disclosure, Organisation.name, Referral.code, ConsentRecord.given_at)
        .join(Referral, Referral.id == Disclosure.referral_id)
        .join(Organisation, Organisation.id == Disclosure.recipient_id)
        .outerjoin(ConsentRecord, ConsentRecord.id == Disclosure.consent_id)
        .where(Referral.member_id == member.id)
        .order_by(Disclosure.at.desc(), Disclosure.id)
    )
    return [
        Told(
            row.at, name, code, labels_of(row.field_names), row.channel, row.stage,
            row.exception_code is not None, row.exception_code or "", given_at, row.purpose,
        )
        for row, name, code, given_at in session.execute(query)
    ]  # fmt: skip


def labels_of(names: Sequence[str]) -> tuple[Text, ...]:
    """The fields in words, in the order of the data set."""
    return tuple(field.label for name, field in FIELDS.items() if name in names)
