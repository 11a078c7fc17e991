"""What one person has agreed to, with the names of those who may receive something."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.text import Text
from routing.models import CaseMember, ConsentRecord, Need
from routing.queries.disclosures import labels_of
from routing.queries.organisation_names import names_of


@dataclass(frozen=True, slots=True)
class Agreed:
    """One agreement or exception as people read it."""

    record: ConsentRecord
    category: str | None
    """Kind of need it is about."""
    yes: tuple[str, ...]
    no: tuple[str, ...]
    struck: tuple[Text, ...]
    extra: tuple[Text, ...]

    def stands(self, now: dt.datetime) -> bool:
        """Neither taken back nor expired."""
        return self.record.withdrawn_at is None and self.record.expires_at > now


def agreements_of(session: Session, member: CaseMember) -> list[Agreed]:
    """Everything, the newest first."""
    query = (
        select(ConsentRecord, Need.category)
        .outerjoin(Need, Need.id == ConsentRecord.need_id)
        .where(ConsentRecord.member_id == member.id)
        .order_by(ConsentRecord.given_at.desc(), ConsentRecord.id)
    )
    rows = session.execute(query).all()
    ids = {one.organisation_id for record, _ in rows for one in record.recipients}
    names = names_of(session, ids)
    return [
        Agreed(
            record, category,
            tuple(names[one.organisation_id] for one in record.recipients if one.accepted),
            tuple(names[one.organisation_id] for one in record.recipients if not one.accepted),
            labels_of(record.fields_excluded), labels_of(record.fields_extra),
        )
        for record, category in rows
    ]  # fmt: skip
