"""The provider's side: what was received, and what may be read of it now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.core.web import asked_page
from directory.roles import ANSWER_REFERRAL, DELIVER_REFERRAL
from routing.api import follow_up_schemas, referral_schemas, schemas
from routing.api.representations import received_out
from routing.operations.disclosures import read_inbox, referral_for_recipient
from routing.operations.proxy_answers import answer_proxy
from routing.queries.proxies import proxies_to_confirm, proxy_for

inbox = resource("inbox", about="Referrals that an organisation has received.")


@inbox.get("/inbox")
@inbox.arguments(schemas.Paged, location="query")
@inbox.response(200, referral_schemas.Inbox)
@needs(DELIVER_REFERRAL, audited=True)
def received(_query: Mapping[str, Any]) -> dict[str, Any]:
    """What your organisations have received, to answer first; each reading is logged."""
    page, actor = asked_page(), current_actor()
    rows = read_inbox(db.session, actor, now=now(), limit=page.size, offset=page.offset)
    return {"items": [received_out(db.session, actor, view, row.due_at) for row, view in rows]}


@inbox.get("/inbox/proxies")
@inbox.response(200, follow_up_schemas.ProxiesOut)
@needs(ANSWER_REFERRAL)
def proxies() -> dict[str, Any]:
    """What was noted by telephone in your name and waits for your yes or no."""
    return {
        "items": [
            {"id": one.row.id, "referral": one.row.referral.code, "step": one.row.event.step,
             "at": one.row.event.at, "due_at": one.row.due_at, "spoken_to": one.spoken_to}
            for one in proxies_to_confirm(db.session, current_actor())
        ]
    }  # fmt: skip


@inbox.post("/inbox/proxies/<uuid:proxy>")
@inbox.arguments(follow_up_schemas.ProxyIn)
@inbox.response(200, follow_up_schemas.ProxyAnswered)
@inbox.alt_response(404, "NOT_FOUND")
@inbox.alt_response(409, "CONFLICT")
@needs(ANSWER_REFERRAL)
def proxy_answered(body: Mapping[str, Any], proxy: UUID) -> dict[str, Any]:
    """Yes, it is so; or no, which the caseworker and the supervisor are told."""
    row = answer_proxy(
        db.session, proxy_for(db.session, current_actor(), proxy), is_true=body["is_true"],
        actor=current_actor(), now=now(),
    )  # fmt: skip
    return {"id": row.id, "is_true": row.is_true}


@inbox.get("/inbox/<uuid:key>")
@inbox.response(200, referral_schemas.ReceivedOut)
@inbox.alt_response(404, "NOT_FOUND")
@needs(DELIVER_REFERRAL, audited=True)
def detail(key: UUID) -> dict[str, Any]:
    """What may be read of one referral now; the reading is logged."""
    view = referral_for_recipient(db.session, current_actor(), key, now=now())
    return received_out(db.session, current_actor(), view, None)
