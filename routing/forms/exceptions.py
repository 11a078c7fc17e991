"""Why data goes without consent, as typed: what each code must say, and who may use it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from directory import roles
from directory.core.actor import Actor
from directory.core.errors import Forbidden, Invalid
from directory.core.text import N_, Text
from directory.who import Who
from routing.consent_exceptions import FACTS_LENGTH, INCAPACITY_DAYS, ExceptionCode, Guardian

GUARDIANS: dict[Guardian, Text] = {
    Guardian.ABSENT: N_("Absent, or not known"),
    Guardian.REFUSED: N_("Has refused"),
    Guardian.SUSPECTED: N_("Suspected of harming the child"),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What was said for an exception."""

    code: ExceptionCode
    role: Who
    facts: dict[str, Any] = field(default_factory=dict)
    valid_until: dt.datetime | None = None


def codes_for(actor: Actor) -> list[ExceptionCode]:
    """The exceptions that the actor may record, the most frequent first."""
    allowed = {
        ExceptionCode.LIFE_DANGER: roles.SEND_REFERRAL,
        ExceptionCode.CHILD_BEST_INTEREST: roles.SUBSTITUTE_CONSENT,
        ExceptionCode.INCAPACITY_MH: roles.DECLARE_INCAPACITY,
        ExceptionCode.LEGAL_DUTY: roles.OVERSEE_CONSENT,
    }
    found = [code for code, permission in allowed.items() if actor.may(permission)]
    in_its_place = actor.may(roles.SEND_REFERRAL)
    child = ExceptionCode.CHILD_BEST_INTEREST
    return [*found, child] if in_its_place and child not in found else found


def read_exception(given: Mapping[str, Any], actor: Actor, *, now: dt.datetime) -> Stated:
    """The exception as stated; raises ``Invalid`` by field, ``Forbidden`` for another's code."""
    try:
        code = ExceptionCode(str(given.get("code", "")))
    except ValueError:
        raise Invalid({"code": N_("Please choose one of the list.")}) from None
    if code not in codes_for(actor):
        raise Forbidden(N_("Your role does not include this."))
    return READERS[code](given, actor, now)


def _life_danger(given: Mapping[str, Any], _actor: Actor, _now: dt.datetime) -> Stated:
    return Stated(ExceptionCode.LIFE_DANGER, Who.RC, {"facts": _long(given, "facts")})


def _incapacity(given: Mapping[str, Any], _actor: Actor, now: dt.datetime) -> Stated:
    problems: dict[str, Text] = {}
    if not _text(given, "licence"):
        problems["licence"] = N_("Give your registration number.")
    days = _days(given)
    if days is None:
        problems["days"] = N_(
            "A determination is valid for {days} days at most.", days=INCAPACITY_DAYS
        )
    if len(_text(given, "determination")) < FACTS_LENGTH:
        problems["determination"] = N_(
            "Write the facts, in at least {count} characters.", count=FACTS_LENGTH
        )
    if problems or days is None:
        raise Invalid(problems)
    facts = {"licence": _text(given, "licence"), "determination": _text(given, "determination")}
    until = now + dt.timedelta(days=days)
    return Stated(ExceptionCode.INCAPACITY_MH, Who.MHP, facts, until)


def _best_interest(given: Mapping[str, Any], actor: Actor, _now: dt.datetime) -> Stated:
    guardian = _text(given, "guardian")
    if guardian not in list(Guardian):
        raise Invalid({"guardian": N_("Say why the guardian does not consent.")})
    by_authority = actor.may(roles.SUBSTITUTE_CONSENT)
    unreachable = given.get("authority_unreachable") in (True, "1")
    if not by_authority and not unreachable:
        raise Invalid({
            "authority_unreachable": N_(
                "Only the child-protection authority decides, unless it cannot be reached."
            )
        })  # fmt: skip
    facts = {
        "facts": _long(given, "facts"), "guardian": guardian,
        "authority_unreachable": unreachable and not by_authority,
    }  # fmt: skip
    role = Who.CPA if by_authority else Who.RC
    return Stated(ExceptionCode.CHILD_BEST_INTEREST, role, facts)


def _legal_duty(given: Mapping[str, Any], _actor: Actor, _now: dt.datetime) -> Stated:
    if not _text(given, "legal_text"):
        raise Invalid({"legal_text": N_("Cite the legal text.")})
    facts = {"legal_text": _text(given, "legal_text"), "fields": list(given.get("fields") or ())}
    return Stated(ExceptionCode.LEGAL_DUTY, Who.DPO, facts)


READERS = {
    ExceptionCode.LIFE_DANGER: _life_danger,
    ExceptionCode.INCAPACITY_MH: _incapacity,
    ExceptionCode.CHILD_BEST_INTEREST: _best_interest,
    ExceptionCode.LEGAL_DUTY: _legal_duty,
}


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""


def _long(given: Mapping[str, Any], name: str) -> str:
    text = _text(given, name)
    if len(text) < FACTS_LENGTH:
        raise Invalid({
            name: N_("Write the facts, in at least {count} characters.", count=FACTS_LENGTH)
        })  # fmt: skip
    return text


def _days(given: Mapping[str, Any]) -> int | None:
    try:
        days = int(given.get("days") or INCAPACITY_DAYS)
    except (TypeError, ValueError):
        return None
    return days if 1 <= days <= INCAPACITY_DAYS else None
