"""A skill or experience that is needed beforehand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import SkillLevel
from routing.verdicts import found, unclear, unknown
from routing.vocabulary import SECTORS

LEVELS: dict[SkillLevel, Text] = {
    SkillLevel.BASIC: N_("basic"),
    SkillLevel.INTERMEDIATE: N_("intermediate"),
    SkillLevel.ADVANCED: N_("advanced"),
}


@dataclass(frozen=True, slots=True)
class Has:
    """A skill, its lowest level, and whether an expert must have seen it."""

    skill: str = ask(shapes.text(SECTORS), N_("Skill"))
    level: int = ask(
        shapes.number(low=1, high=3), N_("Level, at least (1 basic, 3 advanced)"), default=1
    )
    verified: bool = ask(shapes.yes_no(), N_("Seen by an expert"), default=False)

    def describe(self) -> Text:
        """Such as “Mechanics, at least basic”."""
        skill, level = SECTORS.get(self.skill, self.skill), LEVELS[SkillLevel(self.level)]
        if self.verified:
            return N_("{skill}, at least {level}, seen by an expert", skill=skill, level=level)
        return N_("{skill}, at least {level}", skill=skill, level=level)


@kind(
    Has,
    label=N_("Skill"),
    about=N_("The person has a skill at some level, if need be seen by an expert."),
    reads=("skills",),
    example=Example(
        {"skill": "mechanics", "level": 2, "verified": True},
        "ARCHIPELAGO, initial and advanced training: TPML report, Mali, §3.2.5",
    ),
)
def skill(facts: Facts, asks: Has, offer: Offer, today: dt.date) -> Finding:
    """A declared skill where a verified one is needed is unknown until an expert has seen it."""
    seen = facts.known("skills", today)
    if seen.unknown:
        return unknown("skills", seen)
    enough = [held for held in seen.value if held.name == asks.skill and held.level >= asks.level]
    reason = N_("Needed: {asked}", asked=asks.describe())
    if not enough:
        return found(Answer.NO, "skills", reason, N_("A course that teaches it first."))
    if asks.verified and not any(held.verified for held in enough):
        return unclear("skills", N_("Declared, but no expert has seen it; {reason}", reason=reason))
    return found(Answer.YES, "skills", reason)
