"""What the files of the seeds say arrives in the tables, once."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry, first_fault
from directory.core.db import db, transaction
from directory.core.errors import Invalid
from directory.listing_life import State
from directory.models import (
    Account,
    Capacity,
    DirectoryVersion,
    Listing,
    ListingText,
    ListingVersion,
    OpeningHours,
    Organisation,
    Place,
    Programme,
    Region,
    RegionCode,
    Service,
    Site,
)
from directory.operations.listings import content_of, write_listing
from directory.visibility import Precision, Visibility
from routing.conditions import tree
from seeds import curated
from seeds.curated import countries, load_country
from seeds.demo_accounts import DEMO_ACCOUNTS, address_of, load_demo_accounts
from seeds.reference_data import load_places, load_regions
from tests import factories
from tests.applications import application
from tests.databases import Databases

SEEDS = Path(__file__).parents[2] / "seeds"
FILES: dict[str, dict[str, Any]] = {
    path.stem.upper(): yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((SEEDS / "directory").glob("*.yaml"))
}
NOW = factories.NOW
COUNTED = (Region, RegionCode, Place, Organisation, Programme, Service, Site, Listing,
           ListingVersion, ListingText, OpeningHours, Capacity, Account, AuditEntry)  # fmt: skip


def load_everything(now: dt.datetime) -> int:
    """As ``flask seed`` does; how many listings were added or changed."""
    with transaction() as session:
        load_regions(session)
    with transaction() as session:
        load_places(session)
    changed = 0
    for country in countries():
        with transaction() as session:
            changed += len(load_country(session, country, now=now).changed)
    with transaction() as session:
        load_demo_accounts(session, now=now)
    return changed


@pytest.fixture(scope="module")
def loaded_app(databases: Databases, worker_id: str) -> Iterator[Flask]:
    """An application whose database holds the seeds; tests only read it."""
    with (
        databases.migrated(f"loaded_{worker_id}") as address,
        application(address, demo=True) as app,
    ):
        with app.app_context():
            load_everything(NOW)
        yield app


@pytest.fixture
def loaded(loaded_app: Flask) -> Iterator[Session]:
    """A session on the seeds; whatever a test does is undone."""
    with loaded_app.app_context(), db.test_isolation():
        yield db.session


def counts(session: Session) -> dict[str, int]:
    return {
        model.__tablename__: session.scalars(select(func.count()).select_from(model)).one()
        for model in COUNTED
    }


def services() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Every service of the files, with its country and organisation."""
    for country, content in FILES.items():
        for organisation in content["organisations"]:
            for service in organisation["services"]:
                yield country, organisation, service


def sites() -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    for _, organisation, service in services():
        for site in service["sites"]:
            yield organisation, service, site


def listings_by_key(session: Session) -> dict[tuple[str, str], Listing]:
    query = select(Service.key, Site.key, Listing).select_from(Listing).join(Service).join(Site)
    return {(service, site): listing for service, site, listing in session.execute(query)}


def plain(source: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in source.items()}


# --------------------------------------------------------------------------------------- arriving


def test_regions_and_places_are_those_of_the_files(loaded: Session) -> None:
    features = json.loads((SEEDS / "reference" / "regions.geojson").read_text("utf-8"))["features"]
    wanted = Counter(
        (f["properties"]["country"], f["properties"]["level"], f["properties"]["name"])
        for f in features
    )
    rows = loaded.execute(select(Region.country, Region.level, Region.name))
    assert Counter(map(tuple, rows)) == wanted
    assert loaded.scalars(select(Region.id).where(Region.shape.is_(None))).all() == []
    with (SEEDS / "reference" / "places.csv").open(encoding="utf-8", newline="") as stream:
        geonames = {int(row["geoname_id"]) for row in csv.DictReader(stream)}
    assert set(loaded.scalars(select(Place.geoname_id))) == geonames


def test_prefectures_lie_in_their_region(loaded: Session) -> None:
    labe = loaded.scalars(select(Region).where(Region.code == "GN-L")).one()
    children = loaded.scalars(select(Region).where(Region.parent_id == labe.id)).all()
    assert {child.level for child in children} == {2}
    assert "Tougué" in {child.name for child in children}


def test_organisations_arrive_whole(loaded: Session) -> None:
    rows = {row.key: row for row in loaded.scalars(select(Organisation))}
    entries = {
        entry["key"]: (country, entry)
        for country, content in FILES.items()
        for entry in content["organisations"]
    }
    assert set(rows) == set(entries)
    for key, (country, entry) in entries.items():
        row = rows[key]
        assert (row.name, row.kind, row.country) == (entry["name"], entry["kind"], country)
        assert row.alternate_names == entry.get("alternate_names", [])
        assert row.website == entry.get("website")
        assert row.source == plain(entry["source"])


def test_programmes_arrive_whole(loaded: Session) -> None:
    rows = {row.key: row for row in loaded.scalars(select(Programme))}
    entries = {e["key"]: e for content in FILES.values() for e in content["programmes"]}
    assert set(rows) == set(entries)
    for key, entry in entries.items():
        row = rows[key]
        assert (row.name, row.funder, row.ends_on, row.note) == (
            entry["name"], entry.get("funder"), entry.get("ends_on"), entry.get("note"),
        )  # fmt: skip


def test_services_arrive_whole(loaded: Session) -> None:
    rows = {row.key: row for row in loaded.scalars(select(Service))}
    entries = {service["key"]: (org, service) for _, org, service in services()}
    assert set(rows) == set(entries)
    for key, (organisation, entry) in entries.items():
        row = rows[key]
        assert row.organisation.key == organisation["key"]
        assert (row.programme.key if row.programme else None) == entry.get("programme")
        assert (row.category, row.name, row.description) == (
            entry["category"], entry["name"], entry["description"],
        )  # fmt: skip


def test_sites_arrive_whole(loaded: Session) -> None:
    rows = {row.key: row for row in loaded.scalars(select(Site))}
    entries = {site["key"]: site for _, _, site in sites()}
    assert set(rows) == set(entries)
    for key, entry in entries.items():
        row = rows[key]
        assert (row.region.code if row.region else None) == entry.get("region"), key
        if entry["visibility"] == "hidden-address":
            continue
        assert (row.lon, row.lat, row.precision) == (
            entry.get("lon"), entry.get("lat"), entry["precision"],
        )  # fmt: skip
        assert (row.place_name, row.address, row.phone, row.email) == (
            entry.get("place"), entry.get("address"), entry.get("phone"), entry.get("email"),
        )  # fmt: skip
        assert row.is_urban == {"urban": True, "rural": False}.get(entry.get("area", "")), key


def test_points_are_the_positions(loaded: Session) -> None:
    query = select(Site.lon, Site.lat, func.ST_X(Site.point), func.ST_Y(Site.point)).where(
        Site.lon.is_not(None)
    )
    rows = loaded.execute(query).all()
    assert len(rows) > 200
    assert [row for row in rows if (row[0], row[1]) != (row[2], row[3])] == []


def test_listings_arrive_whole(loaded: Session) -> None:
    rows = listings_by_key(loaded)
    entries = {
        (service["key"], site["key"]): (org, service, site) for org, service, site in sites()
    }
    assert set(rows) == set(entries)
    for key, (organisation, service, site) in entries.items():
        row = rows[key]
        ended = site["status"] == "ended"
        assert row.state is (State.ENDED if ended else State.STALE), key
        assert (row.verified_at, row.edited_by_id, row.is_demo) == (None, None, False), key
        assert row.visibility is Visibility(site["visibility"]), key
        assert row.source == plain(site.get("source") or organisation["source"]), key
        for name in ("languages", "documents_required", "data_needed", "sectors", "specialties"):
            assert getattr(row, name) == service.get(name, []), (key, name)
        assert row.duration_days == service.get("duration_days"), key


def test_costs_and_allowances_arrive(loaded: Session) -> None:
    rows = listings_by_key(loaded)
    for _, service, site in sites():
        row, cost = rows[service["key"], site["key"]], service.get("cost", {})
        price = Decimal(str(cost["price"])) if "price" in cost else None
        assert (row.cost_model, row.price, row.currency, row.cost_note) == (
            cost.get("model"), price, cost.get("currency"), cost.get("note"),
        )  # fmt: skip
        wanted = [
            (a["kind"], Decimal(str(a["amount"])), a["currency"], a["per"], a["source"])
            for a in service.get("allowances", [])
        ]
        found = [(a.kind, a.amount, a.currency, a.per, a.source) for a in row.allowances]
        assert sorted(found) == sorted(wanted), service["key"]


def test_conditions_and_quotas_arrive_and_can_be_judged(loaded: Session) -> None:
    rows = listings_by_key(loaded)
    for _, service, site in sites():
        nodes = content_of(rows[service["key"], site["key"]])["conditions"]
        quotas = [node for node in nodes if node["kind"] == "quota"]
        others = [node for node in nodes if node["kind"] != "quota"]
        tree(nodes)
        wanted = [curated.condition(entry) for entry in service.get("conditions", [])]
        assert kinds(others) == kinds(wanted), service["key"]
        assert [quota["source"] for quota in quotas] == [
            quota["source"] for quota in service.get("quotas", [])
        ]


def kinds(nodes: list[dict[str, Any]]) -> list[Any]:
    """Conditions without what a table adds: kind, parameters, source and parts."""
    return [
        (n["kind"], n.get("asks") or {}, n.get("source"), kinds(n.get("parts", []))) for n in nodes
    ]


def test_a_reserved_share_is_a_hard_quota(loaded: Session) -> None:
    listing = listings_by_key(loaded)["gn-enabel-training", "gn-enabel-labe"]
    [quota] = [row for row in listing.conditions if row.kind == "quota"]
    assert (quota.asks, quota.is_hard) == (
        {"share": 30, "group": "returnee", "at_most": False},
        True,
    )


def test_windows_and_places_arrive(loaded: Session) -> None:
    rows = listings_by_key(loaded)
    repeats = {"yearly": "FREQ=YEARLY", "monthly": "FREQ=MONTHLY", None: None}
    seen = 0
    for _, service, site in sites():
        row = rows[service["key"], site["key"]]
        wanted = [
            (w.get("opens_on"), w.get("closes_on"), w.get("starts_on"),
             repeats.get(w.get("recurrence"), w.get("recurrence")))
            for w in service.get("windows", [])
        ]  # fmt: skip
        found = [(w.opens_on, w.closes_on, w.starts_on, w.recurrence) for w in row.windows]
        assert sorted(map(str, found)) == sorted(map(str, wanted)), service["key"]
        places = [service["capacity"]] if "capacity" in service else []
        assert [(c.places, c.source) for c in row.capacities] == [
            (place["places"], place["source"]) for place in places
        ]
        seen += len(found) + len(places)
    assert seen > 10


def test_opening_hours_arrive(loaded: Session) -> None:
    rows = listings_by_key(loaded)
    always = [
        rows[service["key"], site["key"]]
        for _, service, site in sites()
        if str(service.get("schedule")) == "24/7"
    ]
    assert len(always) == 1
    midnight = dt.time(0)
    assert [(h.weekday, h.opens_at, h.closes_at) for h in always[0].opening_hours] == [
        (day, midnight, midnight) for day in range(7)
    ]


def test_hours_that_cannot_be_read_stop_the_loading() -> None:
    with pytest.raises(Invalid):
        curated._offer({"schedule": "when somebody is there"})


def test_hidden_sites_have_no_position_and_lead_nowhere(loaded: Session) -> None:
    hidden = loaded.scalars(
        select(Site).join(Listing).where(Listing.visibility == Visibility.HIDDEN_ADDRESS)
    ).all()
    assert len(hidden) >= 4
    for site in hidden:
        assert site.precision is Precision.HIDDEN
        assert {site.point, site.lon, site.lat, site.address, site.place_name} == {None}
        assert {site.phone, site.email, site.is_urban} == {None}
        assert site.region is not None
        assert site.region.level == 1


def test_a_file_that_gives_a_hidden_place_away_is_not_believed(loaded: Session) -> None:
    loader = curated._Loader(loaded, "GN", NOW)
    organisation = loaded.scalars(select(Organisation)).first()
    entry = {
        "key": "gn-x-hidden", "name": "Villa", "place": "Labé", "region": "GN-L", "lon": -12.0,
        "lat": 11.0, "precision": "site", "area": "urban", "address": "Rue 1", "phone": "1",
        "visibility": "hidden-address",
    }  # fmt: skip
    site = loader.site(entry, organisation)
    assert (site.lon, site.address, site.place_name, site.phone) == (None, None, None, None)
    assert site.name == organisation.name


# ------------------------------------------------------------------------------------------- again


def test_loading_again_changes_nothing(loaded: Session) -> None:
    before = counts(loaded)
    assert before["listing"] == 401
    number = loaded.scalars(select(DirectoryVersion.number)).one()
    changed = load_everything(NOW + dt.timedelta(days=1))
    loaded.expire_all()
    assert (changed, counts(loaded)) == (0, before)
    assert loaded.scalars(select(DirectoryVersion.number)).one() == number
    assert loaded.scalars(select(func.max(Listing.edited_at))).one() == NOW


def test_loading_is_audited_and_searchable(loaded: Session) -> None:
    numbers = counts(loaded)
    assert numbers["listing_text"] == numbers["listing_version"] == numbers["listing"]
    assert first_fault(loaded, "national") is None


def changed_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: Any, country: str = "GN"
) -> None:
    """Let the loader read a copy of one country's file with a change."""
    content = yaml.safe_load((SEEDS / "directory" / f"{country.lower()}.yaml").read_text("utf-8"))
    change(content)
    text = yaml.safe_dump(content, allow_unicode=True)
    (tmp_path / f"{country.lower()}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(curated, "FOLDER", tmp_path)


def enabel(content: dict[str, Any]) -> dict[str, Any]:
    [entry] = [
        service
        for organisation in content["organisations"]
        for service in organisation["services"]
        if service["key"] == "gn-enabel-training"
    ]
    found: dict[str, Any] = entry
    return found


def test_a_changed_file_makes_a_new_version(
    loaded: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed_file(monkeypatch, tmp_path, lambda content: enabel(content).update(duration_days=300))
    result = load_country(loaded, "GN", now=NOW + dt.timedelta(days=1))
    labe = listings_by_key(loaded)["gn-enabel-training", "gn-enabel-labe"]
    assert len(result.changed) == len(enabel(FILES["GN"])["sites"])
    assert (labe.duration_days, labe.number, labe.state) == (300, 2, State.STALE)


def test_new_words_reach_the_search(
    loaded: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def rename(content: dict[str, Any]) -> None:
        enabel(content)["name"] = {"en": "Quinoa school", "fr": "École du quinoa"}

    changed_file(monkeypatch, tmp_path, rename)
    result = load_country(loaded, "GN", now=NOW)
    names = loaded.scalars(
        select(ListingText.name_fr).where(
            ListingText.listing_id.in_([listing.id for listing in result.changed])
        )
    )
    assert set(names) == {"ecole du quinoa"}


def test_a_site_that_moves_takes_its_point_along(
    loaded: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def move(content: dict[str, Any]) -> None:
        enabel(content)["sites"][0].update(lon=-12.5, lat=11.5)

    changed_file(monkeypatch, tmp_path, move)
    load_country(loaded, "GN", now=NOW)
    query = select(func.ST_X(Site.point), func.ST_Y(Site.point)).where(Site.key == "gn-enabel-labe")
    assert tuple(loaded.execute(query).one()) == (-12.5, 11.5)


@pytest.mark.parametrize("how", ["edited", "verified", "demo", "windows"])
def test_what_people_have_made_of_a_listing_stays(
    loaded: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    labe = listings_by_key(loaded)["gn-enabel-training", "gn-enabel-labe"]
    editor = loaded.scalars(select(Account)).first()
    if how == "edited":
        content = {**content_of(labe), "duration_days": 1}
        write_listing(loaded, labe.service, labe.site, content, actor=editor.actor, now=NOW)
    elif how == "verified":
        labe.verified_at = NOW
    elif how == "demo":
        labe.is_demo = True
    else:
        loaded.add(
            ListingVersion(
                listing_id=labe.id, number=2, content={}, edited_at=NOW, edited_by_id=editor.id
            )
        )
    before = labe.duration_days
    changed_file(monkeypatch, tmp_path, lambda content: enabel(content).update(duration_days=300))
    result = load_country(loaded, "GN", now=NOW)
    assert result.kept == [labe]
    assert labe.duration_days == before


def test_places_that_the_provider_counted_stay(
    loaded: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    labe = listings_by_key(loaded)["gn-enabel-training", "gn-enabel-labe"]
    later = NOW + dt.timedelta(days=2)
    loaded.add(Capacity(listing_id=labe.id, places=7, updated_at=later))
    loaded.flush()
    loaded.expire(labe)
    changed_file(monkeypatch, tmp_path, lambda content: enabel(content).update(duration_days=300))
    load_country(loaded, "GN", now=later)
    assert (labe.duration_days, [row.places for row in labe.capacities]) == (300, [7])


# ---------------------------------------------------------------------------------------- accounts


def test_demo_accounts_are_marked_and_scoped(loaded: Session) -> None:
    rows = {row.email: row for row in loaded.scalars(select(Account))}
    keys = {row.id: row.key for row in loaded.scalars(select(Organisation))}
    assert set(rows) == {address_of(entry) for entry in DEMO_ACCOUNTS}
    for entry in DEMO_ACCOUNTS:
        account = rows[address_of(entry)]
        assert account.is_demo
        assert account.name.lower().endswith(("(démo)", "(demo)"))
        assert {
            (grant.role.name, keys.get(grant.organisation_id), grant.country)
            for grant in account.grants
        } == {
            (role, entry.organisation, entry.country) for role in (entry.role, entry.also) if role
        }


def test_demo_accounts_are_not_made_twice(loaded: Session) -> None:
    assert load_demo_accounts(loaded, now=NOW) == 0


def test_commands_load_and_say_so(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["seed", "reference"])
    again = runner.invoke(args=["seed", "reference"])
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "293 regions added." in first.output
    assert "GN: 93 listings, 93 added or changed." in first.output
    assert "GN: 93 listings, 0 added or changed." in again.output


def test_demo_accounts_only_in_a_demonstration(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["seed", "accounts"])
    assert done.exit_code == 1
    assert "set PASSERELLE_DEMO=1" in done.output
