"""Load the curated directory of real institutions: ``seeds/directory/*.yaml``.

Loading again changes nothing, and never what somebody has edited or verified here.
"""

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
from directory.models import (
    Listing,
    ListingVersion,
    Organisation,
    Programme,
    Region,
    Service,
    Site,
)
from directory.operations.listings import announce_changes, content_of, write_listing
from directory.organisation_kinds import OrganisationKind
from directory.visibility import Precision, Visibility
from directory.weekly_hours import weekly_hours
from routing.conditions import tree

FOLDER = Path(__file__).parent / "directory"


@dataclass
class Loaded:
    """What loading did."""

    listings: int = 0
    changed: list[Listing] = field(default_factory=list)
    kept: list[Listing] = field(default_factory=list)
    """Edited or verified here since, or in a demonstration: the file does not overwrite them."""


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
        self.touched: set[UUID] = set()
        """Rows that were there and are different now: their listings are found by other words."""
        query = (
            select(Region.code, Region.id)
            .where(Region.country == country, Region.code.is_not(None))
            .order_by(Region.level.desc())  # Conakry is a region and a prefecture: the wider counts
        )
        self.regions: dict[str, UUID] = {code: id_ for code, id_ in session.execute(query) if code}

    def programme(self, entry: Mapping[str, Any]) -> Programme:
        return self._upsert(
            Programme,
            entry["key"],
            {
                "name": entry["name"],
                "funder": entry.get("funder"),
                "ends_on": entry.get("ends_on"),
                "note": entry.get("note"),
                "source": _source(entry),
            },
        )

    def organisation(self, entry: Mapping[str, Any]) -> None:
        organisation = self._upsert(
            Organisation,
            entry["key"],
            {
                "name": entry["name"],
                "alternate_names": entry.get("alternate_names", []),
                "kind": OrganisationKind(entry["kind"]),
                "country": self.country,
                "website": entry.get("website"),
                "source": _source(entry),
            },
        )
        for part in entry["services"]:
            self.service(organisation, part, entry)

    def service(
        self, organisation: Organisation, entry: Mapping[str, Any], parent: Mapping[str, Any]
    ) -> None:
        programme = self.programmes[entry["programme"]] if "programme" in entry else None
        service = self._upsert(
            Service,
            entry["key"],
            {
                "organisation_id": organisation.id,
                "programme_id": programme.id if programme else None,
                "category": entry["category"],
                "name": entry["name"],
                "description": entry.get("description", {}),
            },
        )
        for part in entry["sites"]:
            self.listing(
                service,
                self.site(part, organisation),
                entry,
                part,
                part.get("source") or parent["source"],
            )

    def site(self, entry: Mapping[str, Any], organisation: Organisation) -> Site:
        hidden = entry.get("visibility") == Visibility.HIDDEN_ADDRESS
        if hidden:  # whatever leads to the place stays out, should the file ever hold it
            entry = {name: entry[name] for name in ("key", "region", "source") if name in entry}
        lon, lat = entry.get("lon"), entry.get("lat")
        return self._upsert(
            Site,
            entry["key"],
            {
                "name": entry.get("name") or entry.get("place") or organisation.name,
                "country": self.country,
                "region_id": self.regions[entry["region"]] if entry.get("region") else None,
                "place_name": entry.get("place"),
                "address": entry.get("address"),
                "lon": lon,
                "lat": lat,
                "precision": Precision.HIDDEN if hidden else Precision(entry["precision"]),
                "is_urban": {"urban": True, "rural": False}.get(entry.get("area", "")),
                "phone": entry.get("phone"),
                "email": entry.get("email"),
                "accessibility": entry.get("accessibility", []),
                "source": _source(entry),
            },
        )

    def listing(
        self,
        service: Service,
        site: Site,
        entry: Mapping[str, Any],
        place: Mapping[str, Any],
        source: Any,
    ) -> None:
        self.loaded.listings += 1
        known = self.session.scalar(
            select(Listing).where(Listing.service == service, Listing.site == site)
        )
        if known is not None and self._belongs_to_people(known):
            self.loaded.kept.append(known)
            return
        ended = place.get("status") == "ended"
        offer = _offer(entry)
        tree(offer["conditions"])  # raises ``Invalid``: what no rule can read must not be loaded
        if known is not None and any(row.updated_at > known.edited_at for row in known.capacities):
            offer["capacities"] = content_of(known)["capacities"]  # the provider has counted since
        listing, changed = write_listing(
            self.session,
            service,
            site,
            offer | {"visibility": place.get("visibility", "public"), "source": _plain(source)},
            actor=SYSTEM,
            now=self.now,
            first_state=State.ENDED if ended else State.STALE,
            reason="curated directory",
        )
        around = {site.id, service.id, service.organisation_id, service.programme_id}
        if changed or around & self.touched:
            self.loaded.changed.append(listing)

    def _belongs_to_people(self, listing: Listing) -> bool:
        """Somebody has verified it or edited it here, or it was made ready for a demonstration."""
        edited = select(ListingVersion.id).where(
            ListingVersion.listing_id == listing.id, ListingVersion.edited_by_id.is_not(None)
        )
        if listing.is_demo or listing.verified_at is not None:
            return True
        return self.session.scalars(edited).first() is not None

    def _upsert(self, model: Any, key: str, values: dict[str, Any]) -> Any:
        row = self.session.scalar(select(model).where(model.key == key))
        if row is not None and "demonstration" in (getattr(row, "source", None) or {}):
            return row  # moved for a demonstration: stays where its people are
        if row is None:
            row = model(key=key, **values)
            self.session.add(row)
            changed = set(values)
        else:
            changed = {name for name, value in values.items() if getattr(row, name) != value}
        for name in changed:
            setattr(row, name, values[name])
        if changed & {"lon", "lat"}:
            row.point = _point(row)
        if changed and row not in self.session.new:
            self.touched.add(row.id)
        self.session.flush()
        return row


def _point(site: Site) -> Any:
    if site.lon is None or site.lat is None:
        return None
    return func.ST_GeomFromText(f"POINT({site.lon!r} {site.lat!r})", WGS84)


def _offer(entry: Mapping[str, Any]) -> dict[str, Any]:
    cost = entry.get("cost", {})
    content: dict[str, Any] = {
        "cost_model": cost.get("model"),
        "price": cost.get("price"),
        "currency": cost.get("currency"),
        "cost_note": cost.get("note"),
        "duration_days": entry.get("duration_days"),
        "conditions": [
            *map(condition, entry.get("conditions", ())),
            *map(_quota, entry.get("quotas", ())),
        ],
        "windows": list(map(_window, entry.get("windows", ()))),
        "allowances": entry.get("allowances", []),
        "opening_hours": _hours(entry),
    }
    for name in ("languages", "documents_required", "data_needed", "sectors", "specialties"):
        content[name] = entry.get(name, [])
    if "capacity" in entry:
        period = entry["capacity"]
        content["capacities"] = [
            {
                "places": period.get("places"),
                "from_on": period.get("from"),
                "until_on": period.get("until"),
                "source": period.get("source"),
            }
        ]
    return content


def condition(node: Mapping[str, Any]) -> dict[str, Any]:
    """A condition of the file as a listing keeps it: ``any: [...]`` becomes a node with parts."""
    branch = next((name for name in ("all", "any", "not") if name in node), None)
    if branch is None:
        return dict(node)
    parts = node[branch] if isinstance(node[branch], list) else [node[branch]]
    return {
        "kind": branch,
        "source": node.get("source"),
        "parts": [condition(part) for part in parts],
    }


def _quota(entry: Mapping[str, Any]) -> dict[str, Any]:
    at_most = "max_share" in entry
    share = entry["max_share"] if at_most else entry["min_share"]
    asks = {"share": round(share * 100), "group": entry["group"], "at_most": at_most}
    return {"kind": "quota", "asks": asks, "source": entry.get("source")}


def _window(entry: Mapping[str, Any]) -> dict[str, Any]:
    repeats = {"yearly": "FREQ=YEARLY", "monthly": "FREQ=MONTHLY"}
    return {
        **entry,
        "recurrence": repeats.get(entry.get("recurrence", ""), entry.get("recurrence")),
    }


def _hours(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    spans = weekly_hours(str(entry["schedule"])) if "schedule" in entry else ()
    return [
        {"weekday": span.weekday, "opens_at": span.opens_at, "closes_at": span.closes_at}
        for span in spans
    ]


def _source(entry: Mapping[str, Any]) -> dict[str, Any]:
    return _plain(entry.get("source", {}))


def _plain(source: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in source.items()
    }
