"""The exported row of a listing: what each column is called, how it is tagged, what it holds."""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from directory.core.text import N_, Text

Value: TypeAlias = str | int | float | Decimal | dt.date | None
"""What a cell holds; text has no blanks around it, and no characters that a file cannot carry."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Kind(enum.StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    code: str
    """Its name in files that programs read; never renamed."""
    label: Text
    tag: str
    """HXL hashtag with attributes (hxlstandard.org 1.1)."""
    kind: Kind = Kind.TEXT
    width: int = 16
    """Characters, where a file is made to be looked at."""


LON, LAT = "lon", "lat"
"""Columns that formats with shapes keep in the shape."""
COLUMNS: tuple[Column, ...] = (
    Column("id", N_("Identifier"), "#meta+id", width=38),
    Column("name", N_("Name"), "#service+name", width=44),
    Column("category", N_("Category code"), "#service+code+type"),
    Column("category_label", N_("Category"), "#service+name+type", width=28),
    Column("description", N_("Description"), "#description", width=44),
    Column("organisation", N_("Organisation"), "#org+name", width=36),
    Column("organisation_kind", N_("Kind of organisation"), "#org+type"),
    Column("state", N_("State"), "#status"),
    Column("verified_on", N_("Verified on"), "#date+verified", Kind.DATE, 13),
    Column("edited_on", N_("Edited on"), "#date+updated", Kind.DATE, 13),
    Column("country", N_("Country"), "#country+code", width=9),
    Column("region", N_("Region"), "#adm1+name", width=20),
    Column("region_code", N_("Region code"), "#adm1+code"),
    Column("district", N_("District"), "#adm2+name", width=20),
    Column("district_code", N_("District code"), "#adm2+code"),
    Column("place", N_("Place"), "#loc+name", width=24),
    Column("address", N_("Address"), "#loc+address", width=28),
    Column(LON, N_("Longitude"), "#geo+lon", Kind.NUMBER, 11),
    Column(LAT, N_("Latitude"), "#geo+lat", Kind.NUMBER, 11),
    Column("precision", N_("How exact the position is"), "#geo+precision"),
    Column("phone", N_("Telephone"), "#contact+phone", width=20),
    Column("email", N_("E-mail"), "#contact+email", width=26),
    Column("website", N_("Website"), "#contact+url", width=30),
    Column("opening_hours", N_("Opening hours"), "#service+hours", width=26),
    Column("languages", N_("Languages"), "#service+languages", width=12),
    Column("accessibility", N_("Accessibility"), "#access+type", width=20),
    Column("self_referral", N_("Open without being sent"), "#access+self"),
    Column("cost", N_("Cost"), "#service+cost"),
    Column("price", N_("Price"), "#value+price", Kind.NUMBER, 12),
    Column("currency", N_("Currency"), "#currency+code", width=10),
    Column("ends_on", N_("Ends on"), "#date+end", Kind.DATE, 13),
    Column("source", N_("Source"), "#meta+source", width=44),
    Column("source_url", N_("Address of the source"), "#meta+source+url", width=30),
    Column("source_date", N_("Date of the source"), "#date+source"),
    Column("visibility", N_("Who may see it"), "#meta+visibility"),
    Column("demonstration", N_("Demonstration"), "#meta+demo"),
)
"""In the order in which they stand in a file; new ones come last."""
CODES: tuple[str, ...] = tuple(column.code for column in COLUMNS)


def told(text: str | None) -> str | None:
    """``text`` as every file can carry it: its lines end alike, and nothing is empty but nothing."""
    plain = _UNPRINTABLE.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    return plain or None


def text_of(value: Value | bool) -> str:
    """A value as text files write it: ISO dates, numbers with a point and without an exponent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return _number(Decimal(repr(value)) if isinstance(value, float) else value)
    return str(value)


def _number(value: Decimal) -> str:
    if not value.is_finite() or abs(value.adjusted()) > 30:
        return str(value)
    plain = format(value if value else abs(value), "f")  # there is no zero below zero
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
