"""What the person agreed to, as typed on the consent screen."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from werkzeug.datastructures import MultiDict

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from directory.models import Listing
from routing.consent import ConsentKind, Giver
from routing.disclosure import FIELDS
from routing.models import Need
from routing.operations.consents import MODES, Agreement, Named

SAYS_YES = "yes"
CHOOSE = N_("Please choose one of the list.")


def read_agreement(
    form: MultiDict[str, str], need: Need, listings: Collection[Listing], offered: Collection[str]
) -> Agreement:
    """The consent to sharing data with the organisations of ``listings``, in their order.

    ``offered`` are the fields that were shown: those that can be struck and are not ticked were
    struck. Raises ``Invalid`` by field.
    """
    problems = _problems(form, listings)
    if problems:
        raise Invalid(problems)
    shared = set(form.getlist("shared"))
    struck = {name for name in offered if FIELDS[name].strikeable and name not in shared}
    assent = form.get("assent")
    return Agreement(
        need_id=need.id,
        recipients=tuple(
            Named(
                organisation_id=listing.service.organisation_id, listing_id=listing.id,
                accepted=form.get(f"accepts-{listing.id}") == SAYS_YES,
            )
            for listing in listings
        ),
        dataset=need_dataset(listings),
        fields_excluded=frozenset(struck),
        fields_extra=frozenset(form.getlist("extra")),
        excludes_government=need.case.excludes_government,
        giver=Giver(form.get("giver") or Giver.BEN),
        assent=None if assent not in ("yes", "no") else assent == "yes",
        mode=form["mode"],
        language=form.get("language") or "fr",
        read_aloud=form.get("read_aloud") == "1",
        interpreter=form.get("interpreter") == "1",
        witness=form.get("witness", "").strip(),
        giver_name=form.get("giver_name", "").strip(),
        giver_relation=form.get("giver_relation", ""),
        assent_mode=form.get("assent_mode", ""),
        questions_asked=form.get("questions_asked", "").strip(),
    )  # fmt: skip


def read_own_agreement(form: MultiDict[str, str], kinds: Collection[ConsentKind]) -> Agreement:
    """An agreement that names no provider: later calls, household facts, a trusted contact."""
    problems: dict[str, Text] = {}
    if form.get("kind") not in [kind.value for kind in kinds]:
        problems["kind"] = CHOOSE
    if form.get("mode") not in MODES:
        problems["mode"] = CHOOSE
    if problems:
        raise Invalid(problems)
    kind = ConsentKind(form["kind"])
    trusted = kind is ConsentKind.TRUSTED_CONTACT
    return Agreement(
        kind=kind, mode=form["mode"], language=form.get("language") or "fr",
        read_aloud=form.get("read_aloud") == "1", witness=form.get("witness", "").strip(),
        giver_name=form.get("giver_name", "").strip() if trusted else "",
        giver_relation="trusted-contact" if trusted else "",
        route_id=_key(form.get("route_id")) if trusted else None,
    )  # fmt: skip


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def need_dataset(listings: Collection[Listing]) -> str:
    """The data set of the services: all are of one kind."""
    return next(iter(listings)).service.category


def _problems(form: MultiDict[str, str], listings: Collection[Listing]) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    for listing in listings:
        if form.get(f"accepts-{listing.id}") not in (SAYS_YES, "no"):
            problems[f"accepts-{listing.id}"] = N_(
                "Ask about {organisation}: yes or no.",
                organisation=listing.service.organisation.name,
            )
    if form.get("understood") != "1":
        problems["understood"] = N_("Make sure that the person has understood, in their own words.")
    if form.get("mode") not in MODES:
        problems["mode"] = N_("Please choose one of the list.")
    if form.get("giver") and form["giver"] not in list(Giver):
        problems["giver"] = N_("Please choose one of the list.")
    return problems
