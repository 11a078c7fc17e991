"""Days that a country declares itself, with their source (C-T32)."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.audit import AuditEntry
from directory.core.errors import Invalid, NotFound
from directory.models import CalendarDay
from directory.operations.calendars import declare_day, take_back_day
from directory.queries.calendars import calendar_in
from directory.working_days import calendar_of
from tests import factories

FRIDAY, SATURDAY, MONDAY = dt.date(2026, 3, 6), dt.date(2026, 3, 7), dt.date(2026, 3, 9)
DECREE = {"name": "Day of mourning", "source": "Decree D/2026/041"}


def declare(session: Session, day: dt.date, *, works: bool = False, country: str = "GN") -> None:
    declare_day(session, country, day, is_working=works, actor=SYSTEM, now=factories.NOW, **DECREE)


def test_declared_days_count_in_their_country_only(session: Session) -> None:
    declare(session, MONDAY)
    declare(session, SATURDAY, works=True)
    at_ten = dt.datetime.combine(FRIDAY, dt.time(10), dt.UTC)
    guinea, mali = calendar_in(session, "GN"), calendar_in(session, "ML")
    assert guinea.add_working_days(at_ten, 1).date() == SATURDAY
    assert guinea.add_working_days(at_ten, 2).date() == dt.date(2026, 3, 10)
    assert mali.add_working_days(at_ten, 1).date() == MONDAY
    assert calendar_of("GN").is_working(MONDAY)


def test_feast_that_follows_the_moon_is_moved(session: Session) -> None:
    """The library expects Eid al-Fitr 2026 on one day; the moon is seen a day later."""
    usual = calendar_of("GN")
    days = (dt.date(2026, 3, 15) + dt.timedelta(days=n) for n in range(14))
    expected = next(day for day in days if day.weekday() < 5 and not usual.is_working(day))
    later = expected + dt.timedelta(days=3)
    declare(session, expected, works=True)
    declare(session, later)
    moved = calendar_in(session, "GN")
    assert (moved.is_working(expected), moved.is_working(later)) == (True, False)


def test_day_declared_again_is_replaced_and_can_be_taken_back(session: Session) -> None:
    declare(session, MONDAY)
    declare(session, MONDAY, works=True)
    [row] = session.scalars(select(CalendarDay))
    assert (row.is_working, row.source) == (True, DECREE["source"])
    take_back_day(session, "GN", MONDAY, actor=SYSTEM, now=factories.NOW)
    assert session.scalars(select(CalendarDay)).all() == []
    with pytest.raises(NotFound):
        take_back_day(session, "GN", MONDAY, actor=SYSTEM, now=factories.NOW)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert actions == ["directory:calendar:declare"] * 2 + ["directory:calendar:take-back"]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"country": "Guinea"}, "country"), ({"name": " "}, "name"), ({"source": ""}, "source"),
     ({"source": "x" * 301}, "source"), ({"name": "x" * 121}, "name")],
)  # fmt: skip
def test_day_without_a_source_is_refused(
    session: Session, given: dict[str, str], field: str
) -> None:
    asked = {"country": "GN", **DECREE} | given
    country = asked.pop("country")
    with pytest.raises(Invalid) as refused:
        declare_day(
            session, country, MONDAY, is_working=False, actor=SYSTEM, now=factories.NOW, **asked
        )
    assert set(refused.value.fields) == {field}
    assert session.scalars(select(CalendarDay)).all() == []


def test_commands_declare_show_and_take_back(app: Flask, session: Session) -> None:
    national = factories.Account.with_role("NC", None, country="GN")
    caseworker = factories.Account.with_role("RC", factories.Organisation())
    session.commit()

    def run(*arguments: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["directory", "calendar", *arguments])
        return done.exit_code, done.output

    words = ("--name", DECREE["name"], "--source", DECREE["source"])
    assert run("declare", "gn", "2026-03-09", *words, "--as", national.email) == (
        0, "GN 2026-03-09: free\n",
    )  # fmt: skip
    assert "2026-03-09\tfree\tDay of mourning\tDecree D/2026/041" in run(
        "show", "GN", "--year", "2026"
    )[1]  # fmt: skip
    assert "2026-10-02\tfree\tpublic holiday" in run("show", "GN", "--year", "2026")[1]
    for country, account in (("ML", national), ("GN", caseworker)):
        code, output = run("declare", country, "2026-03-10", *words, "--as", account.email)
        assert (code, "Your role does not include this." in output) == (1, True)
    assert run("take-back", "GN", "2026-03-09", "--as", national.email)[0] == 0
    assert run("take-back", "GN", "2026-03-09", "--as", national.email)[0] == 1
