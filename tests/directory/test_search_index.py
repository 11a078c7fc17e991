from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from directory.models import Listing, ListingText, Place, SearchWord
from directory.operations.changes import mark_changed
from directory.operations.search_index import rebuild, refresh
from directory.visibility import Visibility
from tests import factories
from tests.directory.searching import find, ids, publish


def named(name: str, **more: object) -> Listing:
    return factories.Listing(service=factories.Service(name={"fr": name}, category="x"), **more)


def words(session: Session) -> dict[str, int]:
    return {row.word: row.audience for row in session.scalars(select(SearchWord))}


def test_a_listing_keeps_its_number(session: Session) -> None:
    one, two = named("Menuiserie"), named("Couture")
    publish(session, one, two)
    numbers = select(ListingText.listing_id, ListingText.document)
    before = dict(session.execute(numbers).tuples().all())
    publish(session, two, one)
    assert dict(session.execute(numbers).tuples().all()) == before
    assert len(set(before.values())) == 2


def test_many_are_indexed_at_once(session: Session) -> None:
    rows = [named(f"Service {number}") for number in range(1_100)]
    publish(session, *rows)
    assert len(ids(session, words="service")) == 1_100
    assert ids(session, words="service 777")[0] == rows[777].id


def test_words_are_learnt_for_the_widest_circle_that_may_know_them(session: Session) -> None:
    publish(
        session,
        named("Alpha", visibility=Visibility.PROTECTION_ONLY),
        named("Alpha beta", visibility=Visibility.PARTNERS),
        named("Gamma"),
        named("Delta", state="draft"),
    )
    known = words(session)
    assert [known.get(word) for word in ("alpha", "beta", "gamma", "delta")] == [1, 1, 0, None]
    publish(session, named("Beta"))
    assert words(session)["beta"] == 0


def test_rebuilding_forgets_words_that_no_listing_holds(session: Session) -> None:
    row = named("Menuiserie")
    publish(session, row)
    row.service.name = {"fr": "Couture"}
    publish(session, row)
    assert "menuiserie" in words(session)
    told: list[tuple[int, int]] = []
    assert rebuild(session, lambda done, total: told.append((done, total))) == 1
    session.commit()
    assert told == [(1, 1)]
    assert "menuiserie" not in words(session)
    assert ids(session, words="couture") == [row.id]
    assert find(session, words="coutur").words.corrected == ()


def test_what_is_rolled_back_is_not_found(session: Session) -> None:
    row = named("Menuiserie")
    publish(session, row)
    row.service.name = {"fr": "Plomberie"}
    mark_changed(session, [row.id])
    refresh(session, [row.id])
    assert ids(session, words="plomberie") == [row.id], "the transaction sees its own change"
    session.rollback()
    assert ids(session, words="plomberie") == []
    assert ids(session, words="menuiserie") == [row.id]


def test_a_deleted_listing_leaves_no_trace_that_another_could_inherit(session: Session) -> None:
    row = named("Menuiserie")
    publish(session, row)
    session.execute(text("DELETE FROM listing WHERE id = :id"), {"id": _bound(session, row)})
    session.commit()
    other = named("Couture")
    publish(session, other)
    assert other.id not in ids(session, words="menuiserie")


def _bound(session: Session, row: Listing) -> object:
    return row.id.hex if session.get_bind().dialect.name == "sqlite" else row.id


def test_nothing_to_do_is_done(session: Session) -> None:
    refresh(session, [])
    assert rebuild(session) == 0


# flask directory search


def test_the_command_finds_what_the_page_finds(app: Flask, session: Session) -> None:
    session.add(
        Place(
            country="GN", name="Labé", folded="labe", alternate_names=[], lon=-12.2833, lat=11.3167
        )
    )
    row = factories.Listing()
    publish(session, row, factories.Listing(visibility=Visibility.PARTNERS))
    run = app.test_cli_runner().invoke
    done = run(
        args=[
            "directory",
            "search",
            "menuizerie",
            "--near",
            "Labé",
            "--within",
            "5",
            "--lang",
            "en",
        ]
    )
    assert done.exit_code == 0, done.output
    assert done.stdout.split("\t")[:2] == [str(row.id), "Carpentry training"]
    assert "menuizerie was taken for menuiserie." in done.stderr
    assert "1 found." in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--near", "400,3"], ["--country", "Guinea"], ["--within", "x"], ["--region", "?"]],
)
def test_the_command_says_what_is_wrong(app: Flask, session: Session, arguments: list[str]) -> None:
    done = app.test_cli_runner().invoke(args=["directory", "search", "x", *arguments])
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")


def test_the_index_is_written_anew(app: Flask, session: Session) -> None:
    row = factories.Listing()
    session.commit()
    assert ids(session, words="menuiserie") == []
    done = app.test_cli_runner().invoke(args=["directory", "reindex"])
    assert "1 listings indexed." in done.output
    assert ids(session, words="menuiserie") == [row.id]
