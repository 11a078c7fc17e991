"""On what a disclosure stands: a consent that covers it, or an exception; asked at every one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.text import N_, Text
from directory.models import Listing
from routing.consent import ConsentKind, Person, Request, covers
from routing.consent_exceptions import ExceptionCode, countersign_gap, exception_gap
from routing.country_rules import rules_of
from routing.disclosure import Stage, explicit_fields
from routing.facts import FACTS, Facts
from routing.models import ConsentRecord, Need
from routing.queries.consents import (
    PURPOSE,
    as_consent,
    as_exception,
    as_person,
    candidate_consents,
    dataset_of,
)
from routing.queries.payload import allowed_fields

NONE_GIVEN = N_("There is no consent.")
CHILD_OBJECTS = N_("The child does not agree.")


@dataclass(frozen=True, slots=True)
class Basis:
    """The consent or exception that a referral stands on, and what is wrong with it."""

    record: ConsentRecord | None
    consent_gap: Text | None
    exception: str = ""
    exception_gap: Text | None = NONE_GIVEN
    countersign_gap: Text | None = NONE_GIVEN

    @property
    def gap(self) -> Text | None:
        """Nothing when data may go or be read now; else why not."""
        if self.consent_gap is None:
            return None
        if self.exception:
            return self.exception_gap or self.countersign_gap
        return self.consent_gap


def basis_for(
    session: Session, need: Need, listing: Listing, *, facts: Facts, now: dt.datetime,
    pinned: UUID | None = None, lock: bool = False,
) -> Basis:  # fmt: skip
    """The newest consent that covers sending to ``listing`` for ``need``, else an exception.

    ``pinned`` is the one that a referral was made ready under: no other counts for it.
    """
    organisation = listing.service.organisation_id
    named = candidate_consents(session, need, organisation, lock=lock)
    records = [one for one in named if one.id == pinned] if pinned is not None else named
    person = as_person(need.member.case, facts, now.date(), listing.service.category)
    said_no = objection(named, person)
    if said_no is not None:
        return _against(said_no, records, need, listing, now)
    gap: Text | None = None
    for record in _plain(records):
        problem = consent_gap(record, need, listing, now=now, person=person)
        if problem is None:
            return Basis(record, None)
        gap = gap or problem
    for record in records:
        if record.exception_code is not None and record.withdrawn_at is None:
            return _on_exception(record, need, listing, now, gap or NONE_GIVEN)
    return Basis(records[0] if records else None, gap or NONE_GIVEN)


def objection(records: Iterable[ConsentRecord], person: Person) -> ConsentRecord | None:
    """The newest agreement, if in it the child says no: an older yes does not count any more."""
    if person.is_minor is False:
        return None
    newest = next(iter(_asking(records)), None)
    return newest if newest is not None and newest.assent is False else None


def consent_gap(
    record: ConsentRecord, need: Need, listing: Listing, *, now: dt.datetime, person: Person,
    fields: Collection[str] | None = None,
) -> Text | None:  # fmt: skip
    """What is wrong with ``record`` as consent for ``fields``, or for all that it lets go."""
    names = frozenset(fields) if fields is not None else all_fields(need, listing, record)
    organisation = listing.service.organisation
    dataset, version = dataset_of(listing)
    request = Request(
        recipient=str(organisation.id),
        is_government=organisation.is_government,
        dataset=dataset,
        dataset_version=version,
        purpose=PURPOSE,
        fields=names,
        explicit_fields=explicit_fields(dataset, names),
    )
    return covers(as_consent(record), request, now, person)


def all_fields(need: Need, listing: Listing, record: ConsentRecord) -> frozenset[str]:
    """Everything that ``record`` could let go, whatever the conditions of the listing read."""
    fields = allowed_fields(need, listing, record, Stage.FULL, FACTS)
    return frozenset(field.name for field in fields)


def _plain(records: Iterable[ConsentRecord]) -> Iterable[ConsentRecord]:
    return (record for record in records if record.exception_code is None)


def _asking(records: Iterable[ConsentRecord]) -> Iterable[ConsentRecord]:
    """Those in which somebody was asked whether data may be shared, and has not taken it back."""
    return (
        record
        for record in _plain(records)
        if record.kind == ConsentKind.DATA_SHARING and record.withdrawn_at is None
    )


def _against(
    said_no: ConsentRecord, records: Iterable[ConsentRecord], need: Need, listing: Listing,
    now: dt.datetime,
) -> Basis:  # fmt: skip
    """A child's objection stops everything but what the child's best interest demands."""
    for record in records:
        best_interest = record.exception_code == ExceptionCode.CHILD_BEST_INTEREST
        if best_interest and record.withdrawn_at is None:
            return _on_exception(record, need, listing, now, CHILD_OBJECTS)
    return Basis(said_no, CHILD_OBJECTS)


def _on_exception(
    record: ConsentRecord, need: Need, listing: Listing, now: dt.datetime, gap: Text
) -> Basis:
    exception = as_exception(record)
    excluded = record.excludes_government or need.member.case.excludes_government
    return Basis(
        record,
        gap,
        exception.code.value,
        exception_gap(exception, need.priority, listing.service.category, now)
        if not (excluded and listing.service.organisation.is_government)
        else N_("The person does not want any public body."),
        countersign_gap(exception, need.priority, now, rules_of(need.case.country).policy),
    )
