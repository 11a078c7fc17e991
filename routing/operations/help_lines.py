"""The help line of an organisation: the number on the receipts of the people whom it accompanies."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.models import Organisation
from routing.help_lines import HelpLine


def set_help_line(
    session: Session, organisation: Organisation, line: HelpLine, *, actor: Actor, now: dt.datetime
) -> None:
    """Receipts and answers to codes show it from the next request on; saying the same changes nothing."""
    if (organisation.help_phone, organisation.help_hours) == (line.phone, line.hours):
        return
    organisation.help_phone, organisation.help_hours = line.phone, line.hours
    session.flush()
    audit.record(
        session, actor, "routing:help-line:edit", f"organisation:{organisation.id}", now=now,
        chain=organisation.id, is_there=line.phone is not None,
    )  # fmt: skip
