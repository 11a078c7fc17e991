"""What the form of the search offers: choices with their labels and how many each leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask_babel import get_locale

from directory.categories import CATEGORIES
from directory.core.i18n import words
from directory.core.text import Text
from directory.costs import COST_LABELS
from directory.forms.search import WITHIN_KM
from directory.organisation_kinds import LABELS as KIND_LABELS
from directory.queries.filters import YES
from directory.queries.regions import RegionNode, RegionTree
from directory.queries.search import Found
from directory.search_request import SORT_LABELS, Search
from directory.vocabulary import ACCESS_NEEDS, LANGUAGES

COUNTRIES = ("GM", "GN", "ML", "SN")
"""Always offered, in the order of their names; others when they have services or regions."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    code: str
    label: str
    count: int | None = None
    """Services it leaves, all other filters kept; nothing where it is not counted."""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything the form offers."""

    countries: list[Option]
    regions: list[Option]
    categories: list[Option]
    kinds: list[Option]
    costs: list[Option]
    languages: list[Option]
    accessibility: list[Option]
    within: list[Option]
    sorts: list[Option]
    switches: Mapping[str, int]
    """How many services pass each filter that is on or off."""


def search_choices(found: Found, search: Search) -> Choices:
    """The choices for what was found."""
    facets = found.facets
    within = (search.within_metres or 0) / 1000
    return Choices(
        countries=countries(found.snapshot.regions, search.country),
        regions=regions(found, search),
        categories=_labelled(
            {code: one.label for code, one in CATEGORIES.items()},
            facets["category"],
            search.categories,
        ),
        kinds=_labelled(KIND_LABELS, facets["kind"], search.kinds),
        costs=_labelled(COST_LABELS, facets["cost"], search.costs),
        languages=_languages(facets["language"], search.languages),
        accessibility=_labelled(ACCESS_NEEDS, facets["accessibility"], search.accessibility),
        within=[
            Option(f"{km:g}", f"{km:g} km", chosen=km == within)
            for km in sorted({*WITHIN_KM, *([within] if within else [])})
        ],
        sorts=[
            Option(sort.value, words(label), chosen=sort is search.sort)
            for sort, label in SORT_LABELS.items()
        ],
        switches={
            name: facets[name].get(YES, 0)
            for name in ("open_now", "intake_open", "verified", "self_referral")
        },
    )


def countries(tree: RegionTree, chosen: str | None) -> list[Option]:
    """The four countries, and every other in which the directory has regions."""
    names = _locale().territories
    codes = {*COUNTRIES, *(node.country for node in tree.values())}
    codes |= {chosen} if chosen else set()
    rest = sorted(codes - set(COUNTRIES), key=lambda code: str(names.get(code, code)))
    return [
        Option(code, str(names.get(code, code)), chosen=code == chosen)
        for code in (*COUNTRIES, *rest)
    ]


def regions(found: Found, search: Search) -> list[Option]:
    """Regions of the chosen country, those inside another after it."""
    tree = found.snapshot.regions
    shown: list[Option] = []

    def add(nodes: Iterable[RegionNode], depth: int) -> None:
        for node in sorted(nodes, key=lambda one: (one.name, str(one.id))):
            code = node.code or str(node.id)
            label = "\u2003" * depth + node.name
            shown.append(Option(code, label, chosen=node.id == search.region_id))
            add((one for one in tree.values() if one.parent_id == node.id), depth + 1)

    if search.country is not None:
        add((one for one in tree.values() if _is_top(one, search.country)), 0)
    return shown


def _is_top(node: RegionNode, country: str) -> bool:
    return node.country == country and node.parent_id is None


def country_name(code: str) -> str:
    """A country in the language of this answer."""
    return str(_locale().territories.get(code, code))


def language_name(code: str) -> str:
    """A language in the language of this answer: our label, else Babel's, else the code."""
    if code in LANGUAGES:
        return words(LANGUAGES[code])
    return str(_locale().languages.get(code, code))


def _locale() -> Any:
    return get_locale() or Locale("fr")


def _labelled(
    labels: Mapping[Any, Text], counts: Mapping[str, int], chosen: Iterable[str]
) -> list[Option]:
    return [
        Option(str(code), words(label), counts.get(str(code), 0), str(code) in chosen)
        for code, label in labels.items()
    ]


def _languages(counts: Mapping[str, int], chosen: frozenset[str]) -> list[Option]:
    """Languages that some service offers, or that were asked for."""
    options = [
        Option(code, language_name(code), counts.get(code, 0), code in chosen)
        for code in {*counts, *chosen}
    ]
    return sorted(options, key=lambda option: (-(option.count or 0), option.label))
