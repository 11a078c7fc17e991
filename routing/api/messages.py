"""Messages: to your account, about a referral, and written to the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_login import current_user
from marshmallow import Schema, fields, validate

from directory.api.openapi import resource
from directory.core import audit, outbox
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Invalid
from directory.core.i18n import words
from directory.core.outbox import MessageState
from directory.core.security import current_actor, needs, signed_in
from directory.core.text import N_
from directory.core.web import asked_page
from directory.roles import READ_CASE, SEND_REFERRAL
from directory.who import Who
from routing.api.schemas import LISTS, Paged, told
from routing.models import Referral
from routing.operations.cases import route_of
from routing.operations.person_messages import announce_call, ask_to_call
from routing.queries.messages import message_lines, messages_to, new_messages
from routing.queries.scope import referral_for

messages = resource("messages", about="Messages to your account and about referrals.")
CALL, ASK = "call", "ask"


class MessageOut(Schema):
    """One message to your account."""

    id = fields.UUID(required=True)
    says = fields.String(required=True, metadata=told("One sentence; names nobody."))
    at = fields.AwareDateTime(required=True)
    is_new = fields.Boolean(required=True)
    referral = fields.UUID(allow_none=True)
    code = fields.String(allow_none=True, metadata=told("Of the referral."))


class MessagesOut(Schema):
    """Messages to your account, newest first."""

    new = fields.Integer(required=True, metadata=told("How many you have not read."))
    items = fields.List(fields.Nested(MessageOut), required=True)


class ReadIn(Schema):
    """Which messages you have read; all of them if none is named."""

    ids = fields.List(fields.UUID(), validate=LISTS)


class ReadOut(Schema):
    """How many were new."""

    read = fields.Integer(required=True)


class MessageStateOut(Schema):
    """How far one message about a referral has come."""

    to = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf([one.value for one in MessageState])
    )
    word = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class PersonMessageIn(Schema):
    """A message to the person, by a route on which writing is safe."""

    role = fields.String(required=True, validate=validate.OneOf([Who.RC.value, Who.RS.value]))
    route = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([CALL, ASK]))
    day = fields.Date(metadata=told("Of the call; needed if you announce one."))
    hour = fields.Time(format="%H:%M", metadata=told("Of the call, in the time of the country."))


@messages.get("/messages")
@messages.arguments(Paged, location="query")
@messages.response(200, MessagesOut)
@signed_in
def mine(_query: Mapping[str, Any]) -> dict[str, Any]:
    """What was written to your account, newest first."""
    page, email = asked_page(), current_user.email
    found = messages_to(db.session, current_actor(), email, limit=page.size, offset=page.offset)
    items = [
        {
            "id": one.id, "says": words(one.says), "at": one.at, "is_new": one.is_new,
            "referral": one.referral.id if one.referral else None,
            "code": one.referral.code if one.referral else None,
        }
        for one in found
    ]  # fmt: skip
    return {"new": new_messages(db.session, email), "items": items}


@messages.post("/messages/read")
@messages.arguments(ReadIn)
@messages.response(200, ReadOut)
@signed_in
def read(body: Mapping[str, Any]) -> dict[str, int]:
    """You have read these messages, or all of them."""
    number = outbox.mark_read(db.session, current_user.email, now=now(), ids=body.get("ids"))
    return {"read": number}


@messages.get("/referrals/<uuid:key>/messages")
@messages.response(200, MessageStateOut(many=True))
@messages.alt_response(404, "NOT_FOUND")
@needs(READ_CASE, audited=True)
def about(key: UUID) -> list[dict[str, Any]]:
    """The messages to the person and to the provider, and how far each has come."""
    return _states(referral_for(db.session, current_actor(), key))


@messages.post("/referrals/<uuid:key>/messages")
@messages.arguments(PersonMessageIn)
@messages.response(201, MessageStateOut(many=True))
@messages.alt_response(403, "FORBIDDEN")
@messages.alt_response(404, "NOT_FOUND")
@messages.alt_response(409, "CONFLICT")
@needs(SEND_REFERRAL)
def written(body: Mapping[str, Any], key: UUID) -> list[dict[str, Any]]:
    """Queue "we will call you on … at …" or "please call us"; it goes by SMS."""
    referral = referral_for(db.session, current_actor(), key)
    route = route_of(referral.member, body["route"])
    who = Who(body["role"])
    if body["kind"] == ASK:
        ask_to_call(db.session, referral, route, actor=current_actor(), role=who, now=now())
        return _states(referral)
    day, hour = body.get("day"), body.get("hour")
    if not isinstance(day, dt.date) or not isinstance(hour, dt.time):
        raise Invalid({"day": N_("An announced call needs its day and its hour.")})
    announce_call(
        db.session, referral, route, actor=current_actor(), role=who, day=day, hour=hour,
        now=now(),
    )  # fmt: skip
    return _states(referral)


def _states(referral: Referral) -> list[dict[str, Any]]:
    audit.record(
        db.session, current_actor(), "routing:referral:read", f"referral:{referral.id}",
        now=now(), chain=referral.case.organisation_id,
    )  # fmt: skip
    return [
        {"to": words(one.to), "state": one.state.value, "word": words(one.word), "at": one.at}
        for one in message_lines(db.session, referral)
    ]
