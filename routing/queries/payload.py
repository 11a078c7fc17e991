"""What a provider will be told about a person, worked out from what is known today.

What the caseworker is shown before sending is this very payload; it is frozen when the referral
is made ready, and the provider reads the frozen one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Account, Listing, Place
from directory.roles import SEND_REFERRAL
from routing import disclosure
from routing.consent_exceptions import ExceptionCode
from routing.disclosure import DATASET_VERSION, FIELDS, Field, Stage, age_band, fields_for
from routing.facts import FACTS, Facts
from routing.models import CaseMember, CaseWorker, ConsentRecord, ContactRoute, Need
from routing.queries.eligibility_now import Asks, asks_of
from routing.queries.household import household_kept_back, members_in_brief
from routing.queries.known_facts import years_between
from routing.values import bounds

DISTANCE_BANDS_KM = (2, 5, 10, 25, 50, 100)
NEAR_DEGREES = 0.1
IDENTITY = frozenset(
    {"name", "born", "contact-route", "address", "id-number", "id-copy", "photo"}
)  # fmt: skip
"""Never before acceptance in two stages, not even in answer to a question."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What goes at each stage, field by field."""

    dataset: str
    version: str
    preview: Mapping[str, object]
    full: Mapping[str, object]

    def written(self) -> dict[str, Any]:
        """As JSON, for the encrypted column."""
        return {
            "dataset": self.dataset, "version": self.version,
            "preview": dict(self.preview), "full": dict(self.full),
        }  # fmt: skip

    @property
    def digest(self) -> str:
        """SHA-256 of all of it."""
        return disclosure.digest(self.written())

    def fields(self, stage: Stage) -> tuple[str, ...]:
        """Names of what goes at ``stage``."""
        return tuple(self.full if stage is Stage.FULL else self.preview)


def payload_of(
    session: Session, code: str, need: Need, listing: Listing, consent: ConsentRecord | None, *,
    facts: Facts, today: dt.date,
) -> Payload:  # fmt: skip
    """The payload of a referral called ``code``, under the consent or exception given."""
    asks = asks_of(session, listing, facts, sender="", today=today)
    values = payload_values(session, code, need, listing, asks, facts=facts, today=today)
    read = asks.facts_read()
    for name in household_kept_back(session, need, today=today):
        values.pop(name, None)

    def at(stage: Stage) -> dict[str, object]:
        return disclosure.payload(allowed_fields(need, listing, consent, stage, read), values)

    return Payload(listing.service.category, DATASET_VERSION, at(Stage.PREVIEW), at(Stage.FULL))


def allowed_fields(
    need: Need, listing: Listing, consent: ConsentRecord | None, stage: Stage,
    conditions_read: Collection[str],
) -> tuple[Field, ...]:  # fmt: skip
    """What may go at ``stage``: the matrix, less what was struck, plus what was agreed."""
    exception = consent.exception_code if consent is not None else None
    return fields_for(
        listing.service.category,
        stage,
        struck=consent.fields_excluded if consent is not None else (),
        extra=consent.fields_extra if consent is not None else (),
        conditions_read=conditions_read,
        priority=need.priority,
        exception=ExceptionCode(exception) if exception else None,
    )


def fields_asked(names: Collection[str]) -> tuple[Field, ...]:
    """The fields that answer a question about these facts."""
    return tuple(field for field in FIELDS.values() if field.fact in names)


def payload_values(
    session: Session, code: str, need: Need, listing: Listing, asks: Asks, *, facts: Facts,
    today: dt.date,
) -> dict[str, object]:  # fmt: skip
    """Everything known that any field could hold; what may go is decided by ``allowed_fields``."""
    member = need.member
    return {
        "referral-code": code,
        "sender": member.case.organisation.name,
        "call-back": call_back(session, member),
        "priority": need.priority.value,
        "need": need.category,
        "name": member.name,
        "contact-route": [_route(route) for route in member.routes if may_be_told(route)],
        "household-members": members_in_brief(session, member, today=today),
        **_written_facts(facts, today),
        **_personal(facts, today),
        **_whereabouts(session, member, asks, facts, today),
        **_needs_of(need, listing, facts, today),
    }


def call_back(session: Session, member: CaseMember) -> str | None:
    """Where the provider reaches the caseworker."""
    query = (
        select(Account)
        .join(CaseWorker, CaseWorker.account_id == Account.id)
        .where(CaseWorker.case_id == member.case_id)
        .order_by(CaseWorker.since, CaseWorker.id)
    )
    senders = [row for row in session.scalars(query) if row.actor.may(SEND_REFERRAL)]
    return senders[0].email if senders else None


def _written_facts(facts: Facts, today: dt.date) -> dict[str, object]:
    """Fields that are a fact as it stands; what is out of date counts as unknown."""
    found: dict[str, object] = {}
    for field in FIELDS.values():
        if field.fact and field.name not in DERIVED:
            seen = facts.known(field.fact, today)
            if not seen.unknown:
                found[field.name] = FACTS[field.fact].shape.write(seen.value)
    return found


DERIVED = frozenset({"age-band", "area", "locality", "distance-band", "address", "interpreter"})
"""Fields that tell less than the fact they come from, or something else."""


def _personal(facts: Facts, today: dt.date) -> dict[str, object]:
    born = facts.known("born", today).value
    if born is None:
        return {}
    earliest, latest = bounds(born)
    youngest, _ = age_band(max(years_between(latest, today), 0))
    _, oldest = age_band(max(years_between(earliest, today), 0))
    return {"age-band": [youngest, oldest]}


def _whereabouts(
    session: Session, member: CaseMember, asks: Asks, facts: Facts, today: dt.date
) -> dict[str, object]:
    found: dict[str, object] = {}
    place = facts.known("location", today).value
    region = facts.known("residence", today).value or (place.region if place is not None else ())
    if region:
        found["area"] = "/".join(region[:3])
    if place is None or not place.has_point:
        return found
    found["locality"] = nearest_place(session, member.case.country, place.lon, place.lat)
    if not place.radius:
        found["address"] = {"lon": place.lon, "lat": place.lat}
    reach = asks.offer.reach
    if reach is not None:
        found["distance-band"] = [_band(reach.lo)[0], _band(reach.hi)[1]]
    return found


def _needs_of(need: Need, listing: Listing, facts: Facts, today: dt.date) -> dict[str, object]:
    found: dict[str, object] = {}
    languages = facts.known("languages", today).value
    if languages is not None and listing.languages:
        found["interpreter"] = not set(languages) & set(listing.languages)
    if "indebted" in (facts.known("vulnerability", today).value or ()):
        found["debt"] = True
    if "escort" in (facts.known("accessibility", today).value or ()):
        found["companion"] = True
    if need.category == "protection":
        found["needs-safe-place"] = True
    return found


def nearest_place(session: Session, country: str, lon: float, lat: float) -> str | None:
    """The name of the town or village nearest to a position, if there is one around."""
    around = session.scalars(
        select(Place).where(
            Place.country == country,
            Place.lon.between(lon - NEAR_DEGREES, lon + NEAR_DEGREES),
            Place.lat.between(lat - NEAR_DEGREES, lat + NEAR_DEGREES),
        )
    )
    found = min(
        around, key=lambda p: ((p.lon - lon) ** 2 + (p.lat - lat) ** 2, str(p.id)), default=None
    )
    return found.name if found is not None else None


def _band(metres: float) -> tuple[int, int | None]:
    """The kilometres between which a distance lies; the last band is open."""
    limits = (0, *DISTANCE_BANDS_KM)
    first = max(limit for limit in limits if limit * 1000 <= metres)
    following = [limit for limit in limits if limit > first]
    return first, (following[0] if following else None)


def may_be_told(route: ContactRoute) -> bool:
    """A trusted contact has consented to us, not to the provider."""
    safe = route.safe_to_call or route.safe_to_text or route.kind == "visit"
    return safe and route.kind != "trusted-contact"


def _route(route: ContactRoute) -> dict[str, object]:
    return {
        "kind": route.kind, "value": route.value, "owner": route.owner, "hours": route.hours,
        "language": route.language, "safe_to_call": route.safe_to_call,
        "safe_to_leave_voice": route.safe_to_leave_voice, "safe_to_text": route.safe_to_text,
    }  # fmt: skip
