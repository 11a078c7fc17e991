"""Where a person of a case is shown: beside their children, apart from other adults (protocol A.16)."""

from __future__ import annotations

from flask import url_for

from routing.models import CaseMember

FIRST = 1
"""Number of the person for whom the case was opened."""


def person_url(member: CaseMember) -> str:
    """The page of the case, with what concerns this member."""
    number = None if member.number == FIRST else member.number
    return url_for("cases.view", case_id=member.case_id, member=number)
