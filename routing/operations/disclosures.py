"""Everything that reaches a recipient: what was sent, what was read, under which consent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import NotFound
from routing import disclosure
from routing.disclosure import Stage
from routing.models import Case, Disclosure, Referral
from routing.queries.consents import PURPOSE
from routing.queries.disclosure_basis import Basis, all_fields, basis_for
from routing.queries.household import household_kept_back
from routing.queries.inbox import Received, inbox
from routing.queries.known_facts import facts_of
from routing.queries.scope import received_by
from routing.referral_states import IDENTITY_SHOWN

SENT, VIEWED, TOLD = "platform", "screen", "phone"


@dataclass(frozen=True, slots=True)
class RecipientView:
    """What a recipient may read of a referral now."""

    referral: Referral
    stage: Stage
    fields: Mapping[str, object]


def stage_of(referral: Referral) -> Stage:
    """How much the recipient may read in the present state."""
    shown = referral.single_stage or referral.state in IDENTITY_SHOWN
    return Stage.FULL if shown else Stage.PREVIEW


def log_disclosure(
    session: Session, referral: Referral, basis: Basis, fields: Mapping[str, object], *,
    actor: Actor, now: dt.datetime, stage: Stage, channel: str,
) -> Disclosure:  # fmt: skip
    """One line of the disclosure log: the exact fields, under which consent, why, when."""
    record = basis.record
    row = Disclosure(
        referral_id=referral.id, recipient_id=referral.recipient_id,
        account_id=actor.user_id if channel == VIEWED else None,
        consent_id=record.id if record is not None else None,
        exception_code=basis.exception or None, purpose=PURPOSE, stage=int(stage),
        field_names=sorted(fields), channel=channel, payload_digest=disclosure.digest(fields),
        at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def referral_for_recipient(
    session: Session, actor: Actor, referral_id: UUID, *, now: dt.datetime
) -> RecipientView:
    """What the actor's organisation may read of a referral; the reading is logged.

    ``NotFound`` unless it was sent to them, can still be read, and a consent (or a countersigned
    exception) covers it at this very moment.
    """
    query = select(Referral).join(Case, Case.id == Referral.case_id)
    found = session.scalars(query.where(Referral.id == referral_id, received_by(actor)))
    views = read_by_recipient(session, actor, found.all(), now=now)
    if not views:
        raise NotFound
    return views[0]


def read_inbox(
    session: Session, actor: Actor, *, now: dt.datetime, limit: int = 20, offset: int = 0
) -> list[tuple[Received, RecipientView]]:
    """What the actor's organisations have received, with what may be read of each; logged."""
    rows = inbox(session, actor, limit=limit, offset=offset)
    views = read_by_recipient(session, actor, [row.referral for row in rows], now=now)
    by_id = {view.referral.id: view for view in views}
    return [(row, by_id[row.referral.id]) for row in rows if row.referral.id in by_id]


def read_by_recipient(
    session: Session, actor: Actor, referrals: Sequence[Referral], *, now: dt.datetime
) -> list[RecipientView]:
    """The views of those referrals that may be read now, each logged; the others are left out."""
    views, lines = [], []
    for referral in referrals:
        found = _view(session, referral, now)
        if found is None:
            continue
        view, basis = found
        row = log_disclosure(
            session, referral, basis, view.fields, actor=actor, now=now, stage=view.stage,
            channel=VIEWED,
        )  # fmt: skip
        views.append(view)
        details = {"disclosure": str(row.id), "fields": row.field_names, "stage": row.stage}
        lines.append(("routing:referral:view", f"referral:{referral.id}", details))
    if lines:
        chain = referrals[0].recipient_id
        audit.record_many(session, actor, lines, now=now, chain=chain)
    return views


def _view(
    session: Session, referral: Referral, now: dt.datetime
) -> tuple[RecipientView, Basis] | None:
    facts = facts_of(session, referral.member, today=now.date())
    basis = basis_for(
        session, referral.need, referral.listing, facts=facts, now=now,
        pinned=referral.consent_id,
    )  # fmt: skip
    if basis.gap is not None or basis.record is None:
        return None
    stage = stage_of(referral)
    payload = referral.payload or {}
    told = {**payload.get("answered", {}), **payload.get(stage.name.lower(), {})}
    names = all_fields(referral.need, referral.listing, basis.record)
    names -= household_kept_back(session, referral.need, today=now.date())
    fields = {name: value for name, value in told.items() if name in names}
    return RecipientView(referral, stage, fields), basis
