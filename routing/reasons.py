"""Why a provider says no: one entry each, with the structured detail it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.details import Detail, Kind, problems


class Effect(StrEnum):
    """What a reason sets in motion."""

    COMPARE_LISTING = "compare-listing"
    """If the listing would have allowed it: a task of correction for its editor."""
    TRANSPORT_SEARCH = "transport-search"
    LOCATION_STALE = "location-stale"
    DOCUMENTS_NEED = "documents-need"
    SENDER_QUALITY = "sender-quality"
    NOT_NOW = "not-now"
    OTHER_SECTORS = "other-sectors"
    CAPACITY_ZERO = "capacity-zero"
    SPECIALIST_SEARCH = "specialist-search"
    CHECK_LISTING_END = "check-listing-end"
    PROPOSE_SUSPENSION = "propose-suspension"
    DUPLICATE_CHECK = "duplicate-check"
    COUNSELLING = "counselling"
    TRACING = "tracing"
    FUNDING_SEARCH = "funding-search"
    PROTECTION_ALERT = "protection-alert"
    ANSWER_RATE = "answer-rate"
    RECODING = "recoding"


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded "no" of a provider."""

    code: str
    label: Text
    details: tuple[Detail, ...] = ()
    effects: tuple[Effect, ...] = ()
    aihw: int | None = None
    """AIHW METeOR 270648, "reason for not providing assistance"."""
    at_least_one: bool = False
    """Of optional details, one must be given."""
    by_clock: bool = False
    """Only the platform may give it."""


D, K, E = Detail, Kind, Effect
LIMIT = N_("Limit that you applied")

REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("R01", N_("Outside the age limits"), (
            D("min", N_("Lowest age that you accept"), K.NUMBER, required=False),
            D("max", N_("Highest age that you accept"), K.NUMBER, required=False),
        ), (E.COMPARE_LISTING,), 2, at_least_one=True),
        Reason("R02", N_("Level of education too low"), (
            D("limit", LIMIT, K.LEVEL), D("seen", N_("Level of this person"), K.LEVEL),
        ), (E.COMPARE_LISTING,), 2),
        Reason("R03", N_("Level of education too high"), (
            D("limit", LIMIT, K.LEVEL), D("seen", N_("Level of this person"), K.LEVEL),
        ), (E.COMPARE_LISTING,), 2),
        Reason("R04", N_("Too far from the site"), (
            D("limit_km", N_("Limit that you applied, in km"), K.KILOMETRES),
            D("distance_km", N_("Distance that you measured, in km"), K.KILOMETRES),
        ), (E.COMPARE_LISTING, E.TRANSPORT_SEARCH), 6),
        Reason("R05", N_("Has moved"), (
            D("new_area", N_("Where to, if you know"), K.TEXT, required=False),
        ), (E.LOCATION_STALE,), 6),
        Reason("R06", N_("Way of return not accepted"), (D("limit", LIMIT, K.TEXT),),
               (E.COMPARE_LISTING,), 2),
        Reason("R07", N_("Date of return not accepted"), (D("limit", LIMIT, K.DATE),),
               (E.COMPARE_LISTING,), 2),
        Reason("R08", N_("Residence or nationality not accepted"), (D("limit", LIMIT, K.TEXT),),
               (E.COMPARE_LISTING,), 2),
        Reason("R09", N_("For the other sex only"), (D("limit", LIMIT, K.TEXT),),
               (E.COMPARE_LISTING,), 2),
        Reason("R10", N_("Documents missing"), (D("documents", N_("Which documents"), K.LIST),),
               (E.DOCUMENTS_NEED,), 2),
        Reason("R11", N_("File incomplete"), (D("fields", N_("What is missing"), K.LIST),),
               (E.SENDER_QUALITY,), 2),
        Reason("R12", N_("This trade is full"), (
            D("sector", N_("Which trade"), K.TEXT),
            D("next_date", N_("Next date, or none"), K.DATE_OR_NONE),
        ), (E.NOT_NOW, E.OTHER_SECTORS), 5),
        Reason("R13", N_("No place left"),
               (D("next_date", N_("Next date, or none"), K.DATE_OR_NONE),),
               (E.CAPACITY_ZERO,), 5),
        Reason("R14", N_("Beyond what we can do"), (D("missing", N_("What is missing"), K.TEXT),),
               (E.SPECIALIST_SEARCH,), 1),
        Reason("R15", N_("Outside the enrolment period"), (
            D("next_date", N_("Next enrolment, or none"), K.DATE_OR_NONE),
        ), (E.NOT_NOW,), 5),
        Reason("R16", N_("The programme ends"), (D("end_date", N_("When it ends"), K.DATE),),
               (E.CHECK_LISTING_END,), 5),
        Reason("R17", N_("Funding is suspended"), (
            D("next_date", N_("Expected date, or none"), K.DATE_OR_NONE),
        ), (E.PROPOSE_SUSPENSION,), 5),
        Reason("R18", N_("Quota reached"),
               (D("share", N_("Quota, in percent"), K.PERCENT),), (), 5),
        Reason("R19", N_("Already served"), (D("by_whom", N_("By whom"), K.TEXT),),
               (E.DUPLICATE_CHECK,), 7),
        Reason("R20", N_("Not available full time"), (), (E.COUNSELLING,), 4),
        Reason("R21", N_("The person does not want it"),
               (D("drop_out", N_("Why"), K.DROP_OUT),), (), 3),
        Reason("R22", N_("Cannot be reached"), (D("attempts", N_("How many attempts"), K.NUMBER),),
               (E.TRACING,), 4),
        Reason("R23", N_("Cost not covered"), (D("amount", N_("Amount"), K.AMOUNT),),
               (E.FUNDING_SEARCH,), 5),
        Reason("R24", N_("Risk for the person or the service"),
               (D("risk", N_("Who is at risk"), K.RISK),),
               (E.PROTECTION_ALERT,), 6),
        Reason("R25", N_("Language or accessibility"), (D("which", N_("Which"), K.TEXT),), (), 6),
        Reason("R26", N_("Wrong service"),
               (D("category", N_("Which service would fit"), K.CATEGORY),), (), 7),
        Reason("R27", N_("Skill required for this trade is missing"),
               (D("which", N_("Which"), K.TEXT),),
               (), 2),
        Reason("R28", N_("No answer in time"), (), (E.ANSWER_RATE,), by_clock=True),
        Reason("R29", N_("Conflict of interest, or safety of the staff")),
        Reason("R99", N_("Other"),
               (D("text", N_("In your words"), K.LONG_TEXT),), (E.RECODING,), 8),
    )
}  # fmt: skip


def detail_problems(code: str, detail: Mapping[str, object]) -> dict[str, Text]:
    """What is wrong with a rejection, by field; ``code`` is the field of an unknown code."""
    reason = REASONS.get(code)
    if reason is None or reason.by_clock:
        return {"code": N_("Please choose a reason.")}
    wrong = problems(reason.details, detail)
    if reason.at_least_one and not any(
        detail.get(d.name) not in (None, "") for d in reason.details
    ):
        wrong |= {d.name: N_("Please fill in at least one of these.") for d in reason.details}
    return wrong


def validate(code: str, detail: Mapping[str, object]) -> None:
    """Refuse (``Invalid``, by field) a rejection whose code or structured detail is not usable."""
    if wrong := detail_problems(code, detail):
        raise Invalid(wrong)
