"""What people are told of, what they are shown before they choose, and cards with which they go alone.

Services for protection staff only are neither shown nor named here (protocol A.17).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.audience import Audience
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.roles import READ_CASE, SEND_REFERRAL, WRITE_CASE
from routing.api import counselling_schemas as schemas
from routing.counselling import Option
from routing.models import OptionsCounselling, ServicesInformation
from routing.operations.counselling import give_card, record_information
from routing.operations.options_talk import Talk, keep_talk
from routing.queries.casework import need_for
from routing.queries.counselling import counsellings_of_need, information_of, told_options
from routing.queries.scope import case_for

counselling = resource("counselling", about="What people are told and shown before they choose.")
Body = Mapping[str, Any]


@counselling.get("/cases/<uuid:key>/information")
@counselling.response(200, schemas.InformationList)
@counselling.alt_response(404, "NOT_FOUND")
@needs(READ_CASE)
def talks_of_case(key: UUID) -> dict[str, Any]:
    """When every kind of help that exists was told to the people of a case."""
    case = case_for(db.session, current_actor(), key)
    return {"items": [_information_out(row) for row in information_of(db.session, case)]}


@counselling.post("/cases/<uuid:key>/information")
@counselling.arguments(schemas.InformationIn)
@counselling.response(201, schemas.InformationOut)
@counselling.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def informed(body: Body, key: UUID) -> dict[str, Any]:
    """Every kind of help was told today; the list of that day is kept."""
    actor = current_actor()
    case = case_for(db.session, actor, key)
    row = record_information(db.session, case, material=body["material"], actor=actor, now=now())
    return _information_out(row)


@counselling.get("/needs/<uuid:key>/counselling")
@counselling.response(200, schemas.CounsellingList)
@counselling.alt_response(404, "NOT_FOUND")
@needs(READ_CASE, audited=True)
def talks_of_need(key: UUID) -> dict[str, Any]:
    """Every talk about the options for a need, with the person's words; reading them is logged."""
    actor = current_actor()
    need = need_for(db.session, actor, key)
    audit.record(
        db.session, actor, "routing:counselling:view", f"need:{need.id}", now=now(),
        chain=need.case.organisation_id,
    )  # fmt: skip
    talks = counsellings_of_need(db.session, need)
    told = told_options(db.session, talks, Audience.PARTNERS)
    return {"items": [_counselling_out(row, told[row.id]) for row in talks]}


@counselling.post("/needs/<uuid:key>/counselling")
@counselling.arguments(schemas.CounsellingIn)
@counselling.response(201, schemas.CounsellingOut)
@counselling.alt_response(404, "NOT_FOUND")
@counselling.alt_response(409, "CONFLICT")
@needs(SEND_REFERRAL)
def counselled(body: Body, key: UUID) -> dict[str, Any]:
    """Keep what was shown and chosen; a choice becomes a draft that still needs consent."""
    actor = current_actor()
    given = {name: value for name, value in body.items() if name != "idempotency_key"}
    row, _referral = keep_talk(
        db.session, need_for(db.session, actor, key), Talk(**given), actor=actor, now=now(),
        idempotency_key=body.get("idempotency_key"), audience=Audience.PARTNERS,
    )  # fmt: skip
    return _counselling_out(row, told_options(db.session, [row], Audience.PARTNERS)[row.id])


@counselling.post("/needs/<uuid:key>/cards")
@counselling.arguments(schemas.CardIn)
@counselling.response(201, schemas.CardOut)
@counselling.alt_response(404, "NOT_FOUND")
@counselling.alt_response(409, "CONFLICT")
@needs(SEND_REFERRAL)
def card_given(body: Body, key: UUID) -> dict[str, Any]:
    """Note that a card of a public service was given; nothing about the person is sent."""
    actor = current_actor()
    need = need_for(db.session, actor, key)
    row = give_card(db.session, need, body["listing"], actor=actor, now=now())
    return {"id": row.id, "listing": row.listing_id, "given_at": row.given_at}


def _information_out(row: ServicesInformation) -> dict[str, Any]:
    return {
        "id": row.id, "at": row.at, "language": row.language, "material": row.material,
        "categories": row.categories, "listings": row.listings,
    }  # fmt: skip


def _counselling_out(row: OptionsCounselling, told: Sequence[Option]) -> dict[str, Any]:
    named = {one.listing for one in told}
    return {
        "id": row.id, "at": row.at,
        "shown": [_option_out(one) for one in told], "unnamed": len(row.shown) - len(told),
        "eligible_shown": row.eligible_shown, "eligible_existed": row.eligible_existed,
        "chosen": row.chosen_listing_id if row.chosen_listing_id in named else None,
        "words": row.words, "was_neutral": row.was_neutral,
        "note": row.note, "why_one": row.why_one, "referral": row.referral_id,
    }  # fmt: skip


def _option_out(option: Option) -> dict[str, Any]:
    return option.written() | {
        "starts_on": option.starts_on,
        "metres": _between(option.metres),
        "gap": _between(option.gap),
    }


def _between(pair: tuple[float, float] | None) -> dict[str, float] | None:
    return {"low": pair[0], "high": pair[1]} if pair else None
