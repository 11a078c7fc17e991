from __future__ import annotations

import pytest
from sqlalchemy import func
from sqlalchemy.orm import Session

from directory.models import Place, RegionCode
from directory.queries.places import suggested_places, suggestion_of
from directory.queries.regions import region_at, region_by_code, region_tree
from tests import factories

SQUARE = "MULTIPOLYGON(((-13 11, -12 11, -12 12, -13 12, -13 11)))"
SMALL = "MULTIPOLYGON(((-12.5 11, -12 11, -12 11.5, -12.5 11.5, -12.5 11)))"


@pytest.fixture
def places(session: Session) -> None:
    region = factories.Region(name="Labé", code="GN-L", shape=func.ST_GeomFromText(SQUARE, 4326))
    rows = [
        ("GN", "Labé", 200_000, [], region.id),
        ("GN", "Labédji", 900, [], region.id),
        ("ML", "Labé", 700, [], None),
        ("SN", "Tambacounda", 100_000, ["Tambakunda"], None),
        ("GN", "N’Zérékoré", 195_000, ["Nzerekore"], None),
        ("GN", "Kankan", 190_000, [], None),
    ]
    for country, name, people, others, within in rows:
        folded = {"N’Zérékoré": "n zerekore", "Labédji": "labedji", "Labé": "labe"}
        session.add(
            Place(
                country=country, name=name, population=people,
                folded=folded.get(name, name.lower()),
                alternate_names=others, region_id=within, lon=-12.0, lat=11.0,
            )
        )  # fmt: skip
    session.commit()


@pytest.mark.parametrize(
    ("typed", "country", "labels"),
    [
        ("labé", None, ["Labé, Labé, GN", "Labé, ML", "Labé, GN-L", "Labédji, Labé, GN"]),
        ("labé", "ML", ["Labé, ML", "Labé, Labé, GN", "Labé, GN-L", "Labédji, Labé, GN"]),
        ("LABE", "GN", ["Labé, Labé, GN", "Labé, ML", "Labé, GN-L", "Labédji, Labé, GN"]),
        ("Labé, GN-L", None, ["Labé, GN-L"]),
        ("Labé, Labé, GN", None, ["Labé, Labé, GN", "Labédji, Labé, GN"]),
        ("Labé, ML", None, ["Labé, ML"]),
        ("tamba", None, ["Tambacounda, SN"]),
        ("tambakunda", None, ["Tambacounda, SN"]),
        ("tambacunda", None, ["Tambacounda, SN"]),
        ("nzerekore", None, ["N’Zérékoré, GN"]),
        ("kancan", None, ["Kankan, GN"]),
        ("xyzzy", None, []),
        ("", None, []),
        ("%", None, []),
    ],
)
def test_suggestions(
    session: Session, places: None, typed: str, country: str | None, labels: list[str]
) -> None:
    found = suggested_places(session, typed, country=country)
    assert [one.label for one in found] == labels


def test_a_label_that_was_chosen_finds_its_place(session: Session, places: None) -> None:
    for one in suggested_places(session, "lab"):
        again = suggested_places(session, one.label)[0]
        assert again.id == one.id
        assert suggestion_of(session, one.id) == one


def test_the_narrowest_region_holds_a_position(session: Session) -> None:
    wide = factories.Region(code="GN-L", shape=func.ST_GeomFromText(SQUARE, 4326))
    narrow = factories.Region(
        code="GN-KB", level=2, parent_id=wide.id, shape=func.ST_GeomFromText(SMALL, 4326)
    )
    assert region_at(session, -12.2, 11.2) == narrow.id
    assert region_at(session, -12.9, 11.9) == wide.id
    assert region_at(session, -13, 11) == wide.id, "its corner belongs to it"
    assert region_at(session, 0, 0) is None


def test_regions_inside_each_other(session: Session) -> None:
    wide = factories.Region(code="GN-L")
    narrow = factories.Region(code="GN-KB", level=2, parent_id=wide.id)
    other = factories.Region(code="GN-M")
    tree = region_tree(session)
    assert tree.within(wide.id) == {wide.id, narrow.id}
    assert [node.id for node in tree.around(narrow.id)] == [narrow.id, wide.id]
    assert tree.widest(narrow.id) == tree[wide.id]
    assert tree.widest(None) is None
    assert tree.within(other.id) == {other.id}


def test_a_code_stands_for_one_region_or_for_none(session: Session) -> None:
    one, two = factories.Region(code="GN-L"), factories.Region(code="GN-M")
    session.add_all(
        [
            RegionCode(region_id=one.id, scheme="OCHA", value="GN004"),
            RegionCode(region_id=one.id, scheme="HASC", value="SHARED"),
            RegionCode(region_id=two.id, scheme="HASC", value="SHARED"),
        ]
    )
    session.flush()
    assert region_by_code(session, "GN-L") == one.id
    assert region_by_code(session, "GN004") == one.id
    assert region_by_code(session, "SHARED") is None
    assert region_by_code(session, "XX") is None
