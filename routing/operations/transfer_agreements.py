"""What people agree to before their case moves to another organisation (protocol A.14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import Invalid
from directory.core.text import N_, Text
from directory.models import Organisation
from routing.consent import ConsentKind, Giver, giver_problem
from routing.models import Case, CaseMember, CaseTransfer, ConsentRecord
from routing.operations.consents import Agreement, Named, give_consent
from routing.queries.consents import as_person
from routing.queries.known_facts import facts_of, is_minor
from routing.transfer_parts import GROUNDS, PARTS

WHOLE_FILE = "case-file"
"""The data set of a consent to a transfer: everything but what was struck."""
SHORTEST_SUMMARY = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is said when a case is offered."""

    receiver_id: UUID
    ground: str
    """One of ``GROUNDS``."""
    summary: str
    """For the receiving supervisor, without names."""
    struck: frozenset[str] = frozenset()
    """Parts of the file that the person keeps back."""
    change_explained: bool = False
    """The person knows that another caseworker will accompany them, and who."""
    agreed: frozenset[int] = frozenset()
    """Numbers of the members who agree; every adult and every child's guardian must."""
    giver: Giver = Giver.BEN
    """Who agrees for the principal: the person, or for a minor somebody else."""
    assent: bool | None = None
    mode: str = "signature"
    witness: str = ""
    language: str = "fr"


def agree(
    session: Session, case: Case, receiver: Organisation, offer: Offer, *, actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Write the agreement of every member who agrees: each is asked, each can withdraw."""
    for member in case.members:
        if member.number in offer.agreed:
            agreement = _agreement(session, member, receiver, offer, now)
            give_consent(session, member, agreement, actor=actor, now=now)


def consent_problem(session: Session, transfer: CaseTransfer, now: dt.datetime) -> Text | None:
    """Nothing while everybody who agreed to this transfer still does."""
    query = select(ConsentRecord).where(
        ConsentRecord.case_id == transfer.case_id,
        ConsentRecord.kind == ConsentKind.TRANSFER,
        ConsentRecord.given_at >= transfer.offered_at,
    )
    given = session.scalars(query).all()
    if any(record.withdrawn_at is not None for record in given):
        return N_("The person does not agree to the transfer any more.")
    if not given or any(record.expires_at <= now for record in given):
        return N_("The agreement to the transfer has expired: ask again.")
    return None


def check_offer(session: Session, case: Case, offer: Offer, now: dt.datetime) -> None:
    """Raises ``Invalid`` by field with everything that is missing from an offer."""
    problems: dict[str, Text] = {}
    if offer.ground not in GROUNDS:
        problems["ground"] = N_("Please choose one of the list.")
    if len(offer.summary.strip()) < SHORTEST_SUMMARY:
        problems["summary"] = N_(
            "Say in a few sentences what the other organisation must know to decide."
        )
    if not offer.struck <= set(PARTS):
        problems["struck"] = N_("Please choose one of the list.")
    if not offer.change_explained:
        problems["change_explained"] = N_("Explain that another caseworker will follow.")
    missing = [member for member in case.members if member.number not in offer.agreed]
    if any(not _is_child(session, member, now) or member.number == 1 for member in missing):
        problems["agreed"] = N_("Every adult of the case must agree to the transfer.")
    if problems:
        raise Invalid(problems)
    principal = case.members[0]
    person = as_person(case, facts_of(session, principal, today=now.date()), now.date())
    giver = giver_problem(offer.giver, person, assent=offer.assent)
    if giver is not None:
        raise Invalid({"giver": giver})


def _is_child(session: Session, member: CaseMember, now: dt.datetime) -> bool:
    minor = is_minor(facts_of(session, member, today=now.date()), now.date())
    return bool(minor) or (minor is None and member.relation == "child")


def _agreement(
    session: Session, member: CaseMember, receiver: Organisation, offer: Offer, now: dt.datetime
) -> Agreement:
    is_principal = member.number == 1
    child = _is_child(session, member, now)
    return Agreement(
        kind=ConsentKind.TRANSFER,
        recipients=(Named(organisation_id=receiver.id, accepted=True),),
        dataset=WHOLE_FILE,
        giver=offer.giver if is_principal else Giver.GUA if child else Giver.BEN,
        assent=offer.assent if is_principal else None,
        mode=offer.mode, witness=offer.witness, language=offer.language, read_aloud=True,
    )  # fmt: skip
