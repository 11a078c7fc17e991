"""Writes agreements between senders and providers, and what is reported of how they are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.text import N_
from directory.models import Organisation
from directory.operations.demonstrations import is_demo
from routing.codes import new_code
from routing.models import WrittenAgreement
from routing.queries.written_agreements import may_report, may_write


def write_agreement(
    session: Session, sender_id: UUID, provider_id: UUID, terms: Mapping[str, Any], *,
    actor: Actor, now: dt.datetime,
) -> WrittenAgreement:  # fmt: skip
    """A new agreement; ``terms`` as ``forms.written_agreements.read_terms`` gives them."""
    if sender_id == provider_id:
        raise Invalid({"provider_id": N_("An agreement needs two organisations.")})
    sender, provider = (session.get(Organisation, one) for one in (sender_id, provider_id))
    if sender is None or provider is None:
        raise Invalid({"provider_id": N_("Choose an organisation.")})
    _allow(may_write(actor, sender.id, provider))
    row = WrittenAgreement(
        key=f"agreement-{new_code().lower()}", sender=sender, provider=provider,
        is_demo=is_demo(session, actor), **terms,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _audit(session, row, actor, now, "write")
    return row


def change_terms(
    session: Session, row: WrittenAgreement, terms: Mapping[str, Any], *, actor: Actor,
    now: dt.datetime, expected_version: int | None = None,
) -> WrittenAgreement:  # fmt: skip
    """Other terms; ``Conflict`` if somebody changed it since ``expected_version``."""
    _allow(may_write(actor, row.sender_id, row.provider))
    return _change(session, row, terms, "write", actor, now, expected_version)


def report_on_agreement(
    session: Session, row: WrittenAgreement, report: Mapping[str, Any], *, actor: Actor,
    now: dt.datetime, expected_version: int | None = None,
) -> WrittenAgreement:  # fmt: skip
    """Numbers accepted so far and the state of payments, as one of the parties says."""
    _allow(may_report(actor, row))
    told = {**report, "accepted_on": now.date() if report["accepted"] is not None else None}
    return _change(session, row, told, "report", actor, now, expected_version)


def _change(  # noqa: PLR0917 -- private, in one order
    session: Session, row: WrittenAgreement, values: Mapping[str, Any], verb: str, actor: Actor,
    now: dt.datetime, expected_version: int | None,
) -> WrittenAgreement:  # fmt: skip
    session.execute(
        select(WrittenAgreement.id).where(WrittenAgreement.id == row.id).with_for_update()
    )
    session.refresh(row)
    if expected_version is not None and expected_version != row.version:
        raise Conflict(N_("Somebody else has changed it meanwhile. Look at it again first."))
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    session.flush()
    _audit(session, row, actor, now, verb)
    return row


def _allow(allowed: bool) -> None:
    if not allowed:
        raise Forbidden(N_("Your role does not include this."))


def _audit(
    session: Session, row: WrittenAgreement, actor: Actor, now: dt.datetime, verb: str
) -> None:
    audit.record(
        session, actor, f"routing:agreement:{verb}", f"written_agreement:{row.id}", now=now,
        chain=row.sender_id,
    )  # fmt: skip
