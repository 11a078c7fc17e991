"""Passwords, second factor and recovery codes, on a database that really commits (C-T24)."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.audit import AuditEntry
from directory.core.clock import now
from directory.models import WebSession
from directory.operations.accounts import TRIES, give_role, reset_access
from tests import signing
from tests.applications import application
from tests.databases import Databases
from tests.signing import OTHER_PASSWORD, PASSWORD, Browser, account_of, people

WRONG = "not-the-password-of-anybody"
NEW_PASSWORD = {
    "password": PASSWORD,
    "new_password": OTHER_PASSWORD,
    "new_password_confirm": OTHER_PASSWORD,
}


@pytest.fixture(scope="module")
def real_app(databases: Databases, worker_id: str) -> Iterator[Flask]:
    """An application whose requests commit, each in a context of its own."""
    with databases.migrated(f"sign_in_{worker_id}") as address:
        generous = {"login_per_minute": "1000 per minute", "login_per_address": "1000 per minute"}
        with application(address, **generous) as app:
            yield app


@pytest.fixture
def email(request: pytest.FixtureRequest) -> str:
    """An address of this test's own."""
    return f"{request.node.originalname.removeprefix('test_')[:50]}@example.org"


def actions(session: Session, email: str) -> list[str]:
    """What the audit tells of an account, in order."""
    subject = f"account:{account_of(session, email).id}"
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject == subject)
        .order_by(AuditEntry.at, AuditEntry.number)
    )
    return [entry.action.removeprefix("directory:") for entry in session.scalars(query)]


def with_second_factor(app: Flask, email: str, role: str = "RC") -> Browser:
    """A caseworker who has just set up the second factor, and is signed in."""
    signing.make_account(app, email, role)
    browser = Browser(app)
    browser.sign_in(email)
    assert signing.set_up_second_factor(browser).status_code == 302
    browser.get("/account/recovery-codes")
    browser.post("/account/recovery-codes")
    return browser


def fresh_code(app: Flask, email: str) -> str:
    """A code that was not used yet: the clock of the last used one is set back."""
    with people(app) as session:
        account = account_of(session, email)
        account.tf_last_counter = None
        secret = str(account.tf_totp_secret)
    return signing.code_of(app, secret)


# --------------------------------------------------------------------------------------- passwords


def test_right_password_signs_in_and_is_recorded(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA")
    browser = Browser(real_app)

    answer = browser.sign_in(email)

    assert answer.status_code == 302
    assert browser.is_signed_in()
    with people(real_app) as session:
        assert actions(session, email) == ["account:create", "account:grant", "session:start"]


def test_address_is_found_whatever_its_case(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA")

    assert Browser(real_app).sign_in(f" {email.upper()} ").status_code == 302


def test_refusal_does_not_tell_whether_the_address_has_an_account(
    real_app: Flask, email: str
) -> None:
    signing.make_account(real_app, email, "PA")
    signing.make_account(real_app, f"closed-{email}", "PA")
    with people(real_app) as session:
        account_of(session, f"closed-{email}").active = False

    def refused(address: str, password: str) -> str:
        answer = Browser(real_app).sign_in(address, password)
        assert answer.status_code == 200
        return re.sub(r'value="[^"]*"', "", answer.text).replace(address, "")

    pages = {
        refused(email, WRONG), refused(f"nobody-{email}", WRONG),
        refused(f"closed-{email}", WRONG), refused(f"closed-{email}", PASSWORD),
    }  # fmt: skip
    assert len(pages) == 1


def test_failed_attempts_are_recorded_with_and_without_account(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA")

    Browser(real_app).sign_in(email, WRONG)
    Browser(real_app).sign_in(f"nobody-{email}", WRONG)

    with people(real_app) as session:
        assert actions(session, email)[-1] == "session:refuse"
        unknown = select(AuditEntry).where(AuditEntry.subject == "account:unknown")
        line = session.scalars(unknown).all()[-1]
        assert (line.action, line.ip_prefix) == ("directory:session:refuse", "192.0.0.0/16")
        assert email not in str(line.details)


def test_account_closes_after_six_attempts_and_opens_by_itself(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA")
    for _ in range(TRIES):
        Browser(real_app).sign_in(email, WRONG)

    assert Browser(real_app).sign_in(email).status_code == 200

    with people(real_app) as session:
        closed_until = account_of(session, email).locked_until
        assert closed_until is not None
        assert closed_until > now()
    for _ in range(TRIES + 1):
        Browser(real_app).sign_in(email, WRONG)
    with people(real_app) as session:
        assert account_of(session, email).locked_until == closed_until
        account_of(session, email).locked_until = now()
    assert Browser(real_app).sign_in(email).status_code == 302
    with people(real_app) as session:
        assert account_of(session, email).failed_logins == 0


def test_nothing_is_remembered_on_the_device(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA")
    browser = Browser(real_app)
    browser.get("/sign-in")

    answer = browser.post("/sign-in", {"email": email, "password": PASSWORD, "remember": "y"})

    assert [cookie.split("=")[0] for cookie in answer.headers.getlist("Set-Cookie")] == ["sid"]


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/\\evil.example", "///evil.example"]
)
def test_sign_in_leads_nowhere_else(real_app: Flask, email: str, where: str) -> None:
    address = f"{abs(hash(where))}-{email[:8]}@example.org"
    signing.make_account(real_app, address, "PA")
    browser = Browser(real_app)
    browser.get(f"/sign-in?next={where}")

    answer = browser.post(
        f"/sign-in?next={where}", {"email": address, "password": PASSWORD, "next": where}
    )

    goal = urlsplit(
        urljoin("http://localhost/sign-in", answer.headers.get("Location", "/").replace("\\", "/"))
    )
    assert goal.netloc == "localhost"


def test_sign_in_leads_back_to_the_page_that_asked(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA")
    browser = Browser(real_app)

    asked = browser.get("/account")
    browser.get(asked.headers["Location"])
    answer = browser.post(asked.headers["Location"], {"email": email, "password": PASSWORD})

    assert answer.headers["Location"].endswith("/account")


def test_program_gets_no_token_by_password(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA")
    browser = Browser(real_app)
    browser.get("/sign-in")

    answer = browser.client.post(
        "/sign-in?include_auth_token", json={"email": email, "password": PASSWORD},
        headers={"X-CSRFToken": browser.token, "Accept": "application/json"},
    )  # fmt: skip

    assert "authentication_token" not in answer.text


def test_demo_account_is_nobody_where_there_is_no_demonstration(
    real_app: Flask, email: str
) -> None:
    signing.make_account(real_app, email, "RC", is_demo=True)
    browser = Browser(real_app)

    browser.sign_in(email)

    assert browser.get("/cases").status_code == 302
    assert not browser.is_signed_in()


def test_sign_out_ends_the_session_and_is_recorded(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA")
    browser = Browser(real_app)
    browser.sign_in(email)
    browser.get("/account")
    stolen = browser.session_id

    assert browser.post("/sign-out").status_code == 302

    assert not browser.is_signed_in()
    thief = Browser(real_app)
    thief.client.set_cookie("sid", str(stolen))
    assert not thief.is_signed_in()
    with people(real_app) as session:
        assert actions(session, email)[-1] == "session:end"


# ----------------------------------------------------------------------------- temporary passwords


def test_temporary_password_is_changed_before_anything_else(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA", is_temporary=True, now=now())
    browser = Browser(real_app)
    browser.sign_in(email)

    for path in ("/", "/account", "/maps/atlas"):
        assert browser.get(path).headers["Location"] == "/account/password"

    browser.get("/account/password")
    answer = browser.post(
        "/account/password",
        NEW_PASSWORD,
    )
    assert answer.status_code == 302
    assert browser.is_signed_in()
    assert Browser(real_app).sign_in(email).status_code == 200
    assert Browser(real_app).sign_in(email, OTHER_PASSWORD).status_code == 302


def test_temporary_password_ends(real_app: Flask, email: str) -> None:
    signing.make_account(
        real_app, email, "PA", is_temporary=True, now=now() - dt.timedelta(hours=73)
    )

    assert Browser(real_app).sign_in(email).status_code == 200


@pytest.mark.parametrize(
    "password",
    [
        "short-one",
        "motdepasse1234",
        "passwordpassword",
        "aaaaaaaaaaaaaaaa",
        "passerelle2024",
        "x" * 129,
    ],
)
def test_weak_password_is_refused(real_app: Flask, email: str, password: str) -> None:
    address = f"{abs(hash(password))}@example.org"
    signing.make_account(real_app, address, "PA")
    browser = Browser(real_app)
    browser.sign_in(address)
    browser.get("/account/password")

    answer = browser.post(
        "/account/password",
        {"password": PASSWORD, "new_password": password, "new_password_confirm": password},
    )

    assert answer.status_code == 200
    assert "field-error" in answer.text
    assert Browser(real_app).sign_in(address).status_code == 302


# ----------------------------------------------------------------------------------- second factor


def test_whoever_sees_people_sets_up_a_second_factor_before_anything_else(
    real_app: Flask, email: str
) -> None:
    signing.make_account(real_app, email, "RC")
    browser = Browser(real_app)

    answer = browser.sign_in(email)

    assert answer.headers["Location"] == "/account/second-factor"
    assert browser.get("/cases").headers["Location"].startswith("/sign-in")
    assert signing.set_up_second_factor(browser).status_code == 302
    assert browser.get("/cases").headers["Location"] == "/account/recovery-codes"
    browser.get("/account/recovery-codes")
    codes = re.findall(
        r"<code>([0-9a-f-]{14})</code>", browser.post("/account/recovery-codes").text
    )
    assert len(set(codes)) == 8
    assert browser.get("/cases").status_code == 200


def test_administrator_of_accounts_needs_a_second_factor_too(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "ADMIN")

    assert Browser(real_app).sign_in(email).headers["Location"] == "/account/second-factor"


def test_sign_in_asks_for_a_code(real_app: Flask, email: str) -> None:
    with_second_factor(real_app, email)
    browser = Browser(real_app)

    assert browser.sign_in(email).headers["Location"] == "/sign-in/code?next=/"
    assert not browser.is_signed_in()
    browser.get("/sign-in/code")
    assert browser.post("/sign-in/code", {"code": "000000"}).status_code == 200
    assert not browser.is_signed_in()
    browser.get("/sign-in/code")
    assert browser.post("/sign-in/code", {"code": fresh_code(real_app, email)}).status_code == 302
    assert browser.is_signed_in()


def test_code_works_once(real_app: Flask, email: str) -> None:
    with_second_factor(real_app, email)
    code = fresh_code(real_app, email)
    first, second = Browser(real_app), Browser(real_app)
    for browser in (first, second):
        browser.sign_in(email)
        browser.get("/sign-in/code")

    assert first.post("/sign-in/code", {"code": code}).status_code == 302
    assert second.post("/sign-in/code", {"code": code}).status_code == 200
    assert not second.is_signed_in()


def test_code_of_two_minutes_ago_is_refused(real_app: Flask, email: str) -> None:
    with_second_factor(real_app, email)
    with people(real_app) as session:
        account = account_of(session, email)
        account.tf_last_counter = None
        totp = real_app.extensions["security"].totp_factory._totp.from_source(
            str(account.tf_totp_secret)
        )
    browser = Browser(real_app)
    browser.sign_in(email)

    for seconds in (-120, -90, 120):
        browser.get("/sign-in/code")
        assert (
            browser.post(
                "/sign-in/code", {"code": totp.generate(time.time() + seconds).token}
            ).status_code
            == 200
        )
    assert not browser.is_signed_in()


def test_wrong_codes_close_the_account_and_then_the_right_one_is_refused(
    real_app: Flask, email: str
) -> None:
    with_second_factor(real_app, email)
    browser = Browser(real_app)
    browser.sign_in(email)
    for number in range(TRIES):
        browser.get("/sign-in/code")
        browser.post("/sign-in/code", {"code": f"{number:06}"})

    browser.get("/sign-in/code")
    assert browser.post("/sign-in/code", {"code": fresh_code(real_app, email)}).status_code == 200

    assert not browser.is_signed_in()
    assert Browser(real_app).sign_in(email).status_code == 200


def test_password_without_code_does_not_clear_the_count(real_app: Flask, email: str) -> None:
    with_second_factor(real_app, email)
    for number in range(TRIES):
        browser = Browser(real_app)
        assert browser.sign_in(email).status_code == 302
        browser.get("/sign-in/code")
        browser.post("/sign-in/code", {"code": f"{number:06}"})

    assert Browser(real_app).sign_in(email).status_code == 200


def test_recovery_code_works_once(real_app: Flask, email: str) -> None:
    browser = with_second_factor(real_app, email)
    browser.get("/account/recovery-codes")
    code = re.findall(
        r"<code>([0-9a-f-]{14})</code>", browser.post("/account/recovery-codes").text
    )[0]
    with people(real_app) as session:
        assert code not in str(account_of(session, email).mf_recovery_codes)

    first = Browser(real_app)
    first.sign_in(email)
    first.get("/sign-in/recovery")
    assert first.post("/sign-in/recovery", {"code": f" {code.upper()} "}).status_code == 302
    assert first.is_signed_in()

    second = Browser(real_app)
    second.sign_in(email)
    second.get("/sign-in/recovery")
    assert second.post("/sign-in/recovery", {"code": code}).status_code == 200
    assert not second.is_signed_in()


def test_wrong_recovery_codes_close_the_account(real_app: Flask, email: str) -> None:
    with_second_factor(real_app, email)
    browser = Browser(real_app)
    browser.sign_in(email)
    for number in range(TRIES):
        browser.get("/sign-in/recovery")
        browser.post("/sign-in/recovery", {"code": f"{number:04}-0000-0000"})

    assert Browser(real_app).sign_in(email).status_code == 200


def test_role_given_later_asks_for_a_second_factor_at_the_next_request(
    real_app: Flask, email: str
) -> None:
    signing.make_account(real_app, email, "PA")
    browser = Browser(real_app)
    browser.sign_in(email)
    assert browser.is_signed_in()

    with people(real_app) as session:
        home = signing.organisation(session)
        give_role(
            session,
            account_of(session, email),
            "RC",
            actor=SYSTEM,
            now=now(),
            organisation_id=home.id,
        )

    assert browser.get("/cases").headers["Location"] == "/account/second-factor"
    assert signing.set_up_second_factor(browser).status_code == 302
    browser.get("/account/recovery-codes")
    browser.post("/account/recovery-codes")
    assert browser.get("/cases").status_code == 200


def test_second_factor_cannot_be_switched_off_by_whoever_needs_it(
    real_app: Flask, email: str
) -> None:
    browser = with_second_factor(real_app, email)
    browser.get("/account/second-factor")

    browser.post("/account/second-factor", {"setup": "disable"})

    with people(real_app) as session:
        assert account_of(session, email).has_second_factor


def test_second_factor_is_changed_only_soon_after_the_password(real_app: Flask, email: str) -> None:
    browser = with_second_factor(real_app, email)
    with browser.client.session_transaction() as web:
        web["fs_paa"] = time.time() - 3600
        web["fs_gexp"] = time.time() - 1800

    assert browser.get("/account/second-factor").headers["Location"].startswith("/account/verify")
    assert browser.get("/account/recovery-codes").headers["Location"].startswith("/account/verify")
    browser.get("/account/verify")
    assert browser.post("/account/verify", {"password": WRONG}).status_code == 200
    assert browser.post("/account/verify", {"password": PASSWORD}).status_code == 302
    assert browser.get("/account/second-factor").status_code == 200


def test_changing_the_password_does_not_get_around_the_second_factor(
    real_app: Flask, email: str
) -> None:
    browser = with_second_factor(real_app, email)
    browser.get("/account/password")
    browser.post(
        "/account/password",
        NEW_PASSWORD,
    )

    again = Browser(real_app)

    assert again.sign_in(email, OTHER_PASSWORD).headers["Location"].startswith("/sign-in/code")
    assert not again.is_signed_in()


def test_beginning_again_asks_for_a_new_password_and_a_new_second_factor(
    real_app: Flask, email: str
) -> None:
    browser = with_second_factor(real_app, email)
    with people(real_app) as session:
        account = account_of(session, email)
        reset_access(
            session, account, password_hash=hash_password(OTHER_PASSWORD), actor=SYSTEM, now=now()
        )
        assert actions(session, email)[-1] == "account:reset"

    assert not browser.is_signed_in()
    again = Browser(real_app)
    assert again.sign_in(email).status_code == 200
    assert again.sign_in(email, OTHER_PASSWORD).headers["Location"] == "/account/second-factor"
    signing.set_up_second_factor(again)
    assert again.get("/cases").headers["Location"] == "/account/password"


def test_secret_is_never_in_an_address(real_app: Flask, email: str) -> None:
    browser = with_second_factor(real_app, email)
    browser.get("/account/second-factor")

    page = browser.post("/account/second-factor", {"setup": "authenticator"})

    assert re.findall(r'action="([^"]+)"', page.text)[-1] == "/sign-in/code"
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert browser.post("/account/second-factor/anything").status_code == 404


def test_rows_of_ended_sessions_go_away(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "PA")
    Browser(real_app).sign_in(email)
    with people(real_app) as session:
        for row in session.scalars(select(WebSession)):
            row.ends_at = now() - dt.timedelta(minutes=1)

    browser = Browser(real_app)
    browser.sign_in(email)

    with people(real_app) as session:
        assert len(session.scalars(select(WebSession)).all()) == 1
