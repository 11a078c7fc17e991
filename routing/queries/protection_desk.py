"""What the data-protection officer's desk shows besides exceptions and voids."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import Invalid
from directory.core.text import N_
from routing.codes import read_code
from routing.models import Case, ConsentRecord, Referral
from routing.queries.scope import case_overseen_by

RECENT = dt.timedelta(days=30)
MOST = 50


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """One withdrawal."""

    at: dt.datetime
    channel: str
    case_code: str
    told: int
    """Referrals that had been sent under it: their recipients are told to stop using them."""


def recent_withdrawals(session: Session, actor: Actor, *, now: dt.datetime) -> list[Withdrawn]:
    """Those of the last month in the officer's scope, the newest first."""
    sent = (
        select(func.count(Referral.id))
        .where(Referral.consent_id == ConsentRecord.id, Referral.sent_at.is_not(None))
        .scalar_subquery()
    )
    query = (
        select(ConsentRecord.withdrawn_at, ConsentRecord.withdrawn_channel, Case.code, sent)
        .join(Case, Case.id == ConsentRecord.case_id)
        .where(ConsentRecord.withdrawn_at >= now - RECENT, case_overseen_by(actor))
        .order_by(ConsentRecord.withdrawn_at.desc(), ConsentRecord.id)
        .limit(MOST)
    )
    return [
        Withdrawn(at, channel or "", code, told) for at, channel, code, told in
        session.execute(query)
    ]  # fmt: skip


def case_under_code(session: Session, actor: Actor, code: str) -> Case:
    """The case whose code was given with a request; raises ``Invalid`` at the code."""
    query = select(Case).where(Case.code == read_code(code), case_overseen_by(actor))
    case = session.scalars(query).one_or_none()
    if case is None:
        raise Invalid({"code": N_("There is no file under this code in your scope.")})
    return case
