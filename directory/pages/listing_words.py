"""Words about listings for every template that shows some."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, request, url_for

from directory.categories import CATEGORIES
from directory.core.text import Text
from directory.cost_words import allowance_words
from directory.organisation_kinds import LABELS as KIND_LABELS
from directory.pages.search_choices import country_name, language_name
from directory.plain_words import cost_words, intake_words, start_words
from directory.queries.listings import Card
from directory.queries.regions import RegionNode
from directory.visibility import LABELS as VISIBILITY_LABELS
from directory.visibility import PRECISION_NOTES
from directory.vocabulary import (
    ACCESS_NEEDS,
    DOCUMENTS,
    SECTORS,
    SPECIALTIES,
)

FILTERS = (
    "kind", "cost", "language", "sector", "accessibility", "organisation", "open_now",
    "intake_open", "self_referral", "verified", "category",
)  # fmt: skip
AREA = ("region", "near", "place", "lat", "lon", "within", "bbox", "country")


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.globals.update(
        categories=CATEGORIES,
        kind_labels=KIND_LABELS,
        visibility_labels=VISIBILITY_LABELS,
        country_name=country_name,
        language_name=language_name,
        access_labels=ACCESS_NEEDS,
        allowance_words=allowance_words,
        document_labels=DOCUMENTS,
        sector_labels=SECTORS,
        specialty_labels=SPECIALTIES,
        cost_words=lambda one: cost_words(one.cost_model, one.price, one.currency),
        intake_words=intake_words,
        start_words=start_words,
        precision_note=precision_note,
        place_url=place_url,
        region_url=region_url,
        report_url=report_url,
        without_filters_url=without_filters_url,
        search_with=search_with,
        web_address=web_address,
    )


def precision_note(card: Card) -> Text | None:
    """What to say where the position is not exact."""
    return PRECISION_NOTES.get(card.precision)


def web_address(text: str | None) -> str | None:
    """The address if it is one of the web: nothing else becomes a link."""
    return text if text and text.lower().startswith(("https://", "http://")) else None


def search_with(*, without: tuple[str, ...] = (), **changes: str) -> str:
    """The address of this search with other values."""
    query: dict[str, Any] = request.args.to_dict(flat=False)
    for name in (*without, "page"):
        query.pop(name, None)
    return f"{url_for('search.page')}?{urlencode({**query, **changes}, doseq=True)}"


def place_url(key: UUID) -> str:
    """This search around another place."""
    return search_with(without=("near", "lat", "lon"), place=str(key))


def region_url(node: RegionNode) -> str:
    """This search in another region."""
    code = node.code or str(node.id)
    return search_with(without=AREA, country=node.country, region=code)


def without_filters_url() -> str:
    """This search with words and place only."""
    return search_with(without=FILTERS)


def report_url() -> str:
    """Where a need without service is reported, with what was searched for filled in."""
    asked = ("category", "country", "region")
    query = {name: request.args[name] for name in asked if request.args.get(name)}
    return f"{url_for('demand.report')}?{urlencode(query)}" if query else url_for("demand.report")
