"""What is typed when a case is offered, handed over or taken over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from directory.core.errors import Invalid
from directory.core.text import N_
from routing.consent import Giver
from routing.operations.transfer_agreements import Offer
from routing.operations.transfers import Handover

CHOOSE = N_("Please choose one of the list.")
ASSENTS = {"yes": True, "no": False}


def read_offer(form: MultiDict[str, str], language: str) -> Offer:
    """The offer as typed; raises ``Invalid`` where it cannot be read at all."""
    return Offer(
        receiver_id=read_key(form, "receiver"),
        ground=form.get("ground", ""),
        summary=form.get("summary", ""),
        struck=frozenset(form.getlist("struck")),
        change_explained=form.get("change_explained") == "1",
        agreed=frozenset(int(typed) for typed in form.getlist("agreed") if typed.isdigit()),
        giver=_giver(form),
        assent=ASSENTS.get(form.get("assent", "")),
        mode=form.get("mode", ""),
        witness=form.get("witness", "").strip(),
        language=language,
    )


def read_handover(form: Mapping[str, Any]) -> Handover:
    """The meeting or call as typed."""
    try:
        on = dt.date.fromisoformat(form.get("on", ""))
    except ValueError:
        raise Invalid({"on": N_("Please give a date.")}) from None
    return Handover(
        on=on,
        how=form.get("how", ""),
        who=form.get("who", ""),
        with_person=form.get("with_person") == "1",
    )


def read_key(form: Mapping[str, Any], name: str) -> UUID:
    """An identifier that was chosen from a list."""
    try:
        return UUID(form.get(name, ""))
    except ValueError:
        raise Invalid({name: CHOOSE}) from None


def _giver(form: Mapping[str, Any]) -> Giver:
    try:
        return Giver(form.get("giver") or Giver.BEN)
    except ValueError:
        raise Invalid({"giver": CHOOSE}) from None
