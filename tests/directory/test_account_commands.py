"""``flask directory account``: the same operations from the console."""

from __future__ import annotations

import re

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.models import Account
from tests import factories
from tests.signing import Browser

EMAIL = "console@example.org"


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["directory", "account", *arguments])


@pytest.fixture
def made(app: Flask, session: Session) -> Account:
    """An account made from the console."""
    factories.Organisation(key="ngo", name="NGO")
    session.commit()
    result = run(app, "create", EMAIL, "--name", "Fanta", "--role", "PA", "--organisation", "ngo")
    assert result.exit_code == 0, result.output
    assert re.search(r"first password [a-z2-9-]{23} ", result.output)
    return session.scalars(select(Account)).one()


def test_account_is_made_with_a_first_password(app: Flask, session: Session, made: Account) -> None:
    assert made.temporary_until is not None
    assert [grant.role.name for grant in made.grants] == ["PA"]
    assert run(app, "create", EMAIL, "--name", "X", "--role", "PA").exit_code == 1
    actors = set(session.scalars(select(AuditEntry.actor)))
    assert actors == {"console"}


def test_role_is_given_and_taken_away(app: Flask, session: Session, made: Account) -> None:
    assert run(app, "role", EMAIL, "NC", "--country", "GN").exit_code == 0
    assert {grant.role.name for grant in made.grants} == {"PA", "NC"}
    assert run(app, "role", EMAIL, "NC", "--country", "SN", "--withdraw").exit_code == 1
    assert run(app, "role", EMAIL, "NC", "--country", "GN", "--withdraw").exit_code == 0
    session.refresh(made)
    assert {grant.role.name for grant in made.grants} == {"PA"}


def test_account_is_closed_opened_and_begun_again(
    app: Flask, session: Session, made: Account
) -> None:
    assert "closed" in run(app, "disable", EMAIL).output
    session.refresh(made)
    assert not made.active
    assert run(app, "enable", EMAIL).exit_code == 0
    session.refresh(made)
    assert made.active
    assert "first password" in run(app, "reset", EMAIL).output


def test_token_opens_the_interface(app: Flask, session: Session, made: Account) -> None:
    made.temporary_until = None
    session.commit()

    header, token = run(app, "token", EMAIL).output.strip().split(": ")

    assert Browser(app).get("/account", headers={header: token}).status_code == 200


@pytest.mark.parametrize(
    "arguments",
    [
        ("disable", "nobody@example.org"),
        ("create", "x@example.org", "--name", "X", "--role", "PA", "--organisation", "none"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    app: Flask, session: Session, arguments: tuple[str, ...]
) -> None:
    result = run(app, *arguments)

    assert result.exit_code == 1
    assert result.output.startswith("Error: There is no")


def test_every_command_says_what_it_does(app: Flask) -> None:
    printed = run(app, "--help").output
    for name in ("create", "role", "disable", "enable", "reset", "token"):
        assert re.search(rf"^  {name}\s+[A-Z]", printed, re.MULTILINE), name
