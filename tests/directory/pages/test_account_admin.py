"""Administration of accounts: within one's own scope, first password on paper, effect at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.models import Account, Organisation
from tests import factories
from tests.signing import Browser

SignIn = Callable[[FlaskClient, Account], FlaskClient]


@pytest.fixture
def home(session: Session) -> Organisation:
    return factories.Organisation(name="Home", country="GN")


@pytest.fixture
def admin(
    app: Flask, home: Organisation, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """Administers the accounts of one organisation."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    account = factories.Account.with_role("ADMIN", home)
    account.language = "en"
    return sign_in(app.test_client(), account)


def new_account(home: Organisation, **more: str) -> dict[str, str]:
    return {
        "name": "Mariama", "email": "Mariama@Example.org", "language": "fr", "role": "RC",
        "organisation": str(home.id), "region": "", "country": "",
    } | more  # fmt: skip


def account_named(session: Session, email: str) -> Account | None:
    return session.scalars(select(Account).where(Account.email == email)).one_or_none()


def actions(session: Session) -> list[str]:
    query = select(AuditEntry.action).order_by(AuditEntry.chain, AuditEntry.number)
    return [action.removeprefix("directory:account:") for action in session.scalars(query)]


def test_new_account_gets_a_password_on_paper_shown_once(
    app: Flask, session: Session, admin: FlaskClient, home: Organisation
) -> None:
    factories.AccountRole(name="RC")
    session.commit()

    slip = admin.post("/accounts", data=new_account(home))

    assert slip.status_code == 200
    assert slip.headers["Cache-Control"] == "no-store"
    [password] = re.findall(r"<code[^>]*>([a-z2-9]{5}(?:-[a-z2-9]{5}){3})</code>", slip.text)
    made = account_named(session, "mariama@example.org")
    assert made is not None
    assert made.temporary_until is not None
    assert password not in admin.get(f"/accounts/{made.id}").text
    assert {"create", "grant"} <= set(actions(session))
    signing = Browser(app)
    assert signing.sign_in("mariama@example.org", password).headers["Location"] == (
        "/account/second-factor"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("email", "nobody"),
        ("email", ""),
        ("role", ""),
        ("role", "SYS"),
        ("organisation", "x"),
    ],
)
def test_wrong_form_makes_no_account_and_keeps_what_was_typed(
    session: Session, admin: FlaskClient, home: Organisation, field: str, value: str
) -> None:
    answer = admin.post("/accounts", data=new_account(home, **{field: value}))

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Mariama" in answer.text or field == "name"
    assert account_named(session, "mariama@example.org") is None


def test_address_has_one_account(session: Session, admin: FlaskClient, home: Organisation) -> None:
    factories.AccountRole(name="RC")
    session.commit()
    admin.post("/accounts", data=new_account(home))

    again = admin.post("/accounts", data=new_account(home, email="mariama@EXAMPLE.org"))

    assert again.status_code == 409


def test_administrator_reaches_no_further_than_the_own_organisation(
    session: Session, admin: FlaskClient, home: Organisation
) -> None:
    other = factories.Organisation(name="Elsewhere")
    factories.AccountRole(name="RC")
    session.commit()
    page = admin.get("/accounts/new").text

    assert "Home" in page
    assert "Elsewhere" not in page
    for scope in ({"organisation": str(other.id)}, {"organisation": str(uuid4())}):
        assert admin.post("/accounts", data=new_account(home, **scope)).status_code == 422
    assert admin.post("/accounts", data=new_account(home, organisation="")).status_code == 403
    assert account_named(session, "mariama@example.org") is None


def test_only_accounts_of_the_own_scope_are_listed(
    session: Session, admin: FlaskClient, home: Organisation
) -> None:
    mine = factories.Account.with_role("PA", home)
    other = factories.Account.with_role("PA", factories.Organisation())
    session.commit()

    page = admin.get("/accounts").text

    assert mine.email in page
    assert other.email not in page
    assert admin.get(f"/accounts/{mine.id}").status_code == 200
    assert admin.get(f"/accounts/{other.id}").status_code == 404


def test_account_that_reaches_further_cannot_be_closed_from_here(
    session: Session, admin: FlaskClient, home: Organisation
) -> None:
    """A national account with a role in the organisation is seen, and left alone."""
    national = factories.Account.with_role("PA", home)
    factories.use(session)
    second = factories.Account.with_role("NC", None, country="GN")
    national.grants.append(second.grants[0])
    session.commit()

    for verb in ("disable", "enable", "reset"):
        assert admin.post(f"/accounts/{national.id}/{verb}").status_code == 403, verb
    session.refresh(national)
    assert national.active


def test_role_is_given_and_taken_away(
    session: Session, admin: FlaskClient, home: Organisation
) -> None:
    account = factories.Account.with_role("PA", home)
    factories.AccountRole(name="FP")
    session.commit()
    scope = {"organisation": str(home.id), "region": "", "country": ""}

    assert (
        admin.post(f"/accounts/{account.id}/roles", data={"role": "FP", **scope}).status_code == 302
    )
    assert (
        admin.post(f"/accounts/{account.id}/roles", data={"role": "FP", **scope}).status_code == 409
    )
    session.refresh(account)
    assert {grant.role.name for grant in account.grants} == {"PA", "FP"}

    given = next(grant for grant in account.grants if grant.role.name == "FP")
    assert admin.post(f"/accounts/{account.id}/roles/{given.id}/withdraw").status_code == 302
    assert admin.post(f"/accounts/{account.id}/roles/{given.id}/withdraw").status_code == 404
    session.refresh(account)
    assert {grant.role.name for grant in account.grants} == {"PA"}


def test_nobody_changes_the_own_account(session: Session, admin: FlaskClient) -> None:
    own = session.scalars(select(Account)).one()

    page = admin.get(f"/accounts/{own.id}").text

    assert "another administrator changes it" in page
    for verb in ("disable", "reset"):
        assert admin.post(f"/accounts/{own.id}/{verb}").status_code == 403
    grant = own.grants[0]
    assert admin.post(f"/accounts/{own.id}/roles/{grant.id}/withdraw").status_code == 403


def test_closing_beginning_again_and_opening(
    session: Session, admin: FlaskClient, home: Organisation
) -> None:
    account = factories.Account.with_role("PA", home)
    session.commit()

    assert admin.post(f"/accounts/{account.id}/disable").status_code == 302
    session.refresh(account)
    assert not account.active
    assert "Account closed" in admin.get(f"/accounts/{account.id}").text
    assert admin.post(f"/accounts/{account.id}/enable").status_code == 302
    session.refresh(account)
    assert account.active
    slip = admin.post(f"/accounts/{account.id}/reset")
    assert "First password" in slip.text
    session.refresh(account)
    assert account.temporary_until is not None
    assert {"disable", "enable", "reset"} <= set(actions(session))


def test_accounts_are_changed_only_soon_after_the_password(
    admin: FlaskClient, session: Session, home: Organisation
) -> None:
    account = factories.Account.with_role("PA", home)
    session.commit()
    with admin.session_transaction() as web:
        web["fs_paa"] = time.time() - 3600
        web.pop("fs_gexp", None)

    answer = admin.post(f"/accounts/{account.id}/disable")

    assert answer.headers["Location"].startswith("/account/verify")
    session.refresh(account)
    assert account.active


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_database_as_often_for_one_as_for_three(
    session: Session, admin: FlaskClient, home: Organisation, number: int
) -> None:
    for _ in range(number):
        factories.Account.with_role("PA", home)
    session.commit()

    assert admin.get("/accounts").text.count('<li class="row-item">') == number + 1
