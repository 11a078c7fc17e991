"""Prints a form: what a paper tells about a person is a disclosure like any other."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from routing.models import Case, Referral
from routing.operations.disclosures import log_disclosure
from routing.queries.paper_forms import (
    ConsentForm,
    ReferralForm,
    TransferForm,
    consent_form,
    referral_form,
    transfer_form,
)

ON_PAPER = "paper"
"""Channel of a disclosure that goes by hand."""


def print_referral_form(
    session: Session, referral: Referral, *, actor: Actor, now: dt.datetime
) -> ReferralForm:
    """The form, its exact fields in the log of disclosures once the referral was sent.

    Before it is sent, the paper lies with the sender: only the printing is noted.
    """
    form = referral_form(session, referral, now=now)
    details: dict[str, object] = {"fields": sorted(form.told), "stage": int(form.stage)}
    if form.told and referral.sent_at is not None:
        row = log_disclosure(
            session, referral, form.basis, form.told, actor=actor, now=now, stage=form.stage,
            channel=ON_PAPER,
        )  # fmt: skip
        details["disclosure"] = str(row.id)
    _note(session, "referral", f"referral:{referral.id}", referral.case, actor, now, **details)
    return form


def print_consent_form(
    session: Session, referral: Referral, *, actor: Actor, now: dt.datetime
) -> ConsentForm:
    """The form for the person and the file: it names the person's code, never the name."""
    form = consent_form(session, referral, now=now)
    _note(session, "consent", f"referral:{referral.id}", referral.case, actor, now)
    return form


def print_transfer_form(
    session: Session, case: Case, receiver_key: str, *, actor: Actor, now: dt.datetime
) -> TransferForm:
    """The form for both supervisors: needs and codes; the name is written by hand at the handover."""
    form = transfer_form(session, case, receiver_key)
    _note(
        session,
        "transfer",
        f"case_file:{case.id}",
        case,
        actor,
        now,
        receiver=str(form.receiver.id),
    )
    return form


def _note(
    session: Session, name: str, subject: str, case: Case, actor: Actor, now: dt.datetime,
    **details: object,
) -> None:  # fmt: skip
    audit.record(
        session, actor, f"routing:form:{name}", subject, now=now, chain=case.organisation_id,
        **details,
    )  # fmt: skip
