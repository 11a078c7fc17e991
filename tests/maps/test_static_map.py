from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from shapely.geometry import Point, box
from sqlalchemy.orm import Session

from directory.core.text import N_
from maps.features import Feature
from maps.map_layers import Layer, Style
from maps.static_map import draw, frame_of, towns_with_room
from tests.maps.ground import put_ground

SVG = "{http://www.w3.org/2000/svg}"
RESULTS = Layer(
    "results", N_("Services"), lambda *_: [], 90, Style("#000"), "nobody", basemap=False
)


def test_frame_keeps_proportions_and_everything_inside() -> None:
    frame = frame_of([box(-16, 13, -14, 14)])

    x, y = frame.place(-15, 13.5)
    assert (x, y) == (pytest.approx(frame.width / 2), pytest.approx(frame.height / 2, abs=1))
    assert 0 < frame.place(-16, 14)[0] < frame.width
    degree_across = frame.place(-14, 13.5)[0] - frame.place(-15, 13.5)[0]
    degree_down = frame.place(-15, 13)[1] - frame.place(-15, 14)[1]
    assert degree_across / degree_down == pytest.approx(0.972, abs=0.01)  # cosine of 13.5 degrees


def test_one_point_alone_makes_a_frame() -> None:
    frame = frame_of([Point(-14, 12)])

    assert frame.place(-14, 12) == pytest.approx((frame.width / 2, frame.height / 2), abs=1)


def test_name_that_would_cover_a_larger_towns_name_is_left_out() -> None:
    frame = frame_of([box(0, 0, 1, 1)])
    towns = [
        Feature(Point(0.5, 0.5), {"name": "Grande", "rank": 1}),
        Feature(Point(0.5, 0.51), {"name": "Petite", "rank": 2}),
        Feature(Point(0.5, 0.8), {"name": "Loin", "rank": 3}),
    ]

    assert [one.properties["name"] for one in towns_with_room(frame, towns, 5)] == [
        "Grande",
        "Loin",
    ]


def test_results_carry_their_number_and_names_are_escaped() -> None:
    pin = Feature(Point(0.5, 0.5), {"number": 7, "colour": "#8a5a00"})

    picture = draw(frame_of([box(0, 0, 1, 1)]), [(RESULTS, [pin])], title='A "map" <of> results')

    root = ElementTree.fromstring(picture)  # noqa: S314 -- our own text
    assert root.get("aria-label") == 'A "map" <of> results'
    assert next(one.text for one in root.iter(f"{SVG}text")) == "7"


def test_picture_shows_the_country_and_runs_nothing(client: FlaskClient, session: Session) -> None:
    put_ground(session, "GM")

    answer = client.get("/maps/static.svg?country=GM")

    root = ElementTree.fromstring(answer.text)  # noqa: S314 -- our own text
    names = {one.text for one in root.iter(f"{SVG}text")}
    assert {"Serekunda", "Farafenni"} <= names
    assert "Natural Earth · GeoNames (CC BY 4.0)" in names
    assert not [one for one in root.iter() if one.tag in (f"{SVG}script", f"{SVG}style")]
