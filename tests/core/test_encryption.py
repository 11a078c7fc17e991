"""Personal columns: unreadable in the database, readable with every key, found by keyed hash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.orm import Session

from directory.core.config import Settings
from directory.core.encryption import KEYRING, Keyring, Unreadable
from directory.core.outbox import OutboxMessage, announce
from tests.conftest import NOW

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def keys(session: Session) -> Iterator[None]:
    """Whatever keys a test loads, the next one has the usual ones."""
    yield
    KEYRING.load(Settings(environment="test"))


def use_keys(*keys: str) -> None:
    KEYRING.load(Settings(environment="test", field_keys=",".join(keys)))


def stored(session: Session) -> bytes:
    found = session.scalar(text("SELECT recipient FROM outbox_message"))
    return bytes(found)


def write(session: Session, recipient: str = "+224620123456") -> OutboxMessage:
    message = announce(session, template="due", recipient=recipient, subject="x:1", now=NOW)
    session.flush()
    session.expire(message)
    return message


def test_database_sees_nothing(session: Session, keys: None) -> None:
    message = write(session)

    assert b"224620123456" not in stored(session)
    assert message.recipient == "+224620123456"


def test_same_value_is_stored_differently_each_time(session: Session, keys: None) -> None:
    write(session)
    first = stored(session)
    session.execute(text("DELETE FROM outbox_message"))
    write(session)

    assert stored(session) != first


@pytest.mark.parametrize("value", ["", "é\u202e\x00", {"a": [1, None, 2.5]}, ["x"], 0, False])
def test_value_comes_back_as_it_was(session: Session, keys: None, value: object) -> None:
    message = write(session)
    message.details = value
    session.flush()
    session.expire(message)

    assert message.details == value


def test_nothing_stays_nothing(session: Session) -> None:
    column = OutboxMessage.__table__.c.recipient.type
    dialect = session.get_bind().dialect

    assert column.process_bind_param(None, dialect) is None
    assert column.process_result_value(None, dialect) is None


def test_older_keys_still_read_and_the_newest_writes(session: Session, keys: None) -> None:
    use_keys(OLD)
    message = write(session)

    use_keys(NEW, OLD)
    assert message.recipient == "+224620123456"
    session.execute(text("DELETE FROM outbox_message"))
    write(session)

    assert Fernet(NEW).decrypt(stored(session))


def test_value_under_a_lost_key_is_an_error_not_a_guess(session: Session, keys: None) -> None:
    use_keys(OLD)
    message = write(session)
    use_keys(NEW)

    with pytest.raises(Unreadable, match="PASSERELLE_FIELD_KEYS"):
        _ = message.recipient


def test_changed_ciphertext_is_noticed(session: Session, keys: None) -> None:
    message = write(session)
    changed = bytearray(stored(session))
    changed[40] ^= 1
    session.execute(text("UPDATE outbox_message SET recipient = :value"), {"value": bytes(changed)})

    with pytest.raises(Unreadable):
        _ = message.recipient


def test_hash_for_looking_up_needs_the_key_and_the_purpose() -> None:
    first, second = Keyring(), Keyring()
    first.load(Settings(environment="test", hash_key="a" * 32))
    second.load(Settings(environment="test", hash_key="b" * 32))

    assert first.digest("phone", "+224620123456") == first.digest("phone", "+224620123456")
    assert first.digest("phone", "+224620123456") != first.digest("code", "+224620123456")
    assert first.digest("phone", "+224620123456") != second.digest("phone", "+224620123456")
    assert len(first.digest("phone", "")) == 64


def test_keyring_that_was_not_loaded_refuses() -> None:
    with pytest.raises(RuntimeError, match="not loaded"):
        _ = Keyring().cipher
