from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry import Point, shape
from sqlalchemy.orm import Session

from maps.features import Feature, collection
from maps.layers.crossings import read_crossings
from maps.layers.river import APPROXIMATE
from maps.map_layers import LAYERS, Scope, drawn_layers
from tests.maps.ground import put_ground

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
GAMBIA = Scope("GM", NOW)


def found(session: Session, name: str, scope: Scope = GAMBIA) -> list[Feature]:
    return list(LAYERS[name].features(session, scope))


def test_layers_are_drawn_from_the_ground_up() -> None:
    names = [layer.name for layer in drawn_layers(basemap=True)]

    assert names == ["land", "regions", "river", "crossings", "towns"]


@pytest.mark.parametrize("name", list(LAYERS))
def test_layer_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    layer = LAYERS[name]

    assert layer.label.template
    assert layer.credit or not layer.basemap
    assert layer.features.__doc__


@pytest.mark.parametrize("name", list(LAYERS))
def test_layer_of_an_empty_database_is_empty(session: Session, name: str) -> None:
    assert found(session, name) == []


def test_regions_are_those_of_the_country_without_gaps_between_them(session: Session) -> None:
    put_ground(session, "GM", "SN")

    regions = found(session, "regions")

    assert [one.properties["name"] for one in regions] == [
        "Banjul", "Central River", "Lower River", "North Bank", "Upper River", "West Coast",
    ]  # fmt: skip
    overlap = (
        sum(one.shape.area for one in regions)
        - shapely.union_all([one.shape for one in regions]).area
    )
    assert overlap == pytest.approx(0, abs=1e-9)


def test_towns_come_largest_first_and_only_of_the_country(session: Session) -> None:
    put_ground(session, "GM", "SN")

    towns = found(session, "towns")

    assert [one.properties for one in towns[:2]] == [
        {"name": "Serekunda", "rank": 1}, {"name": "Brikama", "rank": 2},
    ]  # fmt: skip
    assert len(towns) == 60


def test_land_leaves_out_countries_far_away(session: Session) -> None:
    put_ground(session, "GM", "SN", "GW", "TD")

    assert [one.id for one in found(session, "land")] == ["GM", "GW", "SN"]


def test_river_gambia_has_the_north_bank_on_one_side_and_the_south_on_the_other(
    session: Session,
) -> None:
    put_ground(session, "GM", "SN", "MR")

    mouth, upstream = found(session, "river")

    assert mouth.properties == upstream.properties
    kerewan, tendaba = Point(-16.089, 13.489), Point(-15.806, 13.44)
    assert 0.01 < mouth.shape.distance(kerewan) < 0.15
    assert mouth.shape.distance(tendaba) < 0.05
    basse = Point(-14.21373, 13.30995)
    assert upstream.shape.distance(basse) < 0.001
    assert upstream.shape.length < 2.2


def test_approximate_river_says_so(session: Session) -> None:
    put_ground(session, "GM")

    assert all(one.properties["note"] for one in found(session, "river"))
    assert LAYERS["river"].note == APPROXIMATE


def test_river_senegal_is_the_border_with_mauritania(session: Session) -> None:
    put_ground(session, "SN", "MR")

    (senegal,) = found(session, "river", Scope("SN", NOW))

    richard_toll, bakel = Point(-15.7, 16.4625), Point(-12.4677, 14.9047)
    assert senegal.shape.distance(richard_toll) < 0.1
    assert senegal.shape.distance(bakel) < 0.1


def test_country_without_a_river_in_the_reference_data_has_none(session: Session) -> None:
    put_ground(session, "GN")

    assert found(session, "river", Scope("GN", NOW)) == []


def test_crossings_join_known_towns_and_one_without_a_place_is_left_out(session: Session) -> None:
    put_ground(session, "GM")

    crossings = {one.id: one for one in found(session, "crossings")}

    assert set(crossings) == {row["code"] for row in read_crossings()} - {"fatoto-bridge"}
    bridge = crossings["senegambia-bridge"]
    assert bridge.shape.geom_type == "LineString"
    assert shapely.intersects(bridge.shape, found(session, "river")[0].shape)
    assert crossings["basse-bridge"].shape.geom_type == "Point"


def test_crossings_have_a_source_and_its_date() -> None:
    rows = read_crossings()

    assert all(row["source_url"].startswith("http") and row["source_date"] for row in rows)


def test_collection_is_geojson_with_few_decimals() -> None:
    content = collection([Feature(Point(1.23456789, 2.5), {"name": "x"}, "a")], digits=3)

    assert json.loads(json.dumps(content)) == {
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [1.235, 2.5]},
            "properties": {"name": "x"},
            "id": "a",
        }],
    }  # fmt: skip


def test_natural_earth_agrees_with_the_approximate_course(
    session: Session, shared_data: Path
) -> None:
    put_ground(session, "GM")
    rivers = json.loads((shared_data / "rivers.geojson").read_text("utf-8"))["features"]
    parts = [shape(one["geometry"]) for one in rivers if one["properties"]["name"] == "Gambia"]
    true_course = shapely.union_all(parts)

    upstream = found(session, "river")[1].shape

    apart = max(
        true_course.distance(upstream.interpolate(part / 50, normalized=True)) for part in range(51)
    )
    assert apart < 0.15
