"""``flask directory calendar …``: the days on which a country rests or works."""

from __future__ import annotations

import datetime as dt

import click
from flask.cli import AppGroup

from directory.commands.group import directory_commands
from directory.commands.listings import ACTING, acting_as, refusals
from directory.core.actor import Actor
from directory.core.clock import now
from directory.core.db import db, transaction
from directory.core.errors import Forbidden
from directory.core.text import N_
from directory.operations.calendars import declare_day, take_back_day
from directory.queries.calendars import calendar_in, declared_days
from directory.roles import VERIFY_LISTING

calendar = AppGroup("calendar", help="Free days and working days of a country.")
directory_commands.add_command(calendar)
COUNTRY = click.argument("country", metavar="COUNTRY")
DAY = click.argument("day", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]))


@calendar.command("show")
@COUNTRY
@click.option("--year", type=click.IntRange(2000, 2100), default=None, help="Default: this year.")
def show(country: str, year: int | None) -> None:
    """Print the free weekdays of a year and what the country declared itself, with the source."""
    year = year or now().year
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    known = calendar_in(db.session, country.upper())
    declared = {
        row.day: row
        for row in declared_days(db.session, country.upper(), since=first, until=last)
    }  # fmt: skip
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        row = declared.get(day)
        if row is not None:
            word = "works" if row.is_working else "free"
            click.echo(f"{day}\t{word}\t{row.name}\t{row.source}")
        elif day.weekday() not in known.weekend and not known.is_working(day):
            click.echo(f"{day}\tfree\tpublic holiday\tholidays library")
    if known.remark is not None:
        click.echo(str(known.remark), err=True)


@calendar.command("declare")
@COUNTRY
@DAY
@click.option("--works", is_flag=True, help="The country works on that day; otherwise it is free.")
@click.option("--name", required=True, help="What day it is.")
@click.option("--source", required=True, help="Decree or announcement.")
@ACTING
def declare(
    country: str, day: dt.datetime, works: bool, name: str, source: str, email: str
) -> None:
    """Declare a day free or working. Deadlines that already run keep their instant."""
    with refusals(), transaction() as session:
        declare_day(
            session, country.upper(), day.date(), is_working=works, name=name, source=source,
            actor=_coordinator(email, country.upper()), now=now(),
        )  # fmt: skip
    click.echo(f"{country.upper()} {day:%Y-%m-%d}: {'works' if works else 'free'}")


@calendar.command("take-back")
@COUNTRY
@DAY
@ACTING
def take_back(country: str, day: dt.datetime, email: str) -> None:
    """Let the usual calendar count again on a day."""
    with refusals(), transaction() as session:
        actor = _coordinator(email, country.upper())
        take_back_day(session, country.upper(), day.date(), actor=actor, now=now())
    click.echo(f"{country.upper()} {day:%Y-%m-%d}: as usual")


def _coordinator(email: str, country: str) -> Actor:
    """Whoever coordinates in the country says when it rests."""
    actor = acting_as(db.session, email)
    scopes = [grant.country for grant in actor.grants_for(VERIFY_LISTING)]
    if not any(scope in (None, country) for scope in scopes):
        raise Forbidden(N_("Your role does not include this."))
    return actor
