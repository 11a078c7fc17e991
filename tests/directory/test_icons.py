from __future__ import annotations

import re
from pathlib import Path

import pytest

from directory import icons
from directory.categories import CATEGORIES

pytestmark = pytest.mark.skipif(
    not icons.PACKAGE.is_dir(), reason="the icons come with `make setup`"
)


def test_every_icon_that_a_page_names_exists() -> None:
    unknown = sorted(
        name for name in icons.called_icons() if not (icons.PACKAGE / f"{name}.svg").exists()
    )

    assert unknown == []


def test_sprite_holds_what_is_used_and_stays_small() -> None:
    names = icons.used_icons()

    drawn = icons.sprite(names)

    assert re.findall(r'<symbol id="([a-z0-9-]+)"', drawn) == names
    assert {category.icon for category in CATEGORIES.values()} <= set(names)
    assert len(drawn) < 60_000


def test_file_without_a_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.svg").write_text("nothing", "utf-8")

    with pytest.raises(ValueError, match="broken"):
        icons.sprite(["broken"], tmp_path)
