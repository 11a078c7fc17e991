"""Invented complaints, one of each level and in most states, marked as a demonstration.

Nothing grave is invented about an organisation that exists: those name none, or one that does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import ANONYMOUS, Actor
from directory.models import Account
from directory.who import Who
from routing.models import Complaint
from routing.operations.complaint_events import COMPLAINANT
from routing.operations.complaint_steps import Act, act_on_complaint
from routing.operations.complaints import Told, receive_complaint
from seeds.demo_directory import listing_of

DAY = dt.timedelta(days=1)
CENTRE = ("gn-cfp-labe-carpentry", "gn-cfp-labe-carpentry-site")
NOBODY = "Atelier inventé (démo)"
Done = tuple[str, Who, Mapping[str, Any]]
CH, PSEA, FP, BEN = Who.CH, Who.PSEA, Who.FP, Who.BEN
READ: Mapping[str, Any] = {"action": "Appelé le service pour entendre sa version (démo)"}


@dataclass(frozen=True, slots=True)
class Tale:
    """One complaint, so many days ago, and what was done with it since, a day apart."""

    days: float
    words: str
    category: str
    steps: tuple[Done, ...] = ()
    harmed: bool = False
    about_centre: bool = False
    about: str = ""


TALES = (
    Tale(
        0.2, "Le gardien de l’atelier me menace quand je refuse de sortir avec lui. (démo)",
        "other", harmed=True, about=NOBODY,
    ),
    Tale(
        6, "Un formateur m’a touchée contre ma volonté. (démo)", "other", harmed=True,
        about=NOBODY,
        steps=(
            ("triage", PSEA, {"level": "C0"}),
            ("escalate", PSEA, {"investigator": "Enquêtrice, service de protection (démo)"}),
            ("message", PSEA, {"text": "Nous vous croyons. Une enquêtrice s’en occupe. (démo)"}),
        ),
    ),
    Tale(
        1, "On m’a demandé 50 000 francs pour mettre mon nom sur la liste. (démo)",
        "asked-money", about=NOBODY,
    ),
    Tale(
        4, "Ce que j’ai dit au bureau, mes voisins le savent. (démo)", "data", about=NOBODY,
        steps=(("triage", CH, {"level": "C1"}), ("investigate", CH, READ)),
    ),
    Tale(
        8, "Le centre devait m’appeler il y a trois semaines. J’attends toujours. (démo)",
        "silence", about_centre=True,
        steps=(
            ("triage", CH, {"level": "C2"}),
            ("share", CH, {"text": "Une personne attend un appel depuis trois semaines. (démo)"}),
            ("answer", FP, {"text": "Nous appelons demain. Le numéro avait changé. (démo)"}),
        ),
    ),
    Tale(
        20, "L’argent du transport n’est jamais arrivé. (démo)", "unpaid", about=NOBODY,
        steps=(
            ("triage", CH, {"level": "C2"}), ("investigate", CH, READ),
            ("decide", CH, {"decision": "upheld", "reason": "Virement oublié (démo)"}),
            ("inform", CH, {"explanation": "Vous aviez raison. L’argent part demain. (démo)"}),
        ),
    ),
    Tale(
        30, "On m’a refusé parce que je suis arrivé en retard d’un jour. (démo)", "refused",
        about=NOBODY,
        steps=(
            ("triage", CH, {"level": "C2"}), ("investigate", CH, READ),
            ("decide", CH, {"decision": "not-upheld", "reason": "Délai écrit (démo)"}),
            ("inform", CH, {"explanation": "La date était écrite sur l’affiche. (démo)"}),
            ("appeal", BEN, {"reason": "Personne ne m’a montré l’affiche. (démo)"}),
        ),
    ),
    Tale(
        12, "Merci au bureau de Labé, on m’a bien reçue. (démo)", "idea",
        steps=(
            ("triage", CH, {"level": "C3"}),
            ("decide", CH, {"decision": "answered", "reason": "Transmis au bureau (démo)"}),
            ("inform", CH, {"explanation": "Merci à vous. Nous le disons à l’équipe. (démo)"}),
            ("close", CH, {}),
        ),
    ),
)  # fmt: skip


def load_demo_complaints(session: Session, *, now: dt.datetime) -> list[str]:
    """Make them once; the receipts of those that were made, in the order of ``TALES``."""
    if session.scalars(select(Complaint.id).where(Complaint.is_demo)).first() is not None:
        return []
    actors = _actors(session)
    return [_tell(session, tale, actors, now) for tale in TALES]


def _tell(session: Session, tale: Tale, actors: Mapping[Who, Actor], now: dt.datetime) -> str:
    at = now - tale.days * DAY
    listing = listing_of(session, *CENTRE) if tale.about_centre else None
    told = Told(
        words=tale.words, country="GN", category=tale.category, harmed=tale.harmed,
        about=tale.about, listing_id=listing.id if listing else None,
    )  # fmt: skip
    received = receive_complaint(session, told, actor=ANONYMOUS, now=at, is_demo=True)
    for name, role, details in tale.steps:
        at = min(at + DAY, now)
        act = Act(actor=actors[role], role=role, now=at, details=details)
        act_on_complaint(session, received.complaint, name, act)
    return received.receipt


def _actors(session: Session) -> Mapping[Who, Actor]:
    words = {CH: "complaints", PSEA: "psea", FP: "centre.labe"}
    found = {
        role: session.scalars(
            select(Account).where(Account.is_demo, Account.email == f"{word}@demo.example")
        ).one()
        for role, word in words.items()
    }
    return {BEN: COMPLAINANT} | {role: account.actor for role, account in found.items()}
