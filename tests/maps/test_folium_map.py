from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.core.config import ROOT
from tests.maps.ground import put_ground

LOADED = re.compile(r"""(?:<script[^>]*\ssrc|<link[^>]*\shref)=["']([^"']+)""")


def test_only_one_module_knows_folium() -> None:
    files = [*ROOT.glob("*.py"), *(file for part in ("directory", "routing", "maps", "seeds")
                                   for file in (ROOT / part).rglob("*.py"))]  # fmt: skip
    knowing = [
        file.name
        for file in files
        if re.search(r"^\s*(?:import|from) folium", file.read_text("utf-8"), re.M)
    ]

    assert knowing == ["folium_map.py"]


def test_frame_loads_only_from_here_and_has_a_policy_of_its_own(
    client: FlaskClient, session: Session
) -> None:
    put_ground(session, "GM")

    answer = client.get("/maps/atlas/frame?country=GM")

    loaded = LOADED.findall(answer.text)
    assert loaded == [
        "/static/vendor/leaflet/leaflet.js", "/static/vendor/leaflet/leaflet.css",
    ]  # fmt: skip
    for address in loaded:
        with client.get(address) as file:
            assert file.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "Serekunda" in answer.text


def test_atlas_keeps_the_strict_policy_and_frames_the_map_without_its_origin(
    client: FlaskClient,
) -> None:
    answer = client.get("/maps/atlas?country=GM")

    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    (frame,) = re.findall(r"<iframe[^>]*>", answer.text)
    assert 'sandbox="allow-scripts"' in frame
    assert "/maps/atlas/frame?country=GM" in frame


def test_export_writes_a_map_that_needs_no_other_file(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    put_ground(session, "GM")
    file = tmp_path / "gambia.html"

    done = app.test_cli_runner().invoke(
        args=["maps", "export", str(file), "--country", "gm", "--language", "en"]
    )

    assert done.exit_code == 0, done.output
    page = file.read_text("utf-8")
    assert LOADED.findall(page) == []
    assert "L.map(" in page
    assert "Bridges and ferries" in page


def test_import_of_the_application_does_not_import_folium() -> None:
    code = "import sys, wsgi; sys.exit('folium' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)

    assert done.returncode == 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_layers_are_named_in_the_readers_language(
    client: FlaskClient, session: Session, language: str
) -> None:
    put_ground(session, "GM")
    client.get(f"/language/{language}")

    page = client.get("/maps/atlas/frame?country=GM").text

    assert {"en": "Samba Juma Bridge", "fr": "Pont Samba Juma"}[language] in page
