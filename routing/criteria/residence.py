"""Region of residence, and how long the person has lived there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from directory.core.errors import Invalid
from directory.core.text import N_, AreaCode, Text, Words
from routing import shapes
from routing.answers import Finding, all_of, opposite
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.regions import Region, written
from routing.residing import lives_in
from routing.values import between
from routing.verdicts import found, unknown

AREAS = shapes.many(shapes.region())


@dataclass(frozen=True, slots=True)
class Residence:
    """Regions that are served or left out, and a shortest stay."""

    admin_in: frozenset[Region] = ask(AREAS, N_("Lives in one of"), default=frozenset())
    not_in: frozenset[Region] = ask(AREAS, N_("Does not live in"), default=frozenset())
    min_months: int | None = ask(
        shapes.number(high=1200), N_("Months lived there, at least"), default=None
    )

    def __post_init__(self) -> None:
        if not self.admin_in and not self.not_in and self.min_months is None:
            raise Invalid({"admin_in": N_("Give at least one region or a number of months.")})

    def describe(self) -> Text:
        """Such as “Lives in GN/GN-L”."""
        parts: list[object] = []
        if self.admin_in:
            parts.append(N_("lives in {regions}", regions=_written(self.admin_in)))
        if self.not_in:
            parts.append(N_("does not live in {regions}", regions=_written(self.not_in)))
        if self.min_months is not None:
            parts.append(N_("for at least {months} months", months=self.min_months))
        return N_("{words}", words=Words(parts))


def _written(regions: frozenset[Region]) -> Words:
    return Words(AreaCode(code) for code in sorted(written(region) for region in regions))


def _reads(asks: Residence) -> tuple[str, ...]:
    return (
        *(("residence",) if asks.admin_in or asks.not_in else ()),
        *(("resident-since",) if asks.min_months is not None else ()),
    )


@kind(
    Residence,
    label=N_("Residence"),
    about=N_("The person lives in one of these regions, or outside of some, since long enough."),
    reads=_reads,
    example=Example({"admin_in": ["GN/GN-L"]}, "regions of a project: protocol A.9.2"),
)
def residence(facts: Facts, asks: Residence, offer: Offer, today: dt.date) -> Finding:
    """A region known only as the country is unclear for a region inside it, not outside of it."""
    findings = []
    if asks.admin_in:
        findings.append(lives_in(asks.admin_in, facts, today))
    if asks.not_in:
        findings.append(opposite(lives_in(asks.not_in, facts, today)))
    if asks.min_months is not None:
        findings.append(_long_enough(asks.min_months, facts, today))
    return all_of(findings)


def _long_enough(months: int, facts: Facts, today: dt.date) -> Finding:
    seen = facts.known("resident-since", today)
    if seen.unknown:
        return unknown("resident-since", seen)
    answer = between(seen.value, None, today - relativedelta(months=months))
    reason = N_("Must have lived there for {months} months", months=months)
    return found(answer, "resident-since", reason)
