"""Everything that happened to a person, told in one line each, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.core.text import N_, Text, Words
from directory.models import Organisation
from routing.attempts import OUTCOMES
from routing.consent import ConsentKind
from routing.fact_table import FACTS
from routing.models import (
    Case,
    CaseMember,
    ConsentRecord,
    FactRecord,
    Need,
    Referral,
    ReferralEvent,
)
from routing.projection import APPROVE_VOID, ATTEMPT, CONFIRM_PROXY, FOLLOW_UP, INFORM
from routing.queries.consents import consents_of
from routing.queries.household import Shown
from routing.referral_life import LIFE, State


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history."""

    at: dt.datetime
    text: Text
    referral_id: UUID | None = None
    member_id: UUID | None = None
    """Whom of the household it is about; nobody: all of it."""
    need_id: UUID | None = None


def case_history(session: Session, case: Case, shown: Shown) -> list[Happening]:
    """Reception, facts, needs, agreements and events of referrals, as far as they are shown."""
    everything = [
        Happening(case.opened_at, N_("The person was received")),
        *_facts(session, case),
        *_needs(session, case),
        *_consents(session, case),
        *_events(session, case),
    ]
    found = [line for line in everything if shown.about(line.member_id, line.need_id)]
    oldest_first = sorted(enumerate(found), key=lambda pair: (pair[1].at, pair[0]))
    return [line for _, line in reversed(oldest_first)]


def event_words(event: ReferralEvent) -> Text:
    """What happened in one event of a referral."""
    if event.step == INFORM:
        told = event.details.get("reached") is True
        return N_("The person was told") if told else N_("Tried to tell the person, not reached")
    if event.step == ATTEMPT:
        outcomes = {code.value: label for code, label in OUTCOMES.items()}
        outcome = outcomes.get(str(event.details.get("outcome")), "")
        return N_("Tried to reach the person: {outcome}", outcome=outcome)
    if event.step in NOTES:
        return NOTES[event.step]
    return step_words(event.step, State(event.source))


NOTES: dict[str, Text] = {
    APPROVE_VOID: N_("One of two has agreed that it was entered in error"),
    FOLLOW_UP: N_("The person said how it goes"),
    CONFIRM_PROXY: N_("The provider answered for what was noted by telephone"),
}


def step_words(name: str, source: State) -> Text:
    """The label of a step."""
    return next((line.label for line in LIFE.leaving(source) if line.name == name), N_("Changed"))


def _facts(session: Session, case: Case) -> Iterator[Happening]:
    query = (
        select(FactRecord.recorded_at, FactRecord.member_id, FactRecord.name)
        .join(CaseMember, CaseMember.id == FactRecord.member_id)
        .where(CaseMember.case_id == case.id)
        .order_by(FactRecord.recorded_at, FactRecord.member_id, FactRecord.name)
    )
    for (at, member_id), rows in groupby(session.execute(query), key=lambda row: row[:2]):
        labels = Words(FACTS[row.name].label for row in rows if row.name in FACTS)
        yield Happening(at, N_("Noted: {facts}", facts=labels), member_id=member_id)


def _needs(session: Session, case: Case) -> Iterator[Happening]:
    for need in session.scalars(select(Need).where(Need.case_id == case.id)):
        label = CATEGORIES[need.category].label
        yield Happening(need.opened_at, N_("Need noted: {need}", need=label), need_id=need.id)
        if need.closed_at is not None:
            text = N_("Need no longer open: {need}", need=label)
            yield Happening(need.closed_at, text, need_id=need.id)


def _consents(session: Session, case: Case) -> Iterator[Happening]:
    for record in consents_of(session, case):
        about = {"member_id": record.member_id, "need_id": record.need_id}
        yield Happening(record.given_at, _agreed(session, record), **about)
        if record.withdrawn_at is not None:
            yield Happening(record.withdrawn_at, N_("The consent was withdrawn"), **about)


OTHER_AGREEMENTS: dict[str, Text] = {
    ConsentKind.SERVICES: N_("The person agreed to be accompanied"),
    ConsentKind.FOLLOW_UP: N_("The person agreed to be called later"),
    ConsentKind.TRUSTED_CONTACT: N_("The trusted contact agreed to be called"),
    ConsentKind.RESEARCH: N_("The person agreed to take part in a survey"),
    ConsentKind.HOUSEHOLD: N_("The person agreed that facts about the household are shared"),
}


def _agreed(session: Session, record: ConsentRecord) -> Text:
    if record.exception_code is not None:
        return N_("Exception from consent recorded")
    if record.kind in OTHER_AGREEMENTS:
        return OTHER_AGREEMENTS[record.kind]
    if record.assent is False:
        return N_("The child does not agree")
    ids = [row.organisation_id for row in record.recipients if row.accepted]
    names = session.scalars(select(Organisation.name).where(Organisation.id.in_(ids)))
    told = Words(sorted(names))
    if record.kind == "transfer":
        return N_("The person agreed that {names} takes over the case", names=told)
    return N_("The person agreed to be sent to {names}", names=told)


def _events(session: Session, case: Case) -> Iterator[Happening]:
    query = (
        select(ReferralEvent, Organisation.name, Referral.need_id)
        .join(Referral, Referral.id == ReferralEvent.referral_id)
        .join(Organisation, Organisation.id == Referral.recipient_id)
        .where(Referral.case_id == case.id)
        .order_by(ReferralEvent.number)
    )
    for event, name, need_id in session.execute(query):
        text = N_("{provider}: {what}", provider=name, what=event_words(event))
        yield Happening(event.at, text, event.referral_id, need_id=need_id)
