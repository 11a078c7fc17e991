"""Whom to call in danger, by country: numbers of the numbering plan and hotlines of the mechanism."""

from __future__ import annotations

from functools import cache

from phonenumbers.shortnumberinfo import is_emergency_number

SHORTEST, LONGEST = 10, 1_000


@cache
def emergency_numbers(country: str) -> tuple[str, ...]:
    """Numbers of police, ambulance and fire brigade; nothing where the plan is not known.

    Where a plan has old numbers of two digits and new ones of three, the new ones.
    """
    numbers = [str(n) for n in range(SHORTEST, LONGEST) if is_emergency_number(str(n), country)]
    longest = max(map(len, numbers), default=0)
    return tuple(number for number in numbers if len(number) == longest)


def hotline(setting: str, country: str) -> str:
    """The number of the country in ``GN:+224…,GM:+220…``; empty when there is none."""
    entries = (entry.partition(":") for entry in setting.split(","))
    return next((number.strip() for code, _, number in entries if code.strip() == country), "")
