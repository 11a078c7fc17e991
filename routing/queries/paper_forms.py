"""What stands on the printed forms: only what the recipient may have, and blanks for the rest of that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.core.text import N_, Text
from directory.models import Organisation
from routing.consent import latest_expiry
from routing.disclosure import Field, Mark, Stage, overview
from routing.models import Case, ConsentRecord, Need, Referral
from routing.person_words import may_be_named
from routing.queries.casework import needs_of_case
from routing.queries.disclosure_basis import Basis, all_fields, basis_for
from routing.queries.eligibility_now import asks_of
from routing.queries.known_facts import facts_of
from routing.queries.payload import allowed_fields, payload_of
from routing.queries.receipts import Desk, desk_of
from routing.referral_states import IDENTITY_SHOWN, LIVE, READABLE, STATES, State

BEFORE_SENDING = frozenset({State.DRAFT, State.READY})


@dataclass(frozen=True, slots=True)
class ReferralForm:
    """The inter-agency referral form of one referral."""

    referral: Referral
    desk: Desk
    stage: Stage
    basis: Basis
    lines: tuple[tuple[Field, object], ...]
    """Every field that may go now, with its value; nothing known: a blank to fill by hand."""

    @property
    def told(self) -> Mapping[str, object]:
        """What the paper tells about the person."""
        return {field.name: value for field, value in self.lines if value is not None}


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """The consent form of one referral, filled in as far as something was recorded."""

    referral: Referral
    desk: Desk
    record: ConsentRecord | None
    recipients: tuple[tuple[str, bool | None], ...]
    """Name and answer; nothing: not asked yet."""
    marks: Mapping[Mark, tuple[Field, ...]]
    until: dt.date

    def shared(self, field: Field) -> bool | None:
        """Whether the person lets the field go; nothing where it was not asked yet."""
        if self.record is None:
            return None
        if field in self.marks[Mark.EXPLICIT]:
            return field.name in self.record.fields_extra
        return field.name not in self.record.fields_excluded


@dataclass(frozen=True, slots=True)
class TransferForm:
    """The form with which a case goes to another organisation: no name before acceptance."""

    case: Case
    receiver: Organisation
    desk: Desk
    needs: tuple[Need, ...]
    referrals: tuple[tuple[Referral, str | None, Text], ...]
    """Open referrals, the provider where it may be named, and the status word."""


def referral_form(session: Session, referral: Referral, *, now: dt.datetime) -> ReferralForm:
    """What the recipient may have on paper at this moment; ``Conflict`` once they may have nothing.

    Without a consent (or an exception) that covers it, nothing about the person is printed.
    """
    if referral.state not in BEFORE_SENDING | READABLE:
        raise Conflict(N_("The provider may not read this referral, so nothing is printed for it."))
    facts = facts_of(session, referral.member, today=now.date())
    basis = basis_for(
        session, referral.need, referral.listing, facts=facts, now=now,
        pinned=referral.consent_id,
    )  # fmt: skip
    shown = referral.single_stage or referral.state in IDENTITY_SHOWN
    stage = Stage.FULL if shown else Stage.PREVIEW
    values = _values(session, referral, basis, stage, now)
    read = asks_of(session, referral.listing, facts, sender="", today=now.date()).facts_read()
    fields = allowed_fields(referral.need, referral.listing, basis.record, stage, read)
    return ReferralForm(
        referral, desk_of(session, referral.member), stage, basis,
        tuple((field, values.get(field.name)) for field in fields),
    )  # fmt: skip


def consent_form(session: Session, referral: Referral, *, now: dt.datetime) -> ConsentForm:
    """What the person is asked, and what they answered if it was recorded."""
    need, listing = referral.need, referral.listing
    record = session.get(ConsentRecord, referral.consent_id) if referral.consent_id else None
    facts = facts_of(session, referral.member, today=now.date())
    read = asks_of(session, listing, facts, sender="", today=now.date()).facts_read()
    return ConsentForm(
        referral, desk_of(session, referral.member), record,
        _recipients(session, referral, record),
        overview(listing.service.category, conditions_read=read, priority=need.priority),
        (record.expires_at if record is not None else latest_expiry(now)).date(),
    )  # fmt: skip


def transfer_form(session: Session, case: Case, receiver_key: str) -> TransferForm:
    """Needs and open referrals by their codes, for the supervisor who decides."""
    receiver = session.scalars(
        select(Organisation).where(Organisation.key == receiver_key)
    ).one_or_none()
    if receiver is None or receiver.id == case.organisation_id:
        raise Conflict(N_("Name the receiving organisation."))
    if case.excludes_government and receiver.is_government:
        raise Conflict(N_("The person does not want any public body."))
    query = select(Referral).where(Referral.case_id == case.id, Referral.state.in_(LIVE))
    rows = session.scalars(query.order_by(Referral.created_at, Referral.id))
    return TransferForm(
        case, receiver, desk_of(session, case.members[0]),
        tuple(need for need in needs_of_case(session, case) if need.state == "open"),
        tuple((row, _named(row), STATES[row.state].word) for row in rows),
    )  # fmt: skip


def _values(
    session: Session, referral: Referral, basis: Basis, stage: Stage, now: dt.datetime
) -> Mapping[str, object]:
    """The frozen payload, or what it would be today; nothing without a basis."""
    if basis.gap is not None or basis.record is None:
        return {}
    if referral.payload is None:
        facts = facts_of(session, referral.member, today=now.date())
        payload = payload_of(
            session, referral.code, referral.need, referral.listing, basis.record, facts=facts,
            today=now.date(),
        )  # fmt: skip
        stored = payload.written()
    else:
        stored = referral.payload
    told = {**stored.get("answered", {}), **stored.get(stage.name.lower(), {})}
    return _only(told, all_fields(referral.need, referral.listing, basis.record))


def _only(told: Mapping[str, object], names: Collection[str]) -> dict[str, object]:
    return {name: value for name, value in told.items() if name in names}


def _recipients(
    session: Session, referral: Referral, record: ConsentRecord | None
) -> tuple[tuple[str, bool | None], ...]:
    if record is None:
        return ((referral.listing.service.organisation.name, None),)
    return tuple(
        (session.get_one(Organisation, row.organisation_id).name, row.accepted)
        for row in record.recipients
    )


def _named(referral: Referral) -> str | None:
    service = referral.listing.service
    named = may_be_named(service.category, referral.listing.visibility)
    return service.organisation.name if named else None
