from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from wtforms import BooleanField, Form, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired

from directory.core.text import N_
from directory.core.web import Page
from directory.models import Account
from directory.pages import shell
from routing.answers import Answer, Finding
from routing.referral_states import STATES
from tests import factories

MACROS = '{% import "directory/macros.html" as m %}'


class Course(Form):
    name = StringField(N_("Name"), [DataRequired(N_("Say a name."))], description=N_("As on paper"))
    level = RadioField(
        "Level",
        choices=[SelectChoice("a", "Never"), SelectChoice("b", "Primary")],
        validators=[DataRequired()],
    )
    region = SelectField("Region", choices=[SelectChoice("x", "X")])
    open = BooleanField("Open now")


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def show(app: Flask) -> Callable[..., str]:
    """What a piece of template says in English."""

    def do(template: str, **values: object) -> str:
        with app.test_request_context("/", headers={"Accept-Language": "en"}):
            return render_template_string(MACROS + template, **values)

    return do


def test_page_has_nothing_inline(client: FlaskClient) -> None:
    page = Tags(client.get("/maps/atlas").text)

    assert page.found
    for tag, attributes in page.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        assert tag != "style"
        assert tag != "script" or attributes.get("src")


def test_page_can_be_used_from_the_keyboard(client: FlaskClient) -> None:
    page = Tags(client.get("/maps/atlas").text).found

    focusable = [at for tag, at in page if tag in ("a", "button", "input", "select")]
    assert focusable[0]["href"] == "#main"
    assert ("main", "main") in [(tag, at.get("id")) for tag, at in page]


def test_files_of_the_page_exist(client: FlaskClient) -> None:
    page = client.get("/maps/atlas").text

    files = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))
    assert len(files) >= 5
    for file in files:
        with client.get(file) as answer:
            assert answer.status_code == 200, file
            assert answer.cache_control.immutable


def test_menu_shows_only_what_the_actor_may_do(
    app: Flask, session: Session, client: FlaskClient,
    sign_in: Callable[[FlaskClient, Account], FlaskClient], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    entries = (
        shell.MenuEntry("maps.atlas", N_("Atlas"), "map"),
        shell.MenuEntry("maps.static_map", N_("Secret"), "map", "maps:coordination:read"),
    )
    monkeypatch.setitem(app.extensions, "menu", entries)
    assert "Secret" not in client.get("/maps/atlas").text

    coordinator = factories.Account.with_role("RCO")
    page = sign_in(app.test_client(), coordinator).get("/maps/atlas").text

    assert "Secret" in page
    assert 'aria-current="page"' in page


def test_every_state_of_a_referral_has_its_word_and_an_icon(show: Callable[..., str]) -> None:
    for state, info in STATES.items():
        badge = show("{{ m.referral_status(state, word) }}", state=state, word=info.word)
        assert "<use href=" in badge
        assert str(info.word).replace("'", "&#39;") in badge


@pytest.mark.parametrize("answer", Answer)
def test_every_answer_is_said_and_not_only_coloured(
    show: Callable[..., str], answer: Answer
) -> None:
    said = show("{{ m.reasons(f) }}", f=[Finding(answer, N_("{years} years old", years=22))])

    assert "22 years old" in said
    assert re.search(r'<span class="visually-hidden">[A-Z].+?:</span>', said)


def test_wrong_form_names_every_problem_and_leads_to_its_field(show: Callable[..., str]) -> None:
    form = Course()
    form.validate()

    page = Tags(
        show("{{ m.problems(form) }}{% for f in form %}{{ m.field(f) }}{% endfor %}", form=form)
    ).found

    ids = {at["id"] for _, at in page if "id" in at}
    links = [at["href"] for tag, at in page if tag == "a"]
    assert links == ["#name", "#level", "#region"]
    assert {link[1:] for link in links if link} <= ids
    described = {part for _, at in page for part in (at.get("aria-describedby") or "").split()}
    assert described <= ids
    assert "name-help" in described
    assert [
        at["aria-invalid"] for tag, at in page if tag == "input" and at.get("id") == "name"
    ] == ["true"]
    labelled = {at["for"] for tag, at in page if tag == "label"}
    assert {at["id"] for tag, at in page if tag in ("input", "select")} <= labelled


def test_form_without_problems_has_no_summary(show: Callable[..., str]) -> None:
    assert show("{{ m.problems(form) }}", form=Course()).strip() == ""


def test_pages_of_a_list_keep_the_question(app: Flask) -> None:
    with app.test_request_context("/maps/atlas?country=GM&need=a&need=b&page=2"):
        shown = render_template_string(MACROS + "{{ m.pagination(page, 50) }}", page=Page(2, 20))

    assert re.findall(r'<a [^>]*href="([^"]+)"', shown) == [
        "/maps/atlas?country=GM&amp;need=a&amp;need=b&amp;page=1",
        "/maps/atlas?country=GM&amp;need=a&amp;need=b&amp;page=3",
    ]


def test_list_of_one_page_has_no_pages(show: Callable[..., str]) -> None:
    assert show("{{ m.pagination(page, 20) }}", page=Page(1, 20)).strip() == ""


@pytest.mark.parametrize("address", ["/no/such/page", "/language/xx"])
def test_refusal_says_what_to_do_next(client: FlaskClient, address: str) -> None:
    client.get("/language/en")

    answer = client.get(address)

    assert answer.status_code == 404
    assert "Check the address, or start again from the search." in answer.text


def test_sign_in_stands_in_the_shell_with_labelled_fields(client: FlaskClient) -> None:
    answer = client.get("/sign-in")

    page = Tags(answer.text).found
    assert ("main", "main") in [(tag, at.get("id")) for tag, at in page]
    labelled = {at["for"] for tag, at in page if tag == "label"}
    shown = [at for tag, at in page if tag == "input" and at["type"] not in ("hidden", "submit")]
    assert [at["name"] for at in shown] == ["email", "password"]
    assert {at["id"] for at in shown} <= labelled
    assert "style" not in {tag for tag, _ in page}
