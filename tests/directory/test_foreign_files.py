"""Files as other programs and people make them: titles, several sheets, areas, other coordinates."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyproj
import pytest
from fudgeo import GeoPackage
from fudgeo.enumeration import FieldType
from fudgeo.geometry import Point
from fudgeo.geopkg import Field, SpatialReferenceSystem

from directory.core.errors import Invalid
from directory.file_formats import FORMATS, Reading, Row, reader_of
from directory.import_problems import Problem
from tests.directory.hostile_maps import document
from tests.directory.hostile_sheets import workbook, zipped

pytestmark = pytest.mark.one_engine

COLUMNS = ("id", "name", "lon", "lat")
UTM_28 = 32628
"""Zone of Labé on the map of Universal Transverse Mercator."""


def read(file_name: str, content: bytes, columns: tuple[str, ...] = COLUMNS) -> list[Row | Problem]:
    stream = io.BytesIO(content)
    return list(reader_of("", file_name, stream)(stream, Reading(columns=columns)))


def book(*sheets: list[list[Any]], hidden: int | None = None) -> bytes:
    made, content = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
        if number == hidden:
            sheet.sheet_state = "hidden"
    made.save(content)
    return content.getvalue()


# ------------------------------------------------------------------------------------------- sheets


def test_titles_above_and_other_sheets_are_passed_over() -> None:
    content = book(
        [["Read me"], ["Made by the ministry"]],
        [["List of 2026"], [], list(COLUMNS), [], [7, " Poste ", -12.2833, 11.3167], [None, None]],
    )
    expected = {"id": "7", "name": "Poste", "lon": "-12.2833", "lat": "11.3167"}
    assert read("list.xlsx", content) == [Row(5, expected)]


def test_a_sheet_that_is_hidden_is_not_read() -> None:
    content = book([list(COLUMNS), [1, "A", 0, 0]], [["x"]], hidden=0)
    with pytest.raises(Invalid) as refused:
        read("list.xlsx", content)
    assert "has no column" in str(refused.value.reason)


def test_values_of_a_sheet_are_text_as_people_read_them() -> None:
    day = dt.datetime(2026, 3, 2)  # noqa: DTZ001 -- a sheet has no zones
    content = book([["id", "name"], [True, day], [12.0, 0.3], ["007", dt.time(8, 30)]])
    assert [row.cells for row in read("list.xlsx", content, ("id", "name"))] == [
        {"id": "yes", "name": "2026-03-02"},
        {"id": "12", "name": "0.3"},
        {"id": "007", "name": "08:30:00"},
    ]


def test_hashtags_in_a_sheet_name_its_columns() -> None:
    content = book([["Nom", "No"], ["#loc +name", "#meta+ID"], ["Poste", 1]])
    assert read("list.xlsx", content, ("#meta+id", "Nom")) == [
        Row(3, {"#meta+id": "1", "Nom": "Poste"})
    ]


def test_merged_cells_and_open_formulas_are_named_and_the_rest_is_read() -> None:
    made, content = openpyxl.Workbook(), io.BytesIO()
    sheet = made.worksheets[0]
    for row in (["id", "name"], [1, "A"], [2, "B"], [3, "C"], [4, '=CONCATENATE("D";1)'], [5, "E"]):
        sheet.append(row)
    sheet.merge_cells("B3:B4")
    made.save(content)
    assert read("list.xlsx", content.getvalue(), ("id", "name")) == [
        Row(2, {"id": "1", "name": "A"}),
        Problem(3, "merged-cells"),
        Problem(4, "merged-cells"),
        Problem(5, "formula-open"),
        Row(6, {"id": "5", "name": "E"}),
    ]


def test_a_formula_counts_as_what_it_gave() -> None:
    cells = '<c r="A2"><f>3+4</f><v>7</v></c><c r="B2" t="str"><f>UPPER("a")</f><v>A</v></c>'
    content = zipped(workbook(f'<row r="2">{cells}</row>'))
    assert read("list.xlsx", content, ("id", "name")) == [Row(2, {"id": "7", "name": "A"})]


# --------------------------------------------------------------------------------------------- maps

SQUARE = [[-12.4, 11.2], [-12.2, 11.2], [-12.2, 11.4], [-12.4, 11.4], [-12.4, 11.2]]


def test_the_position_of_an_area_is_a_point_inside_it() -> None:
    feature = {
        "type": "Feature", "id": "way/1", "properties": {"name": "Hôpital", "beds": 12.0},
        "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    }  # fmt: skip
    text = json.dumps({"features": [feature], "type": "FeatureCollection"})
    expected = {"id": "way/1", "name": "Hôpital", "lon": "-12.3", "lat": "11.3", "beds": "12"}
    assert read("a.geojson", text.encode(), (*COLUMNS, "beds")) == [Row(1, expected)]
    assert read("a.geojson", b"\xef\xbb\xbf" + text.encode(), (*COLUMNS, "beds"))
    ring = " ".join(f"{lon},{lat},0" for lon, lat in SQUARE)
    inside = (
        "<Placemark><name>A</name><ExtendedData><Data name='id'><value>1</value></Data>"
        f"</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates>"
        "</LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )
    assert read("a.kml", document(inside)) == [
        Row(1, {"id": "1", "name": "A", "lon": "-12.3", "lat": "11.3"})
    ]


def test_a_property_says_where_a_feature_without_shape_is() -> None:
    feature = {"type": "Feature", "properties": {"id": 1, "name": "A", "lon": -12, "lat": "11"}}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    assert read("a.geojson", text.encode()) == [
        Row(1, {"id": "1", "name": "A", "lon": "-12", "lat": "11"})
    ]


def test_features_need_not_have_the_same_properties() -> None:
    features = [{"properties": {"id": "1"}}, {"properties": {"name": "B"}}]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    assert [row.cells for row in read("a.geojson", text.encode(), ("id", "name"))] == [
        {"id": "1", "name": ""},
        {"id": "", "name": "B"},
    ]


def test_a_layer_in_metres_is_turned_into_degrees(tmp_path: Path) -> None:
    to_metres = pyproj.Transformer.from_crs(4326, UTM_28, always_xy=True)
    x, y = to_metres.transform(-12.2833, 11.3167)
    package = GeoPackage.create(tmp_path / "a.gpkg")
    layer = package.create_feature_class(
        "postes",
        SpatialReferenceSystem("UTM 28N", "EPSG", UTM_28, pyproj.CRS(UTM_28).to_wkt()),
        fields=[Field("id", FieldType.integer), Field("name", FieldType.text)],
    )
    with package.connection as connection:
        connection.execute(
            f"INSERT INTO {layer.name} (SHAPE, id, name) VALUES (?, 1, 'A')",  # noqa: S608 -- of a test
            (Point(x=x, y=y, srs_id=UTM_28),),
        )
    package.connection.close()
    [row] = read("a.gpkg", (tmp_path / "a.gpkg").read_bytes())
    assert isinstance(row, Row)
    assert float(row.cells["lon"]) == pytest.approx(-12.2833, abs=1e-6)
    assert float(row.cells["lat"]) == pytest.approx(11.3167, abs=1e-6)


# ----------------------------------------------------------------------------------- which format


@pytest.mark.parametrize(
    ("file_name", "content", "found"),
    [
        ("list.csv", b"id,name\n1,A\n", "csv"),
        ("list.txt", b"id;name\n1;A\n", "csv"),
        ("list.csv", b"Nom,No\n#loc+name,#meta+id\nA,1\n", "hxl"),
        ("LIST.GEOJSON", b'{"type":"FeatureCollection","features":[]}', "geojson"),
        ("list.json", b' \n{"type":"FeatureCollection","features":[]}', "geojson"),
        ("list.xml", b"<?xml version='1.0'?><kml/>", "kml"),
        ("list", b"SQLite format 3\x00", "geopackage"),
    ],
)
def test_the_content_says_which_format_a_file_has(
    file_name: str, content: bytes, found: str
) -> None:
    assert reader_of("", file_name, io.BytesIO(content)) is FORMATS[found].read


def test_what_is_said_counts_before_what_is_seen() -> None:
    tagged = io.BytesIO(b"Nom,No\n#loc+name,#meta+id\nA,1\n")
    assert reader_of("csv", "list.csv", tagged) is FORMATS["csv"].read
    with pytest.raises(Invalid) as refused:
        reader_of("parquet", "list.csv", tagged)
    assert "none of the formats" in str(refused.value.reason)


def test_hashtags_mean_the_same_in_any_order() -> None:
    content = b"a,b\n#adm1 +name +fr, #Meta+id\nLab\xc3\xa9,1\n"
    assert read("list.csv", content, ("#adm1+fr+name", "#meta+id")) == [
        Row(3, {"#adm1+fr+name": "Labé", "#meta+id": "1"})
    ]
