"""Anybody finds a service: by words and place, on list and map, on paper, as a feed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Meet

pytestmark = pytest.mark.journey

WIDTHS = (360, 1280)
CARPENTRY = {"fr": "formation menuiserie", "en": "carpentry training"}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_finding_a_service(meet: Meet, language: str, width: int) -> None:
    visitor = meet(language, width)
    visitor.goes_to("/")
    visitor.sees_heading("Find a service")
    visitor.picture("first-page")

    visitor.search_for("formation menuiserie", near="Labé")
    expect(visitor.results.first).to_contain_text("Labé")
    visitor.picture("results")

    visitor.open_first()
    visitor.sees_heading("For whom")
    visitor.picture("service")
