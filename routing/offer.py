"""What a criterion may read of a listing besides its own parameters."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from directory.costs import CostModel as CostModel
from directory.intake import Window as Window
from routing.regions import Region


class Area(enum.StrEnum):
    """Class of the place where a site stands; distance limits differ."""

    URBAN = "urban"
    RURAL = "rural"


@dataclass(frozen=True, slots=True)
class Reach:
    """A distance (or a travel time) known to lie between two values; equal when exact."""

    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class Quota:
    """A share of the places for a group, in percent."""

    share: int
    group: str = "returnee"
    """A population group, or ``women``."""
    at_most: bool = False
    """The share is the most the group may take, instead of places reserved for it."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Money that the person receives."""

    kind: str
    """``transport meals lodging subsistence child-care kit``."""
    amount: float | None
    """Nothing: paid, but nobody wrote how much."""
    per: str = "month"
    """``day week month once child child-once``."""
    age_from: int | None = None
    """Of the children for whom it is paid, in full years, both bounds included."""
    age_to: int | None = None


@dataclass(frozen=True, slots=True)
class Costs:
    """What using the service costs the person. ``None`` always means unknown, never zero."""

    model: CostModel | None = None
    price: float | None = None
    """The person's share, in ``currency``."""
    deposit: float = 0
    """Asked in advance whatever the model."""
    currency: str | None = None
    has_advance: bool = False
    """Somebody advances the money, or direct billing is possible instead."""
    transport_day: float | None = None
    """Going there and back."""
    meals_day: float | None = None
    lodging_month: float | None = None
    days_month: float | None = None
    """Days of presence in a month."""
    allowances: tuple[Allowance, ...] = ()
    knows_allowances: bool = False
    """The list of allowances is complete; if it is empty there are none."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One listing on one day, seen by one person. Every field may be unknown."""

    key: str = ""
    """Stable id of the listing."""
    organisation: str = ""
    """Key of the provider."""
    is_government: bool = False
    """The provider is a public body."""
    area: Area | None = None
    """Class of the site's place."""
    region: Region = ()
    """The site's region with those above it, country first; of a hidden site level 1 only."""
    reach: Reach | None = None
    """Metres between the person and the site; nothing: not computed, unknown or hidden."""
    travel: Reach | None = None
    """Minutes of travel between them."""
    is_hidden: bool = False
    """The address is never shown: distance counts as membership of the region (protocol A.17)."""
    windows: tuple[Window, ...] = ()
    """Intake windows; none: people can apply at any time."""
    places: int | None = None
    """Places in the present period; nothing: unknown, which is routable with a warning."""
    held: int = 0
    """Places softly held by referrals that were sent."""
    taken: int = 0
    """Places consumed."""
    next_place_on: dt.date | None = None
    """When a place is expected, if full."""
    taken_by_group: tuple[tuple[str, int], ...] = ()
    """Places consumed by population group (or ``women``)."""
    quotas: tuple[Quota, ...] = ()
    """Shares reserved or capped that are not written as conditions."""
    programme_ends_on: dt.date | None = None
    """Last day on which the programme can pay; nothing: unknown."""
    has_no_end: bool = False
    """Somebody said that there is no end, which differs from not knowing."""
    end_margin_days: int = 0
    """Days to keep free before the end."""
    starts_on: dt.date | None = None
    """Estimated start for somebody who applies now; nothing: when accepted."""
    duration_days: int | None = None
    """How long the service lasts."""
    hours_week: int | None = None
    """How many hours a week it takes."""
    costs: Costs = Costs()
    languages: frozenset[str] = frozenset()
    """Languages in which people are received."""
    supports: frozenset[str] = frozenset()
    """Needs for access that the provider can meet."""
    specialties: frozenset[str] = frozenset()
    """Medical specialties."""
    sectors: frozenset[str] = frozenset()
    """Trades taught or funded."""
    saturated: frozenset[str] = frozenset()
    """Trades that take nobody at present."""
    funders: frozenset[str] = frozenset()
    """Funding lines from which the service may be paid; none: any."""
    sender: str = ""
    """Organisation of the caseworker; ``self`` for the person alone."""
    allowed_senders: frozenset[str] = frozenset()
    """Organisations that may send; none: any."""
    self_referral: bool | None = None
    """The person may come alone; nothing: unknown."""
    accepts_incomplete: bool = False
    """The provider takes files with unknown facts."""
    has_waiting_list: bool = False
    """People can be sent although no place is free or no window is open."""

    @property
    def free(self) -> int | None:
        """Places that can still be taken; nothing if nobody knows how many there are."""
        return None if self.places is None else max(self.places - self.held - self.taken, 0)

    def taken_by(self, group: str) -> int:
        """Places consumed by one group."""
        return dict(self.taken_by_group).get(group, 0)


NO_OFFER = Offer()
"""For criteria that read nothing of a listing."""
