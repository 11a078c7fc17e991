"""Load the curated directory of real institutions (``seeds/directory/*.yaml``); loading again changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.db import WGS84
from directory.listing_life import State
from directory.models import Listing, Organisation, Programme, Region, Service, Site
from directory.operations.listings import announce_changes, write_listing
from directory.organisation_kinds import OrganisationKind
from directory.visibility import Precision, Visibility
from routing.conditions import tree

FOLDER = Path(__file__).parent / "directory"


@dataclass
class Loaded:
    """What loading did."""

    listings: int = 0
    changed: list[Listing] = field(default_factory=list)


def countries() -> list[str]:
    """ISO codes of the countries that have a file."""
    return sorted(path.stem.upper() for path in FOLDER.glob("*.yaml"))


def load_country(session: Session, country: str, *, now: dt.datetime) -> Loaded:
    """Bring the listings of one country to what its file says."""
    content = yaml.safe_load((FOLDER / f"{country.lower()}.yaml").read_text("utf-8"))
    loader = _Loader(session, country, now)
    loader.programmes = {entry["key"]: loader.programme(entry) for entry in content["programmes"]}
    for entry in content["organisations"]:
        loader.organisation(entry)
    announce_changes(session, loader.loaded.changed, actor=SYSTEM, now=now)
    return loader.loaded


class _Loader:
    """One country's file on its way into the tables."""

    def __init__(self, session: Session, country: str, now: dt.datetime) -> None:
        self.session, self.country, self.now = session, country, now
        self.loaded = Loaded()
        self.programmes: dict[str, Programme] = {}
        query = select(Region.code, Region.id).where(Region.country == country, Region.code.is_not(None))
        self.regions: dict[str, UUID] = {code: id_ for code, id_ in session.execute(query) if code}

    def programme(self, entry: Mapping[str, Any]) -> Programme:
        return self._upsert(Programme, entry["key"], {
            "name": entry["name"], "funder": entry.get("funder"), "ends_on": entry.get("ends_on"),
            "note": entry.get("note"), "source": _source(entry),
        })  # fmt: skip

    def organisation(self, entry: Mapping[str, Any]) -> None:
        organisation = self._upsert(Organisation, entry["key"], {
            "name": entry["name"], "alternate_names": entry.get("alternate_names", []),
            "kind": OrganisationKind(entry["kind"]), "country": self.country,
            "website": entry.get("website"), "source": _source(entry),
        })  # fmt: skip
        for part in entry["services"]:
            self.service(organisation, part, entry)

    def service(self, organisation: Organisation, entry: Mapping[str, Any], parent: Mapping[str, Any]) -> None:
        programme = self.programmes[entry["programme"]] if "programme" in entry else None
        service = self._upsert(Service, entry["key"], {
            "organisation_id": organisation.id, "programme_id": programme.id if programme else None,
            "category": entry["category"], "name": entry["name"],
            "description": entry.get("description", {}),
        })  # fmt: skip
        for part in entry["sites"]:
            self.listing(service, self.site(part, organisation), entry, part, part.get("source") or parent["source"])

    def site(self, entry: Mapping[str, Any], organisation: Organisation) -> Site:
        hidden = entry.get("visibility") == Visibility.HIDDEN_ADDRESS
        lon, lat = entry.get("lon"), entry.get("lat")
        return self._upsert(Site, entry["key"], {
            "name": entry.get("name") or entry.get("place") or organisation.name, "country": self.country,
            "region_id": self.regions[entry["region"]] if entry.get("region") else None,
            "place_name": entry.get("place"), "address": entry.get("address"), "lon": lon, "lat": lat,
            "precision": Precision.HIDDEN if hidden else Precision(entry["precision"]),
            "is_urban": {"urban": True, "rural": False}.get(entry.get("area", "")),
            "phone": entry.get("phone"), "email": entry.get("email"),
            "accessibility": entry.get("accessibility", []), "source": _source(entry),
        })  # fmt: skip

    def listing(
        self, service: Service, site: Site, entry: Mapping[str, Any], place: Mapping[str, Any], source: Any
    ) -> None:
        ended = place.get("status") == "ended"
        offer = _offer(entry)
        tree(offer["conditions"])  # raises ``Invalid``: what no rule can read must not be loaded
        content = {**offer, "visibility": place.get("visibility", "public"), "source": _plain(source)}
        listing, changed = write_listing(
            self.session, service, site, content, actor=SYSTEM, now=self.now,
            first_state=State.ENDED if ended else State.STALE, reason="curated directory",
        )  # fmt: skip
        self.loaded.listings += 1
        if changed:
            self.loaded.changed.append(listing)

    def _upsert(self, model: Any, key: str, values: dict[str, Any]) -> Any:
        row = self.session.scalar(select(model).where(model.key == key))
        if row is None:
            row = model(key=key)
            self.session.add(row)
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        if model is Site and row.lon is not None and row in self.session.new:
            row.point = func.ST_GeomFromText(f"POINT({row.lon!r} {row.lat!r})", WGS84)
        self.session.flush()
        return row


def _offer(entry: Mapping[str, Any]) -> dict[str, Any]:
    cost = entry.get("cost", {})
    content: dict[str, Any] = {
        "cost_model": cost.get("model"), "price": cost.get("price"), "currency": cost.get("currency"),
        "cost_note": cost.get("note"), "duration_days": entry.get("duration_days"),
        "conditions": [*map(condition, entry.get("conditions", ())), *map(_quota, entry.get("quotas", ()))],
        "windows": list(map(_window, entry.get("windows", ()))),
        "allowances": entry.get("allowances", []),
    }  # fmt: skip
    for name in ("languages", "documents_required", "data_needed", "sectors", "specialties"):
        content[name] = entry.get(name, [])
    if "capacity" in entry:
        period = entry["capacity"]
        content["capacities"] = [{
            "places": period.get("places"), "from_on": period.get("from"), "until_on": period.get("until"),
            "source": period.get("source"),
        }]  # fmt: skip
    return content


def condition(node: Mapping[str, Any]) -> dict[str, Any]:
    """A condition of the file as a listing keeps it: ``any: [...]`` becomes a node with parts."""
    branch = next((name for name in ("all", "any", "not") if name in node), None)
    if branch is None:
        return dict(node)
    parts = node[branch] if isinstance(node[branch], list) else [node[branch]]
    return {"kind": branch, "source": node.get("source"), "parts": [condition(part) for part in parts]}


def _quota(entry: Mapping[str, Any]) -> dict[str, Any]:
    at_most = "max_share" in entry
    share = entry["max_share"] if at_most else entry["min_share"]
    asks = {"share": round(share * 100), "group": entry["group"], "at_most": at_most}
    return {"kind": "quota", "asks": asks, "source": entry.get("source")}


def _window(entry: Mapping[str, Any]) -> dict[str, Any]:
    repeats = {"yearly": "FREQ=YEARLY", "monthly": "FREQ=MONTHLY"}
    return {**entry, "recurrence": repeats.get(entry.get("recurrence", ""), entry.get("recurrence"))}


def _source(entry: Mapping[str, Any]) -> dict[str, Any]:
    return _plain(entry.get("source", {}))


def _plain(source: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in source.items()}
