"""Two sides that must not see each other, with one object of each kind, to test every route."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from directory.core.actor import ANONYMOUS as ANYBODY
from directory.hsds_taxonomies import TAXONOMY_IDS, TERM_IDS
from directory.models import Account, HiddenAddress, VaultOpening
from directory.visibility import Precision, Visibility
from directory.who import Who
from routing.models import (
    CaseTransfer,
    CrossBorderPacket,
    EmergencyAccess,
    Expense,
    Need,
    ProxyConfirmation,
    Referral,
    ServiceConfirmation,
    Task,
    TransferCall,
    WorkerRun,
)
from routing.operations.complaints import Told, receive_complaint
from routing.operations.expenses import Claim, claim_expense
from routing.operations.promises import promise_about
from routing.priorities import Priority
from routing.worker_health import CLOCKS
from tests import factories
from tests.routing.stories import Story

ANONYMOUS = "nobody"
NAMES: dict[str, str] = {
    "/cases/<>/steps/": "close",
    "/referrals/<>/steps/": "accept",
    "/people/<>/facts/": "education",
    "/needs/<>/answers/": "education",
    "/maps/layers/": "regions",
    "/complaints/<>/steps/": "message",
    "/complaints/follow/": "add",
    "/expenses/<>/": "approved",
    "/language/": "fr",
    "/listings/export/": "csv",
    "/packets/new/": "GN",
    "/account/second-factor/": "anything",
    "/hsds/3.1/profile/": "service",
    "/hsds/3.1/schema/": "service",
}
"""What stands for a word in an address, by what comes before it."""
SENDER_ROLES = ("DPO", "PA", "CPA", "RCO", "NC", "PDC", "CH", "PSEA", "ADMIN")


@dataclass(frozen=True)
class Side:
    """A sender and a provider with a person between them, as plain values."""

    ids: Mapping[str, UUID]
    """One object of each kind; ``hidden`` is a listing that only protection staff know of."""
    people: Mapping[str, str]
    """Who signs in, by role: the name under which sessions know the account."""
    accounts: Mapping[str, UUID]

    @classmethod
    def made(cls, session: Session, now: dt.datetime, *, complains_in: str = "GN") -> Side:
        """Written and committed. Handlers of complaints see all of their country, Guinea."""
        story = Story(session, now)
        referral = story.sent()
        accounts = _accounts(story)
        for account in accounts.values():
            account.tf_primary_method, account.tf_totp_secret = "authenticator", "{}"
            account.mf_recovery_codes = []
        session.add(WorkerRun(job=CLOCKS, started_at=now, beat_at=now, finished_at=now, done={}))
        side = cls(
            _ids(story, referral, accounts["PA"], complains_in),
            {role: account.fs_uniquifier for role, account in accounts.items()},
            {role: account.id for role, account in accounts.items()},
        )
        session.commit()
        return side


def _accounts(story: Story) -> dict[str, Account]:
    told = {role: story.accounts[role] for role in ("RC", "RS", "FP", "PW")}
    at_sender = {role: factories.Account.with_role(role, story.sender) for role in SENDER_ROLES}
    return told | at_sender | {"MHP": factories.Account.with_role("MHP", story.provider)}


def _ids(story: Story, referral: Referral, managed: Account, complains_in: str) -> dict[str, UUID]:
    need = referral.need
    member = story.member(need)
    task = Task(
        need_id=need.id,
        kind="find-service",
        owner_role="RC",
        due_at=story.now,
        created_at=story.now,
    )
    agreement = factories.WrittenAgreement(sender=story.sender, provider=story.provider)
    proxy = ProxyConfirmation(
        referral_id=referral.id, event_id=referral.events[-1].id, due_at=story.now
    )
    story.session.add_all([task, proxy])
    story.session.flush()
    promise = promise_about(
        story.session, referral, kind="call-back", day=story.now.date(), note="",
        actor=story.actor(Who.FP), now=story.now,
    )  # fmt: skip
    transfer = _transfer(story)
    return {
        **_opening(story, need),
        **_packet(story),
        **_vault(story, complains_in),
        "transfer": transfer.id,
        "call": transfer.calls[0].id,
        "case": need.case_id,
        "member": member.id,
        "need": need.id,
        "referral": referral.id,
        "consent": referral.consent_id,
        "listing": referral.listing_id,
        "hidden": story.listing(visibility=Visibility.PROTECTION_ONLY).id,
        "service": referral.listing.service_id,
        "taxonomy": next(iter(TAXONOMY_IDS)),
        "taxonomy_term": next(iter(TERM_IDS)),
        "organisation": story.provider.id,
        "sender": story.sender.id,
        "route": member.routes[0].id,
        "account": managed.id,
        "grant": managed.grants[0].id,
        "task": task.id,
        "proxy": proxy.id,
        "promise": promise.id,
        "agreement": agreement.id,
        "complaint": _complaint(story, referral, complains_in),
        "expense": _expense(story, referral).id,
    }


def _opening(story: Story, need: Need) -> dict[str, UUID]:
    """The supervisor has the person's file open in an emergency."""
    opening = EmergencyAccess(
        case_id=need.case_id,
        member_id=need.member_id,
        account_id=story.accounts["RS"].id,
        role="RS",
        priority=Priority.P0,
        reason_code="life-danger",
        reason="in danger",
        opened_at=story.now,
        expires_at=story.now + dt.timedelta(days=1),
        review_due_at=story.now,
    )
    story.session.add(opening)
    story.session.flush()
    return {"access": opening.id, "review": opening.id}


def _vault(story: Story, country: str) -> dict[str, UUID]:
    """A shelter of the provider whose address somebody else has asked for; gatekeepers see all of
    their country.
    """
    shelter = factories.Site(
        name="Shelter", country=country, lon=None, lat=None, precision=Precision.HIDDEN
    )
    story.listing(site=shelter, visibility=Visibility.HIDDEN_ADDRESS)
    opening = VaultOpening(
        site_id=shelter.id,
        reason="Somebody is brought there tonight",
        asked_by_id=story.accounts["DPO"].id,
        asked_at=story.now,
    )
    story.session.add_all([HiddenAddress(site_id=shelter.id, address="Shelter Road 7"), opening])
    story.session.flush()
    return {"site": shelter.id, "opening": opening.id}


def _packet(story: Story) -> dict[str, UUID]:
    """Somebody is announced to the sender by its own counsellor, with a question to the provider."""
    listing = story.listing(category="medical")
    question = ServiceConfirmation(category="medical", listing_id=listing.id, asked_at=story.now)
    packet = CrossBorderPacket(
        number=str(uuid4()),
        state="submitted",
        sender_id=story.sender.id,
        sender_name="Sender",
        receiver_id=story.sender.id,
        receiver_name="Sender",
        content={
            "name": None,
            "language": "fr",
            "routes": [],
            "facts": {},
            "needs": [],
            "offers": [],
            "consent": {},
        },
        host_country="MA",
        country="GN",
        created_at=story.now,
        confirmations=[question],
    )
    story.session.add(packet)
    story.session.flush()
    return {"packet": packet.id, "confirmation": question.id}


def _expense(story: Story, referral: Referral) -> Expense:
    """Something that the person has paid."""
    paid = Claim(kind="transport", amount=Decimal(5_000), currency="GNF", paid_on=story.now.date())
    return claim_expense(
        story.session, referral, paid, actor=story.accounts["RC"].actor, now=story.now
    )


def _transfer(story: Story) -> CaseTransfer:
    """Another case of the sender, offered to somebody else."""
    transfer = CaseTransfer(
        code=f"T{uuid4().hex[:8]}",
        case_id=story.need().case_id,
        sender_id=story.sender.id,
        receiver_id=factories.Organisation().id,
        ground="area",
        summary="moves",
        struck=[],
        offered_at=story.now,
        due_at=story.now,
        calls=[TransferCall(by_sender=True, message="urgent", at=story.now)],
    )
    story.session.add(transfer)
    story.session.flush()
    return transfer


def _complaint(story: Story, referral: Referral, country: str) -> UUID:
    told = Told(
        words="nobody called", country=country, category="silence", listing_id=referral.listing_id
    )
    return receive_complaint(story.session, told, actor=ANYBODY, now=story.now).complaint.id


KINDS: dict[str, str] = {
    "cases": "case",
    "members": "member",
    "people": "member",
    "needs": "need",
    "referrals": "referral",
    "inbox": "referral",
    "consents": "consent",
    "listings": "listing",
    "organisations": "organisation",
    "tasks": "task",
    "proxies": "proxy",
    "promises": "promise",
    "agreements": "agreement",
    "transfers": "transfer",
    "complaints": "complaint",
    "expenses": "expense",
    "help-lines": "sender",
    "organizations": "organisation",
    "service_at_locations": "listing",
    "services": "service",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
"""Kind of an object called ``key``, by the word before it."""
PUBLIC_KINDS = frozenset({"listing", "organisation", "service", "taxonomy", "taxonomy_term"})


@dataclass(frozen=True)
class Variable:
    """A variable of an address."""

    name: str
    before: str
    """What stands before it."""
    is_object: bool


def variables(rule: Rule) -> list[Variable]:
    """Each variable of an address; objects are named by UUID."""
    found = []
    for match in re.finditer(r"<(?:([a-z]+):)?([a-z_]+)>", rule.rule):
        before = re.sub(r"<[^>]+>", "<>", rule.rule[: match.start()]).removeprefix("/api/v1")
        found.append(Variable(match[2], before, match[1] == "uuid"))
    return found


def kind_of(variable: Variable) -> str:
    """Kind of the object that a variable names; a new kind of address must be said here."""
    if variable.name != "key":
        return variable.name.removesuffix("_id")
    return KINDS[variable.before.rstrip("/").split("/")[-1]]


def kinds_in(rule: Rule) -> list[str]:
    """The objects in an address, by kind."""
    return [kind_of(variable) for variable in variables(rule) if variable.is_object]


def address(app: Flask, rule: Rule, ids: Mapping[str, UUID]) -> str:
    """An address of ``rule`` with the objects of ``ids``."""
    values: dict[str, Any] = {
        variable.name: ids[kind_of(variable)] if variable.is_object else NAMES[variable.before]
        for variable in variables(rule)
    }
    return str(app.url_map.bind("localhost").build(rule.endpoint, values, method=method_of(rule)))


def method_of(rule: Rule) -> str:
    return "GET" if "GET" in (rule.methods or ()) else methods(rule)[0]


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def unknown_ids() -> dict[str, UUID]:
    """Objects that nobody has."""
    kinds = {
        *KINDS.values(),
        "route",
        "account",
        "grant",
        "hidden",
        "task",
        "call",
        "access",
        "packet",
        "confirmation",
        "review",
        "site",
        "opening",
    }
    return {kind: uuid4() for kind in kinds}


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address with each of its methods, files left out.

    Pages of signing in and out come last: some of them end the session.
    """

    def order(rule: Rule) -> tuple[bool, str, str]:
        return rule.endpoint.startswith("security."), rule.rule, rule.endpoint

    for rule in sorted(app.url_map.iter_rules(), key=order):
        if rule.endpoint.split(".")[-1] != "static":
            for method in methods(rule):
                yield rule, method


def body_of(app: Flask, rule: Rule, method: str, side: Side, role: str) -> dict[str, Any]:
    """The smallest body that the description of the interface allows, with objects of ``side``."""
    path = re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule.rule)
    spec = _description(app)
    operation = spec["paths"].get(path, {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    known = {
        "organisation": str(side.ids["sender"]),
        "listing": str(side.ids["listing"]),
        "need": str(side.ids["need"]),
        "country": "GN",
        "category": "training",
        "role": role,
    }
    return _smallest(spec, content["schema"], known) if content else {}


@cache
def _description(app: Flask) -> dict[str, Any]:
    """What the interface says of itself; it takes long to write down and is the same all the time."""
    description: dict[str, Any] = app.extensions["flask-smorest"]["apis"][""][
        "ext_obj"
    ].spec.to_dict()
    return description


def _smallest(spec: dict[str, Any], schema: dict[str, Any], known: Mapping[str, str]) -> Any:
    """A value that fits ``schema``; ``known`` are values by the name of their property."""
    if "$ref" in schema:
        return _smallest(spec, spec["components"]["schemas"][schema["$ref"].split("/")[-1]], known)
    if "enum" in schema:
        return next(value for value in schema["enum"] if value)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        return {
            name: _named(spec, name, properties[name], known) for name in schema.get("required", [])
        }
    if kind == "array":
        return [_smallest(spec, schema["items"], known)] if schema.get("minItems") else []
    values = {"string": "x", "integer": schema.get("minimum", 1), "number": 1.5, "boolean": True}
    return values.get(str(kind))


def _named(
    spec: dict[str, Any], name: str, schema: dict[str, Any], known: Mapping[str, str]
) -> Any:
    if name in known and known[name] in schema.get("enum", [known[name]]):
        return known[name]
    return _smallest(spec, schema, known)
