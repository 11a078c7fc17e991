"""Moves a complaint along its life, and adds to it what does not move it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.machine import Step
from directory.core.text import N_
from directory.models import Organisation
from directory.who import Who
from routing.complaint_levels import LEVELS, SENSITIVE, Level, Promise
from routing.complaint_life import LABELS, LIFE, NOTABLE, NOTES, ComplaintFacts, State
from routing.models import Complaint, ComplaintEvent, ComplaintParty
from routing.operations import complaint_clocks
from routing.operations.complaint_events import (
    COMPLAINANT,
    Written,
    append_event,
    record,
    repeated,
)
from routing.operations.complaint_messages import announce_step
from routing.queries.complaint_parties import SHORTEST, organisations_named
from routing.queries.complaint_scope import Sight, acting_role, complaint_for, sight_of

TakenStep = Step[State, Who, ComplaintFacts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does what to a complaint, when."""

    actor: Actor
    role: Who
    now: dt.datetime
    expected_version: int | None = None
    key: str | None = None
    """The same key sent again by the same account acts once."""
    details: Mapping[str, Any] = field(default_factory=dict)

    def stored_key(self, complaint: Complaint) -> str | None:
        """The key of this account and complaint: nobody else can meet or guess it."""
        if not self.key:
            return None
        text = f"{self.actor.label}:{complaint.id}:{self.key}"
        return hashlib.sha256(text.encode()).hexdigest()


def act_on_complaint(session: Session, complaint: Complaint, name: str, act: Act) -> ComplaintEvent:
    """Take a step or add a note; ``Conflict`` with every reason, ``Forbidden`` or ``NotFound``.

    The role ``BEN`` is whoever holds the receipt: the caller has found the complaint by it.
    """
    key = act.stored_key(complaint)
    with session.begin_nested():
        session.flush()
        session.refresh(complaint, with_for_update=True)
        if (done := repeated(session, key)) is not None:
            return done
        _may_act(session, complaint, act)
        if act.expected_version is not None and act.expected_version != complaint.version:
            state = LABELS[complaint.state]
            raise Conflict(N_("Somebody else was faster: the status is “{state}”.", state=state))
        before = complaint.level, complaint.held_by
        source = complaint.state
        if name in NOTES:
            _note(session, complaint, name, act)
        else:
            _step(session, complaint, name, act)
        written = Written(name, source, complaint.state, act.now, act.details)
        event = append_event(
            session, complaint, written, actor=act.actor, role=act.role, idempotency_key=key
        )
        record(session, complaint, name, actor=act.actor, now=act.now, before=before[0])
        moved = complaint.held_by != before[1]
        announce_step(session, complaint, name, now=act.now, moved=moved)
    return event


def read_complaint(
    session: Session, actor: Actor, complaint_id: UUID, *, now: dt.datetime
) -> tuple[Complaint, Sight]:
    """The complaint and how much of it may be read; the reading is logged."""
    complaint = complaint_for(session, actor, complaint_id)
    sight = sight_of(session, actor, complaint)
    record(session, complaint, "view", actor=actor, now=now)
    return complaint, sight


def role_of(session: Session, actor: Actor, complaint: Complaint) -> Who | None:
    """The role in which ``actor`` may do something with it."""
    role = acting_role(session, actor, complaint)
    if role is not None:
        return role
    if sight_of(session, actor, complaint) is not Sight.SHARED:
        return None
    return Who.RS if Who.RS in actor.roles else Who.FP


def available_steps(complaint: Complaint, role: Who | None) -> list[TakenStep]:
    """The steps that ``role`` may try now, the main one first."""
    if role is None or (role is not Who.BEN and role.value != complaint.held_by):
        return []
    return list(LIFE.available(complaint.state, role))


def available_notes(complaint: Complaint, role: Who | None) -> list[str]:
    """What ``role`` may add now."""
    return [
        name for name, note in NOTES.items()
        if role in note.actors and complaint.level in note.levels and complaint.state in NOTABLE
    ]  # fmt: skip


def person_acts(complaint: Complaint, now: dt.datetime) -> list[str]:
    """What the person may do with the receipt now: what would be refused whatever they write is
    not offered.
    """
    asked = Act(actor=COMPLAINANT, role=Who.BEN, now=now, details={"reason": "asked"})
    facts = facts_of(complaint, asked)
    steps = LIFE.available(complaint.state, Who.BEN)
    return [
        *available_notes(complaint, Who.BEN),
        *(line.name for line in steps if not line.failing(facts)),
    ]


def facts_of(complaint: Complaint, act: Act) -> ComplaintFacts:
    """What the guards look at."""
    said = act.details
    since = (act.now - complaint.informed_at).days if complaint.informed_at else None
    level = said.get("level")
    return ComplaintFacts(
        words=str(complaint.words), level=complaint.level,
        new_level=Level(level) if level else None,
        is_handler=act.role.value == complaint.held_by, harmed=complaint.harmed,
        person_agrees=said.get("person_agrees") is True,
        investigator=str(said.get("investigator") or ""), action=str(said.get("action") or ""),
        acted=complaint.acted_at is not None, decision=str(said.get("decision") or ""),
        explanation=str(said.get("explanation") or ""), reason=str(said.get("reason") or ""),
        days_since_answer=since, appeals=complaint.appeals,
    )  # fmt: skip


def _may_act(session: Session, complaint: Complaint, act: Act) -> None:
    if act.role is Who.BEN:
        if act.actor != COMPLAINANT:
            raise Forbidden(N_("Your role does not include this."))
        return
    complaint_for(session, act.actor, complaint.id)
    if role_of(session, act.actor, complaint) is not act.role:
        raise Forbidden(N_("Your role does not include this."))


def _step(session: Session, complaint: Complaint, name: str, act: Act) -> None:
    taken = LIFE.check(complaint.state, name, act.role, facts_of(complaint, act))
    complaint.state = taken.target
    EFFECTS.get(name, _nothing)(complaint, act)
    since = complaint.received_at if name == "triage" else act.now
    complaint_clocks.stop(session, complaint, taken.stops, act.now)
    complaint_clocks.restart(session, complaint, taken.restarts, since, act.now)


def _note(session: Session, complaint: Complaint, name: str, act: Act) -> None:
    note = NOTES[name]
    if act.role not in note.actors:
        raise Forbidden(N_("“{step}” is not for your role.", step=note.label))
    if name not in available_notes(complaint, act.role):
        raise Conflict(
            N_(
                "“{step}” is not possible now: the status is “{state}”.",
                step=note.label, state=LABELS[complaint.state],
            )
        )  # fmt: skip
    if name == "name-organisation":
        _name_organisation(session, complaint, act)
        return
    text = str(act.details.get("text") or "").strip()
    if not text:
        raise Invalid({"text": N_("Please fill this in.")})
    if name == "share":
        _share(complaint, text, act.now)
    if name == "message":
        complaint_clocks.restart(session, complaint, {Promise.STATUS}, act.now, act.now)


def _share(complaint: Complaint, text: str, now: dt.datetime) -> None:
    if not any(party.is_certain for party in complaint.parties) and complaint.case_id is None:
        raise Conflict(N_("Say first whom it is about: then it is known whom to ask."))
    complaint.summary, complaint.shared_at = text, complaint.shared_at or now


def _name_organisation(session: Session, complaint: Complaint, act: Act) -> None:
    """Say for certain whom it is about; whoever works there stops seeing it in the same instant."""
    key = str(act.details.get("organisation") or "")
    query = select(Organisation.id).where(Organisation.country == complaint.country)
    found = session.scalars(query.where(Organisation.key == key)).first()
    if found is None:
        named = organisations_named(session, key, complaint.country) if len(key) >= SHORTEST else ()
        if len(named) != 1:
            raise Invalid({"organisation": N_("Choose one of the list.")})
        [found] = named
    party = next((row for row in complaint.parties if row.organisation_id == found), None)
    if party is None:
        complaint.parties.append(ComplaintParty(organisation_id=found, is_certain=True))
    else:
        party.is_certain = True
    session.flush()


def _level(complaint: Complaint, act: Act) -> None:
    complaint.level = Level(act.details["level"])
    complaint.held_by = LEVELS[complaint.level].handler.value
    complaint.acknowledged_at = complaint.acknowledged_at or act.now
    if complaint.level is SENSITIVE:
        # what was shared before anybody knew how grave it is is taken back
        complaint.summary, complaint.shared_at = None, None


def _acted(complaint: Complaint, act: Act) -> None:
    complaint.acted_at = complaint.acted_at or act.now


def _decided(complaint: Complaint, act: Act) -> None:
    complaint.decided_at, complaint.decision = act.now, str(act.details["decision"])


def _informed(complaint: Complaint, act: Act) -> None:
    complaint.informed_at = act.now


def _closed(complaint: Complaint, act: Act) -> None:
    complaint.closed_at = act.now


def _reopened(complaint: Complaint, _act: Act) -> None:
    complaint.closed_at, complaint.acted_at = None, None
    complaint.held_by = LEVELS[complaint.level].handler.value


def _appealed(complaint: Complaint, act: Act) -> None:
    _reopened(complaint, act)
    complaint.appeals += 1
    complaint.held_by = Who.NC.value


def _nothing(_complaint: Complaint, _act: Act) -> None:
    """Only the state changes."""


EFFECTS = {
    "triage": _level, "change-level": _level, "escalate": _acted, "investigate": _acted,
    "decide": _decided, "inform": _informed, "close": _closed, "reopen": _reopened,
    "appeal": _appealed,
}  # fmt: skip
"""What a step changes in the row besides the state."""
