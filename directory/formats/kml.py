"""Placemarks as globes and telephones show them (OGC KML 2.3)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, TypeAlias, cast

from lxml import etree
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from directory.bounded_streams import BoundedStream
from directory.core.text import N_
from directory.export_columns import LAT, LON, Value, text_of
from directory.feature_rows import Record, record, rows_of_features
from directory.file_formats import FORMATS, Format, Reading, Row, Table, refused
from directory.import_problems import Problem

Element: TypeAlias = Any
"""Of lxml, which has no types."""
SCHEMA = "listing"
NAMESPACE = "http://www.opengis.net/kml/2.2"
_OPENING = re.compile(rb"\s*(<\?xml|<!--|<kml|<!DOCTYPE)", re.IGNORECASE)


def read(stream: BinaryIO, reading: Reading) -> Iterator[Row | Problem]:
    """Every placemark with its name, its description and its extended data.

    Nothing outside of the file is looked at, and entities stay as they are written.
    """
    return rows_of_features(_records(BoundedStream(stream)), reading.columns)


def write(stream: BinaryIO, table: Table) -> None:
    """A document of placemarks; those without a public position have no point."""
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("kml", nsmap={None: NAMESPACE}), file.element("Document"):
            file.write(_text("name", table.title))
            about = "\n".join(f"{heading}: {sentence}" for heading, sentence in table.about)
            file.write(_text("description", about))
            fields = {
                column.code: label
                for column, label in zip(table.columns, table.labels, strict=True)
                if column.code not in ("name", "description", LON, LAT)
            }
            file.write(_schema(fields))
            for row in table.rows:
                file.write(_placemark(row, fields))


def _schema(fields: Mapping[str, str]) -> Element:
    """What the fields are called by people, once for all placemarks."""
    made = etree.Element("Schema", id=SCHEMA, name=SCHEMA)
    for code, label in fields.items():
        etree.SubElement(made, "SimpleField", type="string", name=code).append(
            _text("displayName", label)
        )
    return made


def _placemark(row: Mapping[str, Value], fields: Iterable[str]) -> Element:
    made = etree.Element("Placemark")
    for name in ("name", "description"):
        if row[name] is not None:
            made.append(_text(name, text_of(row[name])))
    extended = etree.SubElement(made, "ExtendedData")
    listed = etree.SubElement(extended, "SchemaData", schemaUrl=f"#{SCHEMA}")
    for code in fields:
        if row[code] is not None:
            etree.SubElement(listed, "SimpleData", name=code).text = text_of(row[code])
    if row[LON] is not None:
        point = etree.SubElement(made, "Point")
        point.append(_text("coordinates", f"{text_of(row[LON])},{text_of(row[LAT])}"))
    return made


def _text(tag: str, content: str) -> Element:
    made = etree.Element(tag)
    made.text = content
    return made


def _records(stream: BoundedStream) -> Iterator[Record]:
    found = etree.iterparse(
        cast("BinaryIO", stream), events=("end",), tag=("{*}SimpleField", "{*}Placemark"),
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
    )  # fmt: skip
    number = 0
    declared = {"name": "", "description": ""}
    while True:
        try:
            _, element = next(found, (None, None))
        except etree.XMLSyntaxError as error:
            raise refused(
                N_(
                    "This KML file is damaged: it cannot be read beyond placemark {number}.",
                    number=number,
                )
            ) from error
        if element is None:
            return
        if element.getroottree().docinfo.doctype:
            raise refused(N_("The file declares a document type of its own, which no KML needs."))
        if element.tag.endswith("}SimpleField"):
            declared[element.get("name") or ""] = ""
            continue
        number += 1
        stream.next_record()
        yield declared | _record(element)
        _forget(element)


def _record(placemark: Element) -> dict[str, str]:
    said = {}
    for element in placemark.iter("{*}name", "{*}description", "{*}address", "{*}phoneNumber"):
        if element.getparent() is placemark:
            said[etree.QName(element).localname] = _content(element)
    for element in placemark.iter("{*}Data", "{*}SimpleData"):
        value = element.find("{*}value") if element.tag.endswith("}Data") else element
        said[element.get("name") or ""] = "" if value is None else _content(value)
    return dict(record(said, lambda: _shape(placemark)))


def _content(element: Element) -> str:
    return "".join(element.itertext(with_tail=False)).strip()


def _shape(placemark: Element) -> BaseGeometry | None:
    """Of several shapes the first; of an area its outer border."""
    coordinates = placemark.find(".//{*}coordinates")
    if coordinates is None:
        return None
    tuples = _content(coordinates).split()
    pairs = [tuple(float(part) for part in one.split(",")[:2]) for one in tuples]
    if len(pairs) == 1:
        [lon_lat] = pairs
        return Point(*lon_lat)
    is_ring = etree.QName(coordinates.getparent()).localname == "LinearRing"
    return Polygon(pairs) if is_ring else LineString(pairs)


def _forget(placemark: Element) -> None:
    """What has been read makes room; what stood before it too."""
    placemark.clear()
    parent = placemark.getparent()
    while parent is not None and placemark.getprevious() is not None:
        del parent[0]


FORMATS.add(
    Format(
        name="kml",
        label=N_("Places for globes and telephones (KML)"),
        media_type="application/vnd.google-earth.kml+xml",
        ending=".kml",
        recognises=lambda head: bool(_OPENING.match(head.removeprefix(codecs.BOM_UTF8))),
        read=read,
        write=write,
    )
)
