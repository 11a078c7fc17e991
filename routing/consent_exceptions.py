"""When data may go without consent: danger, incapacity, a child's best interest, legal duty.

From the reintegration handbook (chapter 4.1, note 38): a person may be referred without consent if
their life is in danger, or if a mental illness prevents consent, which only a mental-health
professional can say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import N_, Text
from directory.who import Who
from routing.priorities import URGENT, Priority

FACTS_LENGTH = 30
COUNTERSIGN_HOURS = 24
INCAPACITY_DAYS = 7
CONSENT_SOUGHT_HOURS = 72
CONSENT_SOUGHT_AGAIN_DAYS = 7
RESCUE_CATEGORIES = frozenset({"medical", "psychosocial", "protection", "child-protection"})
"""Only services of health and protection receive a person in danger without consent."""


class ExceptionCode(StrEnum):
    """Why data goes without consent."""

    LIFE_DANGER = "life-danger"
    INCAPACITY_MH = "incapacity-mh"
    CHILD_BEST_INTEREST = "child-best-interest"
    LEGAL_DUTY = "legal-duty"


LABELS: dict[ExceptionCode, Text] = {
    ExceptionCode.LIFE_DANGER: N_("Life in danger"),
    ExceptionCode.INCAPACITY_MH: N_(
        "Cannot consent, as a mental-health professional has determined"
    ),
    ExceptionCode.CHILD_BEST_INTEREST: N_("Best interest of the child"),
    ExceptionCode.LEGAL_DUTY: N_("Legal duty"),
}


class Guardian(StrEnum):
    """Why a child's guardian does not consent."""

    ABSENT = "absent"
    REFUSED = "refused"
    SUSPECTED = "suspected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRecord:
    """One decision to act without consent."""

    code: ExceptionCode
    by: Who
    at: dt.datetime
    facts: str = ""
    """What was seen or reported, in words."""
    countersigned_at: dt.datetime | None = None
    """By the supervisor; for a child, by the child-protection authority."""
    licence: str = ""
    """The mental-health professional's registration."""
    determination: str = ""
    """The written determination of incapacity."""
    valid_until: dt.datetime | None = None
    guardian: Guardian | None = None
    authority_unreachable: bool = False
    """The child-protection authority could not be reached."""
    legal_text: str = ""
    confirmed_by_professional_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An exception in its situation."""

    record: ExceptionRecord
    priority: Priority
    category: str
    """Of the receiving service."""
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Policy:
    """What a country decides."""

    danger_needs_professional: bool = False
    """A danger to life must be confirmed by a mental-health professional within 24 hours."""


DEFAULT_POLICY = Policy()


def exception_gap(
    record: ExceptionRecord | None, priority: Priority, category: str, now: dt.datetime
) -> Text | None:
    """Nothing when the exception is well founded now; else what it lacks."""
    if record is None:
        return N_("There is no consent, and no recorded exception.")
    return GUARDS[record.code](Asked(record, priority, category, now))


def countersign_gap(
    record: ExceptionRecord, priority: Priority, now: dt.datetime, policy: Policy = DEFAULT_POLICY
) -> Text | None:
    """Nothing when countersigned, or while P0 and P1 are within 24 hours; else what is missing.

    Asked at sending and at every read, so that a recipient reads nothing once it is overdue.
    """
    if record.code is ExceptionCode.LEGAL_DUTY:
        return None
    pending = priority in URGENT and now <= record.at + dt.timedelta(hours=COUNTERSIGN_HOURS)
    if record.countersigned_at is None and not pending:
        return N_("The supervisor must countersign first.")
    unconfirmed = record.confirmed_by_professional_at is None and not pending
    danger = record.code is ExceptionCode.LIFE_DANGER
    if danger and policy.danger_needs_professional and unconfirmed:
        return N_("A mental-health professional must confirm the danger.")
    return None


def needs_countersignature(code: ExceptionCode) -> bool:
    """Whether a second person must agree; a legal duty is the officer's own."""
    return code is not ExceptionCode.LEGAL_DUTY


def consent_sought_by(stabilised_at: dt.datetime, asked_at: dt.datetime | None) -> dt.datetime:
    """When the person must next be asked: 72 hours after they are stable, then every week."""
    if asked_at is None:
        return stabilised_at + dt.timedelta(hours=CONSENT_SOUGHT_HOURS)
    return asked_at + dt.timedelta(days=CONSENT_SOUGHT_AGAIN_DAYS)


def _life_danger(asked: Asked) -> Text | None:
    """Any caseworker, for P0 and P1, with facts in words, towards health or protection only."""
    if asked.record.by is not Who.RC:
        return N_("Only a caseworker can record a danger to life.")
    if asked.priority not in URGENT:
        return N_("A danger to life is of priority P0 or P1.")
    if len(asked.record.facts.strip()) < FACTS_LENGTH:
        return N_("Write the facts, in at least {count} characters.", count=FACTS_LENGTH)
    if asked.category not in RESCUE_CATEGORIES:
        return N_("In danger without consent: only to a service of health or protection.")
    return _not_over(asked)


def _incapacity(asked: Asked) -> Text | None:
    """A registered mental-health professional, in writing, for seven days at most."""
    if asked.record.by is not Who.MHP or not asked.record.licence.strip():
        return N_("Only a registered mental-health professional can determine incapacity.")
    if not asked.record.determination.strip():
        return N_("The determination must be written.")
    longest = asked.record.at + dt.timedelta(days=INCAPACITY_DAYS)
    if asked.record.valid_until is None or asked.record.valid_until > longest:
        return N_("A determination is valid for {days} days at most.", days=INCAPACITY_DAYS)
    return _not_over(asked)


def _best_interest(asked: Asked) -> Text | None:
    """The child-protection authority (a caseworker only in P0 when it cannot be reached), if the
    guardian is absent, has refused or is suspected of harm.
    """
    in_its_place = (
        asked.record.by is Who.RC
        and asked.record.authority_unreachable
        and asked.priority is Priority.P0
    )
    if asked.record.by is not Who.CPA and not in_its_place:
        return N_("Only the child-protection authority can decide this.")
    if asked.record.guardian is None:
        return N_("Say why the guardian does not consent.")
    return _not_over(asked)


def _legal_duty(asked: Asked) -> Text | None:
    """The data-protection officer, citing the legal text."""
    if asked.record.by is not Who.DPO:
        return N_("Only the data-protection officer can record a legal duty.")
    if not asked.record.legal_text.strip():
        return N_("Cite the legal text.")
    return _not_over(asked)


def _not_over(asked: Asked) -> Text | None:
    until = asked.record.valid_until
    if until is not None and asked.now >= until:
        return N_("The exception is over: renew it, or ask for consent.")
    return None


GUARDS: dict[ExceptionCode, Callable[[Asked], Text | None]] = {
    ExceptionCode.LIFE_DANGER: _life_danger,
    ExceptionCode.INCAPACITY_MH: _incapacity,
    ExceptionCode.CHILD_BEST_INTEREST: _best_interest,
    ExceptionCode.LEGAL_DUTY: _legal_duty,
}
