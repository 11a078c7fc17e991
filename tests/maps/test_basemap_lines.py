from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Invalid
from directory.models import BasemapLine
from maps.map_layers import LAYERS, Scope
from maps.operations.basemap_lines import replace_lines
from tests.conftest import NOW
from tests.maps.ground import put_ground


def line(
    *pairs: tuple[float, float], name: str = "Gambia", kind: str = "LineString"
) -> dict[str, Any]:
    return {
        "type": "Feature", "properties": {"name": name},
        "geometry": {"type": kind, "coordinates": [list(pair) for pair in pairs]},
    }  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "river.geojson"


def write(file: Path, *features: object) -> Path:
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return file


def test_loaded_river_takes_the_place_of_the_approximate_one(session: Session, file: Path) -> None:
    put_ground(session, "GM")
    write(file, line((-16.5, 13.4), (-15.0, 13.6)), line((30, 5), (31, 6), name="Nile"))

    loaded = replace_lines(session, "river", file, source="Ministry")

    assert (loaded.lines, loaded.problems) == (2, ())
    (river,) = LAYERS["river"].features(session, Scope("GM", NOW))
    assert river.properties == {"name": "Gambia", "source": "Ministry"}


def test_loading_again_replaces(session: Session, file: Path) -> None:
    for name in ("First", "Second"):
        replace_lines(session, "river", write(file, line((0, 0), (1, 1), name=name)), source="x")

    assert session.scalars(select(BasemapLine.name)).all() == ["Second"]


@pytest.mark.parametrize(
    "feature",
    [
        line((0, 0), kind="Point"),
        line((500_000, 1_400_000), (500_100, 1_400_000)),
        {"type": "Feature", "properties": {"name": "x"}, "geometry": None},
        {"type": "Feature", "properties": None, "geometry": line((0, 0), (1, 1))["geometry"]},
        "nothing",
    ],
    ids=["a point", "metres", "no shape", "no properties", "no feature"],
)
def test_unusable_feature_is_named_and_the_others_are_kept(
    session: Session, file: Path, feature: object
) -> None:
    loaded = replace_lines(session, "river", write(file, feature, line((0, 0), (1, 1))), source="x")

    assert loaded.lines == 1
    assert [problem.split(":")[0] for problem in loaded.problems] == ["feature 1"]


@pytest.mark.parametrize("text", ["", "[]", '{"features": 3}', '{"features": []}'])
def test_file_without_lines_changes_nothing(session: Session, file: Path, text: str) -> None:
    replace_lines(session, "river", write(file, line((0, 0), (1, 1))), source="x")
    file.write_text(text, "utf-8")

    with pytest.raises(Invalid):
        replace_lines(session, "river", file, source="y")

    assert session.scalars(select(BasemapLine.source)).all() == ["x"]


def test_only_rivers_can_be_loaded(session: Session, file: Path) -> None:
    with pytest.raises(Invalid):
        replace_lines(session, "regions", write(file, line((0, 0), (1, 1))), source="x")


def test_command_reads_the_real_rivers(app: Flask, session: Session, shared_data: Path) -> None:
    put_ground(session, "GM")

    done = app.test_cli_runner().invoke(
        args=["maps", "import", "river", str(shared_data / "rivers.geojson")]
    )

    assert done.exit_code == 0, done.output
    assert done.output == "55 lines loaded, 0 left out\n"
    names = {
        one.properties.get("name") for one in LAYERS["river"].features(session, Scope("GM", NOW))
    }
    assert "Gambia" in names
