"""A synthetic directory with words: names, organisations, places and descriptions, French and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

import numpy as np
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from directory import models
from directory.costs import CostModel
from directory.listing_life import State
from directory.operations.search_index import refresh
from directory.organisation_kinds import OrganisationKind
from directory.search_words import fold
from directory.visibility import Precision, Visibility

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
NAMESPACE = UUID(int=2027)
ORGANISATIONS = 500
TRADES = (
    "menuiserie", "maçonnerie", "plomberie", "électricité", "soudure", "mécanique", "couture", "coiffure",
    "agriculture", "élevage", "pêche", "cuisine", "informatique", "carrelage", "peinture", "énergie solaire",
)  # fmt: skip
KINDS = {
    "training": ("Formation en {trade}", "Training in {trade}"),
    "medical": ("Centre de santé de {town}", "Health centre of {town}"),
    "employment": ("Bureau de l’emploi de {town}", "Employment office of {town}"),
    "legal": ("Aide juridique et papiers à {town}", "Legal help and papers in {town}"),
    "psychosocial": ("Écoute et soutien psychologique, {town}", "Counselling and support, {town}"),
}
SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ndé",
    "sou",
    "té",
    "bou",
    "ra",
    "fa",
    "gui",
    "wa",
    "yé",
    "dou",
    "kou",
    "ba",
    "li",
)
WORDS_A_QUERY = (
    "menuiserie", "santé", "formation menuiserie", "emploi jeunes", "soutien psychologique",
    "formation électricité", "aide juridique", "menuizerie", "health centre", "carpentry", "papiers",
    "couture", "plomberie formation", "training", "agriculture élevage", "centre de santé",
)  # fmt: skip


def key(*parts: object) -> UUID:
    """A stable key."""
    return uuid5(NAMESPACE, "/".join(map(str, parts)))


def towns(number: int = 400, seed: int = 3) -> list[str]:
    """Invented names of towns."""
    chance = np.random.default_rng(seed)
    return ["".join(chance.choice(SYLLABLES, 3)).capitalize() for _ in range(number)]


def load(session: Session, number: int) -> None:
    """So many listings, each with its own service and site, indexed as the product does."""
    names, chance = towns(), np.random.default_rng(4)
    town = np.minimum(chance.zipf(1.3, number) - 1, len(names) - 1)
    kind = chance.choice(len(KINDS), number, p=[0.5, 0.2, 0.1, 0.1, 0.1])
    trade = chance.integers(0, len(TRADES), number)
    _write(session, models.Organisation, _organisations(names))
    _write(session, models.Service, _services(names, town, kind, trade))
    _write(session, models.Site, _sites(names, town, chance))
    _write(session, models.Listing, _listings(number))
    refresh(session, [key("listing", n) for n in range(number)])
    session.execute(text("ANALYZE"))
    session.commit()


def load_like(session: Session) -> None:
    """What a LIKE would search: one folded text a listing, beside what is counted."""
    connection = session.connection()
    connection.execute(
        text(
            "CREATE TABLE like_text (id text, body text, category text, kind text, cost text, country text)"
        )
    )
    rows = connection.execute(
        text(
            "SELECT listing.id, service.name, service.description, organisation.name, site.name, "
            "service.category, organisation.kind, listing.cost_model, site.country "
            "FROM listing JOIN service ON service.id = listing.service_id "
            "JOIN organisation ON organisation.id = service.organisation_id "
            "JOIN site ON site.id = listing.site_id"
        )
    )
    values = [
        {
            "id": str(row[0]), "body": fold(" ".join(str(part) for part in row[1:5])), "category": row[5],
            "kind": row[6], "cost": row[7], "country": row[8],
        }
        for row in rows
    ]  # fmt: skip
    connection.execute(
        text("INSERT INTO like_text VALUES (:id, :body, :category, :kind, :cost, :country)"), values
    )
    session.commit()


LIKE = """
WITH hits AS MATERIALIZED (SELECT category, kind, cost, country FROM like_text WHERE {conditions})
SELECT 'category', category, count(*) FROM hits GROUP BY category
UNION ALL SELECT 'kind', kind, count(*) FROM hits GROUP BY kind
UNION ALL SELECT 'cost', cost, count(*) FROM hits GROUP BY cost
UNION ALL SELECT 'country', country, count(*) FROM hits GROUP BY country
"""


def like(session: Session, words: str) -> int:
    """How many a LIKE finds, with counts by four attributes; accents forgiven, spelling not."""
    asked = fold(words).split()
    conditions = " AND ".join(f"body LIKE :word{n}" for n in range(len(asked)))
    values = {f"word{n}": f"%{word}%" for n, word in enumerate(asked)}
    query = text(LIKE.format(conditions=conditions))
    return sum(row[2] for row in session.execute(query, values) if row[0] == "category")


def _write(session: Session, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    batch = list(rows)
    for start in range(0, len(batch), 5_000):
        session.execute(insert(model.__table__), batch[start : start + 5_000])
    session.commit()


def _organisations(names: list[str]) -> Iterator[dict[str, Any]]:
    for n in range(ORGANISATIONS):
        yield {
            "id": key("organisation", n), "key": f"worded-{n}",
            "name": f"Association {names[n % len(names)]} {n}",
            "alternate_names": [f"A{n}"], "kind": list(OrganisationKind)[n % 5],
            "country": "GN", "source": {},
        }  # fmt: skip


def _services(names: list[str], town: Any, kind: Any, trade: Any) -> Iterator[dict[str, Any]]:
    codes = list(KINDS)
    for n, (place, code, craft) in enumerate(
        zip(town.tolist(), kind.tolist(), trade.tolist(), strict=True)
    ):
        french, english = KINDS[codes[code]]
        facts = {"trade": TRADES[craft], "town": names[place]}
        yield {
            "id": key("service", n), "key": f"worded-{n}",
            "organisation_id": key("organisation", n % ORGANISATIONS),
            "category": codes[code],
            "name": {"fr": french.format(**facts), "en": english.format(**facts)},
            "description": {"fr": "Pour les jeunes et les personnes de retour. Accueil et suivi."},
        }  # fmt: skip


def _sites(names: list[str], town: Any, chance: Any) -> Iterator[dict[str, Any]]:
    lons, lats = chance.uniform(-16, -8, len(town)), chance.uniform(8, 15, len(town))
    for n, (place, lon, lat) in enumerate(
        zip(town.tolist(), lons.tolist(), lats.tolist(), strict=True)
    ):
        yield {
            "id": key("site", n), "key": f"worded-{n}", "name": names[place], "place_name": names[place],
            "country": ("GN", "GM", "ML", "SN")[n % 4], "lon": lon, "lat": lat,
            "point": f"SRID=4326;POINT({lon!r} {lat!r})", "precision": Precision.SITE, "is_urban": None,
            "accessibility": ["wheelchair"] if n % 3 == 0 else [], "source": {},
        }  # fmt: skip


def _listings(number: int) -> Iterator[dict[str, Any]]:
    costs = [None, *CostModel]
    for n in range(number):
        yield {
            "id": key("listing", n), "service_id": key("service", n), "site_id": key("site", n),
            "state": State.VERIFIED, "visibility": Visibility.PUBLIC, "edited_at": NOW, "verified_at": NOW,
            "source": {}, "cost_model": costs[n % len(costs)], "languages": ["fr", "en"] if n % 2 else ["fr"],
            "supports": [], "specialties": [], "sectors": [], "saturated_sectors": [],
            "documents_required": [],
            "data_needed": [], "allowed_senders": [], "promised_hours": {}, "has_no_end": True,
        }  # fmt: skip
