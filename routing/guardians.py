"""Who agrees in a child's place, what the child says, and when the two disagree."""

from __future__ import annotations

from dataclasses import dataclass

from directory.core.text import N_, Text
from routing.consent import Giver

RELATIONS: dict[str, Text] = {
    "mother": N_("Mother"),
    "father": N_("Father"),
    "grandparent": N_("Grandparent"),
    "uncle-aunt": N_("Uncle or aunt"),
    "sibling": N_("Brother or sister of age"),
    "guardian": N_("Guardian named by a court"),
    "authority": N_("Child-protection authority"),
    "trusted-contact": N_("Trusted contact"),
}
OF_GUARDIAN = ("mother", "father", "grandparent", "uncle-aunt", "sibling", "guardian")
"""What a parent or guardian can be to the child."""
ASSENT_MODES: dict[str, Text] = {
    "oral": N_("Said so"),
    "signature": N_("Signature"),
    "thumbprint": N_("Thumbprint"),
    "drawing": N_("Showed it with a drawing or a sign"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was noted about who agrees."""

    giver: Giver
    giver_name: str = ""
    giver_relation: str = ""
    assent: bool | None = None
    assent_mode: str = ""


def guardian_problems(answered: Answered) -> dict[str, Text]:
    """What is missing in the note of a guardian's or an authority's consent, by field."""
    problems: dict[str, Text] = {}
    if answered.giver is Giver.BEN:
        return problems
    if not answered.giver_name.strip():
        problems["giver_name"] = N_("Name the person who agrees in the child's place.")
    if answered.giver is Giver.GUA and answered.giver_relation not in OF_GUARDIAN:
        problems["giver_relation"] = N_("Say what the guardian is to the child.")
    if answered.assent is not None and answered.assent_mode not in ASSENT_MODES:
        problems["assent_mode"] = N_("Say how the child answered.")
    return problems


def disagree(answered: Answered, *, accepted: bool) -> bool:
    """Whether guardian and child say different things: supervisor and authority must look."""
    if answered.giver is Giver.BEN or answered.assent is None:
        return False
    return answered.assent is not accepted
