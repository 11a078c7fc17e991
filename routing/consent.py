"""Who may receive what about a person, and why: consents, exceptions, minors, withdrawal.

Consent to services and consent to sharing data are two records; only the second lets data go.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import N_, Text
from directory.organisation_kinds import OrganisationKind
from directory.who import Who
from routing.referral_states import LIVE, State

MAX_RECIPIENTS = 3
EXPIRY_DAYS = 183
"""Six months."""
ANY = "*"


class ConsentKind(StrEnum):
    """What is agreed to."""

    SERVICES = "services"
    DATA_SHARING = "data-sharing"
    FOLLOW_UP = "follow-up"
    TRUSTED_CONTACT = "trusted-contact"
    HOUSEHOLD = "household"
    """An adult's yes to facts about the household going with the referrals of the others."""
    RESEARCH = "research"
    TRANSFER = "transfer"
    """The whole case moves to another organisation; it lets nothing go to a service."""


class Giver(StrEnum):
    """Who agrees."""

    BEN = "BEN"
    GUA = "GUA"
    CPA = "CPA"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One organisation that was named to the person; each is accepted or refused on its own."""

    organisation: str
    rank: int
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What one person agreed to, for whom, for what, and until when."""

    kind: ConsentKind
    recipients: tuple[Recipient, ...]
    dataset: str
    dataset_version: str
    purpose: str
    given_at: dt.datetime
    expires_at: dt.datetime
    giver: Giver = Giver.BEN
    fields_excluded: frozenset[str] = frozenset()
    """Struck by the person."""
    fields_extra: frozenset[str] = frozenset()
    """Shared only with an explicit yes, and it was given."""
    excludes_government: bool = False
    withdrawn_at: dt.datetime | None = None
    assent: bool | None = None
    """A minor's own agreement; nothing when it was not asked."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the rules on consent need to know of the person."""

    is_minor: bool | None = False
    """Nothing when the age is unknown: treated as a minor."""
    may_consent_alone: bool = False
    """A minor old enough, by the country's rule, for a service of low risk."""
    is_unaccompanied: bool = False
    excludes_government: bool = False
    """Said once, for the whole case."""


ADULT = Person()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A disclosure that somebody wants to make."""

    recipient: str
    is_government: bool
    dataset: str
    dataset_version: str
    purpose: str
    fields: frozenset[str] = frozenset()
    explicit_fields: frozenset[str] = frozenset()
    """Those of ``fields`` that need an explicit yes: ``disclosure.explicit_fields``."""


def is_government(kind: OrganisationKind | str) -> bool:
    """Whether an organisation of this kind is a body of the state."""
    return kind == OrganisationKind.PUBLIC


def covers(
    consent: Consent | None, request: Request, now: dt.datetime, person: Person = ADULT
) -> Text | None:
    """Nothing when ``consent`` allows the disclosure now; else the first reason why it does not.

    Asked when sending, in the same transaction, and again at every read by the recipient.
    """
    if consent is None:
        return N_("There is no consent.")
    problems = (
        _kind_problem(consent),
        _time_problem(consent, now),
        _recipient_problem(consent, request),
        _government_problem(consent, request, person),
        _content_problem(consent, request),
        giver_problem(consent.giver, person, assent=consent.assent),
    )
    return next((problem for problem in problems if problem is not None), None)


def covering(
    consents: Iterable[Consent], request: Request, now: dt.datetime, person: Person = ADULT
) -> Consent | None:
    """The newest consent that allows the disclosure now; nothing if none does."""
    newest_first = sorted(consents, key=lambda consent: consent.given_at, reverse=True)
    return next((c for c in newest_first if covers(c, request, now, person) is None), None)


def _kind_problem(consent: Consent) -> Text | None:
    if consent.kind is ConsentKind.DATA_SHARING:
        return None
    return N_("The consent is not one to sharing data.")


def _time_problem(consent: Consent, now: dt.datetime) -> Text | None:
    if consent.withdrawn_at is not None and consent.withdrawn_at <= now:
        return N_("The consent was withdrawn.")
    if now < consent.given_at:
        return N_("The consent is not yet given.")
    if now >= min(consent.expires_at, latest_expiry(consent.given_at)):
        return N_("The consent has expired: renew it.")
    return None


def _recipient_problem(consent: Consent, request: Request) -> Text | None:
    named = [r for r in consent.recipients if r.organisation == request.recipient]
    if not named:
        return N_("The consent does not name this organisation.")
    if not all(recipient.accepted for recipient in named):
        return N_("The person has refused this organisation.")
    return None


def _government_problem(consent: Consent, request: Request, person: Person) -> Text | None:
    excluded = consent.excludes_government or person.excludes_government
    if excluded and request.is_government:
        return N_("The person does not want any public body.")
    return None


def _content_problem(consent: Consent, request: Request) -> Text | None:
    given = (consent.dataset, consent.dataset_version)
    if given != (request.dataset, request.dataset_version):
        return N_("The consent is for another set of data.")
    if consent.purpose != request.purpose:
        return N_("The consent is for another purpose.")
    if request.fields & consent.fields_excluded:
        return N_("The person has struck a field that would be sent.")
    if not request.explicit_fields <= consent.fields_extra:
        return N_("A field that would be sent needs an explicit yes.")
    return None


def giver_problem(giver: Giver, person: Person, *, assent: bool | None) -> Text | None:
    """Nothing when the right person agrees.

    An adult alone; for a minor the guardian and the child, or the child-protection authority and
    the child if unaccompanied. A child's "no" counts.
    """
    if person.is_minor is False:
        return None if giver is Giver.BEN else N_("An adult consents alone.")
    if person.is_minor and person.may_consent_alone and giver is Giver.BEN:
        return None
    if giver is Giver.BEN:
        return N_("For a minor, a guardian or the child-protection authority must consent.")
    if person.is_unaccompanied and giver is not Giver.CPA:
        return N_("The child-protection authority consents for an unaccompanied child.")
    if assent is None:
        return N_("Ask the child whether they agree, and note the answer.")
    return None if assent else N_("The child does not agree.")


def record_problems(consent: Consent) -> dict[str, Text]:
    """What is wrong with a consent before it is stored, by field."""
    wrong: dict[str, Text] = {}
    if not 1 <= len(consent.recipients) <= MAX_RECIPIENTS:
        wrong["recipients"] = N_("Name one to {count} organisations.", count=MAX_RECIPIENTS)
    elif not _ranked_once(consent.recipients):
        wrong["recipients"] = N_("Name each organisation once, in order.")
    elif any(ANY in recipient.organisation for recipient in consent.recipients):
        wrong["recipients"] = N_("Name each organisation: “all” is not a consent.")
    if consent.expires_at <= consent.given_at:
        wrong["expires_at"] = N_("The end must come after the beginning.")
    elif consent.expires_at > latest_expiry(consent.given_at):
        wrong["expires_at"] = N_("A consent is valid for six months at most.")
    for name in ("dataset", "dataset_version", "purpose"):
        if getattr(consent, name) in ("", ANY):
            wrong[name] = N_("Please fill this in.")
    return wrong


def _ranked_once(recipients: Collection[Recipient]) -> bool:
    names = {recipient.organisation for recipient in recipients}
    ranks = sorted(recipient.rank for recipient in recipients)
    return len(names) == len(recipients) and ranks == list(range(1, len(recipients) + 1))


def latest_expiry(given_at: dt.datetime) -> dt.datetime:
    """The latest instant until which a consent may last; the end of the referral comes before."""
    return given_at + dt.timedelta(days=EXPIRY_DAYS)


def alternates(consent: Consent, after: str) -> tuple[str, ...]:
    """The organisations that the person accepted beforehand, in order, apart from ``after``."""
    ranked = sorted(consent.recipients, key=lambda recipient: recipient.rank)
    return tuple(r.organisation for r in ranked if r.accepted and r.organisation != after)


class Withdrawal(StrEnum):
    """What happens to a referral when its consent is withdrawn."""

    REVOKE = "revoke"
    """Take the step "revoke"."""
    ACCESS_OFF = "access-off"
    """The state stays; the recipient reads nothing any more, and no alternate is tried."""
    NOTHING = "nothing"


REVOCABLE = LIVE - {State.DRAFT, State.COMPLETED, State.RETURNED}
WITHDRAWAL_EFFECT_HOURS = 1


def on_withdrawal(state: State) -> Withdrawal:
    """What a withdrawal does to a referral in ``state``; the log of past disclosures is kept."""
    if state in REVOCABLE:
        return Withdrawal.REVOKE
    done = state in (State.COMPLETED, State.RETURNED)
    return Withdrawal.ACCESS_OFF if done else Withdrawal.NOTHING


WITHDRAWERS = frozenset({Who.BEN, Who.GUA, Who.RC, Who.DPO})
"""Anybody of these takes a withdrawal in, by any channel, and nobody asks for a reason."""
