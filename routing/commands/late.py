"""``flask routing overdue``: what an account sees to be late."""

from __future__ import annotations

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from directory.commands.listings import ACTING, acting_as
from directory.core import audit
from directory.core.actor import Actor
from directory.core.clock import now
from directory.core.db import transaction
from directory.core.i18n import LANGUAGES, words
from directory.roles import READ_CASE, READ_COORDINATION
from directory.spoken_time import due_words
from routing.clocks import CLOCKS
from routing.commands.group import routing_commands
from routing.promises import COUNTED
from routing.queries.late_board import late_board
from routing.queries.overdue import overdue_by_region, twice_overdue
from routing.queries.promises import broken_promises


@routing_commands.command("overdue")
@ACTING
@click.option("--language", type=click.Choice(LANGUAGES), default=None, help="Of the sentences.")
def overdue_command(email: str, language: str | None) -> None:
    """List what is late: codes by who owes it, or numbers for coordination. The reading is logged."""
    with transaction() as session:
        actor = acting_as(session, email)
        with force_locale(language or current_app.config["BABEL_DEFAULT_LOCALE"]):
            if actor.may(READ_CASE):
                _board(session, actor)
            if actor.may(READ_COORDINATION):
                _region(session, actor)


def _board(session: Session, actor: Actor) -> None:
    at = now()
    audit.record(session, actor, "routing:late:read", f"account:{actor.user_id}", now=at)
    for one in late_board(session, actor, now=at):
        click.secho(f"{one.owner.name or one.owner.kind.value} ({len(one.items)})", bold=True)
        for item in one.items:
            told = " !" if item.escalated else ""
            late = words(due_words(item.due_at, at))
            click.echo(f"  {item.case.code}\t{words(item.label)}\t{late}{told}")
    for name, number in broken_promises(session, actor, since=at - COUNTED, now=at).items():
        click.echo(f"{name}\tpromises not kept in time\t{number}")


def _region(session: Session, actor: Actor) -> None:
    at = now()
    for waiting in twice_overdue(session, actor, now=at):
        late = words(due_words(waiting.due_at, at))
        click.echo(f"{waiting.code}\t{waiting.organisation}\t{waiting.priority}\t{late}")
    for region in overdue_by_region(session, actor, now=at):
        for clock, number in region.clocks.items():
            click.echo(f"{region.region or '-'}\t{words(CLOCKS[clock].label)}\t{number}")
