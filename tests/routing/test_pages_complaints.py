"""Complaining without an account, following with the receipt, and the desks that handle it (C-T14)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.outbox import OutboxMessage
from directory.visibility import Visibility
from routing.complaint_levels import Level
from routing.complaint_life import State
from routing.models import Complaint, ComplaintEvent
from tests.directory.searching import publish
from tests.routing.browser import Browser, SignIn
from tests.routing.complaining import NAME, NUMBER, WORDS, Complaining
from tests.routing.stories import Story

RECEIPT = re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b")
DESK = "/complaints"


@pytest.fixture
def people(session: Session, story: Story) -> Complaining:
    return Complaining(story)


@pytest.fixture
def visitor(people: Complaining, client: FlaskClient) -> Browser:
    people.session.commit()
    return Browser(client)


@pytest.fixture
def desk(people: Complaining, app: Flask, sign_in: SignIn) -> Callable[[str], Browser]:
    """Somebody of the story at a screen, by role."""

    def sit(role: str) -> Browser:
        account = people.handlers.get(role) or people.story.accounts[role]
        return Browser(sign_in(app.test_client(), account))

    return sit


def complained(visitor: Browser, **given: str) -> str:
    """The receipt of a complaint that was made at the public form."""
    visitor.get("/complaints/new")
    page = visitor.post("/complaints/new", {"words": WORDS, "country": "GN", **given}, status=200)
    found = RECEIPT.search(page)
    assert found, page
    return found[0]


def only(session: Session) -> Complaint:
    session.expire_all()
    return session.scalars(select(Complaint)).one()


# -------------------------------------------------------------------------------- the public form


def test_f27_anybody_complains_without_an_account_and_gets_a_receipt(
    visitor: Browser, session: Session
) -> None:
    receipt = complained(visitor)
    complaint = only(session)
    assert (complaint.words, complaint.name, complaint.contact) == (WORDS, None, None)
    assert (complaint.state, complaint.level) == (State.RECEIVED, Level.C1)
    digits = receipt.replace(" ", "")
    assert digits not in complaint.receipt_digest
    rows = session.connection().exec_driver_sql("SELECT * FROM complaint").all()
    assert digits not in repr(rows)
    assert WORDS not in repr(rows)


def test_form_says_whom_to_call_in_danger(visitor: Browser) -> None:
    page = visitor.get("/complaints/new")
    assert "Are you in danger now?" in page
    assert 'href="tel:117"' in page  # The Gambia, the country first shown


def test_nothing_is_missing_but_the_words(visitor: Browser, session: Session) -> None:
    visitor.get("/complaints/new")
    page = visitor.post(
        "/complaints/new", {"words": " ", "country": "GN", "name": NAME}, status=422
    )
    assert "Say in your words what happened." in page
    assert NAME in page
    assert session.scalars(select(Complaint)).all() == []


def test_telephone_that_is_none_is_said_and_keeps_the_words(visitor: Browser) -> None:
    visitor.get("/complaints/new")
    form = {"words": WORDS, "country": "GN", "contact_value": "call me"}
    page = visitor.post("/complaints/new", form, status=422)
    assert "This is not a telephone number." in page
    assert WORDS in page


def test_service_is_picked_from_the_public_directory_without_losing_the_words(
    visitor: Browser, people: Complaining, session: Session
) -> None:
    publish(session, people.listing)
    visitor.get("/complaints/new")
    form = {"words": WORDS, "country": "GN", "about": "Provider", "do": "find"}
    page = visitor.post("/complaints/new", form, status=200)
    assert WORDS in page
    picked = f"listing:{people.listing.id}"
    assert picked in page
    visitor.post("/complaints/new", {**form, "do": "", "party": picked}, status=200)
    complaint = only(session)
    assert complaint.listing_id == people.listing.id
    assert [party.organisation_id for party in complaint.parties if party.is_certain] == [
        people.accused.id
    ]


def test_hidden_service_is_neither_found_nor_accepted(
    visitor: Browser, people: Complaining, session: Session
) -> None:
    people.listing.visibility = Visibility.HIDDEN_ADDRESS
    publish(session, people.listing)
    visitor.get("/complaints/new")
    form = {"words": WORDS, "country": "GN", "about": "Provider", "do": "find"}
    assert str(people.listing.id) not in visitor.post("/complaints/new", form, status=200)
    picked = {**form, "do": "", "party": f"listing:{people.listing.id}"}
    assert "Choose one of the list, or write the name." in visitor.post(
        "/complaints/new", picked, status=422
    )


def test_same_form_sent_twice_is_one_complaint_with_the_same_receipt(
    visitor: Browser, session: Session
) -> None:
    """A line that breaks must not cost the receipt."""
    visitor.get("/complaints/new")
    hidden = visitor.hidden
    form = {**hidden, "words": WORDS, "country": "GN"}
    pages = [visitor.client.post("/complaints/new", data=form).text for _ in range(2)]
    found = [RECEIPT.search(page) for page in pages]
    first, second = (one[0] for one in found if one)
    assert first == second
    assert only(session).version == 1
    other = {**form, "words": "something else"}
    again = RECEIPT.search(visitor.client.post("/complaints/new", data=other).text)
    assert again
    assert again[0] != first


def test_tick_sends_it_straight_to_the_protected_track(
    visitor: Browser, session: Session, desk: Callable[[str], Browser], people: Complaining
) -> None:
    complained(visitor, harmed="1", category="silence")
    complaint = only(session)
    assert (complaint.level, complaint.held_by) == (Level.C0, "PSEA")
    told = {row.recipient for row in session.scalars(select(OutboxMessage))}
    assert told == {people.handlers["PSEA"].email}
    assert complaint.code in desk("PSEA").get(DESK)
    assert complaint.code not in desk("CH").get(DESK)
    desk("CH").get(f"{DESK}/{complaint.id}", status=404)
    assert WORDS in desk("PSEA").get(f"{DESK}/{complaint.id}")


def test_nothing_of_a_complaint_stands_in_an_address(visitor: Browser) -> None:
    receipt = complained(visitor, name=NAME).replace(" ", "")
    visitor.get("/complaints/follow")
    visitor.post("/complaints/follow", {"receipt": receipt}, status=200)
    assert [one for one in visitor.addresses if receipt in one or "canary" in one.lower()] == []
    assert visitor.client.get(f"/complaints/follow?receipt={receipt}").text.count(receipt) <= 2
    assert visitor.last is not None
    assert "no-store" in visitor.last.headers["Cache-Control"]


# ------------------------------------------------------------------------------------- following


def test_receipt_opens_what_was_said_and_how_it_stands(visitor: Browser) -> None:
    receipt = complained(visitor)
    visitor.get("/complaints/follow")
    page = visitor.post("/complaints/follow", {"receipt": receipt}, status=200)
    assert "Your message has arrived. Nobody has read it yet." in page
    assert WORDS in page


@pytest.mark.parametrize("typed", ["", "1234", "abcd", "0000 0000 0000 0000", "9" * 17])
def test_wrong_receipt_says_so_and_nothing_more(visitor: Browser, typed: str) -> None:
    complained(visitor)
    visitor.get("/complaints/follow")
    page = visitor.post("/complaints/follow", {"receipt": typed}, status=404)
    assert "Nothing was found." in page
    assert WORDS not in page


def test_message_is_added_once_and_the_handler_reads_it(
    visitor: Browser, session: Session, desk: Callable[[str], Browser]
) -> None:
    receipt = complained(visitor, category="silence")
    visitor.get("/complaints/follow")
    visitor.post("/complaints/follow", {"receipt": receipt}, status=200)
    form = {**visitor.hidden, "receipt": receipt, "text": "they called today"}
    for _ in range(2):
        page = visitor.client.post("/complaints/follow/add", data=form)
        assert page.status_code == 200
        assert "Your message is added." in page.text
    assert [event.step for event in only(session).events] == ["submit", "add"]
    assert "they called today" in desk("CH").get(f"{DESK}/{only(session).id}")


def test_answer_is_read_with_the_receipt_and_can_be_doubted(
    visitor: Browser, session: Session, desk: Callable[[str], Browser]
) -> None:
    receipt = complained(visitor, category="silence", contact_value=NUMBER, contact_text="1")
    address = f"{DESK}/{only(session).id}"
    handler = desk("CH")
    for name, form in (
        ("triage", {"level": "C2"}),
        ("investigate", {"action": "call the centre"}),
        ("decide", {"decision": "upheld", "reason": "internal canary"}),
        ("inform", {"explanation": "You were right. They call you tomorrow."}),
        ("close", {}),
    ):
        handler.get(f"{address}/steps/{name}")
        handler.post(f"{address}/steps/{name}", form)
    assert only(session).state is State.CLOSED
    visitor.get("/complaints/follow")
    page = visitor.post("/complaints/follow", {"receipt": receipt}, status=200)
    assert "You were right. They call you tomorrow." in page
    assert "internal canary" not in page
    assert "This does not satisfy me" in page
    told = [row for row in session.scalars(select(OutboxMessage)) if row.recipient == NUMBER]
    assert {row.template for row in told} == {"complaint-news"}
    form = {"receipt": receipt, "reason": "nobody called"}
    page = visitor.post("/complaints/follow/appeal", form, status=200)
    assert "The national coordination looks at it." in page
    complaint = only(session)
    assert (complaint.state, complaint.held_by) == (State.APPEALED, "NC")
    assert WORDS in desk("NC").get(address)
    page = visitor.post("/complaints/follow/appeal", {**form, "idempotency_key": "x"}, status=409)
    assert "nobody called" in page


def test_visitor_cannot_take_a_step_of_the_handler(visitor: Browser, session: Session) -> None:
    receipt = complained(visitor)
    visitor.get("/complaints/follow")
    visitor.post("/complaints/follow/close", {"receipt": receipt}, status=404)
    assert only(session).state is State.RECEIVED


# ------------------------------------------------------------------------------------- at the desks


def test_caseworker_enters_what_somebody_says_and_sees_no_more_of_it(
    people: Complaining, session: Session, desk: Callable[[str], Browser]
) -> None:
    caseworker = desk("RC")
    caseworker.get("/complaints/enter")
    form = {"words": WORDS, "country": "GN", "channel": "hotline", "category": "silence"}
    page = caseworker.post("/complaints/enter", form, status=200)
    assert RECEIPT.search(page)
    complaint = only(session)
    assert complaint.channel == "hotline"
    event = session.scalars(select(ComplaintEvent)).one()
    assert (event.role, event.actor) == ("RC", str(people.story.accounts["RC"].id))
    caseworker.get(f"{DESK}/{complaint.id}", status=404)
    assert complaint.code not in caseworker.get(DESK)


def test_channel_must_be_said_by_staff(desk: Callable[[str], Browser], session: Session) -> None:
    caseworker = desk("RC")
    caseworker.get("/complaints/enter")
    form = {"words": WORDS, "country": "GN", "channel": ""}
    caseworker.post("/complaints/enter", form, status=422)
    assert session.scalars(select(Complaint)).all() == []


def test_service_reads_the_summary_and_never_who_complains(
    people: Complaining, desk: Callable[[str], Browser]
) -> None:
    complaint = people.shared(name=NAME)
    page = desk("FP").get(f"{DESK}/{complaint.id}")
    assert "canary summary" in page
    assert WORDS not in page
    assert NAME not in page
    complaint.name_may_be_shared = True
    people.session.commit()
    assert NAME in desk("FP").get(f"{DESK}/{complaint.id}")


def test_service_answers_at_the_screen(people: Complaining, desk: Callable[[str], Browser]) -> None:
    complaint = people.shared()
    focal_point = desk("FP")
    address = f"{DESK}/{complaint.id}/steps/answer"
    focal_point.get(address)
    focal_point.post(address, {"text": "we call tomorrow"})
    assert "we call tomorrow" in desk("CH").get(f"{DESK}/{complaint.id}")


def test_refused_step_keeps_what_was_typed(
    people: Complaining, desk: Callable[[str], Browser]
) -> None:
    complaint = people.complaint(Level.C2)
    handler = desk("CH")
    address = f"{DESK}/{complaint.id}/steps/decide"
    handler.get(address)
    page = handler.post(address, {"decision": "upheld", "reason": "because"}, status=409)
    assert "Look into it first, or hand it to an investigator." in page
    assert "because" in page


def test_handler_who_raises_it_is_sent_back_to_the_list(
    people: Complaining, desk: Callable[[str], Browser]
) -> None:
    complaint = people.complaint(Level.C2)
    handler = desk("CH")
    address = f"{DESK}/{complaint.id}/steps/change-level"
    handler.get(address)
    handler.post(address, {"level": "C0", "reason": "violence"})
    assert handler.location == DESK
    assert complaint.code not in handler.follow()


def test_somebody_who_was_faster_is_noticed(
    people: Complaining, desk: Callable[[str], Browser]
) -> None:
    complaint = people.complaint(Level.C2)
    handler = desk("CH")
    address = f"{DESK}/{complaint.id}/steps/investigate"
    handler.get(address)
    people.act(complaint, "message", "CH", text="we are on it")
    people.session.commit()
    page = handler.post(address, {"action": "call"}, status=409)
    assert "Somebody else was faster" in page


def test_caseworker_whom_the_person_trusts_sees_only_how_it_stands(
    people: Complaining, desk: Callable[[str], Browser]
) -> None:
    code = people.story.case().code
    complaint = people.complaint(Level.C2, code=code, caseworker_may_know=True)
    page = desk("RC").get(f"{DESK}/{complaint.id}")
    assert "Read" in page
    assert WORDS not in page


def test_sums_hide_small_numbers(people: Complaining, desk: Callable[[str], Browser]) -> None:
    for _ in range(3):
        people.complaint(Level.C2)
    people.complaint(Level.C0)
    page = desk("NC").get(f"{DESK}/statistics")
    assert "fewer than 5" in page
    assert "fewer than 10" in page
    assert "Protected" in page
    assert "Protected" not in desk("CH").get(f"{DESK}/statistics")
