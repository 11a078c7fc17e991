from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from directory.listing_life import State
from directory.operations.changes import mark_changed
from directory.queries import snapshot
from directory.queries.columns import NEVER, STATES, Columns, day_number
from tests import factories


def committed(session: Session, *listings: object) -> None:
    mark_changed(session, [listing.id for listing in listings])
    session.commit()


def test_only_findable_listings_are_in_it(session: Session) -> None:
    found = [factories.Listing(state=state) for state in (State.VERIFIED, State.STALE)]
    hidden = [factories.Listing(state=s) for s in State if s not in {State.VERIFIED, State.STALE}]
    committed(session, *found, *hidden)
    assert snapshot.ids_of(snapshot.current(session)) == sorted(row.id for row in found)


def test_columns_say_what_the_rows_say(session: Session) -> None:
    region = factories.Region(country="GN")
    site = factories.Site(region=region, accessibility=["wheelchair"], is_urban=None)
    listing = factories.Listing(
        site=site, cost_model=None, languages=["fr", "ff"], accepts_self_referral=False
    )
    committed(session, listing)
    picture = snapshot.current(session)
    part, codes = picture.base, picture.vocabulary
    assert part.ids(np.array([0])) == [listing.id]
    assert codes.category.values[part.category[0]] == "training"
    assert codes.kind.values[part.kind[0]] == "ngo"
    assert codes.cost.values[part.cost[0]] is None
    assert codes.region.values[part.region[0]] == region.id
    assert codes.lists.values[part.languages[0]] == {"fr", "ff"}
    assert codes.lists.values[part.accessibility[0]] == {"wheelchair"}
    assert STATES[part.state[0]] is State.VERIFIED
    assert (part.is_urban[0], part.self_referral[0]) == (-1, 0)
    assert part.verified_on[0] == day_number(date(2026, 3, 2), NEVER)
    assert (part.lon[0], part.lat[0]) == (-12.2833, 11.3167)
    assert np.isclose(np.linalg.norm(part.ecef[0]), 6_377_000, atol=2_000)


def test_it_is_the_same_object_while_nothing_changes(session: Session) -> None:
    committed(session, factories.Listing())
    assert snapshot.current(session) is snapshot.current(session)


def test_a_change_goes_to_the_overlay_and_the_base_stays(session: Session) -> None:
    one, two = factories.Listing(), factories.Listing()
    committed(session, one, two)
    before = snapshot.current(session)
    one.cost_model = "fee"
    three = factories.Listing()
    committed(session, one, three)
    after = snapshot.current(session)
    assert after.base is before.base
    assert snapshot.ids_of(after) == sorted([one.id, two.id, three.id])
    row = after.overlay.rows([one.id])[0]
    assert after.vocabulary.cost.values[after.overlay.cost[row]] == "fee"
    assert len(before) == 2, "a picture that somebody holds does not change"


def test_a_suspended_listing_leaves_it(session: Session) -> None:
    one, two = factories.Listing(), factories.Listing()
    committed(session, one, two)
    snapshot.current(session)
    one.state = State.SUSPENDED
    committed(session, one)
    assert snapshot.ids_of(snapshot.current(session)) == [two.id]


def test_many_changes_make_a_new_base(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "OVERLAY_ROWS", 1)
    listings = [factories.Listing() for _ in range(3)]
    committed(session, *listings)
    before = snapshot.current(session)
    committed(session, *listings)
    after = snapshot.current(session)
    assert after.base is not before.base
    assert len(after.overlay) == 0
    assert snapshot.ids_of(after) == snapshot.ids_of(before)


def test_uncommitted_changes_are_seen_by_their_transaction_only(session: Session) -> None:
    listing = factories.Listing()
    committed(session, listing)
    before = snapshot.current(session)
    listing.cost_model = "fee"
    mark_changed(session, [listing.id])
    own = snapshot.current(session)
    assert own.vocabulary.cost.values[own.overlay.cost[0]] == "fee"
    made: Columns = own.base.derived(("test", "own"), lambda part: part)
    assert made is own.base
    session.rollback()
    assert snapshot.current(session) is before
    assert before.base.derived(("test", "own"), lambda part: part) is before.base


def test_a_new_region_is_known_at_once(session: Session) -> None:
    committed(session, factories.Listing())
    snapshot.current(session)
    region = factories.Region()
    committed(session, factories.Listing(site=factories.Site(region=region)))
    assert region.id in snapshot.current(session).regions


def test_what_is_derived_is_computed_once(session: Session) -> None:
    committed(session, factories.Listing())
    part = snapshot.current(session).base
    calls: list[Columns] = []
    for _ in range(2):
        assert part.derived(("test", "length"), lambda c: (calls.append(c), len(c))[1]) == 1
    assert calls == [part]


@pytest.mark.parametrize("count", [1, 3])
def test_checking_that_nothing_changed_is_one_query(session: Session, count: int) -> None:
    committed(session, *[factories.Listing() for _ in range(count)])
    snapshot.current(session)
    statements: list[str] = []
    engine = session.get_bind().engine

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        snapshot.current(session)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len([text for text in statements if not text.startswith("SAVEPOINT")]) == 1
