"""GeoJSON and KML that are damaged, deceive, or mean harm."""

from __future__ import annotations

from tests.directory.hostile_sheets import FOREIGN, LAUGHS, OUTSIDE, zipped
from tests.directory.hostile_tables import MEGABYTE

EMPTY = '{"type":"FeatureCollection","features":['
NAMED = '{"type":"Feature","properties":{"id":"1","name":"A","country":"XX"},"geometry":'


def _point(coordinates: str) -> bytes:
    return f'{EMPTY}{NAMED}{{"type":"Point","coordinates":[{coordinates}]}}}}]}}'.encode()


def feature_files() -> dict[str, bytes]:
    deep = 100_000
    return {
        "nothing but a brace": b"{",
        "no features": f"{EMPTY}]}}".encode(),
        "features that are no list": b'{"type":"FeatureCollection","features":{"a":1}}',
        "another object": b'{"id":"1","name":"A","country":"GN"}',
        "a list": b"[1,2,3]",
        "an end in the middle": f'{EMPTY}{NAMED}{{"type":"Point","coordi'.encode(),
        "an end after a feature": f"{EMPTY}{NAMED}null}},".encode(),
        "features that are none": f'{EMPTY}1,null,"a",[],{{}}]}}'.encode(),
        "a depth of a hundred thousand lists": f"{EMPTY}{'[' * deep}{']' * deep}]}}".encode(),
        "a depth of a hundred thousand objects": f"{EMPTY}{chr(123) + chr(34) + 'a' + chr(34) + ':'}".encode()
        + b'{"a":' * deep
        + b"1"
        + b"}" * (deep + 1)
        + b"]}",
        "a feature of five megabytes": f'{EMPTY}{NAMED}null,"x":"{"x" * 5 * MEGABYTE}"}}]}}'.encode(),
        "five megabytes of blanks": EMPTY.encode() + b" " * 5 * MEGABYTE + b"]}",
        "a name of five megabytes": b'{"' + b"x" * 5 * MEGABYTE + b'":1}',
        "letters of another encoding": f"{EMPTY}{NAMED}null}}]}}".encode().replace(
            b'"A"', b'"H\xf4"'
        ),
        "UTF-16": f"{EMPTY}{NAMED}null}}]}}".encode("utf-16"),
        "half a character": f"{EMPTY}{NAMED}null}}]}}".replace('"A"', '"\\ud800"').encode(),
        "numbers beyond numbers": _point("1e999,-1e999"),
        "a number of ten thousand digits": _point("9" * 10_000 + ",1"),
        "not a number": _point("NaN,NaN"),
        "points without numbers": f'{EMPTY}{NAMED}{{"type":"Point","coordinates":["a",null]}}}}]}}'.encode(),
        "points without coordinates": f'{EMPTY}{NAMED}{{"type":"Point"}}}}]}}'.encode(),
        "shapes of an unknown kind": f'{EMPTY}{NAMED}{{"type":"Cube","coordinates":[[1,2]]}}}}]}}'.encode(),
        "an area of one point": f'{EMPTY}{NAMED}{{"type":"Polygon","coordinates":[[[1,2]]]}}}}]}}'.encode(),
        "geometry that is a word": f'{EMPTY}{NAMED}"POINT (1 2)"}}]}}'.encode(),
        "collections within collections": f"{EMPTY}{NAMED}".encode()
        + b'{"type":"GeometryCollection","geometries":[' * 3_000
        + b"]}" * 3_000
        + b"}]}",
        "properties that are nested": f"{EMPTY}{NAMED}null}}]}}".replace(
            '"A"', '{"=1":[{"a":[]}]}'
        ).encode(),
        "a program around it": f"callback({EMPTY}]}});".encode(),
        "something after its end": f"{EMPTY}{NAMED}null}}]}}<script>".encode(),
    }


GOOD_MARK = "<Placemark><name>A</name></Placemark>"


def document(inside: str, before: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>{before}'
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'.encode()


def _mark(inside: str, identifier: str = "1") -> str:
    said = {"id": identifier, "country": "XX"}
    fields = "".join(
        f'<Data name="{name}"><value>{value}</value></Data>' for name, value in said.items()
    )
    return f"<Placemark><name>A</name><ExtendedData>{fields}</ExtendedData>{inside}</Placemark>"


def placemark_files() -> dict[str, bytes]:
    return {
        "nothing but its head": b"<?xml version='1.0'?>",
        "no placemark": document(""),
        "an end in the middle": document(_mark("") * 3)[:-60],
        "entities that unfold": document(_mark("", "&l9;"), LAUGHS),
        "entities that unfold in an attribute": document('<Style id="&l9;"/>' + _mark(""), LAUGHS),
        "a file of the machine": document(_mark("", "&l9;"), FOREIGN),
        "a document type from elsewhere": document(_mark(""), OUTSIDE),
        "a part of another file": document(
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
            + _mark("")
        ),
        "a text of five megabytes": document(
            _mark(f"<description>{'x' * 5 * MEGABYTE}</description>")
        ),
        "remarks of five megabytes": document("<!-- x -->" * 500_000 + _mark("")),
        "a depth of a hundred thousand": b"<?xml version='1.0'?><kml>" + b"<a>" * 100_000,
        "a hundred thousand attributes": document(
            "<a " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>"
        ),
        "an attribute twice": document('<a b="" b=""/>' + _mark("")),
        "an encoding that does not exist": b"<?xml version='1.0' encoding='klingon'?><kml/>",
        "letters of another encoding": document(_mark("")).replace(b"<name>A", b"<name>H\xf4pital"),
        "half of UTF-16": document(_mark(""))
        .decode()
        .replace("UTF-8", "UTF-16")
        .encode("utf-16")[:-31],
        "coordinates that are words": document(
            _mark("<Point><coordinates>here, there</coordinates></Point>")
        ),
        "coordinates that are empty": document(_mark("<Point><coordinates/></Point>")),
        "one coordinate": document(_mark("<Point><coordinates>12</coordinates></Point>")),
        "coordinates without end": document(
            _mark("<Point><coordinates>nan,inf,1e999</coordinates></Point>")
        ),
        "a line of one place twice": document(
            _mark("<LineString><coordinates>1,1 1,1</coordinates></LineString>")
        ),
        "a ring of two places": document(
            _mark(
                "<Polygon><outerBoundaryIs><LinearRing><coordinates>1,1 2,2</coordinates></LinearRing>"
                "</outerBoundaryIs></Polygon>"
            )
        ),
        "placemarks within placemarks": document("<Placemark>" * 200 + "</Placemark>" * 200),
        "an archive of its kind": zipped({"doc.kml": document(_mark(""))}),
        "something after its end": document(_mark("")) + b"<kml/>",
    }
