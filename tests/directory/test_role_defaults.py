"""An upgrade brings new permissions of roles and keeps what a country has changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import AccountRole
from directory.operations.accounts import synchronise_roles
from directory.roles import EDIT_HELP_LINE, READ_CASE, ROLES


@pytest.fixture
def supervisor(session: Session) -> AccountRole:
    synchronise_roles(session)
    return session.scalars(select(AccountRole).where(AccountRole.name == "RS")).one()


def test_new_role_may_what_the_software_says(session: Session, supervisor: AccountRole) -> None:
    assert frozenset(supervisor.permissions) == ROLES["RS"].permissions
    assert {row.name for row in session.scalars(select(AccountRole))} == set(ROLES)


def test_permission_that_is_new_is_added_once(session: Session, supervisor: AccountRole) -> None:
    older = sorted(ROLES["RS"].permissions - {EDIT_HELP_LINE})
    supervisor.permissions, supervisor.defaults = older, older

    synchronise_roles(session)

    assert EDIT_HELP_LINE in supervisor.permissions


def test_permission_that_is_gone_is_taken_away(session: Session, supervisor: AccountRole) -> None:
    older = [*supervisor.permissions, "routing:case:burn"]
    supervisor.permissions, supervisor.defaults = older, older

    synchronise_roles(session)

    assert frozenset(supervisor.permissions) == ROLES["RS"].permissions


def test_what_a_country_has_changed_stays(session: Session, supervisor: AccountRole) -> None:
    defaults = ROLES["RS"].permissions
    supervisor.permissions = sorted(defaults - {READ_CASE} | {"directory:audit:read"})
    supervisor.defaults = sorted(defaults - {EDIT_HELP_LINE} | {"routing:case:burn"})

    synchronise_roles(session)

    assert frozenset(supervisor.permissions) == defaults - {READ_CASE} | {"directory:audit:read"}
