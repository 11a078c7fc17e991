"""``POST /api/v1/proposals``: facts and a need in, the nearest services with every reason out.

Nothing about the person is stored: the facts come without a name and leave with the answer. Services
for protection staff only are never here (protocol A.17).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request

from directory.api.openapi import resource
from directory.audience import Audience
from directory.categories import CATEGORIES
from directory.core.clock import today
from directory.core.db import db
from directory.core.errors import Invalid
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.roles import READ_CASE
from routing.api.proposal_json import proposals_json
from routing.eligibility import Verdict
from routing.fact_table import FACTS
from routing.forms.proposals import read_asked
from routing.priorities import Priority
from routing.proposals import MOST
from routing.queries.proposals import propose

proposals = resource("proposals", about="The services nearest to a person who may use them.")

FACT: dict[str, Any] = {
    "description": "The value itself, or an object with value, source, as_of and expires."
}
ASKED: dict[str, Any] = {
    "type": "object",
    "required": ["need"],
    "additionalProperties": False,
    "properties": {
        "facts": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                name: {"title": str(fact.label), **FACT} for name, fact in FACTS.items()
            },
        },
        "need": {
            "type": "object",
            "required": ["category"],
            "additionalProperties": False,
            "properties": {
                "category": {"type": "string", "enum": list(CATEGORIES)},
                "priority": {"type": "string", "enum": [one.value for one in Priority]},
                "country": {"type": "string", "pattern": "^[A-Za-z]{2}$"},
                "k": {"type": "integer", "minimum": 1, "maximum": MOST},
                "excludes_government": {"type": "boolean"},
                "wishes": {"type": "array", "items": {"type": "string", "format": "uuid"}},
                "sender": {"type": "string"},
            },
        },
        "only": {
            "type": "array",
            "items": {"type": "string", "enum": [one.value for one in Verdict]},
        },
        "overview": {"type": "boolean"},
        "findings": {"type": "boolean"},
    },
}


@proposals.post("/proposals")
@proposals.doc(
    requestBody={"required": True, "content": {"application/json": {"schema": ASKED}}},
    responses={"200": {"description": "Proposals by answer, counts and next questions"}},
)
@proposals.alt_response(401, "UNAUTHORIZED")
@proposals.alt_response(403, "FORBIDDEN")
@proposals.alt_response(422, "UNPROCESSABLE_ENTITY")
@needs(READ_CASE)
def propose_for_facts() -> Response:
    """The nearest services of each answer, for facts that are not kept.

    ``only`` names the answers wanted, ``overview: false`` leaves out counts and questions,
    ``findings: false`` the conditions one by one.
    """
    body = request.get_json(silent=True)
    if not isinstance(body, Mapping):
        raise Invalid({"body": N_("A JSON object with “facts” and “need” is needed.")})
    asked = read_asked(db.session, body, today=today())
    found = propose(
        db.session, asked.facts, asked.need, current_actor(), today(),
        only=asked.only, overview=asked.overview, audience=Audience.PARTNERS,
    )  # fmt: skip
    content = proposals_json(found, only=asked.only, findings=asked.findings)
    return Response(orjson.dumps(content), mimetype="application/json")
