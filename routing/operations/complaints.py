"""Takes complaints in, with or without an account, and finds them again by their receipt."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.encryption import KEYRING
from directory.core.errors import Invalid, NotFound
from directory.core.text import N_, Text
from directory.models import Region
from directory.who import Who
from routing.codes import read_code
from routing.complaint_levels import CATEGORIES, LEVELS, SENSITIVE, level_at_first
from routing.complaint_life import LIFE, ComplaintFacts, State
from routing.complaint_receipts import new_receipt, read_receipt, receipt_from
from routing.models import Case, Complaint, ComplaintParty, Referral
from routing.operations import complaint_clocks
from routing.operations.complaint_events import COMPLAINANT, Written, append_event, record
from routing.operations.complaint_messages import announce_step
from routing.operations.unique_codes import unused_code
from routing.phone_numbers import e164
from routing.queries.complaint_parties import organisations_named, public_organisation

CHANNELS: dict[str, Text] = {
    "web": N_("Web form"),
    "office": N_("At the office"),
    "hotline": N_("Hotline"),
    "sms": N_("Text message"),
    "box": N_("Suggestion box"),
    "follow-up": N_("During a follow-up"),
}
LONGEST = 5_000
RECEIPT = "complaint-receipt"
"""What the keyed hash is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One way to reach the person. What is not said to be safe is not."""

    kind: str
    """``phone`` or ``email``."""
    value: str
    safe_to_call: bool = False
    safe_to_text: bool = False
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody says. Everything but the words and the country may be left out."""

    words: str
    country: str
    category: str = "other"
    harmed: bool = False
    channel: str = "web"
    language: str = "fr"
    region_id: UUID | None = None
    about: str = ""
    """Whom it is about, in words."""
    organisation_id: UUID | None = None
    listing_id: UUID | None = None
    name: str = ""
    contact: Contact | None = None
    code: str = ""
    """Of a case or referral; whether there is one is not said."""
    caseworker_may_know: bool = False
    name_may_be_shared: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """The complaint, and the only copy of its receipt."""

    complaint: Complaint
    receipt: str


def receive_complaint(
    session: Session, told: Told, *, actor: Actor, now: dt.datetime, role: Who = Who.BEN,
    key: str = "", is_demo: bool = False,
) -> Received:  # fmt: skip
    """A new complaint with its receipt; raises ``Invalid``.

    The same content under the same ``key`` is taken in once and gets the same receipt, so that a
    lost answer can be asked for again. Whoever complains without an account leaves no trace.
    """
    _check(session, told)
    receipt = _receipt(told, key)
    digest = KEYRING.digest(RECEIPT, receipt)
    known = session.scalars(select(Complaint).where(Complaint.receipt_digest == digest)).first()
    if known is not None:
        return Received(known, receipt)
    who = COMPLAINANT if role is Who.BEN else actor
    complaint = _row(session, told, digest, now, is_demo=is_demo)
    taken = LIFE.check(State.NEW, "submit", role, ComplaintFacts(words=told.words))
    session.add(complaint)
    session.flush()
    _add_parties(session, complaint, told)
    written = Written("submit", State.NEW, taken.target, now, {"channel": told.channel})
    append_event(session, complaint, written, actor=who, role=role)
    complaint_clocks.start(session, complaint, taken.starts, now)
    record(session, complaint, "submit", actor=who, now=now)
    announce_step(session, complaint, "submit", now=now, moved=True)
    return Received(complaint, receipt)


def complaint_by_receipt(session: Session, typed: str) -> Complaint:
    """The complaint of a receipt; ``NotFound`` says nothing about how near a guess was."""
    receipt = read_receipt(typed)
    if receipt is not None:
        digest = KEYRING.digest(RECEIPT, receipt)
        found = session.scalars(select(Complaint).where(Complaint.receipt_digest == digest))
        complaint = found.one_or_none()
        if complaint is not None:
            return complaint
    raise NotFound(N_("There is no message with these 16 digits. Please check them."))


def _row(
    session: Session, told: Told, digest: str, now: dt.datetime, *, is_demo: bool
) -> Complaint:
    level = level_at_first(told.category, harmed=told.harmed)
    at_once = level is SENSITIVE
    case_id = _case_of(session, told.code)
    return Complaint(
        code=unused_code(session, Complaint), receipt_digest=digest, level=level,
        harmed=told.harmed, category=told.category, channel=told.channel, country=told.country,
        region_id=told.region_id, language=told.language, state=State.RECEIVED,
        held_by=LEVELS[level].handler.value, version=0, words=told.words.strip(),
        name=told.name.strip() or None,
        contact=asdict(told.contact) if told.contact is not None else None,
        about=told.about.strip() or None, listing_id=told.listing_id, case_id=case_id,
        caseworker_may_know=told.caseworker_may_know and case_id is not None,
        name_may_be_shared=told.name_may_be_shared, received_at=now,
        # the receipt itself says at once that a protected message has arrived
        acknowledged_at=now if at_once else None, appeals=0, is_demo=is_demo,
    )  # fmt: skip


def _receipt(told: Told, key: str) -> str:
    if not key:
        return new_receipt()
    content = json.dumps(asdict(told), sort_keys=True, ensure_ascii=False, default=str)
    return receipt_from(KEYRING.digest("complaint-key", f"{key}:{content}"))


def _check(session: Session, told: Told) -> None:
    problems: dict[str, Text] = {}
    if not told.words.strip():
        problems["words"] = N_("Say in your words what happened.")
    if len(told.words) > LONGEST:
        problems["words"] = N_("At most {count} characters.", count=LONGEST)
    if not re.fullmatch("[A-Z]{2}", told.country):
        problems["country"] = N_("Choose a country.")
    if told.category not in CATEGORIES:
        problems["category"] = N_("Please choose one of the list.")
    if told.channel not in CHANNELS:
        problems["channel"] = N_("Please choose one of the list.")
    if told.region_id is not None and session.get(Region, told.region_id) is None:
        problems["region"] = N_("There is no such region.")
    if not _is_public(session, told):
        problems["about"] = N_("Choose one of the list, or write the name.")
    if problems:
        raise Invalid(problems)


def _is_public(session: Session, told: Told) -> bool:
    """Only what the public directory shows can be picked; others can be named."""
    if told.organisation_id is None and told.listing_id is None:
        return True
    return public_organisation(session, told.organisation_id, told.listing_id) is not None


def checked_contact(contact: Contact, country: str) -> Contact:
    """The contact as it is stored; raises ``Invalid`` at ``contact_value``."""
    if contact.kind == "phone":
        try:
            value = e164(contact.value, country)
        except Invalid as error:
            raise Invalid({"contact_value": error.fields["value"]}) from error
    elif "@" in contact.value.strip("@") and not contact.value.count(" "):
        value = contact.value
    else:
        raise Invalid({"contact_value": N_("This is not an e-mail address.")})
    return Contact(
        kind=contact.kind, value=value, safe_to_call=contact.safe_to_call,
        safe_to_text=contact.safe_to_text, hours=contact.hours,
    )  # fmt: skip


def _case_of(session: Session, typed: str) -> UUID | None:
    if not typed.strip():
        return None
    code = read_code(typed)
    query = select(Case.id).outerjoin(Referral, Referral.case_id == Case.id)
    return session.scalars(query.where(or_(Case.code == code, Referral.code == code))).first()


def _add_parties(session: Session, complaint: Complaint, told: Told) -> None:
    certain = public_organisation(session, told.organisation_id, told.listing_id)
    possible = organisations_named(session, told.about, told.country)
    for organisation_id in sorted(possible | ({certain} if certain else set())):
        session.add(
            ComplaintParty(
                complaint_id=complaint.id, organisation_id=organisation_id,
                is_certain=organisation_id == certain,
            )
        )  # fmt: skip
    session.flush()
