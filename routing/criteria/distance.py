"""Distance or travel time between the person and the site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Metres, Text
from routing import fact_shapes, shapes
from routing.answers import Answer, Finding, all_of
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Area, Offer, Reach
from routing.residing import lives_in
from routing.values import Interval, Place, between
from routing.verdicts import ask_provider, found, unclear, unknown


@dataclass(frozen=True, slots=True)
class Within:
    """Largest distance by the class of the site's place, or longest travel; both included."""

    km_urban: float | None = ask(
        fact_shapes.kilometres(), N_("Kilometres, if the site is in a town"), default=None
    )
    km_rural: float | None = ask(
        fact_shapes.kilometres(), N_("Kilometres, if the site is in the country"), default=None
    )
    minutes: float | None = ask(shapes.number(), N_("Minutes of travel"), default=None)

    def __post_init__(self) -> None:
        if self.km_urban is None and self.km_rural is None and self.minutes is None:
            raise Invalid({"km_urban": N_("Give a distance or a travel time.")})

    @property
    def urban(self) -> float | None:
        """Metres in town; the other limit where only one is given."""
        return metres(self.km_rural if self.km_urban is None else self.km_urban)

    @property
    def rural(self) -> float | None:
        """Metres outside towns, likewise."""
        return metres(self.km_urban if self.km_rural is None else self.km_rural)

    def describe(self) -> Text:
        """Such as “Within 5 km in town, 10 km outside”."""
        if self.urban is None or self.rural is None:
            return N_("Within {minutes} minutes", minutes=self.minutes)
        urban, rural = Metres(self.urban), Metres(self.rural)
        if urban == rural:
            return N_("Within {limit}", limit=urban)
        return N_("Within {urban} in town, {rural} outside", urban=urban, rural=rural)


def metres(kilometres: float | None) -> float | None:
    """Kilometres as metres, rounded to the millimetre: 2.3 km is 2,300 m."""
    return None if kilometres is None else round(kilometres * 1000, 3)


@kind(
    Within,
    label=N_("Distance"),
    about=N_("The person lives within a distance of the site, which differs in town and outside."),
    reads=("location", "residence"),
    offer=("reach", "travel", "area", "is_hidden", "region"),
    example=Example({"km_urban": 5, "km_rural": 10}, "Enabel, Guinea: fiche #4, §4.1.1"),
)
def distance(facts: Facts, asks: Within, offer: Offer, today: dt.date) -> Finding:
    """Measured on the ellipsoid; a place known roughly gives a range, which may be unclear.

    A hidden site has no distance: living in its region counts instead (protocol A.17).
    """
    if offer.is_hidden:
        return lives_in(frozenset({offer.region}) if offer.region else frozenset(), facts, today)
    seen = facts.known("location", today)
    if seen.unknown:
        return unknown("location", seen)
    findings = []
    if asks.urban is not None and asks.rural is not None:
        findings.append(_by_distance(asks, asks.urban, asks.rural, seen.value, offer))
    if asks.minutes is not None:
        findings.append(_by_time(asks.minutes, offer))
    return all_of(findings)


def _by_distance(asks: Within, urban: float, rural: float, place: Place, offer: Offer) -> Finding:
    if offer.reach is None:
        if not place.has_point:
            return unclear("location", N_("The place is known too roughly for a distance."))
        return ask_provider(N_("The position of the site is not known."))
    near, far = min(urban, rural), max(urban, rural)
    if offer.area is not None:
        near = far = urban if offer.area is Area.URBAN else rural
    reach = Interval(offer.reach.lo, offer.reach.hi)
    answer, at_most = between(reach, None, near), between(reach, None, far)
    if answer is not Answer.YES and near != far and at_most is Answer.YES:
        asked = asks.describe()
        return ask_provider(N_("Nobody wrote whether the site is in town; {asked}", asked=asked))
    answer = answer if answer is Answer.YES else at_most
    limit = Metres(near if answer is Answer.YES else far)
    reason = N_("{distance}; at most {limit}", distance=_spoken(offer.reach), limit=limit)
    return found(answer, "location", reason, N_("Housing or transport nearer to the site."))


def _by_time(minutes: float, offer: Offer) -> Finding:
    if offer.travel is None:
        return ask_provider(N_("The travel time to the site is not known."))
    answer = between(Interval(offer.travel.lo, offer.travel.hi), None, minutes)
    reason = N_(
        "{low} to {high} minutes of travel; at most {limit}",
        low=round(offer.travel.lo),
        high=round(offer.travel.hi),
        limit=minutes,
    )
    return found(answer, "location", reason)


def _spoken(reach: Reach) -> Text:
    if reach.lo == reach.hi:
        return N_("{metres} away", metres=Metres(reach.lo))
    return N_("{low} to {high} away", low=Metres(reach.lo), high=Metres(reach.hi))
