"""The referral loop: ``flask routing tick``, ``rotate-keys``, ``verify-audit``."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from directory.core import audit, outbox
from directory.core.clock import now
from directory.core.db import db, transaction
from routing.commands.group import routing_commands
from routing.models import Complaint, Referral
from routing.operations import complaint_events
from routing.operations.events import first_fault, projection_of, replayed
from routing.operations.keys import rotate_keys, values_stored
from routing.operations.tick import tick


@routing_commands.command("tick")
def tick_command() -> None:
    """Do what is due: reminders, escalations, expiries, re-routing; run it every minute."""
    with transaction() as session:
        report = tick(session, now=now(), between=session.commit)
        sent = outbox.deliver(session, now=now())
    for name, number in sorted(report.done.items()):
        click.echo(f"{name}: {number}")
    click.echo(f"messages sent: {sent}")
    if report.failed:
        click.echo(f"failed: {report.failed} (see the log)", err=True)
        sys.exit(1)


@routing_commands.command("rotate-keys")
def rotate_keys_command() -> None:
    """Write every personal value anew under the newest key of PASSERELLE_FIELD_KEYS."""
    total = values_stored(db.session)
    with transaction() as session, click.progressbar(length=total, label="values") as bar:

        def next_batch(written: int) -> None:
            session.commit()
            bar.update(written)

        rotation = rotate_keys(session, now=now(), between=next_batch)
        written = rotation.values_written
    click.echo(f"{written} values are stored under the newest key; older keys can be taken away.")


@routing_commands.command("verify-audit")
def verify_audit_command() -> None:
    """Check that no audit line and no event was changed, removed or moved, and no status either."""
    faults = [*_audit_faults(), *_referral_faults(), *_complaint_faults()]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo("Nothing was changed.")


def _audit_faults() -> list[str]:
    chains = audit.chain_names(db.session)
    found = ((name, audit.first_fault(db.session, name)) for name in chains)
    return [f"audit chain {name}: line {number}" for name, number in found if number is not None]


def _referral_faults() -> list[str]:
    ids = db.session.scalars(select(Referral.id).order_by(Referral.id)).all()
    faults = []
    with click.progressbar(ids, label="referrals") as bar:
        for referral_id in bar:
            referral = db.session.get_one(Referral, referral_id)
            number = first_fault(db.session, referral)
            if number is not None:
                faults.append(f"referral {referral_id}: event {number}")
            elif replayed(db.session, referral) != projection_of(referral):
                faults.append(f"referral {referral_id}: its row is not what its events say")
            db.session.expunge_all()
    return faults


def _complaint_faults() -> list[str]:
    """By code: which track a complaint is on is not said."""
    found = []
    for complaint in db.session.scalars(select(Complaint).order_by(Complaint.code)):
        number = complaint_events.first_fault(db.session, complaint)
        if number is not None:
            found.append(f"complaint {complaint.code}: event {number}")
    return found
