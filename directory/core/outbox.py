"""Messages to send once the transaction has succeeded: written with it, delivered after it."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any, ClassVar

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted

log = logging.getLogger(__name__)


class OutboxMessage(Base):
    """One message to one recipient. Its text never names a service or a person (protocol A.17)."""

    __tablename__ = "outbox_message"
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(20))
    """``log`` for now; e-mail and SMS register themselves later."""
    recipient: Mapped[Any] = mapped_column(Encrypted)
    """Address within the channel."""
    template: Mapped[str] = mapped_column(String(80))
    """Code of the message's text."""
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(80))
    """``<table>:<id>`` that the message is about."""
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)


def announce(
    session: Session,
    *,
    template: str,
    recipient: str,
    subject: str,
    now: dt.datetime,
    channel: str = "log",
    language: str = "fr",
) -> OutboxMessage:
    """Put one message in the outbox of the running transaction."""
    message = OutboxMessage(
        channel=channel,
        recipient=recipient,
        template=template,
        language=language,
        subject=subject,
        created_at=now,
    )
    session.add(message)
    session.info["announced"] = True
    return message


def deliver(session: Session, *, now: dt.datetime, limit: int = 100) -> int:
    """Send what waits, oldest first, and return how many were sent. Only the log channel exists
    yet.
    """
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.sent_at.is_(None))
        .order_by(OutboxMessage.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    messages = session.scalars(query).all()
    for message in messages:
        log.info("message %s template=%s subject=%s", message.id, message.template, message.subject)
        message.sent_at = now
        message.attempts += 1
    return len(messages)
