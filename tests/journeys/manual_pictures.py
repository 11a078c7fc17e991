"""The pictures of the manual, taken from the journeys: ``python -m tests.journeys.manual_pictures``.

Run after the journeys; ``make manual`` does both.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from tests.databases import ROOT

TAKEN = ROOT / "test-output" / "journeys"
KEPT = ROOT / "docs" / "manual" / "images"
LANGUAGES = ("en", "fr")
PICTURES = {
    "caseload": ("from-search-to-closure", 1280, "caseload"),
    "proposals": ("from-search-to-closure", 1280, "proposals"),
    "before-sending": ("from-search-to-closure", 1280, "before-sending"),
    "received": ("answers-on-the-phone", 360, "received"),
    "late": ("a-supervisor-looks-after-what-is-late", 1280, "late"),
    "single-providers": ("coordination-sees-what-is-missing", 1280, "single-providers"),
    "complaints": ("a-complaint-without-an-account", 1280, "complaints"),
    "data-protection": ("data-protection-looks-at-the-record", 1280, "data-protection"),
    "accounts": ("accounts-are-given", 1280, "accounts"),
    "status": ("the-person-follows-their-request", 360, "status"),
}
"""Where each picture is taken: the story, how wide the screen is, and the name given there."""
TALLEST = 1_100
"""Pixels: the rest of a long page says nothing new."""
COLOURS = 128


def keep(name: str, language: str) -> Path:
    """Copy one picture into the manual, cut and with few colours; raises if it was not taken."""
    story, width, moment = PICTURES[name]
    found = sorted((TAKEN / story / f"{language}-{width}").glob(f"*-{moment}.png"))
    if not found:
        raise FileNotFoundError(f"no picture {moment!r} of the story {story!r} in {language}")
    target = KEPT / language / f"{name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(found[0]) as image:
        shown = image.convert("RGB").crop((0, 0, image.width, min(image.height, TALLEST)))
        shown.quantize(COLOURS).save(target, optimize=True)
    return target


if __name__ == "__main__":
    for language in LANGUAGES:
        for name in PICTURES:
            print(keep(name, language).relative_to(ROOT), file=sys.stderr)
