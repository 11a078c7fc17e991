"""Consents, exceptions, withdrawals, and the list of what was told to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import NotFound
from directory.core.i18n import translate
from directory.core.security import current_actor, needs
from directory.roles import (
    COUNTERSIGN_EXCEPTION,
    OVERSEE_CONSENT,
    READ_CASE,
    WITHDRAW_CONSENT,
    WRITE_CASE,
)
from directory.who import Who
from routing.api import consent_schemas
from routing.api.representations import consent_out
from routing.consent import ConsentKind, Giver
from routing.consent_exceptions import ExceptionCode
from routing.models import Need
from routing.operations.consents import Agreement, Named, give_consent
from routing.operations.exceptions import countersign, record_exception
from routing.operations.withdrawals import withdraw_all, withdraw_consent
from routing.queries.consents import consent_for, consents_of, member_for, member_within
from routing.queries.disclosures import disclosures_of
from routing.queries.scope import case_for

consents = resource("consents", about="What people agreed to, and what was told to whom.")
Body = Mapping[str, Any]


@consents.get("/cases/<uuid:key>/consents")
@consents.response(200, consent_schemas.Consents)
@consents.alt_response(404, "NOT_FOUND")
@needs(READ_CASE, audited=True)
def listed(key: UUID) -> dict[str, Any]:
    """Every consent and exception of a case; reading it is logged."""
    case = case_for(db.session, current_actor(), key)
    subject, chain = f"case_file:{case.id}", case.organisation_id
    audit.record(
        db.session, current_actor(), "routing:consent:view", subject, now=now(), chain=chain
    )
    return {"items": [consent_out(record) for record in consents_of(db.session, case)]}


@consents.post("/members/<uuid:key>/consents")
@consents.arguments(consent_schemas.ConsentIn)
@consents.response(201, consent_schemas.ConsentOut)
@consents.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def given(body: Body, key: UUID) -> dict[str, Any]:
    """Record what the person agreed to: per recipient, data set and purpose, field by field."""
    member = member_for(db.session, current_actor(), key)
    agreement = Agreement(
        kind=ConsentKind(body["kind"]),
        need_id=body.get("need"),
        recipients=_named(body.get("recipients", ())),
        dataset=body.get("dataset", ""),
        fields_excluded=frozenset(body.get("fields_excluded", ())),
        fields_extra=frozenset(body.get("fields_extra", ())),
        excludes_government=body.get("excludes_government", False),
        giver=Giver(body.get("giver", "BEN")),
        assent=body.get("assent"),
        mode=body["mode"],
        language=body.get("language", "fr"),
        read_aloud=body.get("read_aloud", False),
        interpreter=body.get("interpreter", False),
        witness=body.get("witness", ""),
        giver_name=body.get("giver_name", ""),
        giver_relation=body.get("giver_relation", ""),
        assent_mode=body.get("assent_mode", ""),
        questions_asked=body.get("questions_asked", ""),
        route_id=body.get("route"),
    )
    record = give_consent(db.session, member, agreement, actor=current_actor(), now=now())
    return consent_out(record)


@consents.post("/members/<uuid:key>/exceptions")
@consents.arguments(consent_schemas.ExceptionIn)
@consents.response(201, consent_schemas.ConsentOut)
@consents.alt_response(403, "FORBIDDEN")
@consents.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def excepted(body: Body, key: UUID) -> dict[str, Any]:
    """Record why data goes without consent; a second person must countersign."""
    member = member_for(db.session, current_actor(), key)
    need = db.session.get(Need, body["need"])
    if need is None or need.member_id != member.id:
        raise NotFound
    stated = {name: body[name] for name in STATED if name in body}
    record = record_exception(
        db.session,
        member,
        ExceptionCode(body["code"]),
        need=need,
        recipients=_named(body["recipients"]),
        facts=stated,
        actor=current_actor(),
        role=Who(body["role"]),
        now=now(),
        valid_until=body.get("valid_until"),
    )
    return consent_out(record)


STATED = (
    "facts", "licence", "determination", "guardian", "authority_unreachable", "legal_text"
)  # fmt: skip


@consents.post("/consents/<uuid:key>/countersign")
@consents.response(200, consent_schemas.ConsentOut)
@consents.alt_response(403, "FORBIDDEN")
@consents.alt_response(404, "NOT_FOUND")
@consents.alt_response(409, "CONFLICT")
@needs(COUNTERSIGN_EXCEPTION)
def countersigned(key: UUID) -> dict[str, Any]:
    """A second person agrees to an exception."""
    record = consent_for(db.session, current_actor(), key)
    return consent_out(countersign(db.session, record, actor=current_actor(), now=now()))


@consents.post("/consents/<uuid:key>/withdraw")
@consents.arguments(consent_schemas.Withdrawal)
@consents.response(200, consent_schemas.Withdrawn)
@consents.alt_response(403, "FORBIDDEN")
@consents.alt_response(404, "NOT_FOUND")
@needs(WITHDRAW_CONSENT)
def withdrawn(body: Body, key: UUID) -> dict[str, Any]:
    """Take a withdrawal in; the recipients read nothing any more from the next request on."""
    record = consent_for(db.session, current_actor(), key)
    ended = withdraw_consent(
        db.session,
        record,
        actor=current_actor(),
        role=taking_in(),
        now=now(),
        channel=body["channel"],
    )
    return {"referrals": [referral.id for referral in ended]}


@consents.post("/members/<uuid:key>/withdrawals")
@consents.arguments(consent_schemas.Withdrawal)
@consents.response(200, consent_schemas.Withdrawn)
@consents.alt_response(404, "NOT_FOUND")
@needs(WITHDRAW_CONSENT)
def all_withdrawn(body: Body, key: UUID) -> dict[str, Any]:
    """The person takes everything back at once."""
    member = member_within(db.session, current_actor(), key)
    ended = withdraw_all(
        db.session,
        member.case,
        [member],
        actor=current_actor(),
        role=taking_in(),
        now=now(),
        channel=body["channel"],
    )
    return {"referrals": [referral.id for referral in ended]}


def taking_in() -> Who:
    """The role in which a withdrawal is taken in."""
    return Who.DPO if current_actor().may(OVERSEE_CONSENT) else Who.RC


@consents.get("/members/<uuid:key>/disclosures")
@consents.response(200, consent_schemas.Disclosures)
@consents.alt_response(404, "NOT_FOUND")
@needs(READ_CASE, audited=True)
def told(key: UUID) -> dict[str, Any]:
    """What was told about a person, to whom and when: the list that they may ask for."""
    member = member_for(db.session, current_actor(), key)
    audit.record(
        db.session,
        current_actor(),
        "routing:disclosure:view",
        f"case_member:{member.id}",
        now=now(),
        chain=member.case.organisation_id,
    )
    return {
        "items": [
            {
                "at": line.at,
                "recipient": line.recipient,
                "referral": line.referral_code,
                "fields_": [translate(label) for label in line.fields],
                "channel": line.channel,
                "stage": line.stage,
                "on_exception": line.on_exception,
            }
            for line in disclosures_of(db.session, member)
        ]
    }


def _named(rows: Iterable[Mapping[str, Any]]) -> tuple[Named, ...]:
    return tuple(
        Named(
            organisation_id=row["organisation"],
            accepted=row["accepted"],
            listing_id=row.get("listing"),
        )
        for row in rows
    )
