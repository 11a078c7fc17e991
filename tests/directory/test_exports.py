"""The directory goes out as a file, with the filters of the search and nothing that is hidden."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.core import compression, web
from directory.core.config import ROOT
from directory.core.db import WGS84
from directory.core.text import N_
from directory.export_columns import CODES, COLUMNS, Kind, text_of, told
from directory.file_formats import FORMATS, Reading, Row, writable
from directory.listing_life import State
from directory.models import Listing, OpeningHours, Site
from directory.opening_hours import Hours, week_notation
from directory.pages import limits
from directory.queries.exported_rows import BATCH, exported_rows
from directory.table_headers import is_tag_row
from directory.visibility import Precision, Visibility
from directory.weekly_hours import weekly_hours
from tests import factories
from tests.directory.searching import find, publish, ready

CANARY = "kanari"
ENGLISH = {"Accept-Language": "en"}
WRITTEN = [one.name for one in writable()]
API = "/api/v1/listings/export"
KML = "{http://www.opengis.net/kml/2.2}"
TABLES = ("hxl", "xlsx")
"""Formats in which a column is named by its hashtag."""


@pytest.fixture(autouse=True)
def forgotten(app: Flask) -> None:
    """Nobody has asked for a file yet."""
    limits.limiter.reset()


def read_back(name: str, content: bytes) -> list[dict[str, str]]:
    """The rows of a file by code of the column, as the importer would read them."""
    names = {one.code: one.tag if name in TABLES else one.code for one in COLUMNS}
    read = FORMATS[name].read
    assert read is not None
    found = []
    for row in read(io.BytesIO(content), Reading(columns=tuple(names.values()))):
        assert isinstance(row, Row), row
        found.append({code: row.cells[names[code]] for code in CODES})
    return found


def rows(session: Session, language: str = "fr") -> list[dict[str, Any]]:
    made = exported_rows(
        session, find(session), audience=Audience.EVERYBODY, language=language, words=str
    )
    return [dict(row) for row in made]


@pytest.fixture
def full(session: Session) -> Listing:
    """A listing that says everything a file can hold."""
    region = factories.Region(name="Labé", code="GN-L")
    inner = factories.Region(name="Koubia", code="GN-KB", level=2, parent_id=region.id)
    listing = factories.Listing(
        service=factories.Service(
            name={"fr": "=Menuiserie “d'art”", "en": "Carpentry"},
            description={"fr": "Deux lignes,\r\nséparées; et\tune tabulation"},
            url="https://example.org/?a=1&b=2",
            organisation=factories.Organisation(name="'+Coopérative <Labé> & fils"),
        ),
        site=factories.Site(
            name="Atelier", place_name="Labé", region_id=inner.id, address="-Rue 1",
            phone="+224 620 00 00 00", email="a@example.org", accessibility=["wheelchair"],
            lon=-12.283312345, lat=11.3,
        ),
        languages=["fr", "ff"], supports=["sign-language"], price=Decimal("15000.50"),
        currency="GNF", cost_model="fee", accepts_self_referral=False, ends_on=dt.date(2027, 1, 31),
        source={"citation": "A register", "url": "https://example.org", "date": "2026-01-01"},
    )  # fmt: skip
    for weekday in range(5):
        listing.opening_hours.append(
            OpeningHours(weekday=weekday, opens_at=dt.time(8), closes_at=dt.time(16))
        )
    publish(session, listing)
    return listing


# --------------------------------------------------------------------------------- columns and rows


def test_columns_are_told_apart_and_tagged() -> None:
    assert len({column.code for column in COLUMNS}) == len(COLUMNS)
    assert len({column.tag for column in COLUMNS}) == len(COLUMNS)
    assert len({str(column.label) for column in COLUMNS}) == len(COLUMNS)
    assert is_tag_row([column.tag for column in COLUMNS])
    dates = {column.code for column in COLUMNS if column.tag.startswith("#date")}
    assert {one.code for one in COLUMNS if one.kind is Kind.DATE} == dates - {"source_date"}


def test_a_row_says_what_the_listing_says(session: Session, full: Listing) -> None:
    [row] = rows(session)
    assert set(row) == set(CODES)
    assert {code: row[code] for code in CODES if code not in ("source", "source_url")} == {
        "id": str(full.id), "name": "=Menuiserie “d'art”", "category": "training",
        "category_label": "Vocational training",
        "description": "Deux lignes,\nséparées; et\tune tabulation",
        "organisation": "'+Coopérative <Labé> & fils", "organisation_kind": "ngo",
        "state": "verified", "verified_on": dt.date(2026, 3, 2), "edited_on": dt.date(2026, 3, 2),
        "country": "GN", "region": "Labé", "region_code": "GN-L", "district": "Koubia",
        "district_code": "GN-KB", "place": "Labé", "address": "-Rue 1", "lon": -12.28331,
        "lat": 11.3, "precision": "site", "phone": "+224 620 00 00 00", "email": "a@example.org",
        "website": "https://example.org/?a=1&b=2", "opening_hours": "Mo-Fr 08:00-16:00",
        "languages": "fr; ff", "accessibility": "sign-language; wheelchair",
        "self_referral": "no", "cost": "fee", "price": Decimal("15000.50"), "currency": "GNF",
        "ends_on": dt.date(2027, 1, 31), "source_date": "2026-01-01", "visibility": "public",
        "demonstration": "no",
    }  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_read_back_equal(
    client: FlaskClient, session: Session, full: Listing, name: str
) -> None:
    bare = factories.Listing(site=factories.Site(lon=None, lat=None, precision=Precision.REGION))
    publish(session, bare)
    answer = client.get(f"{API}/{name}?sort=name", headers=ENGLISH)
    assert (answer.status_code, answer.mimetype) == (200, FORMATS[name].media_type)
    wanted = {
        row["id"]: {code: text_of(row[code]) for code in CODES} for row in rows(session, "en")
    }
    found = {row["id"]: row for row in read_back(name, answer.data)}
    assert found == wanted
    assert found[str(bare.id)]["lon"] == ""
    assert FORMATS[name].recognises(answer.data[:60_000])
    others = [one.name for one in FORMATS.values() if one.recognises(answer.data[:60_000])]
    assert others == [name]


@pytest.mark.parametrize(
    "spans",
    [
        "Mo-Fr 08:00-12:00,14:00-16:00; Sa 09:00-12:00", "24/7", "Fr 22:00-06:00",
        "Mo 08:00-09:00; We 08:00-09:00", "",
    ],
)  # fmt: skip
def test_opening_hours_are_read_back_equal(spans: str) -> None:
    hours: tuple[Hours, ...] = weekly_hours(spans) if spans else ()
    written = week_notation(hours)
    assert (weekly_hours(written) if written else ()) == hours


def test_text_is_told_without_what_no_file_can_carry() -> None:
    assert told(" a\r\nb\x00\x1b\ud800c\rd\t") == "a\nbc\nd"
    assert told("\x00 ") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "yes"), (3, "3"), (12.0, "12"), (1e-7, "0.0000001"), (-0.0, "0"),
        (Decimal("15000.00"), "15000"), (Decimal("1E+3"), "1000"), (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.datetime(2026, 1, 2, tzinfo=None), "2026-01-02"), (float("inf"), "Infinity"),  # noqa: DTZ001
        (1e300, "1E+300"),
    ],
)  # fmt: skip
def test_values_as_text(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_statements_do_not_grow_with_the_list(session: Session) -> None:
    """Two statements for each batch."""
    service = factories.Service()
    site = factories.Site()
    listings = [
        factories.Listing(service=service, site=factories.Site() if n else site) for n in range(12)
    ]
    publish(session, *listings)
    found = find(session)
    statements: list[str] = []

    def noted(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", noted)
    try:
        made = exported_rows(session, found, audience=Audience.EVERYBODY, language="fr", words=str)
        assert len(list(made)) == 12 < BATCH
    finally:
        event.remove(engine, "before_cursor_execute", noted)
    assert len(statements) == 2


# ------------------------------------------------------------------------------ what may not go out


@pytest.fixture
def secrets(session: Session) -> list[UUID]:
    """Confidential services, one that is not published yet, and one whose address is not told."""

    def made(visibility: Visibility, state: State = State.VERIFIED, **site: Any) -> Listing:
        named = {"fr": f"{CANARY} {visibility.value} {state.value}"}
        return factories.Listing(
            service=factories.Service(name=named), visibility=visibility, state=state,
            site=factories.Site(
                name=f"{CANARY} site", address=f"{CANARY} address", place_name=f"{CANARY} place",
                **site,
            ),
        )  # fmt: skip

    listings = [
        made(Visibility.PROTECTION_ONLY),
        made(Visibility.HIDDEN_ADDRESS),
        made(Visibility.PUBLIC, State.DRAFT),
        made(Visibility.PUBLIC, State.ENDED),
    ]
    publish(session, *listings, factories.Listing())
    return [listing.id for listing in listings]


@pytest.mark.parametrize("role", [None, "RC", "NC", "PW", "ADMIN"])
@pytest.mark.parametrize("name", WRITTEN)
def test_no_confidential_service_is_in_any_file(
    app: Flask, client: FlaskClient, session: Session, secrets: list[UUID], name: str,
    role: str | None, sign_in: Callable[[FlaskClient, Any], FlaskClient],
) -> None:  # fmt: skip
    if role:
        sign_in(client, ready(role))
    for path in (f"{API}/{name}", f"/listings/export/{name}?country="):
        content = client.get(path).data
        texts = read_back(name, content)
        assert len(texts) == 1
        assert CANARY not in repr(texts)
        assert CANARY.encode() not in content
        assert not {row["id"] for row in texts} & {str(key) for key in secrets}


def test_what_was_hidden_after_the_search_is_left_out(session: Session, full: Listing) -> None:
    found = find(session)
    full.visibility = Visibility.PROTECTION_ONLY
    session.flush()
    made = exported_rows(session, found, audience=Audience.PROTECTION, language="fr", words=str)
    assert list(made) == []


def test_positions_are_as_exact_as_told(session: Session) -> None:
    region = factories.Region(name="Labé", code="GN-L", lon=-12.1, lat=11.1)
    inner = factories.Region(name="Koubia", level=2, parent_id=region.id)
    for precision in (Precision.TOWN, Precision.REGION, Precision.HIDDEN):
        exact = {} if precision is Precision.TOWN else {"lon": None, "lat": None}
        site = factories.Site(
            name=f"{CANARY} site", precision=precision, region_id=inner.id,
            place_name=f"{CANARY} place", **exact,
        )  # fmt: skip
        publish(session, factories.Listing(site=site))
    found = {row["precision"]: row for row in rows(session)}
    assert (found["town"]["lon"], found["town"]["lat"]) == (-12.2833, 11.3167)
    assert (found["region"]["lon"], found["hidden"]["lon"]) == (None, None)
    hidden = found["hidden"]
    assert (hidden["place"], hidden["address"], hidden["district"]) == (None, None, None)
    assert hidden["region"] == "Labé"


def test_partners_have_their_services_and_are_told_so(
    client: FlaskClient, session: Session, sign_in: Callable[[FlaskClient, Any], FlaskClient]
) -> None:
    publish(session, factories.Listing(visibility=Visibility.PARTNERS))
    assert read_back("csv", client.get(f"{API}/csv").data) == []
    sign_in(client, ready("RC"))
    [row] = read_back("csv", client.get(f"{API}/csv").data)
    assert row["visibility"] == "partners"
    assert "do not publish" in client.get(f"{API}/geojson").text


# ------------------------------------------------------------------------------------------- formats


def test_geojson_is_rfc_7946(client: FlaskClient, session: Session, full: Listing) -> None:
    publish(
        session,
        factories.Listing(site=factories.Site(lon=None, lat=None, precision=Precision.REGION)),
    )
    content = json.loads(client.get(f"{API}/geojson", headers=ENGLISH).data)
    assert content["type"] == "FeatureCollection"
    geometries = {one["id"]: one["geometry"] for one in content["features"]}
    assert geometries.pop(str(full.id)) == {"type": "Point", "coordinates": [-12.28331, 11.3]}
    assert list(geometries.values()) == [None]
    properties = next(one["properties"] for one in content["features"] if one["id"] == str(full.id))
    assert properties["price"] == 15000.5
    assert "lon" not in properties
    assert content["about"]["Licence"].startswith("Facts stay under the licence")


def test_a_spreadsheet_runs_nothing_and_says_its_source(
    client: FlaskClient, session: Session, full: Listing
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{API}/xlsx").data))
    sheet, about = book.worksheets
    assert [cell.value for cell in sheet[2]] == [column.tag for column in COLUMNS]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:AJ3")
    assert sheet.column_dimensions["B"].width == 44
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    values = {column.code: cell.value for column, cell in zip(COLUMNS, sheet[3], strict=True)}
    assert values["name"] == "'=Menuiserie “d'art”"
    assert values["phone"] == "+224 620 00 00 00"
    assert values["price"] == 15000.5
    assert values["verified_on"] == dt.datetime(2026, 3, 2)  # noqa: DTZ001 -- a sheet has no zones
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert {"Source", "Licence", "Fait le"} <= set(said)
    assert said["A register (2026-01-01)"] == "https://example.org"


def test_csv_opens_in_a_spreadsheet_with_its_accents(
    client: FlaskClient, session: Session, full: Listing
) -> None:
    content = client.get(f"{API}/csv").data
    assert content.startswith(b"\xef\xbb\xbfid,name,")
    [row] = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (row["name"], row["organisation"], row["address"]) == (
        "'=Menuiserie “d'art”", "''+Coopérative <Labé> & fils", "'-Rue 1",
    )  # fmt: skip


def test_hashtags_stand_between_labels_and_rows(
    client: FlaskClient, session: Session, full: Listing
) -> None:
    english = {"Accept-Language": "en"}
    text = client.get(f"{API}/hxl", headers=english).data.decode("utf-8-sig")
    labels, tags, *others = list(csv.reader(io.StringIO(text)))
    assert (labels[1], tags[1], len(others)) == ("Name", "#service+name", 1)
    assert {"#geo+lat", "#geo+lon", "#adm1+name", "#org+name", "#date+updated"} <= set(tags)


def test_placemarks_have_points_and_what_people_call_their_fields(
    client: FlaskClient, session: Session, full: Listing
) -> None:
    root = etree.fromstring(client.get(f"{API}/kml", headers=ENGLISH).data)
    [placemark] = root.iter(f"{KML}Placemark")
    assert placemark.findtext(f"{KML}name") == "Carpentry"
    assert placemark.findtext(f"{KML}Point/{KML}coordinates") == "-12.28331,11.3"
    names = {
        one.get("name"): one.findtext(f"{KML}displayName") for one in root.iter(f"{KML}SimpleField")
    }
    assert names["organisation"] == "Organisation"


# ------------------------------------------------------------------------- page, interface, command


def test_the_page_offers_the_list_with_its_filters(client: FlaskClient, session: Session) -> None:
    publish(
        session, factories.Listing(), factories.Listing(service=factories.Service(category="legal"))
    )
    page = client.get(
        "/?q=&category=legal&country=GN&near=", headers={"Accept-Language": "en"}
    ).text
    links = re.findall(r'href="(/listings/export/[^"]+)"', page)
    assert [link.split("?")[0].rsplit("/", 1)[1] for link in links] == WRITTEN
    assert "Download this list:" in page
    answer = client.get(links[0].replace("&amp;", "&"))
    assert [row["category"] for row in read_back("csv", answer.data)] == ["legal"]
    assert re.fullmatch(
        r"attachment; filename=services-\d{4}-\d\d-\d\d\.csv", answer.headers["Content-Disposition"]
    )
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_nothing_found_has_nothing_to_download(client: FlaskClient, session: Session) -> None:
    assert "/listings/export/" not in client.get("/?category=legal&country=GN").text


def test_the_interface_is_strict_and_the_page_is_not(client: FlaskClient, session: Session) -> None:
    assert client.get(f"{API}/csv?category=nothing").status_code == 422
    assert client.get(f"{API}/csv?region=GN-XX").status_code == 404
    assert client.get(f"{API}/parquet").status_code == 404
    assert client.get("/listings/export/csv?category=nothing").status_code == 200
    assert client.get("/listings/export/parquet").status_code == 404


def test_the_interface_describes_every_format(client: FlaskClient) -> None:
    operation = client.get("/api/v1/openapi.json").json["paths"]["/api/v1/listings/export/{name}"]
    content = operation["get"]["responses"]["200"]["content"]
    assert set(content) == {one.media_type for one in writable()}
    types = {media_type: said["schema"]["type"] for media_type, said in content.items()}
    assert types.pop("application/geo+json") == "object"
    assert set(types.values()) == {"string"}
    [name] = [one for one in operation["get"]["parameters"] if one["in"] == "path"]
    assert name["schema"]["enum"] == WRITTEN


def test_whole_lists_are_not_asked_for_without_end(client: FlaskClient, session: Session) -> None:
    for path in (f"{API}/csv", "/listings/export/csv?country="):
        assert [client.get(path).status_code for _ in range(22)] == [200] * 20 + [429] * 2


def test_a_large_file_is_sent_piece_by_piece(
    client: FlaskClient, session: Session, full: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get(f"{API}/geojson").data
    monkeypatch.setattr(web, "SMALL_FILE", 10)
    monkeypatch.setattr(compression, "LARGEST", 10)
    answer = client.get(f"{API}/geojson", headers={"Accept-Encoding": "gzip"})
    assert answer.is_streamed
    assert (answer.content_length, answer.data) == (len(whole), whole)
    assert "Content-Encoding" not in answer.headers
    head = client.head(f"{API}/geojson")
    assert (head.content_length, head.data) == (len(whole), b"")
    head.close()


def test_labels_are_in_the_language_of_the_reader(
    client: FlaskClient, session: Session, full: Listing
) -> None:
    content = client.get(f"{API}/csv", headers={"Accept-Language": "en"}).data
    assert read_back("csv", content)[0]["name"] == "Carpentry"


@pytest.mark.parametrize("name", WRITTEN)
def test_the_command_writes_by_the_ending(
    app: Flask, session: Session, full: Listing, tmp_path: Path, name: str
) -> None:
    publish(session, factories.Listing(service=factories.Service(category="legal")))
    target = tmp_path / f"list{FORMATS[name].ending}"
    done = app.test_cli_runner().invoke(
        args=["directory", "export", str(target), "--category", "training"]
    )
    assert (done.exit_code, "1 services written" in done.output) == (0, True), done.output
    assert [row["id"] for row in read_back(name, target.read_bytes())] == [str(full.id)]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("list.doc",), "“list.doc” is none of the formats: csv, geojson"),
        (("list.csv", "--format", "parquet"), "“parquet” is none"),
        (("list.csv", "--region", "GN-XX"), "region"),
    ],
)
def test_the_command_refuses_in_words_and_leaves_nothing(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...], sentence: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    done = app.test_cli_runner().invoke(args=["directory", "export", *arguments])
    assert done.exit_code == 1
    assert sentence in done.output
    assert list(tmp_path.iterdir()) == []


def test_every_label_is_a_sentence_to_translate() -> None:
    assert all(column.label == N_(column.label.template) for column in COLUMNS)


@pytest.mark.parametrize("name", WRITTEN)
def test_another_directory_takes_a_file_in(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path, name: str
) -> None:
    """What we give away can be a source elsewhere, whatever the format."""
    square = func.ST_GeomFromText("MULTIPOLYGON(((-13 11, -11 11, -11 12, -13 12, -13 11)))", WGS84)
    factories.Region(name="Labé", code="GN-L", shape=square)
    publish(session, factories.Listing(service=factories.Service(name={"fr": "Poste"})))
    file = tmp_path / f"list{FORMATS[name].ending}"
    file.write_bytes(client.get(f"{API}/{name}").data)
    meaning = {"id": "id", "name": "name", "country": "country", "lon": "lon", "lat": "lat"}
    tags = {column.code: column.tag for column in COLUMNS}
    pairs = [f"{one}={tags[code] if name in TABLES else code}" for one, code in meaning.items()]
    done = app.test_cli_runner().invoke(
        args=[
            "directory", "import", str(file), *(part for one in pairs for part in ("--map", one)),
            "--list", "neighbour", "--category", "legal", "--source", "A neighbour",
            "--owner", "A ministry", "--owner-kind", "public", "--problems", str(tmp_path / "p.csv"),
        ]
    )  # fmt: skip
    assert (done.exit_code, "1 rows read: 1 new" in done.output) == (0, True), done.output
    site = session.scalars(select(Site).where(Site.key.startswith("neighbour-"))).one()
    assert (site.name, site.lon, site.lat) == ("Poste", -12.2833, 11.3167)


# ------------------------------------------------------------------------------------ what is written


def cells_of(text: str) -> list[list[str]]:
    """The tables of a document, row by row."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_document_names_every_format_and_column() -> None:
    told = cells_of((ROOT / "docs" / "formats.md").read_text())
    yes = {True: "yes", False: "no"}
    formats = [
        [one.name, one.ending, yes[one.write is not None], yes[one.read is not None]]
        for one in FORMATS.values()
    ]
    columns = [[one.code, one.tag, one.kind.value] for one in COLUMNS]
    assert sorted(row[:4] for row in told if row[1].startswith(".")) == sorted(formats)
    assert [row[:3] for row in told if row[1].startswith("#")] == columns
