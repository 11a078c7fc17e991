"""Records what a person agrees to, for whom, and who agreed in the place of a child."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Invalid
from directory.core.text import N_, Text
from directory.models import Listing, Organisation
from directory.who import Who
from routing.consent import Consent, ConsentKind, Giver, Recipient, latest_expiry, record_problems
from routing.disclosure import DATASET_VERSION, FIELDS, explicit_fields
from routing.guardians import Answered, disagree, guardian_problems
from routing.models import CaseMember, ConsentRecipient, ConsentRecord, Need, Referral
from routing.operations.needs import open_task
from routing.queries.consents import PURPOSE
from routing.queries.scope import case_for
from routing.referral_states import READABLE

MODES = ("signature", "thumbprint", "oral-with-witness", "sms-code")
CHANNELS = ("office", "phone", "hotline", "sms-code", "tracking-code", "in-writing")
TEXT_VERSION = "1"
"""Version of the words that are read to the person before they agree."""
CHILD_DISAGREES = "child-disagrees"
NOBODY = "services"
"""The data set of a consent that shares nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One organisation named to the person, accepted or refused on its own."""

    organisation_id: UUID
    accepted: bool
    listing_id: UUID | None = None
    """The service there; needed if the platform may send on to it by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a person agreed to and how it was asked."""

    kind: ConsentKind = ConsentKind.DATA_SHARING
    need_id: UUID | None = None
    recipients: tuple[Named, ...] = ()
    """In the order of preference, three at most."""
    dataset: str = ""
    """Category of the service whose minimum data set is shared."""
    fields_excluded: frozenset[str] = frozenset()
    fields_extra: frozenset[str] = frozenset()
    excludes_government: bool = False
    giver: Giver = Giver.BEN
    assent: bool | None = None
    mode: str = "signature"
    language: str = "fr"
    read_aloud: bool = False
    interpreter: bool = False
    witness: str = ""
    giver_name: str = ""
    """Who agrees in the person's place; for a trusted contact, the contact."""
    giver_relation: str = ""
    assent_mode: str = ""
    questions_asked: str = ""
    route_id: UUID | None = None
    """The trusted contact's route."""
    expires_at: dt.datetime | None = None
    """Six months from now if not said."""


def give_consent(
    session: Session, member: CaseMember, agreement: Agreement, *, actor: Actor, now: dt.datetime
) -> ConsentRecord:
    """Write what the person agreed to; raises ``Invalid`` by field. The caller commits.

    A consent to services shares nothing; each recipient of a consent to sharing data is named and
    accepted or refused; struck fields never go, explicit ones only if they are among
    ``fields_extra``. Referrals whose consent has lapsed go on under the new one.
    """
    case_for(session, actor, member.case_id)
    _check(session, member, agreement, now)
    record = written_agreement(member, agreement, actor, now)
    session.add(record)
    session.flush()
    audit_consent(session, record, member, actor, now, "give")
    _go_on_under(session, record)
    for route in member.routes:
        if agreement.kind is ConsentKind.TRUSTED_CONTACT and route.id == record.route_id:
            route.agreed_at = now
    _ask_elders(session, record, agreement, now)
    return record


def written_agreement(
    member: CaseMember, agreement: Agreement, actor: Actor, now: dt.datetime
) -> ConsentRecord:
    """The agreement as a row."""
    return ConsentRecord(
        case_id=member.case_id, member_id=member.id, need_id=agreement.need_id,
        giver=agreement.giver.value, kind=agreement.kind.value, purpose=PURPOSE,
        dataset=agreement.dataset or NOBODY, dataset_version=DATASET_VERSION,
        fields_excluded=sorted(agreement.fields_excluded),
        fields_extra=sorted(agreement.fields_extra),
        excludes_government=agreement.excludes_government, given_at=now,
        expires_at=agreement.expires_at or latest_expiry(now), mode=agreement.mode,
        language=agreement.language, text_version=TEXT_VERSION, read_aloud=agreement.read_aloud,
        interpreter=agreement.interpreter, witness=agreement.witness or None,
        assent=agreement.assent, assent_mode=agreement.assent_mode or None,
        giver_name=agreement.giver_name or None, giver_relation=agreement.giver_relation or None,
        questions_asked=agreement.questions_asked or None, route_id=agreement.route_id,
        recorded_by_id=actor.user_id,
        recipients=[
            ConsentRecipient(
                rank=rank, organisation_id=named.organisation_id, listing_id=named.listing_id,
                accepted=named.accepted,
            )
            for rank, named in enumerate(agreement.recipients, start=1)
        ],
    )  # fmt: skip


def _check(session: Session, member: CaseMember, agreement: Agreement, now: dt.datetime) -> None:
    problems: dict[str, Text] = {}
    if agreement.mode not in MODES:
        problems["mode"] = N_("Please choose one of the list.")
    if agreement.mode == "oral-with-witness" and not agreement.witness.strip():
        problems["witness"] = N_("Name the witness.")
    if agreement.kind is ConsentKind.DATA_SHARING:
        problems |= record_problems(_as_rule(agreement, now))
        problems |= _field_problems(agreement)
        problems |= recipient_problems(session, agreement)
        problems |= guardian_problems(_answered(agreement))
    if agreement.kind is ConsentKind.TRUSTED_CONTACT:
        problems |= _contact_problems(member, agreement)
    if agreement.need_id is not None:
        need = session.get(Need, agreement.need_id)
        if need is None or need.member_id != member.id:
            problems["need_id"] = N_("This is not a need of this person.")
    if problems:
        raise Invalid(problems)


def _as_rule(agreement: Agreement, now: dt.datetime) -> Consent:
    return Consent(
        kind=agreement.kind,
        recipients=tuple(
            Recipient(str(named.organisation_id), rank, named.accepted)
            for rank, named in enumerate(agreement.recipients, start=1)
        ),
        dataset=agreement.dataset,
        dataset_version=DATASET_VERSION,
        purpose=PURPOSE,
        given_at=now,
        expires_at=agreement.expires_at or latest_expiry(now),
    )


def _field_problems(agreement: Agreement) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    fixed = {name for name in agreement.fields_excluded if name in FIELDS} - {
        field.name for field in FIELDS.values() if field.strikeable
    }
    if fixed or not agreement.fields_excluded <= set(FIELDS):
        problems["fields_excluded"] = N_("One of these fields cannot be struck.")
    known = agreement.fields_extra & set(FIELDS)
    explicit = explicit_fields(agreement.dataset, known)
    if agreement.fields_extra != explicit:
        problems["fields_extra"] = N_("One of these fields never goes to this kind of service.")
    if agreement.fields_extra & agreement.fields_excluded:
        problems["fields_extra"] = N_("A field cannot be both struck and shared.")
    return problems


def recipient_problems(session: Session, agreement: Agreement) -> dict[str, Text]:
    """What is wrong with the organisations and services that are named."""
    for named in agreement.recipients:
        organisation = session.get(Organisation, named.organisation_id)
        if organisation is None:
            return {"recipients": N_("There is no such organisation.")}
        if named.listing_id is not None:
            listing = session.get(Listing, named.listing_id)
            if listing is None or listing.service.organisation_id != organisation.id:
                return {"recipients": N_("This service is not offered by that organisation.")}
        if named.accepted and agreement.excludes_government and organisation.is_government:
            return {"recipients": N_("The person does not want any public body.")}
    return {}


def _go_on_under(session: Session, record: ConsentRecord) -> None:
    """Referrals to the same organisation for the same need stand on the newest agreement."""
    if record.kind != ConsentKind.DATA_SHARING or record.need_id is None:
        return
    accepted = [row.organisation_id for row in record.recipients if row.accepted]
    query = select(Referral).where(
        Referral.need_id == record.need_id,
        Referral.recipient_id.in_(accepted),
        Referral.state.in_(READABLE),
    )
    for referral in session.scalars(query):
        referral.consent_id = record.id
    session.flush()


def _answered(agreement: Agreement) -> Answered:
    return Answered(
        giver=agreement.giver, giver_name=agreement.giver_name,
        giver_relation=agreement.giver_relation, assent=agreement.assent,
        assent_mode=agreement.assent_mode,
    )  # fmt: skip


def _contact_problems(member: CaseMember, agreement: Agreement) -> dict[str, Text]:
    """The trusted contact agrees for themselves, to one way of being called."""
    routes = {route.id for route in member.routes if route.kind == "trusted-contact"}
    problems: dict[str, Text] = {}
    if agreement.route_id not in routes:
        problems["route_id"] = N_("Choose the trusted contact who agreed.")
    if not agreement.giver_name.strip():
        problems["giver_name"] = N_("Name the trusted contact who agreed.")
    return problems


def _ask_elders(
    session: Session, record: ConsentRecord, agreement: Agreement, now: dt.datetime
) -> None:
    """Guardian and child disagree: the supervisor and the child-protection authority must look."""
    accepted = any(named.accepted for named in agreement.recipients)
    if record.need_id is None or not disagree(_answered(agreement), accepted=accepted):
        return
    need = session.get_one(Need, record.need_id)
    for who in (Who.RS, Who.CPA):
        open_task(session, need, CHILD_DISAGREES, who, now=now)


def audit_consent(
    session: Session, record: ConsentRecord, member: CaseMember, actor: Actor, now: dt.datetime,
    verb: str,
) -> None:  # fmt: skip
    audit.record(
        session, actor, f"routing:consent:{verb}", f"consent:{record.id}", now=now,
        chain=member.case.organisation_id, kind=record.kind, dataset=record.dataset,
        exception=record.exception_code,
    )  # fmt: skip
