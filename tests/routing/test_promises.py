"""Words given to people: dated, seen by those who must keep them, counted when broken (F9)."""

from __future__ import annotations

import datetime as dt
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.outbox import OutboxMessage
from directory.who import Who
from routing.commands.worker import Turn
from routing.jobs.promises import work
from routing.models import Promise
from routing.operations.promises import BROKEN, close_promise, promise_about, promise_to_case
from routing.promises import LONGEST_DAYS, PROMISES
from routing.queries.promises import broken_promises, promise_for, promises_seen
from tests.routing.browser import SignIn
from tests.routing.stories import DAY, Story


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


@pytest.fixture
def without_form_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are tested in tests/test_headers.py."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def by_caseworker(story: Story, days: int = 2, kind: str = "call-back") -> Promise:
    return promise_to_case(
        story.session, story.case(), kind=kind, day=(story.now + days * DAY).date(),
        note="canary note", actor=story.actor(Who.RC), now=story.now,
    )  # fmt: skip


def by_provider(story: Story, days: int = 2) -> Promise:
    return promise_about(
        story.session, story.sent(), kind="call-back", day=(story.now + days * DAY).date(),
        note="", actor=story.actor(Who.FP), now=story.now,
    )  # fmt: skip


def told(story: Story) -> list[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == BROKEN)
    return sorted(str(row.recipient) for row in story.session.scalars(query))


def tell(story: Story) -> int:
    return work(story.session, story.now, lambda: None).done[BROKEN]


def test_f09_we_will_call_you_is_a_date_and_its_breach_is_told_once_and_counted(
    story: Story,
) -> None:
    promise = by_caseworker(story)
    assert promise.due_at == dt.datetime(2026, 3, 5, tzinfo=dt.UTC)
    assert tell(story) == 0
    story.now = promise.due_at
    assert [tell(story), tell(story)] == [1, 0]
    assert told(story) == sorted(story.accounts[who].email for who in ("RC", "RS"))
    supervisor = story.actor(Who.RS)
    assert promises_seen(story.session, supervisor) == [promise]
    story.now += DAY
    month = story.now - 30 * DAY
    assert broken_promises(story.session, supervisor, since=month, now=story.now) == {"Sender": 1}
    close_promise(story.session, promise, "kept", actor=story.actor(Who.RC), now=story.now)
    assert promises_seen(story.session, supervisor) == []
    assert broken_promises(story.session, supervisor, since=month, now=story.now) == {"Sender": 1}


def test_f09_promise_that_is_kept_is_not_told_and_not_counted(story: Story) -> None:
    promise = by_caseworker(story)
    close_promise(story.session, promise, "kept", actor=story.actor(Who.RC), now=story.now + DAY)
    story.now += 5 * DAY
    assert tell(story) == 0
    assert broken_promises(
        story.session, story.actor(Who.RS), since=story.now - 30 * DAY, now=story.now
    ) == {}  # fmt: skip


def test_promise_of_the_provider_is_counted_on_the_provider_and_seen_on_both_sides(
    story: Story,
) -> None:
    promise = by_provider(story)
    other = Story(story.session, story.now)
    for who in (Who.RC, Who.RS, Who.FP, Who.PW):
        assert promises_seen(story.session, story.actor(who)) == [promise]
        assert promises_seen(story.session, other.actor(who)) == []
    story.now = promise.due_at
    assert tell(story) == 1
    assert told(story) == sorted(story.accounts[who].email for who in ("FP", "RS"))
    story.now += DAY
    counted = broken_promises(
        story.session, story.actor(Who.RS), since=story.now - 30 * DAY, now=story.now
    )
    assert counted == {"Provider": 1}


def test_promise_of_the_sender_is_not_shown_to_the_provider(story: Story) -> None:
    referral = story.sent()
    promise = promise_to_case(
        story.session, referral.case, kind="visit", day=story.now.date(), note="",
        actor=story.actor(Who.RC), now=story.now,
    )  # fmt: skip
    assert promises_seen(story.session, story.actor(Who.RC)) == [promise]
    assert promises_seen(story.session, story.actor(Who.FP)) == []
    with pytest.raises(NotFound):
        promise_for(story.session, story.actor(Who.FP), promise.id)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"kind": "moon"}, "kind"), ({"day": None}, "day"), ({"day": -1}, "day"),
     ({"day": LONGEST_DAYS + 1}, "day"), ({"note": "x" * 301}, "note")],
)  # fmt: skip
def test_promise_that_cannot_be_kept_track_of_is_refused(
    story: Story, given: dict[str, object], field: str
) -> None:
    asked = {"kind": "visit", "day": 3, "note": ""} | given
    day = story.now.date() + asked["day"] * DAY if asked["day"] is not None else None
    with pytest.raises(Invalid) as refused:
        promise_to_case(
            story.session, story.case(), kind=str(asked["kind"]), day=day,
            note=str(asked["note"]), actor=story.actor(Who.RC), now=story.now,
        )  # fmt: skip
    assert set(refused.value.fields) == {field}


def test_promise_ends_once_and_every_move_is_recorded(story: Story) -> None:
    promise = by_caseworker(story)
    with pytest.raises(Invalid):
        close_promise(story.session, promise, "moon", actor=story.actor(Who.RC), now=story.now)
    close_promise(story.session, promise, "released", actor=story.actor(Who.RC), now=story.now)
    with pytest.raises(Conflict):
        close_promise(story.session, promise, "kept", actor=story.actor(Who.RC), now=story.now)
    query = select(AuditEntry).where(AuditEntry.subject == f"promise:{promise.id}")
    lines = story.session.scalars(query.order_by(AuditEntry.number)).all()
    assert [line.action for line in lines] == ["routing:promise:make", "routing:promise:released"]
    assert "canary" not in str([line.details for line in lines])


@pytest.mark.usefixtures("without_form_tokens")
def test_caseworker_and_provider_note_promises_on_their_pages(
    app: Flask, session: Session, sign_in: SignIn
) -> None:
    story = Story(session, dt.datetime.now(dt.UTC))
    referral = story.sent()
    session.commit()
    day = (story.now + 2 * DAY).date().isoformat()
    for who, path, back in (
        ("RC", f"/cases/{referral.case_id}/promises", f"/cases/{referral.case_id}"),
        ("FP", f"/inbox/{referral.id}/promises", f"/inbox/{referral.id}"),
    ):
        client = sign_in(app.test_client(), story.accounts[who])
        assert client.get(path).status_code == 200
        wrong = client.post(path, data={"kind": "visit", "day": "soon", "note": "kept words"})
        assert wrong.status_code == 422
        assert "kept words" in wrong.text
        done = client.post(path, data={"kind": "visit", "day": day, "note": "at home"})
        assert done.location == back
        page = client.get(back, headers={"Accept-Language": "fr"}).text
        assert "at home" in page
        assert "at home" in client.get("/cases" if who == "RC" else "/inbox").text
    promises = session.scalars(select(Promise).order_by(Promise.made_at)).all()
    assert [one.by_role for one in promises] == ["RC", "FP"]
    client = sign_in(app.test_client(), story.accounts["FP"])
    ended = client.post(f"/promises/{promises[1].id}/close", data={"outcome": "kept"})
    assert ended.location == f"/inbox/{referral.id}"
    session.expire_all()
    assert promises[1].outcome == "kept"
    assert client.post(f"/promises/{promises[0].id}/close").status_code == 404


@pytest.mark.usefixtures("without_form_tokens")
def test_promises_through_the_json_interface(app: Flask, session: Session, sign_in: SignIn) -> None:
    story = Story(session, dt.datetime.now(dt.UTC))
    referral = story.sent()
    session.commit()
    client = sign_in(app.test_client(), story.accounts["RC"])
    body = {"kind": "answer", "day": (story.now + DAY).date().isoformat()}
    made = client.post(f"/api/v1/cases/{referral.case_id}/promises", json=body)
    assert made.status_code == 201
    assert client.get("/api/v1/promises").get_json()["items"] == [made.get_json()]
    refused = client.post(
        f"/api/v1/cases/{referral.case_id}/promises", json=body | {"day": "2001-01-01"}
    )
    assert (refused.status_code, list(refused.get_json()["fields"])) == (422, ["day"])
    address = f"/api/v1/promises/{made.get_json()['id']}/close"
    closed = client.post(address, json={"outcome": "kept"}).get_json()
    assert (closed["outcome"], closed["is_broken"]) == ("kept", False)
    assert client.post(address, json={"outcome": "kept"}).status_code == 409
    assert client.get("/api/v1/promises").get_json()["items"] == []


def test_worker_tells_of_broken_promises(app: Flask, session: Session) -> None:
    story = Story(session, dt.datetime.now(dt.UTC) - 5 * DAY)
    by_caseworker(story)
    session.commit()
    assert Turn(app, Event()).run()
    assert len(told(story)) == 2


def test_every_kind_has_words() -> None:
    assert all(str(label) for label in PROMISES.values())
