"""The curated directory is complete, sourced, and hides what must be hidden."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from directory.categories import CATEGORIES
from directory.organisation_kinds import OrganisationKind
from directory.visibility import Visibility
from routing.conditions import tree

SEEDS = Path(__file__).parents[2] / "seeds"
COUNTRIES = ("gm", "gn", "ml", "sn")
DIRECTORY: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((SEEDS / "directory").glob("*.yaml"))
}
AREAS = json.loads((SEEDS / "reference" / "regions.geojson").read_text("utf-8"))["features"]
REGIONS = {(area["properties"]["country"], area["properties"]["code"]) for area in AREAS}
with (SEEDS / "reference" / "places.csv").open(encoding="utf-8", newline="") as stream:
    PLACES = {int(row["geoname_id"]): row for row in csv.DictReader(stream)}

PROGRAMME = frozenset(["key", "name", "funder", "ends_on", "note", "source"])
ORGANISATION = frozenset(
    ["key", "name", "alternate_names", "kind", "website", "source", "services"]
)
SERVICE = frozenset(
    [
        "key",
        "name",
        "description",
        "category",
        "programme",
        "languages",
        "cost",
        "allowances",
        "duration_days",
        "sectors",
        "documents_required",
        "data_needed",
        "specialties",
        "schedule",
        "conditions",
        "quotas",
        "windows",
        "capacity",
        "sites",
    ]
)
SITE = frozenset(
    [
        "key",
        "name",
        "geoname_id",
        "place",
        "region",
        "lon",
        "lat",
        "precision",
        "area",
        "address",
        "phone",
        "email",
        "visibility",
        "status",
        "source",
    ]
)
SOURCE = frozenset(["url", "citation", "date", "checked"])
ALLOWANCE = frozenset(["kind", "amount", "currency", "per", "source"])
LEADS_TO_A_PLACE = frozenset(
    ["lon", "lat", "address", "place", "geoname_id", "name", "phone", "email", "area"]
)
COST_MODELS = frozenset(
    ["free", "direct-billing", "voucher", "co-funded", "pay-and-reimburse", "fee"]
)
GROUPS = ("any", "all", "not")
WRITTEN_ON = dt.date(2026, 11, 20)
BOXES = {
    "gm": (-16.9, 13.0, -13.7, 13.9),
    "gn": (-15.2, 7.1, -7.6, 12.8),
    "ml": (-12.4, 10.1, 4.4, 25.1),
    "sn": (-17.7, 12.2, -11.3, 16.8),
}


def programmes() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every programme with its country."""
    for country, content in DIRECTORY.items():
        for programme in content["programmes"]:
            yield country, programme


def organisations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every organisation with its country."""
    for country, content in DIRECTORY.items():
        for organisation in content["organisations"]:
            yield country, organisation


def services() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every service with its country."""
    for country, organisation in organisations():
        for service in organisation["services"]:
            yield country, service


def sites() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every place where a service is given, with its country."""
    for country, service in services():
        for site in service["sites"]:
            yield country, site


def everything() -> Iterator[tuple[str, dict[str, Any]]]:
    """Whatever has a key of its own."""
    yield from programmes()
    yield from organisations()
    yield from services()
    yield from sites()


def sources() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every source with the key of what it supports."""
    for _, entry in everything():
        if "source" in entry:
            yield entry["key"], entry["source"]


def leaves(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every single condition of a list of conditions and groups."""
    for node in rows:
        group = next((name for name in GROUPS if name in node), None)
        if group is None:
            yield node
        else:
            yield from leaves(node[group])


def row(node: dict[str, Any]) -> dict[str, Any]:
    """A condition or group of the file as the rules read it."""
    group = next((name for name in GROUPS if name in node), None)
    return node if group is None else {"kind": group, "parts": [row(part) for part in node[group]]}


def test_the_four_countries_are_there() -> None:
    assert set(DIRECTORY) == set(COUNTRIES)


def test_at_least_150_institutions() -> None:
    assert sum(1 for _ in organisations()) >= 150


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_category_has_a_service(country: str) -> None:
    found = {service["category"] for code, service in services() if code == country}
    assert found == set(CATEGORIES)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_kind_of_organisation_is_there(country: str) -> None:
    found = {organisation["kind"] for code, organisation in organisations() if code == country}
    assert found == {kind.value for kind in OrganisationKind}


def test_keys_are_unique_and_carry_their_country() -> None:
    keys = Counter(entry["key"] for _, entry in everything())
    assert [key for key, count in keys.items() if count > 1] == []
    assert [e["key"] for code, e in everything() if not e["key"].startswith(f"{code}-")] == []
    assert [key for key in keys if key != key.lower() or not key.isascii() or " " in key] == []


def test_names_of_organisations_are_unique_in_their_country() -> None:
    names = Counter((country, organisation["name"]) for country, organisation in organisations())
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    ("entries", "fields"),
    [
        (programmes, PROGRAMME),
        (organisations, ORGANISATION),
        (services, SERVICE),
        (sites, SITE),
    ],
)
def test_only_known_fields_are_used(entries: Any, fields: frozenset[str]) -> None:
    assert {
        entry["key"]: set(entry) - fields for _, entry in entries() if set(entry) - fields
    } == {}


def test_programmes_and_organisations_have_a_source() -> None:
    for _, entry in (*programmes(), *organisations()):
        assert entry["source"], entry["key"]


def test_every_source_can_be_found_and_has_a_date() -> None:
    for key, source in sources():
        assert set(source) <= SOURCE, key
        assert source.get("url") or source.get("citation"), key
        assert source.get("url", "https://").startswith(("https://", "http://")), key
        assert isinstance(source["date"], dt.date), key
        assert source["date"] <= WRITTEN_ON, key


def test_what_was_not_looked_up_says_so() -> None:
    silent = [
        key
        for key, source in sources()
        if source.get("checked") is None
        and ("url" not in source or "(not consulted)" in source.get("citation", ""))
    ]
    assert silent == []


def test_every_service_is_named_and_described_in_both_languages() -> None:
    for _, service in services():
        assert set(service["name"]) == {"en", "fr"}, service["key"]
        assert set(service["description"]) == {"en", "fr"}, service["key"]
        for text in (*service["name"].values(), *service["description"].values()):
            assert text, service["key"]
            assert text == text.strip(), service["key"]
            assert "http" not in text, service["key"]


def test_every_service_is_given_somewhere() -> None:
    assert [service["key"] for _, service in services() if not service["sites"]] == []


def test_regions_are_those_of_the_country() -> None:
    known = {(country.lower(), code) for country, code in REGIONS}
    assert [
        site["key"] for country, site in sites() if (country, site["region"]) not in known
    ] == []


def test_words_of_sites_are_known() -> None:
    for _, site in sites():
        assert site["precision"] in {"site", "town", "region"}, site["key"]
        assert site["status"] in {"operating", "ended", "unknown"}, site["key"]
        assert site.get("area", "urban") in {"urban", "rural"}, site["key"]
        assert site["visibility"] in set(Visibility), site["key"]


def test_positions_are_as_exact_as_they_say() -> None:
    for country, site in sites():
        if site["precision"] == "region":
            assert {"lon", "lat"} & set(site) == set(), site["key"]
            continue
        west, south, east, north = BOXES[country]
        assert west <= site["lon"] <= east, site["key"]
        assert south <= site["lat"] <= north, site["key"]


def test_town_points_are_those_of_the_place() -> None:
    placed = [(country, site) for country, site in sites() if "geoname_id" in site]
    assert len(placed) > 200
    for country, site in placed:
        place = PLACES[site["geoname_id"]]
        assert (place["country"], place["region"]) == (country.upper(), site["region"]), site["key"]
        if site["precision"] == "town":
            point = (float(place["longitude"]), float(place["latitude"]))
            assert (site["lon"], site["lat"]) == point, site["key"]


def test_hidden_places_cannot_be_found() -> None:
    hidden = [
        (country, site)
        for country, site in sites()
        if site["visibility"] == Visibility.HIDDEN_ADDRESS
    ]
    assert {country for country, _ in hidden} == set(COUNTRIES)
    for _, site in hidden:
        assert LEADS_TO_A_PLACE & set(site) == set(), site["key"]
        assert site["precision"] == "region", site["key"]
        assert "url" not in site["source"], site["key"]


def test_programmes_that_are_named_exist() -> None:
    named = {service["programme"] for _, service in services() if "programme" in service}
    assert named <= {programme["key"] for _, programme in programmes()}


def test_every_condition_can_be_read_and_has_a_source() -> None:
    for _, service in services():
        rows = service.get("conditions", [])
        tree([row(node) for node in rows])
        for leaf in leaves(rows):
            assert leaf["source"], service["key"]
            assert isinstance(leaf["hard"], bool), service["key"]


def test_money_is_complete_and_sourced() -> None:
    for _, service in services():
        cost = service.get("cost", {"model": "free"})
        assert cost["model"] in COST_MODELS, service["key"]
        assert ("price" in cost) == ("currency" in cost), service["key"]
        for allowance in service.get("allowances", []):
            assert set(allowance) == ALLOWANCE, service["key"]
            assert allowance["amount"] > 0, service["key"]


def test_places_and_shares_are_sourced() -> None:
    for _, service in services():
        if "capacity" in service:
            assert service["capacity"]["places"] > 0, service["key"]
            assert service["capacity"]["source"], service["key"]
        for quota in service.get("quotas", []):
            assert 0 < quota["min_share"] < 1, service["key"]
            assert quota["source"], service["key"]


def service_called(key: str) -> dict[str, Any]:
    """The service with this key."""
    return next(service for _, service in services() if service["key"] == key)


def asked(key: str) -> dict[str, Any]:
    """Parameters of the hard conditions of a service by kind."""
    rows = leaves(service_called(key)["conditions"])
    return {leaf["kind"]: leaf["asks"] for leaf in rows if leaf["hard"]}


def test_enabel_has_exactly_the_criteria_of_the_study() -> None:
    assert asked("gn-enabel-training") == {
        "age": {"min": 18, "max": 35},
        "education": {"max": "gn:10"},
        "distance": {"km_urban": 5, "km_rural": 10},
    }
    quotas = service_called("gn-enabel-training")["quotas"]
    assert [(quota["group"], quota["min_share"]) for quota in quotas] == [("returnee", 0.30)]


def test_ejom_has_exactly_the_rules_of_the_report() -> None:
    service = service_called("ml-ejom-training")
    assert len(asked("ml-ejom-training")["sector"]["any_of"]) == 4
    assert service["duration_days"] == 5
    assert [quota["min_share"] for quota in service["quotas"]] == [0.15]
    assert [window["recurrence"] for window in service["windows"]] == ["yearly"]


def test_archipelago_has_the_two_trades_and_the_places_of_the_report() -> None:
    assert asked("ml-archipelago-training") == {"sector": {"any_of": ["butchery", "mechanics"]}}
    assert service_called("ml-archipelago-training")["capacity"]["places"] == 180


def test_cash_in_mali_asks_for_the_date_of_return_and_no_help_since() -> None:
    assert asked("ml-cash-assistance") == {
        "return-date": {"after": "2019-07-01"},
        "prior-assistance": {"since_return": True},
    }


@pytest.mark.parametrize("country", COUNTRIES)
def test_forced_returns_only_from_europe_and_when_the_government_asks(country: str) -> None:
    rows = service_called(f"{country}-iom-reintegration")["conditions"]
    assert {leaf["kind"]: leaf["asks"] for leaf in leaves(rows)} == {
        "return-mode": {"any_of": ["forced"]},
        "return-country": {"region_in": ["europe"]},
        "government-request": {},
    }


@pytest.mark.parametrize("country", ["ml", "sn"])
def test_ofii_only_from_france(country: str) -> None:
    assert asked(f"{country}-ofii-project") == {"return-country": {"any_of": ["FR"]}}


def test_senegal_has_an_office_in_each_of_its_14_regions() -> None:
    regions = {site["region"] for site in service_called("sn-baos")["sites"]}
    assert len(regions) == 14
