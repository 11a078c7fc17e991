"""The number of a help line as it is typed, on the page, in JSON and at the console."""

from __future__ import annotations

from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.phone_numbers import printed

LONGEST_HOURS = 120


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Where the people whom an organisation accompanies call, and when; unknown is empty."""

    phone: str | None
    hours: str | None


def read_help_line(phone: str | None, hours: str | None, country: str) -> HelpLine:
    """Raises ``Invalid``; ``country`` is the one in which the number is written without its code."""
    number, spoken = (phone or "").strip(), " ".join((hours or "").split())
    problems: dict[str, Text] = {}
    if len(spoken) > LONGEST_HOURS:
        problems["hours"] = N_("At most {count} letters.", count=LONGEST_HOURS)
    if spoken and not number:
        problems["phone"] = N_("Hours need a number that is answered then.")
    try:
        number = printed(number, country) if number else ""
    except Invalid as error:
        problems["phone"] = error.fields["value"]
    if problems:
        raise Invalid(problems)
    return HelpLine(number or None, spoken or None)
