"""The number that accompanied people call: on the screen, as JSON, from the console, on the receipt."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.core.errors import Invalid
from directory.models import Organisation
from routing.help_lines import HelpLine, read_help_line
from routing.queries.receipts import desk_of
from tests import factories
from tests.routing.browser import Browser, SignIn
from tests.routing.stories import Story

NUMBER, PRINTED = "620 12 34 56", "+224 620 12 34 56"


@pytest.fixture
def supervisor(story: Story, app: Flask, sign_in: SignIn) -> Browser:
    return Browser(sign_in(app.test_client(), story.accounts["RS"]))


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


@pytest.mark.parametrize(
    ("phone", "country", "read"),
    [
        (NUMBER, "GN", PRINTED),
        ("+224620123456", "SN", PRINTED),
        ("00 221 33 123 45 67", "GN", "+221 33 123 45 67"),
        ("116", "SN", "116"),
        (" ", "GN", None),
        (None, "GN", None),
    ],
)
def test_number_is_kept_as_it_is_printed(phone: str | None, country: str, read: str | None) -> None:
    assert read_help_line(phone, None, country) == HelpLine(read, None)


@pytest.mark.parametrize(
    ("phone", "hours", "field"),
    [
        ("call us", "", "phone"),
        ("12345678901234567", "", "phone"),
        ("", "8:00 to 17:00", "phone"),
        (NUMBER, "x" * 121, "hours"),
    ],
)
def test_what_is_no_help_line_is_refused_with_the_field(phone: str, hours: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_help_line(phone, hours, "GN")
    assert set(refusal.value.fields) == {field}


def test_supervisor_says_it_and_the_receipt_shows_it(story: Story, supervisor: Browser) -> None:
    key, member = story.sender.id, story.sent().member
    assert supervisor.client.get("/help-lines").headers["Location"].endswith(f"/help-lines/{key}")
    supervisor.get(f"/help-lines/{key}")

    supervisor.post(f"/help-lines/{key}", {"phone": NUMBER, "hours": " 8 h  – 17 h "})

    story.session.expire_all()
    desk = desk_of(story.session, member)
    assert (desk.phone, desk.hours, desk.email) == (PRINTED, "8 h – 17 h", None)
    assert PRINTED in supervisor.get(f"/help-lines/{key}")
    supervisor.post(f"/help-lines/{key}", {"phone": PRINTED, "hours": "8 h – 17 h"})
    query = select(AuditEntry.details).where(AuditEntry.action == "routing:help-line:edit")
    assert story.session.scalars(query).all() == [{"is_there": True}], "and once only"


def test_wrong_number_comes_back_with_what_was_typed(story: Story, supervisor: Browser) -> None:
    path = f"/help-lines/{story.sender.id}"
    supervisor.get(path)

    page = supervisor.post(path, {"phone": "12", "hours": "toujours"}, status=422)

    assert 'value="toujours"' in page
    assert 'href="#phone"' in page
    assert story.sender.help_hours is None


def test_help_line_of_others_is_not_there(
    story: Story, supervisor: Browser, without_form_tokens: None
) -> None:
    other = factories.Organisation()
    story.session.commit()

    for key in (other.id, story.provider.id):
        assert supervisor.client.get(f"/help-lines/{key}").status_code == 404
        said = supervisor.client.put(
            f"/api/v1/help-lines/{key}", json={"phone": None, "hours": None}
        )
        assert said.status_code == 404


def test_the_same_as_json(story: Story, supervisor: Browser, without_form_tokens: None) -> None:
    path = f"/api/v1/help-lines/{story.sender.id}"

    said = supervisor.client.put(path, json={"phone": NUMBER, "hours": None})
    refused = supervisor.client.put(path, json={"phone": "1", "hours": None})

    row = {"id": str(story.sender.id), "name": story.sender.name, "phone": PRINTED, "hours": None}
    assert (said.status_code, said.json) == (200, row)
    assert refused.status_code == 422
    assert supervisor.client.get("/api/v1/help-lines").json == {"items": [row]}


def test_the_same_from_the_console(app: Flask, story: Story) -> None:
    story.session.commit()
    runner, command = app.test_cli_runner(), ["routing", "help-line", story.sender.key]

    said = runner.invoke(args=[*command, "--phone", NUMBER, "--hours", "8 h"])
    refused = runner.invoke(args=[*command, "--phone", "twelve"])

    assert said.output == f"{PRINTED}\t8 h\n"
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
    kept = story.session.get_one(Organisation, story.sender.id, populate_existing=True)
    assert kept.help_phone == PRINTED
    assert runner.invoke(args=command).output == "no help line\n"
