"""Personal values are never in clear, keys can change, and what happened cannot be rewritten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask
from sqlalchemy import LargeBinary, select, text, type_coerce, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.core.config import Settings
from directory.core.db import Base
from directory.core.encryption import KEYRING, Unreadable
from directory.who import Who
from routing.models import CaseMember, ContactRoute, KeyRotation, ReferralEvent
from routing.operations.cases import contact_digest
from routing.operations.events import first_fault
from routing.operations.keys import encrypted_columns, rotate_keys, values_stored
from tests.routing import journeys
from tests.routing.stories import FACTS, NAME, NUMBER, Story

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
CANARIES = (
    NAME,
    NUMBER,
    "620123456",
    "canary",
    str(FACTS["born"]),
    "gn:9",
    "nobody called",
    "prefers something else",
    "-12.29",
)


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def keys(*texts: str, hash_key: str = "h" * 32) -> None:
    KEYRING.load(Settings(field_keys=",".join(texts), hash_key=hash_key, environment="test"))


@pytest.fixture(autouse=True)
def own_keys(app: Flask) -> Any:
    keys(OLD)
    yield
    KEYRING.load(app.config["SETTINGS"])


def full_story(story: Story) -> Any:
    """A person whose every personal column is filled, sent, disputed and refusing."""
    referral = journeys.in_state(story, journeys.State.CONTACTED)
    journeys.plainly(story, referral, "dispute")
    journeys.plainly(story, referral, "person-refuses")
    story.tell(referral)
    return referral


def test_no_personal_value_is_in_clear_in_any_table(story: Story) -> None:
    full_story(story)
    story.session.flush()
    connection = story.session.connection()
    found = []
    for table in Base.metadata.sorted_tables:
        for row in connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings():  # noqa: S608
            for column, value in row.items():
                written = (
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                )
                found += [
                    (table.name, column, canary)
                    for canary in CANARIES
                    if canary.encode() in written
                ]
    assert found == []
    assert story.session.scalars(select(CaseMember.name)).all().count(NAME) == 1


def test_every_value_can_be_read_after_a_change_of_keys_and_the_old_key_is_not_needed(
    story: Story,
) -> None:
    referral = full_story(story)
    events = [event.digest for event in referral.events]
    before = values_stored(story.session)
    keys(NEW, OLD)
    rotation = rotate_keys(story.session, now=story.now)
    assert rotation.values_written == before > 20
    keys(NEW)
    story.session.expire_all()
    for found in encrypted_columns():
        for value in story.session.scalars(
            select(type_coerce(found.column, LargeBinary)).where(found.column.is_not(None))
        ):
            KEYRING.cipher.decrypt(bytes(value))
    assert first_fault(story.session, referral) is None
    assert [event.digest for event in referral.events] == events
    assert referral.member.name == NAME
    keys(OLD)
    with pytest.raises(InvalidToken):
        KEYRING.cipher.decrypt(bytes(value))


def test_a_value_whose_key_is_missing_says_so(story: Story) -> None:
    case = story.case()
    story.session.expire_all()
    keys(NEW)
    with pytest.raises(Unreadable):
        _ = case.members[0].name


def test_a_new_hash_key_still_finds_who_calls(story: Story) -> None:
    story.case()
    before = contact_digest("phone", NUMBER, "GN")
    assert story.session.scalars(select(ContactRoute.value_digest)).one() == before
    keys(OLD, hash_key="g" * 32)
    rotate_keys(story.session, now=story.now)
    after = contact_digest("phone", "620 12 34 56", "GN")
    assert after != before
    assert story.session.scalars(select(ContactRoute.value_digest)).one() == after


def test_every_encrypted_column_is_found() -> None:
    found = {f"{one.table.name}.{one.column.name}" for one in encrypted_columns()}
    assert {"fact.value", "case_member.name", "referral.payload", "referral_event.details"} <= found
    assert all(len(one.table.primary_key.columns) == 1 for one in encrypted_columns())


CHANGES = [
    "UPDATE referral_event SET step = 'accept'",
    "UPDATE referral_event SET details = details",
    "UPDATE referral_event SET digest = 'x', details = details",
    "DELETE FROM referral_event",
    "UPDATE disclosure SET stage = 2",
    "DELETE FROM disclosure",
    "UPDATE audit_entry SET action = 'x'",
    "DELETE FROM audit_entry",
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_happened_cannot_be_changed(story: Story, change: str) -> None:
    story.sent()
    with pytest.raises(DBAPIError, match="append-only"), story.session.begin_nested():
        story.session.execute(text(change))
    assert story.session.scalars(select(ReferralEvent.id)).all()


@pytest.mark.parametrize("change", CHANGES[:1] + CHANGES[2:4])
def test_a_change_of_keys_lets_nothing_but_the_encryption_change(story: Story, change: str) -> None:
    story.sent()
    story.session.add(KeyRotation(started_at=story.now, ended_at=None, values_written=0))
    story.session.flush()
    with pytest.raises(DBAPIError, match="append-only"), story.session.begin_nested():
        story.session.execute(text(change))


def test_details_rewritten_during_a_change_of_keys_are_detected(story: Story) -> None:
    referral = story.sent()
    story.session.add(KeyRotation(started_at=story.now, ended_at=None, values_written=0))
    story.session.flush()
    table = Base.metadata.tables["referral_event"]
    story.session.execute(
        update(table).where(table.c.number == 2).values(details={"affordability": "forged"})
    )
    story.session.expire_all()
    assert first_fault(story.session, referral) == 2


def test_a_missing_last_event_is_detected(story: Story) -> None:
    referral = story.sent()
    referral.version += 1
    assert first_fault(story.session, referral) == 4


def test_audit_lines_hold_no_personal_value(story: Story) -> None:
    full_story(story)
    for line in story.session.scalars(select(AuditEntry)):
        written = f"{line.action} {line.subject} {line.actor} {line.details}"
        assert not [canary for canary in CANARIES if canary in written], written


def test_the_commands_find_nothing_wrong_and_then_what_is(story: Story, app: Flask) -> None:
    referral = story.accepted()
    story.session.commit()
    runner = app.test_cli_runner()
    whole = runner.invoke(args=["routing", "verify-audit"])
    assert (whole.exit_code, whole.output.splitlines()[-1]) == (0, "Nothing was changed.")
    table = Base.metadata.tables["referral"]
    story.session.execute(update(table).where(table.c.id == referral.id).values(info_rounds=2))
    story.session.commit()
    forged = runner.invoke(args=["routing", "verify-audit"])
    assert forged.exit_code == 1
    assert f"referral {referral.id}: its row is not what its events say" in forged.output


def test_the_command_changes_keys(story: Story, app: Flask) -> None:
    story.accepted()
    story.session.commit()
    keys(NEW, OLD)
    total = values_stored(story.session)
    done = app.test_cli_runner().invoke(args=["routing", "rotate-keys"])
    assert done.exit_code == 0, done.output
    assert f"{total} values are stored under the newest key" in done.output


def test_the_role_in_the_audit_line_is_not_a_name(story: Story) -> None:
    referral = story.sent()
    line = story.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "routing:referral:send")
    ).one()
    assert line.actor == str(story.accounts["RC"].id)
    assert line.subject == f"referral:{referral.id}"
    assert line.details["role"] == Who.RC
