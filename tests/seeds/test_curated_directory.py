"""The curated directory is complete, sourced, placed where it says, and hides what must be hidden."""

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

SEEDS = Path(__file__).parents[2] / "seeds"
COUNTRIES = ("gm", "gn", "ml", "sn")
DIRECTORY: dict[str, dict[str, Any]] = {
    country: yaml.safe_load((SEEDS / "directory" / f"{country}.yaml").read_text("utf-8"))
    for country in COUNTRIES
    if (SEEDS / "directory" / f"{country}.yaml").exists()
}
REGIONS = {
    (feature["properties"]["country"], feature["properties"]["code"])
    for feature in json.loads((SEEDS / "reference" / "regions.geojson").read_text("utf-8"))["features"]
    if feature["properties"]["code"]
}
with (SEEDS / "reference" / "places.csv").open(encoding="utf-8", newline="") as stream:
    PLACES = {int(row["geoname_id"]): row for row in csv.DictReader(stream)}

SOURCE_KEYS = {"url", "citation", "date", "checked"}
PROGRAMME_KEYS = {"key", "name", "funder", "ends_on", "source"}
ORGANISATION_KEYS = {
    "key", "name", "alternate_names", "kind", "website", "source", "services",
}
SERVICE_KEYS = {
    "key", "name", "description", "category", "programme", "languages", "cost", "allowances",
    "duration_days", "documents_required", "data_needed", "sectors", "specialties", "schedule",
    "conditions", "quotas", "windows", "capacity", "sites",
}
SITE_KEYS = {
    "key", "name", "geoname_id", "place", "region", "lon", "lat", "precision", "area", "address",
    "phone", "email", "visibility", "status", "source",
}
BOXES = {
    "gm": (-16.9, 13.0, -13.7, 13.9),
    "gn": (-15.2, 7.1, -7.6, 12.8),
    "ml": (-12.4, 10.1, 4.4, 25.1),
    "sn": (-17.7, 12.2, -11.3, 16.8),
}
COST_MODELS = {"free", "direct-billing", "voucher", "co-funded", "pay-and-reimburse", "fee"}
HOST_WORDS = ("http", "www.")


def organisations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every organisation with its country."""
    for country, content in DIRECTORY.items():
        for organisation in content["organisations"]:
            yield country, organisation


def services() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Every service with its country and organisation."""
    for country, organisation in organisations():
        for service in organisation["services"]:
            yield country, organisation, service


def sites() -> Iterator[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Every place where a service is given."""
    for country, organisation, service in services():
        for site in service["sites"]:
            yield country, organisation, service, site


def leaves(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every single condition of a list of rows and groups of rows."""
    for row in rows:
        if row["kind"] in ("all", "any", "not"):
            yield from leaves(row["parts"])
        else:
            yield row


def test_the_four_countries_are_there() -> None:
    assert set(DIRECTORY) == set(COUNTRIES)


def test_at_least_150_institutions() -> None:
    assert sum(1 for _ in organisations()) >= 150


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_category_has_a_service(country: str) -> None:
    found = {service["category"] for code, _, service in services() if code == country}
    assert found == set(CATEGORIES)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_kind_of_organisation_is_there(country: str) -> None:
    found = {organisation["kind"] for code, organisation in organisations() if code == country}
    assert found == {kind.value for kind in OrganisationKind}


def test_keys_are_unique_and_carry_their_country() -> None:
    keys = [(country, organisation["key"]) for country, organisation in organisations()]
    keys += [(country, service["key"]) for country, _, service in services()]
    keys += [(country, site["key"]) for country, _, _, site in sites()]
    for country, content in DIRECTORY.items():
        keys += [(country, programme["key"]) for programme in content["programmes"]]
    assert [key for key, count in Counter(key for _, key in keys).items() if count > 1] == []
    assert [key for country, key in keys if not key.startswith(f"{country}-")] == []
    assert [key for _, key in keys if key != key.lower() or not key.isascii() or " " in key] == []


def test_names_of_organisations_are_unique_in_their_country() -> None:
    names = Counter((country, organisation["name"]) for country, organisation in organisations())
    assert [name for name, count in names.items() if count > 1] == []


def test_only_known_fields_are_used() -> None:
    unknown: list[tuple[str, set[str]]] = []
    for content in DIRECTORY.values():
        for programme in content["programmes"]:
            unknown.append((programme["key"], set(programme) - PROGRAMME_KEYS))
    for _, organisation in organisations():
        unknown.append((organisation["key"], set(organisation) - ORGANISATION_KEYS))
    for _, _, service in services():
        unknown.append((service["key"], set(service) - SERVICE_KEYS))
    for _, _, _, site in sites():
        unknown.append((site["key"], set(site) - SITE_KEYS))
    assert [(key, extra) for key, extra in unknown if extra] == []


def all_sources() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every source with the key of what it supports."""
    for content in DIRECTORY.values():
        for programme in content["programmes"]:
            yield programme["key"], programme["source"]
    for _, organisation in organisations():
        yield organisation["key"], organisation["source"]
    for _, _, _, site in sites():
        if "source" in site:
            yield site["key"], site["source"]


def test_every_fact_has_a_source_and_a_date() -> None:
    for key, source in all_sources():
        assert set(source) <= SOURCE_KEYS, key
        assert source.get("url") or source.get("citation"), key
        assert isinstance(source["date"], dt.date), key
        assert source["date"] <= dt.date(2026, 11, 20), key
        assert source.get("url", "https://").startswith(("https://", "http://")), key


def test_what_was_not_looked_up_says_so() -> None:
    unmarked = [
        key
        for key, source in all_sources()
        if "not consulted" in source.get("citation", "") and source.get("checked") is not False
    ]
    assert unmarked == []


def test_every_service_is_named_and_described_in_both_languages() -> None:
    for _, _, service in services():
        assert set(service["name"]) == {"en", "fr"}, service["key"]
        assert set(service["description"]) == {"en", "fr"}, service["key"]
        for text in (*service["name"].values(), *service["description"].values()):
            assert text == text.strip() and text, service["key"]


def test_every_service_is_given_somewhere() -> None:
    assert [service["key"] for _, _, service in services() if not service["sites"]] == []


def test_regions_are_those_of_the_country() -> None:
    unknown = [
        (site["key"], site["region"])
        for country, _, _, site in sites()
        if (country.upper(), site["region"]) not in REGIONS
    ]
    assert unknown == []


def test_positions_are_as_exact_as_they_say() -> None:
    for country, _, _, site in sites():
        key = site["key"]
        assert site["precision"] in {"site", "town", "region"}, key
        assert site["status"] in {"operating", "ended", "unknown"}, key
        assert site.get("area", "urban") in {"urban", "rural"}, key
        if site["precision"] == "region":
            assert "lon" not in site and "lat" not in site, key
            continue
        west, south, east, north = BOXES[country]
        assert west <= site["lon"] <= east and south <= site["lat"] <= north, key


def test_town_points_are_those_of_the_place() -> None:
    for country, _, _, site in sites():
        if "geoname_id" not in site or site["precision"] == "region":
            continue
        place = PLACES[site["geoname_id"]]
        assert place["country"] == country.upper(), site["key"]
        assert place["region"] == site["region"], site["key"]
        if site["precision"] == "town":
            assert (site["lon"], site["lat"]) == (
                float(place["longitude"]), float(place["latitude"]),
            ), site["key"]


def test_hidden_places_cannot_be_found() -> None:
    hidden = [entry for entry in sites() if entry[3]["visibility"] == Visibility.HIDDEN_ADDRESS]
    assert {country for country, *_ in hidden} == set(COUNTRIES)
    for _, _, _, site in hidden:
        forbidden = {"lon", "lat", "address", "place", "geoname_id", "name", "phone", "email", "area"}
        assert forbidden & set(site) == set(), site["key"]
        assert site["precision"] == "region", site["key"]
        assert "url" not in site.get("source", {}), site["key"]


def test_visibilities_are_known() -> None:
    allowed = {visibility.value for visibility in Visibility}
    assert {site["visibility"] for _, _, _, site in sites()} <= allowed


def test_programmes_that_are_named_exist() -> None:
    known = {
        programme["key"] for content in DIRECTORY.values() for programme in content["programmes"]
    }
    named = {service["programme"] for _, _, service in services() if "programme" in service}
    assert named <= known


def test_every_condition_has_a_source() -> None:
    for _, _, service in services():
        for leaf in leaves(service.get("conditions", [])):
            assert set(leaf) == {"kind", "asks", "hard", "flexible_by", "source"}, service["key"]
            assert isinstance(leaf["asks"], dict) and isinstance(leaf["hard"], bool), service["key"]
            assert leaf["source"], service["key"]


def test_money_is_complete_and_sourced() -> None:
    for _, _, service in services():
        cost = service.get("cost", {"model": "free"})
        assert cost["model"] in COST_MODELS, service["key"]
        assert ("price" in cost) == ("currency" in cost), service["key"]
        for allowance in service.get("allowances", []):
            assert allowance["amount"] > 0, service["key"]
            assert set(allowance) == {"kind", "amount", "currency", "per", "source"}, service["key"]
        for part in (*service.get("quotas", []), *filter(None, [service.get("capacity")])):
            assert part["source"], service["key"]
        for quota in service.get("quotas", []):
            assert 0 < quota["min_share"] < 1, service["key"]


def test_enabel_has_exactly_the_criteria_of_the_study() -> None:
    service = next(entry for _, _, entry in services() if entry["key"] == "gn-enabel-training")
    asks = {condition["kind"]: condition["asks"] for condition in service["conditions"]}
    assert set(asks) == {"age", "education", "distance"}
    assert asks["age"] == {"min": 18, "max": 35}
    assert asks["distance"] == {"km_urban": 5, "km_rural": 10}
    assert all(condition["hard"] for condition in service["conditions"])
    assert [quota["min_share"] for quota in service["quotas"]] == [0.30]


def test_no_address_or_host_in_sentences() -> None:
    for _, _, service in services():
        for text in service["description"].values():
            assert not any(word in text for word in HOST_WORDS), service["key"]
