"""Carries the messages of the outbox: claims one, lets it be written and sent, notes how it went.

Claiming and noting are transactions of their own; between them nothing is locked, so that a slow
server makes nobody wait. A worker that dies in between loses its claim after ``LEASE``, and another
one sends the message: only if the server had said yes already does it go twice.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from directory.core.config import Settings
from directory.core.db import transaction
from directory.core.outbox import PENDING, MessageState, OutboxMessage, changed
from directory.message_channels import CHANNELS, Letter, NotSent, TryLater, Unreachable, chosen
from directory.quiet_hours import country_of, wait_until
from directory.working_days import calendar_of

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=15)
"""Longer than any channel takes for one message."""
BACK_OFF = tuple(
    dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440)
)  # fmt: skip
"""Time to the next try after each failed one [P]; after the last the message has failed."""

Write = Callable[[Session, OutboxMessage], tuple[str, str]]
"""Subject and body of a message in its language."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this worker alone sends now."""

    letter: Letter
    channel: str
    attempts: int
    """This one included."""

    @property
    def id(self) -> UUID:
        """Key of the row."""
        return UUID(self.letter.key)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Carries messages as an installation is set up."""

    settings: Settings
    write: Write

    def choose(self, recipient: str) -> str:
        """Name of the channel for an address."""
        return chosen(recipient, self.settings).name

    def reaches(self, recipient: str) -> bool:
        """Whether the channel for an address leaves this machine."""
        return not chosen(recipient, self.settings).on_this_machine

    def deliver(
        self, session: Session, *, now: dt.datetime, limit: int, on_this_machine: bool
    ) -> int:
        """Send what waits, oldest first, and return how many were sent.

        A channel that does not answer is asked once; the rest of its messages keep their turn.
        """
        open_channels = {
            name for name, one in CHANNELS.items() if one.on_this_machine or not on_this_machine
        }
        sent = 0
        for _ in range(limit):
            with transaction(session):
                claim = self._claim(session, open_channels, now)
            if claim is None:
                break
            problem = self._problem(claim)
            if isinstance(problem, Unreachable):
                open_channels.discard(claim.channel)
            with transaction(session):
                note(session, claim, problem, now=now)
            sent += problem is None
        return sent

    def _claim(self, session: Session, channels: set[str], now: dt.datetime) -> Claim | None:
        """The oldest message that waits for one of the channels, claimed; none if there is none."""
        while (row := _next(session, channels, now)) is not None:
            peace = self._quiet_until(row, now)
            if peace is not None:
                row.state, row.next_at = MessageState.QUEUED, peace
                session.flush()
                continue
            letter = self._letter(session, row, now)
            if letter is None:
                row.state, row.problem = MessageState.FAILED, "not-written"
                session.flush()
                continue
            row.state, row.next_at = MessageState.SENDING, now + LEASE
            row.attempts += 1
            return Claim(letter, row.channel, row.attempts)
        return None

    def _letter(self, session: Session, row: OutboxMessage, now: dt.datetime) -> Letter | None:
        """The message in words; none if nobody can put it into words."""
        try:
            subject, body = self.write(session, row)
        except Exception:
            log.exception("message %s could not be written", row.id)
            return None
        return Letter(str(row.id), str(row.recipient), subject, body, row.language, now)

    def _quiet_until(self, row: OutboxMessage, now: dt.datetime) -> dt.datetime | None:
        country = row.country or country_of(str(row.recipient))
        if not country:
            return None
        begin, end = self.settings.quiet_from, self.settings.quiet_until
        return wait_until(now, calendar_of(country), begin=begin, end=end)

    def _problem(self, claim: Claim) -> NotSent | None:
        """Send it; what went wrong, if anything did."""
        try:
            CHANNELS[claim.channel].send(claim.letter, self.settings)
        except NotSent as problem:
            log.warning("message %s: %s", claim.letter.key, problem.code)
            return problem
        except Exception:
            log.exception("message %s could not be sent", claim.letter.key)
            return TryLater("error")
        return None


def _next(session: Session, channels: set[str], now: dt.datetime) -> OutboxMessage | None:
    query = (
        select(OutboxMessage)
        .where(
            OutboxMessage.state.in_(PENDING),
            OutboxMessage.next_at <= now,
            OutboxMessage.channel.in_(channels),
        )
        .order_by(OutboxMessage.created_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).first()


def note(session: Session, claim: Claim, problem: NotSent | None, *, now: dt.datetime) -> None:
    """Write down how it went, unless another worker has taken the message over since."""
    values: dict[str, object] = {"problem": problem.code if problem else None}
    if problem is None:
        values |= {"state": MessageState.SENT, "sent_at": now}
    elif isinstance(problem, TryLater) and claim.attempts <= len(BACK_OFF):
        values |= {"state": MessageState.QUEUED, "next_at": now + BACK_OFF[claim.attempts - 1]}
    else:
        values |= {"state": MessageState.FAILED}
    mine = update(OutboxMessage).where(
        OutboxMessage.id == claim.id,
        OutboxMessage.state == MessageState.SENDING,
        OutboxMessage.attempts == claim.attempts,
    )
    changed(session, mine.values(**values))


DELIVERED_TO_PHONE, NOT_DELIVERED, REFUSED_BY_OPERATOR = 1, 2, 16
"""Kinds of delivery report that say how it ended (Kannel user's guide, 8.3.1: ``dlr-mask``)."""
REPORTED: dict[int, MessageState] = {
    DELIVERED_TO_PHONE: MessageState.DELIVERED,
    NOT_DELIVERED: MessageState.FAILED,
    REFUSED_BY_OPERATOR: MessageState.FAILED,
}


def record_report(session: Session, message_id: UUID, kind: int, *, now: dt.datetime) -> bool:
    """Note what the gateway says became of a message; whether it said anything final and new.

    The report may come before our own note that the message was sent; it then stands.
    """
    row = session.get(OutboxMessage, message_id, with_for_update=True)
    if row is None or kind not in REPORTED or row.state == MessageState.DELIVERED:
        return False
    row.state, row.reported_at = REPORTED[kind], now
    row.sent_at = row.sent_at or now
    row.problem = None if kind == DELIVERED_TO_PHONE else f"report-{kind}"
    session.flush()
    return True


def retry_failed(session: Session, *, now: dt.datetime) -> int:
    """Queue again what had failed, with all its tries; how many messages.

    What the operator reported as undeliverable stays: it had been sent.
    """
    change = update(OutboxMessage).where(
        OutboxMessage.state == MessageState.FAILED, OutboxMessage.reported_at.is_(None)
    )
    again = change.values(state=MessageState.QUEUED, next_at=now, attempts=0)
    return changed(session, again)


def counts(session: Session) -> list[tuple[str, MessageState, int]]:
    """How many messages of each channel are in each state."""
    query = (
        select(OutboxMessage.channel, OutboxMessage.state, func.count(OutboxMessage.id))
        .group_by(OutboxMessage.channel, OutboxMessage.state)
        .order_by(OutboxMessage.channel, OutboxMessage.state)
    )
    return [(channel, state, number) for channel, state, number in session.execute(query)]


def problems(session: Session) -> list[tuple[str, int]]:
    """Why messages have failed: how many for each code, the most frequent first."""
    number = func.count(OutboxMessage.id)
    query = (
        select(func.coalesce(OutboxMessage.problem, "unknown"), number)
        .where(OutboxMessage.state == MessageState.FAILED)
        .group_by(OutboxMessage.problem)
        .order_by(number.desc(), OutboxMessage.problem)
    )
    return [(str(code), count) for code, count in session.execute(query)]
