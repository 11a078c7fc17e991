"""Working days of a country: its weekend, its public holidays and its civil time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

from directory.core.text import N_, Text

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which offices of a country answer."""

    country: str
    """ISO 3166-1 alpha-2; "" is nowhere: weekends only, UTC."""
    zone: ZoneInfo
    weekend: frozenset[int]
    """Days of the week, Monday is 0."""
    holidays: Container[dt.date] = field(repr=False, compare=False)
    holidays_known: bool
    """Otherwise only weekends are free: ``remark`` says so."""
    declared: Mapping[dt.date, bool] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )
    """Days that the country declared itself, and whether it works on them."""

    @property
    def remark(self) -> Text | None:
        """What to tell people about dates counted with this calendar."""
        if self.holidays_known:
            return None
        return N_(
            "Public holidays of {country} are not known here: only weekends are counted as free.",
            country=self.country,
        )

    def is_working(self, day: dt.date) -> bool:
        """Whether offices are open on ``day``."""
        declared = self.declared.get(day)
        if declared is not None:
            return declared
        return day.weekday() not in self.weekend and day not in self.holidays

    def add_working_days(self, start: dt.datetime, count: int) -> dt.datetime:
        """The same civil time, ``count`` working days after the day of ``start``, in UTC."""
        local = start.astimezone(self.zone)
        day = local.date()
        while count > 0:
            day += dt.timedelta(days=1)
            count -= self.is_working(day)
        return self._at(day, local.time())

    def add_days(self, start: dt.datetime, count: int) -> dt.datetime:
        """The same civil time ``count`` days later, in UTC."""
        local = start.astimezone(self.zone)
        return self._at(local.date() + dt.timedelta(days=count), local.time())

    def roll_forward(self, at: dt.datetime) -> dt.datetime:
        """``at``, or the same civil time on the next working day, in UTC."""
        local = at.astimezone(self.zone)
        if self.is_working(local.date()):
            return at.astimezone(dt.UTC)
        return self.add_working_days(at, 1)

    def working_days_between(self, start: dt.datetime, end: dt.datetime) -> int:
        """Working days after the day of ``start`` up to and including the day of ``end``."""
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        count = 0
        while day < last:
            day += dt.timedelta(days=1)
            count += self.is_working(day)
        return count

    def end_of_day(self, at: dt.datetime) -> dt.datetime:
        """The first instant of the next civil day, in UTC."""
        return self._at(at.astimezone(self.zone).date() + dt.timedelta(days=1), dt.time())

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)


@cache
def calendar_of(country: str) -> Calendar:
    """The calendar of a country (ISO 3166-1 alpha-2); weekends only where no holidays are known.

    Dates of Muslim feasts in years to come are estimates: they follow the moon.
    """
    zone = ZoneInfo(_zones().get(country, "UTC"))
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return Calendar(
            country, zone, frozenset({SATURDAY, SUNDAY}), frozenset(), holidays_known=False
        )
    return Calendar(country, zone, frozenset(known.weekend), known, holidays_known=True)


def with_declared_days(calendar: Calendar, declared: Mapping[dt.date, bool]) -> Calendar:
    """The calendar with days that the country declared free (false) or working (true)."""
    return replace(calendar, declared=MappingProxyType(dict(declared)))


@cache
def _zones() -> dict[str, str]:
    """Each country's first time zone in the tz database, which is that of most of its people."""
    table = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    zones: dict[str, str] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones.setdefault(country, zone)
    return zones
