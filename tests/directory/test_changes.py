from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Listing
from directory.operations.changes import CHANGED, directory_number, mark_changed
from tests import factories


def numbers(session: Session, *listings: Listing) -> list[int]:
    query = select(Listing.changed_in).where(Listing.id.in_([row.id for row in listings]))
    return sorted(session.scalars(query))


def test_a_transaction_counts_up_once_whatever_it_changes(session: Session) -> None:
    one, two, other = (factories.Listing() for _ in range(3))
    session.commit()
    before = directory_number(session)
    mark_changed(session, [one.id])
    mark_changed(session, [one.id, two.id])
    session.commit()
    assert directory_number(session) == before + 1
    assert numbers(session, one, two) == [before + 1, before + 1]
    assert numbers(session, other) == [0]


def test_a_transaction_that_changes_nothing_does_not_count(session: Session) -> None:
    before = directory_number(session)
    session.commit()
    mark_changed(session, [])
    session.commit()
    assert directory_number(session) == before


def test_what_is_rolled_back_did_not_change(session: Session) -> None:
    listing = factories.Listing()
    session.commit()
    before = directory_number(session)
    mark_changed(session, [listing.id])
    session.rollback()
    session.commit()
    assert directory_number(session) == before
    assert numbers(session, listing) == [0]


def test_a_savepoint_does_not_count_up_before_the_end(session: Session) -> None:
    listing = factories.Listing()
    session.commit()
    before = directory_number(session)
    with session.begin_nested():
        mark_changed(session, [listing.id])
    assert directory_number(session) == before
    assert session.info[CHANGED] == {listing.id}
    session.commit()
    assert directory_number(session) == before + 1


def test_a_savepoint_rolled_back_leaves_the_rest_marked(session: Session) -> None:
    listing = factories.Listing()
    session.commit()
    mark_changed(session, [listing.id])
    with pytest.raises(KeyError), session.begin_nested():
        raise KeyError
    session.commit()
    assert numbers(session, listing) == [directory_number(session)]
