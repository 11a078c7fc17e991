"""Many rows at once: the same values, defaults and refusals as one ``INSERT`` each."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.core.db import insert_many
from directory.models import Listing, ListingVersion, Site
from directory.visibility import Precision
from tests import factories


def sites(number: int) -> list[dict[str, object]]:
    """Rows with text that a stream could misread, with and without a position."""
    return [
        {
            "id": uuid4(), "key": f"many-{n}", "name": "L’école\t\\N \\. «\n»", "country": "GN",
            "lon": -12.28 + n if n else None, "lat": 11.32 if n else None,
            "point": f"SRID=4326;POINT({-12.28 + n!r} 11.32)" if n else None,
            "precision": Precision.SITE if n else Precision.REGION, "is_urban": None,
            "accessibility": ["wheelchair"] * n, "source": {"citation": "\\x00 \\u0000"},
        }
        for n in range(number)
    ]  # fmt: skip


def test_rows_are_read_as_they_were_written(session: Session) -> None:
    rows = sites(3)
    insert_many(session, Site, rows)
    for row in rows:
        site = session.get_one(Site, row["id"])
        for name in row.keys() - {"point"}:
            assert getattr(site, name) == row[name], name
        point = session.execute(
            select(func.ST_X(Site.point), func.ST_Y(Site.point)).where(Site.id == site.id)
        ).one()
        assert tuple(point) == (site.lon, site.lat)


def test_what_is_not_given_gets_its_default(session: Session) -> None:
    listing: Listing = factories.Listing()
    rows = [
        {"listing_id": listing.id, "number": number, "content": {}, "edited_at": factories.NOW,
         "edited_by_id": None, "reason": "test"}
        for number in (101, 102)
    ]  # fmt: skip
    insert_many(session, ListingVersion, rows)
    query = select(ListingVersion).where(ListingVersion.number > 100)
    found = session.scalars(query.order_by(ListingVersion.number)).all()
    assert [one.number for one in found] == [101, 102]
    assert len({one.id for one in found}) == 2
    assert {one.edited_at for one in found} == {factories.NOW}


def test_no_rows_are_no_work(session: Session) -> None:
    before = session.scalar(select(func.count()).select_from(Site))
    insert_many(session, Site, [])
    assert session.scalar(select(func.count()).select_from(Site)) == before


def test_a_row_that_may_not_be_is_refused_like_any_other(session: Session) -> None:
    first, second = sites(2)
    with pytest.raises(IntegrityError), session.begin_nested():
        insert_many(session, Site, [first, second | {"key": first["key"]}])
