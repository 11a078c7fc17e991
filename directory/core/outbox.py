"""Messages to send once the transaction has succeeded: written with it, delivered after it.

How they are carried is not known here: the composition root gives ``POST`` a carrier
(``directory.operations.delivery``), as ``KEYRING`` is given its keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Protocol
from uuid import UUID

from sqlalchemy import Index, String, Update, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.core.db import Base, Key
from directory.core.encryption import KEYRING, Encrypted
from directory.core.text import N_, Text

ADDRESS_DIGEST = "outbox"
"""What the keyed hash of an address is for: the same address hashes differently elsewhere."""
LOG = "log"


class MessageState(StrEnum):
    """How far a message has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


STATE_WORDS: dict[MessageState, Text] = {
    MessageState.QUEUED: N_("queued, waiting to be sent"),
    MessageState.SENDING: N_("being sent"),
    MessageState.SENT: N_("sent"),
    MessageState.DELIVERED: N_("delivered"),
    MessageState.FAILED: N_("could not be sent"),
    MessageState.DROPPED: N_("not sent any more"),
}
PENDING = (MessageState.QUEUED, MessageState.SENDING)


class OutboxMessage(Base):
    """One message to one recipient. Its text never names a service or a person (protocol A.17)."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_waiting", "state", "next_at"),
        Index("ix_outbox_message_subject", "subject"),
    )
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(20))
    """Name of a channel of ``directory.channels``."""
    recipient: Mapped[Any] = mapped_column(Encrypted)
    """Address within the channel."""
    recipient_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    """Keyed hash of the address, to find the messages of one account or one number."""
    audience: Mapped[str] = mapped_column(String(10), default="")
    """Role of the reader: ``BEN`` is the person accompanied; empty where nobody asked."""
    country: Mapped[str] = mapped_column(String(2), default="")
    """Whose civil time counts for quiet hours; empty: that of the number, and none for mail."""
    template: Mapped[str] = mapped_column(String(80))
    """Code of the message's text."""
    details: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Values of the text that its subject does not give: the hour of a call."""
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(80))
    """``<table>:<id>`` that the message is about."""
    state: Mapped[MessageState] = mapped_column(default=MessageState.QUEUED)
    created_at: Mapped[dt.datetime]
    next_at: Mapped[dt.datetime]
    """When it is tried next; while it is being sent, when another worker may take it over."""
    sent_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(String(40))
    """Code of what went wrong last."""
    reported_at: Mapped[dt.datetime | None]
    """When the gateway said what became of it."""
    read_at: Mapped[dt.datetime | None]
    """When the account opened or dismissed it on the page of messages."""


class Carrier(Protocol):
    """Chooses channels and carries what waits."""

    def choose(self, recipient: str) -> str:
        """Name of the channel for an address."""

    def reaches(self, recipient: str) -> bool:
        """Whether a channel that leaves this machine takes the address."""

    def deliver(
        self, session: Session, *, now: dt.datetime, limit: int, on_this_machine: bool
    ) -> int:
        """Send what waits, and return how many were sent."""


class Post:
    """Who carries the messages of this process."""

    def __init__(self) -> None:
        self._carrier: Carrier | None = None

    def load(self, carrier: Carrier) -> None:
        """Take the carrier."""
        self._carrier = carrier

    @property
    def carrier(self) -> Carrier:
        """The carrier; a programming error before ``load``."""
        if self._carrier is None:
            raise RuntimeError("nobody carries the messages of this process")
        return self._carrier

    def choose(self, recipient: str) -> str:
        """The channel for an address; the log in a process that carries nothing."""
        return LOG if self._carrier is None else self._carrier.choose(recipient)

    def reaches(self, recipient: str) -> bool:
        """Whether a message can arrive at all: without a gateway it ends in the log."""
        return self._carrier is not None and self._carrier.reaches(recipient)


POST = Post()


def address_digest(recipient: str) -> str:
    """Keyed hash under which the messages to an address are found."""
    return KEYRING.digest(ADDRESS_DIGEST, recipient.strip().casefold())


def announce(
    session: Session,
    *,
    template: str,
    recipient: str,
    subject: str,
    now: dt.datetime,
    channel: str = "",
    language: str = "fr",
    audience: str = "",
    country: str = "",
    details: Mapping[str, Any] | None = None,
) -> OutboxMessage:
    """Put one message in the outbox of the running transaction.

    Without ``channel`` the first that takes the address is used. Messages to telephones keep to
    the quiet hours of ``country``, else of the number's own.
    """
    message = OutboxMessage(
        channel=channel or POST.choose(recipient),
        recipient=recipient,
        recipient_digest=address_digest(recipient),
        audience=audience,
        country=country,
        template=template,
        details=dict(details) if details else None,
        language=language,
        subject=subject,
        created_at=now,
        next_at=now,
    )
    session.add(message)
    session.info["announced"] = True
    return message


def deliver(session: Session, *, now: dt.datetime, limit: int = 100) -> int:
    """Send what waits, oldest first, and return how many were sent.

    Call it between transactions: it commits before and after each message, so that no lock is held
    while a slow server is waited for. Each message goes once, however many workers call this; only
    a crash between the server's yes and our commit repeats one message, a quarter of an hour later.
    """
    return POST.carrier.deliver(session, now=now, limit=limit, on_this_machine=False)


def hand_over(session: Session, *, now: dt.datetime, limit: int = 100) -> int:
    """Deliver only what leaves this machine by no network: the page of messages and the log.

    A request does this when it is done; the rest waits for the worker.
    """
    return POST.carrier.deliver(session, now=now, limit=limit, on_this_machine=True)


def drop(session: Session, *, subject: str = "", recipient: str = "") -> int:
    """Take back what waits about a subject or to an address, and return how many messages.

    What a worker is sending at this instant cannot be taken back.
    """
    if not subject and not recipient:
        raise ValueError("what is to be dropped?")
    session.flush()
    change = update(OutboxMessage).where(OutboxMessage.state == MessageState.QUEUED)
    if subject:
        change = change.where(OutboxMessage.subject == subject)
    if recipient:
        change = change.where(OutboxMessage.recipient_digest == address_digest(recipient))
    return changed(session, change.values(state=MessageState.DROPPED))


def messages_about(session: Session, subject: str) -> list[OutboxMessage]:
    """The messages about one thing, oldest first."""
    query = select(OutboxMessage).where(OutboxMessage.subject == subject)
    return list(session.scalars(query.order_by(OutboxMessage.created_at, OutboxMessage.id)))


def mark_read(
    session: Session, recipient: str, *, now: dt.datetime, ids: Collection[UUID] | None = None
) -> int:
    """The reader has seen these messages to their address, or all of them; how many were new."""
    session.flush()
    change = update(OutboxMessage).where(
        OutboxMessage.recipient_digest == address_digest(recipient),
        OutboxMessage.read_at.is_(None),
    )
    if ids is not None:
        change = change.where(OutboxMessage.id.in_(ids))
    return changed(session, change.values(read_at=now))


def changed(session: Session, change: Update) -> int:
    """How many messages a change concerned; those that the session knows are read again."""
    done = session.execute(change.execution_options(synchronize_session=False))
    for row in session.identity_map.values():
        if isinstance(row, OutboxMessage):
            session.expire(row)
    return int(getattr(done, "rowcount", 0))
