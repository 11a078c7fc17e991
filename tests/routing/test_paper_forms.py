"""Printed forms tell a recipient what the screen would, and nothing more (C-T21)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.who import Who
from routing.models import Disclosure, Referral
from routing.operations.withdrawals import withdraw_consent
from tests import factories
from tests.printing import Print, read_print
from tests.routing.browser import Browser
from tests.routing.screens import Seat
from tests.routing.stories import NAME, NUMBER, Story


@pytest.fixture
def caseworker(seat: Seat) -> Browser:
    return seat(Who.RC)


def printed(browser: Browser, path: str, status: int = 200) -> Print:
    answer = browser.client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "no-store"
    found = read_print(answer.data)
    assert (found.width_mm, found.height_mm) == (210, 297)
    return found


def on_paper(session: Session) -> list[Disclosure]:
    session.expire_all()
    query = select(Disclosure).where(Disclosure.channel == "paper")
    return list(session.scalars(query.order_by(Disclosure.at)))


def test_referral_form_holds_no_name_before_acceptance(
    story: Story, session: Session, caseworker: Browser
) -> None:
    referral = story.sent()
    session.commit()
    found = printed(caseworker, f"/referrals/{referral.id}/forms/referral?language=en")
    assert referral.code in found.text
    assert "18 to 24 years" in found.text
    assert "Without the name." in found.text
    assert [word for word in (NAME, NUMBER, "canary", "2004") if word in found.text] == []
    [line] = on_paper(session)
    assert line.stage == 1
    assert line.recipient_id == referral.recipient_id
    assert "age-band" in line.field_names
    assert "name" not in line.field_names


def test_referral_form_holds_the_name_after_acceptance_and_says_so_in_the_log(
    story: Story, session: Session, caseworker: Browser
) -> None:
    referral = story.accepted()
    session.commit()
    found = printed(caseworker, f"/referrals/{referral.id}/forms/referral?language=fr")
    assert NAME in found.text
    assert "Fiche de référencement" in found.text
    assert "Referral form" not in found.text
    [line] = on_paper(session)
    assert "name" in line.field_names
    actions = session.scalars(select(AuditEntry.action)).all()
    assert "routing:form:referral" in actions


def test_what_was_struck_is_not_even_a_blank(
    story: Story, session: Session, caseworker: Browser
) -> None:
    need, listing = story.need(), story.listing()
    story.consent(need, listing, fields_excluded=frozenset({"education"}))
    referral = story.draft(need, listing)
    story.step(referral, "prepare", Who.RC, affordability="talked over")
    session.commit()
    found = printed(caseworker, f"/referrals/{referral.id}/forms/referral?language=en")
    assert "Schooling" not in found.text
    assert on_paper(session) == []


def test_without_consent_the_form_has_blanks_only(
    story: Story, session: Session, caseworker: Browser
) -> None:
    referral = story.draft(story.need(), story.listing())
    session.commit()
    found = printed(caseworker, f"/referrals/{referral.id}/forms/referral?language=en")
    assert "Nothing is printed about the person" in found.text
    assert "Schooling" in found.text
    assert "18 to 24" not in found.text


def test_withdrawn_nothing_is_printed_for_the_provider_any_more(
    story: Story, session: Session, caseworker: Browser
) -> None:
    referral = story.accepted()
    withdraw_consent(
        session, story.consent_of(referral), actor=story.actor(Who.RC), role=Who.RC,
        now=story.now, channel="office",
    )  # fmt: skip
    session.commit()
    answer = caseworker.client.get(f"/referrals/{referral.id}/forms/referral")
    assert answer.status_code == 409
    assert on_paper(session) == []


@pytest.mark.parametrize("recorded", [False, True])
def test_consent_form_says_field_by_field_what_goes_and_holds_no_value(
    story: Story, session: Session, caseworker: Browser, *, recorded: bool
) -> None:
    referral: Referral = story.sent() if recorded else story.draft(story.need(), story.listing())
    referral.member.language = "en"
    session.commit()
    found = printed(caseworker, f"/referrals/{referral.id}/forms/consent")
    for words in (
        "We would like to ask Provider", "Schooling", "What the person has suffered",
        "Signature or thumbprint", "You can take your yes back at any time",
    ):  # fmt: skip
        assert words in found.text, words
    assert [word for word in (NAME, NUMBER, "Year 9", "canary") if word in found.text] == []
    assert ("×" in found.text) is recorded
    assert on_paper(session) == []


def test_transfer_form_names_codes_and_nobody(
    story: Story, session: Session, caseworker: Browser
) -> None:
    receiver = factories.Organisation(name="Receiving ministry")
    named = story.sent()
    hidden = story.sent(
        story.need(named.case, category="psychosocial"), story.listing(category="psychosocial")
    )
    session.commit()
    found = printed(
        caseworker, f"/cases/{named.case_id}/forms/transfer?receiver={receiver.key}&language=en"
    )
    assert "Receiving ministry" in found.text
    for words in (named.code, hidden.code, "Supervisor who receives", "Name of the person"):
        assert words in found.text, words
    assert [word for word in (NAME, NUMBER, "canary") if word in found.text] == []


@pytest.mark.parametrize("receiver", ["", "no-such-organisation"])
def test_transfer_form_needs_a_receiver(
    story: Story, session: Session, caseworker: Browser, receiver: str
) -> None:
    case = story.need().case
    session.commit()
    answer = caseworker.client.get(f"/cases/{case.id}/forms/transfer?receiver={receiver}")
    assert answer.status_code == 409


def test_transfer_to_a_public_body_is_not_printed_against_the_persons_word(
    story: Story, session: Session, caseworker: Browser
) -> None:
    ministry = factories.Organisation(kind="public")
    case = story.need().case
    case.excludes_government = True
    session.commit()
    answer = caseworker.client.get(f"/cases/{case.id}/forms/transfer?receiver={ministry.key}")
    assert answer.status_code == 409


@pytest.mark.parametrize("name", ["referral", "consent"])
def test_forms_are_written_from_the_console(
    story: Story, session: Session, app: Flask, tmp_path: Path, name: str
) -> None:
    referral = story.sent()
    session.commit()
    file = tmp_path / "form.pdf"
    done = app.test_cli_runner().invoke(
        args=["routing", "form", name, referral.code, "--language", "en", "-o", str(file)]
    )
    assert done.exit_code == 0, done.output
    text = read_print(file.read_bytes()).text
    assert referral.code in text
    assert NAME not in text


def test_transfer_form_is_written_from_the_console(
    story: Story, session: Session, app: Flask, tmp_path: Path
) -> None:
    referral = story.sent()
    receiver = factories.Organisation()
    session.commit()
    file, run = tmp_path / "form.pdf", app.test_cli_runner().invoke
    code = referral.case.code
    done = run(args=["routing", "form", "transfer", code, "--to", receiver.key, "-o", str(file)])
    assert done.exit_code == 0, done.output
    assert code in read_print(file.read_bytes()).text
    done = run(args=["routing", "form", "transfer", code, "--to", "nobody", "-o", str(file)])
    assert done.exit_code == 1
    assert "Name the receiving organisation." in done.output
