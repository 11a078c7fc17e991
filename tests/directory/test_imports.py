"""Lists of facilities come in whole or not at all, and every bad row is named."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.column_mapping import ColumnMapping, read_mapping
from directory.core.actor import SYSTEM
from directory.core.audit import AuditEntry
from directory.core.db import WGS84
from directory.core.errors import Invalid
from directory.facility_rows import facility_of
from directory.file_formats import FORMATS, Reading, Row
from directory.formats.csv import LONGEST_LINE
from directory.import_problems import PROBLEMS, Problem
from directory.listing_life import State
from directory.models import (
    DirectoryVersion,
    Listing,
    ListingText,
    ListingVersion,
    OpeningHours,
    Organisation,
    Region,
    Service,
    Site,
)
from directory.operations.imports.run import Import, Report, import_facilities
from directory.operations.listings import content_of, take_listing_step, write_listing
from directory.spreadsheet_cells import defused, restored
from directory.table_headers import MOST_COLUMNS
from directory.visibility import Precision
from directory.written_coordinates import read_degrees
from tests import factories

NOW = factories.NOW
MAPPINGS = Path(__file__).parents[2] / "seeds" / "mappings"
HEADER = "id,name,country,region,kind,owner,lon,lat,found,hours"
CONTENT: dict[str, Any] = {
    "list": "test-list",
    "category": "medical",
    "language": {"GM": "en", "*": "fr"},
    "source": {"citation": "A list", "url": "https://example.org/list", "date": "2026-01-01"},
    "columns": {
        "id": "id", "name": "name", "country": "country", "region": "region", "kind": "kind",
        "owner": "owner", "lon": "lon", "lat": "lat", "exactness": "found", "hours": "hours",
    },
    "owners": {
        "": {"name": "Public health sector (test list)", "kind": "public"},
        "FBO": {"name": "Faith-based organisations (test list)", "kind": "ngo"},
    },
    "exactness": {"GPS": "site"},
    "regions": {"GN": {"Labe region": "Labé"}},
}  # fmt: skip
GOOD = "1,Hôpital de Labé,GN,Labé,Hôpital,,-12.2833,11.3167,GPS,24/7"


def mapping(**changes: Any) -> ColumnMapping:
    return read_mapping({**CONTENT, **changes})


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def read(content: bytes, **how: Any) -> list[Row | Problem]:
    columns = how.pop("columns", tuple(CONTENT["columns"].values()))
    reading = Reading(columns=columns, **how)
    return list(FORMATS["csv"].read(io.BytesIO(content), reading))


@pytest.fixture
def regions(session: Session) -> dict[str, Region]:
    """Squares: Labé and, south of it, Mamou in Guinea; one for The Gambia."""

    def square(name: str, country: str, code: str, west: float, south: float) -> Region:
        east, north = west + 2, south + 1
        ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
        shape = func.ST_GeomFromText(f"MULTIPOLYGON((({ring})))", WGS84)
        found: Region = factories.Region(name=name, country=country, code=code, shape=shape)
        return found

    return {
        "Labé": square("Labé", "GN", "GN-L", -13, 11),
        "Mamou": square("Mamou", "GN", "GN-M", -13, 10),
        "Banjul": square("Banjul", "GM", "GM-B", -17, 13),
    }


def take_in(
    session: Session, content: bytes, problems: list[Problem] | None = None, **more: Any
) -> Report:
    columns = more.pop("mapping", mapping())
    rows = FORMATS["csv"].read(
        io.BytesIO(content), Reading(columns=tuple(columns.columns.values()))
    )
    wanted = Import(**{"mapping": columns, "actor": SYSTEM, "now": NOW, **more})
    noted = problems if problems is not None else []
    report = import_facilities(session, rows, wanted, note=noted.append)
    session.commit()
    session.expire_all()
    return report


def kinds(problems: list[Problem]) -> list[tuple[int, str]]:
    return [(problem.row, problem.kind) for problem in problems]


# ----------------------------------------------------------------------------------- reading a file


def test_rows_are_read_by_column() -> None:
    content = table("1,A,GN,L,,,,,,", "2,B,GN,M,,,,,,")
    assert read(content, columns=("name", "id")) == [
        Row(2, {"name": "A", "id": "1"}),
        Row(3, {"name": "B", "id": "2"}),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    content = table("1,A", header="id,name").decode().replace(",", delimiter).encode()
    assert read(content, columns=("id", "name")) == [Row(2, {"id": "1", "name": "A"})]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("﻿id,name\n1,Hôpital".encode(), "utf-8"),
        ("id,name\n1,Hôpital".encode("latin-1"), "latin-1"),
        ("id,name\n1,Hôpital".encode("utf-16"), "utf-8"),
        (b'id,name\r\n1,"H\xc3\xb4pital"\r\n\r\n', "utf-8"),
    ],
)
def test_encodings_and_line_ends(content: bytes, encoding: str) -> None:
    found = read(content, columns=("id", "name"), encoding=encoding)
    assert found == [Row(2, {"id": "1", "name": "Hôpital"})]


def test_a_cell_may_hold_lines_and_delimiters() -> None:
    content = b'id,name\n1,"A, the\nfirst"\n2,B'
    assert [row.cells["name"] for row in read(content, columns=("id", "name"))] == [
        "A, the\nfirst",
        "B",
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"1", "cell-count"),
        (b"1,A,x", "cell-count"),
        (b"1,H\xf4pital", "wrong-encoding"),
        (b"1,A\x00B", "control-characters"),
        (b'1,"A"B', "not-csv"),
        (b"1," + b"x" * 200_000, "not-csv"),
    ],
)
def test_a_bad_row_is_a_problem_and_the_next_one_is_read(line: bytes, kind: str) -> None:
    first, second = read(b"id,name\n" + line + b"\n2,B", columns=("id", "name"))
    assert (first.row, first.kind) == (2, kind)
    assert second == Row(3, {"id": "2", "name": "B"})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"1,Hospital\n2,Clinic", "has no column"),
        (b"identifier,name\n1,A", "“id”. It has: identifier, name"),
        (b"id,name,id\n1,A,2", "twice"),
        (b"PK\x03\x04spreadsheet", "not a text file"),
        (b"\xd0\xcf\x11\xe0spreadsheet", "not a text file"),
        (b"id,n\xe4me\n1,A", "header cannot be read"),
        (b"id,name" + b",x" * MOST_COLUMNS, "more than"),
        (b"id" + b"," * (LONGEST_LINE + 10), "so long"),
        (b"\xff\xfei", "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(content, columns=("id", "name"))
    assert sentence in str(refused.value.reason)


def test_an_endless_line_does_not_fill_the_memory() -> None:
    class Endless(io.RawIOBase):
        """A header, then commas for ever."""

        given = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            self.given = 0
            return 0

        def readinto(self, buffer: Any) -> int:
            text = b"id,name\n" if self.given == 0 else b"," * len(buffer)
            text = text[: len(buffer)]
            buffer[: len(text)] = text
            self.given += len(text)
            return len(text)

    tracemalloc.start()
    with pytest.raises(Invalid):
        list(FORMATS["csv"].read(io.BufferedReader(Endless()), Reading(columns=("id", "name"))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "base64"])
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(b"id,name", columns=("id", "name"), encoding=encoding)
    assert "no encoding" in str(refused.value.reason)


@given(st.binary(max_size=300))
@example(b'id,name\n"')
@example(b"id,name\n\x00")
@example(b"\xff\xfe\x00\xd8id")
def test_no_bytes_at_all_break_the_reader(noise: bytes) -> None:
    for content in (noise, b"id,name\n" + noise):
        try:
            found = read(content, columns=("id", "name"))
        except Invalid:
            continue
        assert all(isinstance(row, Row | Problem) for row in found)


def test_every_format_says_what_it_is() -> None:
    for name, file_format in FORMATS.items():
        assert file_format.name == name
        assert file_format.ending.startswith(".")
        assert str(file_format.label)


# ------------------------------------------------------------------------------------- the mapping


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": 1}, "colour"),
        ({"columns": {"id": "id"}}, "columns"),
        ({"columns": {"id": "id", "name": "n", "lon": "x"}}, "columns"),
        ({"columns": {"id": "id", "name": "n", "size": "x"}}, "columns"),
        ({"columns": ["id"]}, "columns"),
        ({"list": "GN"}, "list"),
        ({"list": "gn"}, "list"),
        ({"category": "food"}, "category"),
        ({"source": {}}, "source"),
        ({"owners": {}}, "owners"),
        ({"owners": {"": {"name": "X", "kind": "royal"}}}, "owners"),
        ({"exactness": {"GPS": "metre"}}, "exactness"),
    ],
)
def test_a_bad_mapping_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        mapping(**change)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_mappings_can_be_read(path: Path) -> None:
    found = read_mapping(yaml.safe_load(path.read_text("utf-8")))
    assert found.source["citation"]


def test_who_owns_what() -> None:
    named = mapping(owners={**CONTENT["owners"], "*": {"kind": "private"}})
    assert named.owner_of("").name == "Public health sector (test list)"
    assert named.owner_of("fbo").name == "Faith-based organisations (test list)"
    assert (named.owner_of("Clinic Ltd").name, named.owner_of("Clinic Ltd").kind) == ("", "private")
    assert mapping().owner_of("Clinic Ltd") is None


# ------------------------------------------------------------------------------------- single rows


def row(**cells: str) -> Row:
    plain = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    return Row(7, plain | cells)


def test_a_good_row_is_a_facility_without_problems() -> None:
    facility, problems = facility_of(row(), mapping(), "GN")
    assert problems == []
    assert (facility.key, facility.record, facility.name, facility.kind) == (
        "test-list-1", "1", "Hôpital de Labé", "Hôpital",
    )  # fmt: skip
    assert (facility.lon, facility.lat, facility.precision) == (-12.2833, 11.3167, Precision.SITE)
    assert len(facility.hours) == 7


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"lon": "", "lat": ""}, "no-coordinates"),
        ({"lat": ""}, "no-coordinates"),
        ({"lon": "0", "lat": "0"}, "no-coordinates"),
        ({"lon": "-12,283,3"}, "bad-number"),
        ({"lon": "nan"}, "bad-number"),
        ({"lat": "1e3"}, "bad-number"),
        ({"lat": "12°75'"}, "bad-number"),
        ({"lon": "12 16 59"}, "bad-number"),
        ({"lon": "11.3 N"}, "swapped"),
        ({"lon": "999", "lat": "95"}, "out-of-range"),
        ({"lon": "11.3", "lat": "-120.1"}, "swapped"),
        ({"name": "GuTkTdou"}, "damaged-letters"),
        ({"name": "HÃ´pital"}, "damaged-letters"),
        ({"hours": "when open"}, "bad-hours"),
    ],
)
def test_what_is_wrong_is_left_away_and_said(cells: dict[str, str], kind: str) -> None:
    facility, problems = facility_of(row(**cells), mapping(), "GN")
    assert kinds(problems) == [(7, kind)]
    assert PROBLEMS[kind].leaves_out is False
    if kind not in ("damaged-letters", "bad-hours"):
        assert (facility.lon, facility.lat) == (None, None)


@pytest.mark.parametrize(
    ("cells", "precision"),
    [
        ({}, Precision.SITE),
        ({"found": "gps"}, Precision.SITE),
        ({"found": "Gazetteer"}, Precision.TOWN),
        ({"found": ""}, Precision.TOWN),
        ({"lon": "-12.28", "lat": "11.32"}, Precision.TOWN),
    ],
)
def test_a_position_is_as_exact_as_somebody_said(
    cells: dict[str, str], precision: Precision
) -> None:
    assert facility_of(row(**cells), mapping(), "GN")[0].precision is precision


@pytest.mark.parametrize("name", ["McCarthy Hospital", "CSPS de FO", "Fann", "St. Thérèse", "PMI"])
def test_usual_names_are_not_damaged(name: str) -> None:
    assert facility_of(row(name=name), mapping(), "GN")[1] == []


@pytest.mark.parametrize(
    ("lon", "lat", "kind", "precision"),
    [
        ("-12,2833", "11,3167", "decimal-comma", Precision.SITE),
        ("-12,28", "11,3", "decimal-comma", Precision.TOWN),
        ("12°17'00\"W", "11°19'00\"N", "degrees-minutes", Precision.SITE),
        ("W 12° 17,00'", "N 11° 19,00'", "degrees-minutes", Precision.SITE),
        ("12º17′ O", "11º19′ N", "degrees-minutes", Precision.TOWN),
        ("−12° 17' 0''", "11° 19' 0''", "degrees-minutes", Precision.SITE),
        ("11°19'00\"N", "12°17'00\"W", "letters-swapped degrees-minutes", Precision.SITE),
    ],
)
def test_a_position_is_read_as_people_write_it_and_said(
    lon: str, lat: str, kind: str, precision: Precision
) -> None:
    facility, problems = facility_of(row(lon=lon, lat=lat), mapping(), "GN")
    assert [problem.kind for problem in problems] == kind.split()
    assert (facility.lon, facility.lat) == (
        pytest.approx(-12.2833, abs=0.02),
        pytest.approx(11.3167, abs=0.02),
    )
    assert facility.precision is precision
    assert problems[0].found.startswith(f"{lon}, {lat}")
    assert all(PROBLEMS[problem.kind].leaves_out is False for problem in problems)


@given(st.floats(-180, 180), st.sampled_from(["dms", "dm", "comma", "letter"]))
def test_degrees_are_read_back_however_they_are_written(degrees: float, how: str) -> None:
    size, letter = abs(degrees), "W" if degrees < 0 else "E"
    whole, minutes = int(size), size % 1 * 60
    text = {
        "dms": f"{whole}°{int(minutes)}'{min(minutes % 1 * 60, 59.999):.3f}\"{letter}",
        "dm": f"{letter} {whole}° {min(minutes, 59.99999):.5f}'",
        "comma": f"{degrees:.6f}".replace(".", ","),
        "letter": f"{size:.6f}{letter}",
    }[how]
    read = read_degrees(text)
    assert read is not None
    assert read.degrees == pytest.approx(degrees, abs=1e-5)


@given(st.text(alphabet="0123456789.,°'\"NSEWO+- ", max_size=20))
def test_what_is_no_number_of_degrees_is_nothing(text: str) -> None:
    read = read_degrees(text)
    assert read is None or abs(read.degrees) < 10_000


# --------------------------------------------------------------------------------- taking a list in

BAD = (
    ("2,,GN,Labé,,,-12.1,11.5,,", "no-name"),
    (",Poste,GN,Labé,,,-12.1,11.5,,", "no-id"),
    ("4,Poste,XX,Labé,,,-12.1,11.5,,", "unknown-country"),
    ("5,Poste 5,GN,Labé,,Royal,-12.1,11.5,,", "unknown-owner"),
    ("6,=HYPERLINK(1),GN,Labé,,,-12.1,11.5,,", "formula"),
    ("7,@SUM,GN,Labé,,,-12.1,11.5,,", "formula"),
    ("8," + "x" * 300 + ",GN,Labé,,,-12.1,11.5,,", "too-long"),
    ("1,Autre,GN,Labé,,,-12.1,11.5,,", "id-twice"),
    ("10,HOPITAL DE LABE,GN,Labé,,,-12.28334,11.31671,,", "duplicate"),
    ("11,Poste 11,GN,,,,,,,", "no-coordinates nowhere"),
    ("12,Poste 12,GN,Atlantis,,,,,,", "no-coordinates unknown-region nowhere"),
    ("13,Poste 13,GN,,,,-30.0,11.5,,", "outside-country nowhere"),
)  # fmt: skip
TAKEN = (
    ("20,Poste 20,GN,Labé,,,,,,", "no-coordinates"),
    ("21,Poste 21,GN,Labé,,,-30.0,11.5,,", "outside-country"),
    ("22,Poste 22,GN,Labé,,,11.5,-12.1,,", "swapped"),
    ("23,Poste 23,GN,Labé,,,-12.1,10.5,,", "other-region"),
    ("24,Poste 24,GN,Atlantis,,,-12.1,11.5,,", "unknown-region"),
    ("25,Hôpital de Labé,GN,Labé,,,-12.9,11.9,,", "same-name"),
)
SITED = (*((20 + n, "Labé") for n in range(3)), (23, "Mamou"), (24, "Labé"), (25, "Labé"))


def test_bad_rows_are_left_out_and_named(session: Session, regions: dict[str, Region]) -> None:
    problems: list[Problem] = []
    report = take_in(session, table(GOOD, *(line for line, _ in BAD)), problems)
    assert kinds(problems) == [
        (number, kind) for number, (_, told) in enumerate(BAD, start=3) for kind in told.split()
    ]
    assert (report.rows, report.added, report.left_out) == (1 + len(BAD), 1, len(BAD))
    assert session.scalars(select(Site.key)).all() == ["test-list-1"]


def test_doubtful_rows_are_taken_without_what_is_wrong(
    session: Session, regions: dict[str, Region]
) -> None:
    problems: list[Problem] = []
    report = take_in(session, table(GOOD, *(line for line, _ in TAKEN)), problems)
    assert kinds(problems) == [(n, kind) for n, (_, kind) in enumerate(TAKEN, start=3)]
    assert (report.added, report.left_out) == (1 + len(TAKEN), 0)
    rows = {site.key: site for site in session.scalars(select(Site))}
    for number, region in SITED:
        assert rows[f"test-list-{number}"].region_id == regions[region].id
    for number in (20, 21, 22):
        site = rows[f"test-list-{number}"]
        assert (site.lon, site.point, site.precision) == (None, None, Precision.REGION)


def test_a_listing_says_what_the_list_says_and_no_more(
    session: Session, regions: dict[str, Region]
) -> None:
    take_in(session, table(GOOD))
    listing = session.scalars(select(Listing)).one()
    assert (listing.state, listing.verified_at, listing.edited_by_id, listing.is_demo) == (
        State.STALE, None, None, False,
    )  # fmt: skip
    assert listing.source == {**CONTENT["source"], "record": "1"}
    assert (listing.cost_model, listing.conditions, listing.capacities) == (None, [], [])
    assert (listing.service.name, listing.service.description, listing.service.category) == (
        {"fr": "Hôpital de Labé"}, {"fr": "Hôpital"}, "medical",
    )  # fmt: skip
    assert (listing.service.organisation.name, listing.service.organisation.kind) == (
        "Public health sector (test list)", "public",
    )  # fmt: skip
    assert (listing.site.name, listing.site.region_id) == ("Hôpital de Labé", regions["Labé"].id)
    assert [h.weekday for h in listing.opening_hours] == list(range(7))
    point = select(func.ST_X(Site.point), func.ST_Y(Site.point))
    assert tuple(session.execute(point).one()) == (-12.2833, 11.3167)
    [version] = session.scalars(select(ListingVersion)).all()
    assert version.content == content_of(listing)


def test_one_organisation_for_each_owner_and_country(
    session: Session, regions: dict[str, Region]
) -> None:
    lines = (GOOD, "2,B,GN,Labé,,FBO,-12.1,11.1,,", "3,C,GN,Labé,,,-12.1,11.2,,",
             "4,D,GM,Banjul,,,-16.1,13.2,,")  # fmt: skip
    take_in(session, table(*lines))
    rows = session.execute(select(Organisation.name, Organisation.country, Organisation.kind))
    assert Counter(map(tuple, rows)) == {
        ("Public health sector (test list)", "GN", "public"): 1,
        ("Public health sector (test list)", "GM", "public"): 1,
        ("Faith-based organisations (test list)", "GN", "ngo"): 1,
    }
    names = {service.key: service.name for service in session.scalars(select(Service))}
    assert (names["test-list-3"], names["test-list-4"]) == ({"fr": "C"}, {"en": "D"})


def test_what_came_in_is_found_and_announced_and_audited(
    session: Session, regions: dict[str, Region]
) -> None:
    take_in(session, table(GOOD), file_name="list.csv")
    listing = session.scalars(select(Listing)).one()
    assert session.scalars(select(ListingText.listing_id)).all() == [listing.id]
    assert session.scalars(select(DirectoryVersion.number)).one() == listing.changed_in == 1
    [line] = session.scalars(select(AuditEntry)).all()
    assert (line.action, line.subject) == ("directory:listing:import", "list:test-list")
    assert (line.details["file"], line.details["added"]) == ("list.csv", 1)


def test_the_same_list_again_changes_nothing(session: Session, regions: dict[str, Region]) -> None:
    content = table(GOOD, *(line for line, _ in TAKEN))
    take_in(session, content)
    before = session.scalars(select(DirectoryVersion.number)).one()
    report = take_in(session, content, now=NOW + dt.timedelta(days=1))
    assert (report.added, report.changed, report.same, report.gone) == (0, 0, 1 + len(TAKEN), 0)
    assert session.scalars(select(DirectoryVersion.number)).one() == before
    assert session.scalars(select(func.count()).select_from(AuditEntry)).one() == 1
    assert set(session.scalars(select(Listing.number))) == {1}


def test_the_next_edition_changes_what_differs(
    session: Session, regions: dict[str, Region]
) -> None:
    later = NOW + dt.timedelta(days=1)
    take_in(session, table(GOOD, "2,B,GN,Labé,,,-12.1,11.1,,", "3,C,GN,Labé,,,-12.1,11.2,,"))
    report = take_in(
        session,
        table(
            "1,Grand Hôpital,GN,Labé,Hôpital,,-12.3,11.4,GPS,Mo-Fr 08:00-16:00",
            "3,C,GN,Labé,,,-12.1,11.2,,",
        ),
        now=later,
    )
    assert (report.added, report.changed, report.same, report.gone) == (0, 1, 1, 1)
    query = select(Listing).join(Site).where(Site.key == "test-list-1")
    listing = session.scalars(query).one()
    assert (listing.site.name, listing.site.lon, listing.service.name) == (
        "Grand Hôpital", -12.3, {"fr": "Grand Hôpital"},
    )  # fmt: skip
    assert (listing.number, listing.edited_at, listing.changed_in) == (2, later, 2)
    assert [h.weekday for h in listing.opening_hours] == list(range(5))
    point = select(func.ST_X(Site.point)).where(Site.key == "test-list-1")
    assert session.scalars(point).one() == -12.3
    numbers = select(ListingVersion.number).where(ListingVersion.listing_id == listing.id)
    assert sorted(session.scalars(numbers)) == [1, 2]
    text = select(ListingText.name_fr).where(ListingText.listing_id == listing.id)
    assert session.scalars(text).one() == "grand hopital"
    assert session.scalars(select(func.count()).select_from(OpeningHours)).one() == 5


def test_a_position_that_is_gone_takes_its_point_along(
    session: Session, regions: dict[str, Region]
) -> None:
    take_in(session, table(GOOD))
    report = take_in(session, table("1,Hôpital de Labé,GN,Labé,Hôpital,,,,GPS,24/7"))
    site = session.scalars(select(Site)).one()
    assert report.changed == 1
    assert (site.point, site.lon, site.precision) == (None, None, Precision.REGION)
    assert session.scalars(select(Listing.number)).one() == 1


@pytest.mark.parametrize("how", ["edited", "verified", "demo"])
def test_what_people_have_made_of_a_facility_stays(
    session: Session, regions: dict[str, Region], how: str
) -> None:
    take_in(session, table(GOOD))
    listing = session.scalars(select(Listing)).one()
    if how == "edited":
        editor = factories.Account.with_role("PA", listing.service.organisation)
        content = {**content_of(listing), "cost_model": "free"}
        write_listing(session, listing.service, listing.site, content, actor=editor.actor, now=NOW)
    elif how == "verified":
        listing.verified_at = NOW
    else:
        listing.is_demo = True
    session.commit()
    problems: list[Problem] = []
    report = take_in(session, table("1,Autre nom,GN,Labé,,,-12.1,11.5,,"), problems)
    assert (report.kept, report.changed, kinds(problems)) == (1, 0, [(2, "kept")])
    assert session.scalars(select(Site.name)).one() == "Hôpital de Labé"


def test_a_listing_that_has_ended_is_not_revived(
    session: Session, regions: dict[str, Region]
) -> None:
    take_in(session, table(GOOD))
    listing = session.scalars(select(Listing)).one()
    somebody = factories.Account.with_role("NC", country="GN")
    [who] = [grant.role for grant in somebody.actor.grants]
    take_listing_step(
        session, listing, "end", actor=somebody.actor, who=who, now=NOW, reason="burnt down"
    )
    take_in(session, table("1,Autre nom,GN,Labé,,,-12.1,11.5,,"))
    assert session.scalars(select(Listing.state)).one() is State.ENDED


def test_only_the_countries_asked_for(session: Session, regions: dict[str, Region]) -> None:
    lines = (GOOD, "2,B,GM,Banjul,,,-16.1,13.2,,", "3,C,SN,Dakar,,,-17,14.6,,")
    report = take_in(session, table(*lines), countries=frozenset({"GM"}))
    assert (report.added, report.other_countries, report.left_out) == (1, 2, 0)
    assert session.scalars(select(Site.country)).all() == ["GM"]


def test_a_list_of_one_country_needs_no_column(
    session: Session, regions: dict[str, Region]
) -> None:
    columns = {name: column for name, column in CONTENT["columns"].items() if name != "country"}
    content = table("1,A,-12.1,11.5", header="id,name,lon,lat")
    narrow = mapping(columns={"id": "id", "name": "name", "lon": "lon", "lat": "lat"})
    assert "country" not in columns
    report = take_in(session, content, mapping=narrow, countries=frozenset({"GN"}))
    assert (report.added, session.scalars(select(Site.country)).one()) == (1, "GN")
    problems: list[Problem] = []
    take_in(session, content, problems, mapping=narrow)
    assert kinds(problems) == [(2, "unknown-country")]


def test_another_spelling_of_a_region_is_known(
    session: Session, regions: dict[str, Region]
) -> None:
    problems: list[Problem] = []
    lines = ("1,A,GN,LABE REGION,,,,,,", "2,B,GN,gn-m,,,,,,", "3,C,GN,Labe,,,,,,")
    take_in(session, table(*lines), problems)
    assert {kind for _, kind in kinds(problems)} == {"no-coordinates"}
    found = dict(tuple(pair) for pair in session.execute(select(Site.key, Site.region_id)))
    assert found == {
        "test-list-1": regions["Labé"].id,
        "test-list-2": regions["Mamou"].id,
        "test-list-3": regions["Labé"].id,
    }


def test_near_the_border_is_inside(session: Session, regions: dict[str, Region]) -> None:
    problems: list[Problem] = []
    lines = ("1,A,GN,Labé,,,-13.03,11.5,,", "2,B,GN,Labé,,,-12.1,10.97,,")
    take_in(session, table(*lines), problems)
    assert kinds(problems) == []
    found = dict(tuple(pair) for pair in session.execute(select(Site.key, Site.region_id)))
    assert found == {"test-list-1": regions["Labé"].id, "test-list-2": regions["Mamou"].id}


def test_a_trial_changes_nothing_and_tells_the_same(
    session: Session, regions: dict[str, Region]
) -> None:
    content = table(GOOD, *(line for line, _ in (*TAKEN, *BAD)))
    trial = take_in(session, content, is_trial=True)
    assert session.scalars(select(func.count()).select_from(Site)).one() == 0
    assert session.scalars(select(func.count()).select_from(Organisation)).one() == 0
    assert session.scalars(select(func.count()).select_from(AuditEntry)).one() == 0
    done = take_in(session, content)
    assert trial == done


def test_memory_does_not_grow_with_the_list(session: Session, regions: dict[str, Region]) -> None:
    """Of every row only a few numbers are remembered."""

    def rows(count: int) -> Iterator[Row]:
        for n in range(count):
            yield row(id=str(n), name=f"Poste {n}", lon=f"{-12.99 + n / 1e5:.5f}")

    def peak(count: int) -> int:
        wanted = Import(mapping=mapping(), actor=SYSTEM, now=NOW, is_trial=True)
        tracemalloc.start()
        import_facilities(session, rows(count), wanted, note=lambda _problem: None)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few = peak(500)
    assert peak(2_000) < few + 1_500 * 600


# ----------------------------------------------------------------------------------------- command


def run(app: Flask, *arguments: object) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["directory", "import", *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a mapping."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mapping.yaml").write_text(yaml.safe_dump(CONTENT, allow_unicode=True), "utf-8")
    return tmp_path


def problem_rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_command_reports_on_the_screen_and_in_a_file(
    app: Flask, session: Session, regions: dict[str, Region], files: Path
) -> None:
    session.commit()
    (files / "list.csv").write_bytes(table(GOOD, BAD[0][0], TAKEN[0][0], "9,-x,GN,Labé,,,,,,"))
    code, output = run(app, "list.csv", "--mapping", "mapping.yaml")
    assert code == 0
    assert "4 rows read: 2 new, 0 changed, 0 as they were, 0 kept" in output
    assert "no-name (left out): The name is missing." in output
    rows = problem_rows(files / "list-problems.csv")
    assert [(row["row"], row["problem"], row["found"], row["taken"]) for row in rows] == [
        ("3", "no-name", "", "no"),
        ("4", "no-coordinates", "", "yes"),
        ("5", "formula", "'-x", "no"),
    ]
    assert session.scalars(select(func.count()).select_from(Listing)).one() == 2


def test_the_command_takes_everything_from_options(
    app: Flask, session: Session, regions: dict[str, Region], files: Path
) -> None:
    session.commit()
    (files / "list.csv").write_bytes(table("1;A;-12.1;11.5", header="no;title;x;y"))
    code, output = run(
        app, "list.csv", "--map", "id=no", "--map", "name=title", "--map", "lon=x",
        "--map", "lat=y", "--list", "own-list", "--category", "legal", "--source", "A register",
        "--owner", "Ministry of Justice", "--owner-kind", "public", "--country", "gn",
        "--problems", "out.csv",
    )  # fmt: skip
    assert (code, "1 rows read: 1 new" in output, "No problems." in output) == (0, True, True)
    service = session.scalars(select(Service)).one()
    assert (service.key, service.category, service.organisation.name) == (
        "own-list-1", "legal", "Ministry of Justice",
    )  # fmt: skip


def test_a_trial_of_the_command_writes_the_problems_only(
    app: Flask, session: Session, regions: dict[str, Region], files: Path
) -> None:
    session.commit()
    (files / "list.csv").write_bytes(table(GOOD, BAD[0][0]))
    code, output = run(app, "list.csv", "--mapping", "mapping.yaml", "--dry-run")
    assert (code, "Nothing was changed" in output) == (0, True)
    assert len(problem_rows(files / "list-problems.csv")) == 1
    assert session.scalars(select(func.count()).select_from(Listing)).one() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 50, b"PK\x03\x04", b"a,b\n1,2", "﻿".encode(), b"id;name",
        HEADER.encode("utf-16")[:7], b"," * 2_000_000, b'"' * 100,
    ],
)  # fmt: skip
def test_hostile_files_are_refused_without_a_traceback(
    app: Flask, session: Session, files: Path, content: bytes
) -> None:
    (files / "list.csv").write_bytes(content)
    code, output = run(app, "list.csv", "--mapping", "mapping.yaml")
    assert code == 1
    assert "Nothing was changed." in output
    assert "Traceback" not in output
    assert list(files.glob("*problems*")) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say which column is: id, name."),
        (("--map", "id"), "is not FIELD=COLUMN"),
        (("--mapping", "list.csv"), "holds no mapping"),
        (("--mapping", "broken.yaml"), "is not YAML"),
        (("--mapping", "mapping.yaml", "--encoding", "klingon"), "no encoding"),
    ],
)
def test_wrong_options_are_refused_in_words(
    app: Flask, session: Session, files: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    (files / "list.csv").write_bytes(b"plain text")
    (files / "broken.yaml").write_bytes(b"a: [")
    code, output = run(app, "list.csv", *arguments)
    assert code != 0
    assert sentence in output


def test_an_interruption_leaves_nothing(
    app: Flask, session: Session, regions: dict[str, Region], files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    session.commit()

    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("directory.operations.imports.run.refresh", interrupted)
    (files / "list.csv").write_bytes(table(GOOD, BAD[0][0]))
    done = app.test_cli_runner().invoke(
        args=["directory", "import", "list.csv", "--mapping", "mapping.yaml"]
    )
    assert (done.exit_code, "Aborted" in done.output) == (1, True)
    session.expire_all()
    for model in (Site, Service, Listing, Organisation):
        assert session.scalars(select(func.count()).select_from(model)).one() == 0
    assert sorted(path.name for path in files.iterdir()) == ["list.csv", "mapping.yaml"]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"), ("@x", "'@x"), ("-12.5", "-12.5"), ("+x", "'+x"), ("Labé", "Labé"),
        ("+224 620 00 00 00", "+224 620 00 00 00"), ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"), ("'=1", "''=1"), ("l'eau", "l'eau"),
    ],
)  # fmt: skip
def test_a_spreadsheet_runs_no_cell(cell: str, shown: str) -> None:
    assert defused(cell) == shown
    assert restored(shown) == cell


@given(st.text(alphabet="'=+-@\t\n 1a.", max_size=8))
def test_every_text_comes_back_from_a_spreadsheet_as_itself(text: str) -> None:
    assert restored(defused(text)) == text


# ------------------------------------------------------------------------------------ the real list


@pytest.mark.slow
def test_the_list_of_the_who_comes_in(
    app: Flask, session: Session, shared_data: Path, tmp_path: Path
) -> None:
    """Known faults of the file are found; counts differ where our borders differ from its own."""
    seeded = app.test_cli_runner().invoke(args=["seed", "reference"])
    assert seeded.exit_code == 0
    curated = session.scalars(select(func.count()).select_from(Listing)).one()
    arguments = (
        shared_data / "health_facilities_who.csv",
        "--mapping", MAPPINGS / "health_facilities_who.yaml", "--problems", tmp_path / "p.csv",
    )  # fmt: skip
    code, output = run(app, *arguments)
    assert code == 0
    assert "40603 rows read: 40461 new" in output
    found = Counter(row["problem"] for row in problem_rows(tmp_path / "p.csv"))
    assert found["no-coordinates"] == 1742
    assert found["damaged-letters"] > 125
    assert 10 < found["outside-country"] < 40
    assert found["other-region"] > 23
    assert set(found) <= set(PROBLEMS)
    total = session.scalars(select(func.count()).select_from(Listing)).one()
    assert total == curated + 40461
    code, output = run(app, *arguments)
    assert (code, "0 new, 0 changed, 40461 as they were" in output) == (0, True)
