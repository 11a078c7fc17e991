"""Regions as paths from the country down ("GN/GN-L/GN-LA"), and how two of them relate."""

from __future__ import annotations

import re

from routing.answers import Answer

Region = tuple[str, ...]

ANY_PARENT = "*"
"""Stands for a level above that the code alone does not tell."""

_COUNTRY = re.compile(r"[A-Z]{2}")
_PCODE = re.compile(r"([A-Z]{2})(\d{2})(\d{2})?")
_ISO_3166_2 = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")


def region(code: str) -> Region:
    """The path of ``code``: a path already, a country, a P-code or an ISO 3166-2 code.

    Raises ``ValueError`` for a code whose level cannot be told: write it as a path.
    """
    if "/" in code:
        return tuple(part for part in code.split("/") if part)
    if _COUNTRY.fullmatch(code):
        return (code,)
    if match := _PCODE.fullmatch(code):
        country, _, second = match.groups()
        return (country, code[:4], code) if second else (country, code)
    if match := _ISO_3166_2.fullmatch(code):
        country, rest = match.groups()
        return (country, ANY_PARENT, code) if _is_second_level(country, rest) else (country, code)
    raise ValueError(code)


def written(path: Region) -> str:
    """The path as text, for files and the API."""
    return "/".join(path)


def lies_in(place: Region, area: Region) -> Answer:
    """Is ``place`` inside ``area``? UNKNOWN when ``place`` is too coarse to tell."""
    for here, there in zip(place, area, strict=False):
        if here != there and ANY_PARENT not in (here, there):
            return Answer.NO
    if len(place) < len(area):
        return Answer.UNKNOWN
    return Answer.YES if place[len(area) - 1] == area[-1] else Answer.UNKNOWN


def lies_in_any(place: Region, areas: frozenset[Region]) -> Answer:
    """Is ``place`` inside one of ``areas``?"""
    return max((lies_in(place, area) for area in areas), key=lambda a: a.rank, default=Answer.NO)


def _is_second_level(country: str, rest: str) -> bool:
    """ISO 3166-2 mixes levels in Guinea (prefectures have two letters) and Burkina Faso (three)."""
    return (country == "GN" and len(rest) == 2) or (country == "BF" and rest.isalpha())
