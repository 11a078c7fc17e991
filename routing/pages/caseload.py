"""My caseload: three columns of work, each job with its action as the button."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.roles import READ_CASE
from routing.clocks import Clock
from routing.codes import read_code
from routing.operations.follow_ups import COMPLAINT
from routing.pages.choices import CATEGORY_CHOICES
from routing.pages.person_address import person_url
from routing.promises import PROMISES
from routing.queries.caseload import Item, caseload, pressing
from routing.queries.promises import promises_seen

blueprint = Blueprint("caseload", __name__, url_prefix="/cases")
PROPOSING = frozenset({"find-service", "decide-next", "look-again", "discuss-other-trades",
                       "search-specialist"})  # fmt: skip
"""Tasks that are done by looking at the proposals of the need."""
ASKING: dict[str, str] = {"ask-location": "location"}
"""Tasks that are done by asking for a fact."""
REMIND = N_("Remind the provider")
PART = 4
"""So few letters are the beginning of a code."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty: everything."""

    code: str = ""
    category: str = ""
    provider: str = ""

    @property
    def is_narrow(self) -> bool:
        """Something is left out."""
        return bool(self.code or self.category or self.provider)


@blueprint.get("")
@needs(READ_CASE, audited=True)
def view() -> Response:
    """Everything that is due."""
    return _show(Wanted())


@blueprint.post("")
@needs(READ_CASE, audited=True)
def narrowed() -> Response:
    """The same, narrowed: a code of a person never stands in an address."""
    form = request.form
    code = form.get("code", "").strip()
    short = read_code(code) if len(code) > PART else code.upper()
    return _show(Wanted(short, form.get("category", ""), form.get("provider", "")))


def _show(wanted: Wanted) -> Response:
    actor = current_actor()
    audit.record(db.session, actor, "routing:caseload:read", f"account:{actor.user_id}", now=now())
    found = caseload(db.session, actor, now=now())
    everything = pressing((*found.late, *found.today, *found.later))
    columns = {
        name: [item for item in items if item in everything and _fits(item, wanted)]
        for name, items in (("today", found.today), ("late", found.late), ("next", found.later))
    }
    providers = sorted({name for item in everything if (name := provider_of(item))})
    return render(
        "routing/caseload.html", columns=columns, wanted=wanted, is_empty=not everything,
        address_of=address_of, action_of=action_of, provider_of=provider_of,
        promises=promises_seen(db.session, actor), PROMISES=PROMISES,
        category_choices=CATEGORY_CHOICES, provider_choices=[(name, name) for name in providers],
    )  # fmt: skip


def _fits(item: Item, wanted: Wanted) -> bool:
    return (
        (not wanted.code or wanted.code in item.case.code)
        and (not wanted.category or wanted.category == item.need.category)
        and (not wanted.provider or wanted.provider == provider_of(item))
    )


def provider_of(item: Item) -> str:
    """Who has the referral; empty for a task."""
    return item.referral.listing.service.organisation.name if item.referral is not None else ""


def action_of(item: Item) -> Text:
    """What the button says."""
    return REMIND if item.of_provider else item.label


def address_of(item: Item) -> str:
    """Where the job is done."""
    if item.referral is None:
        if item.code in ASKING:
            member = item.need.member
            return url_for(
                "people.fact", member_id=member.id, name=ASKING[item.code], back=person_url(member)
            )
        if item.code == COMPLAINT:
            return url_for("complaints.enter")
        if item.code in PROPOSING:
            return url_for("proposals.view", need_id=item.need.id)
        return person_url(item.need.member)
    if item.code == Clock.FOLLOW_UPS:
        return url_for("follow_ups.form", referral_id=item.referral.id)
    if item.code in (Clock.DRAFT, Clock.SEND):
        return url_for("consent.form", referral_id=item.referral.id)
    return url_for("referrals.view", referral_id=item.referral.id)
