"""Why a person does not start, or stops: one entry each."""

from __future__ import annotations

from directory.core.text import N_, Text

DROP_OUTS: dict[str, Text] = {
    "D01": N_("Allowance too low"),
    "D02": N_("Transport"),
    "D03": N_("Lodging"),
    "D04": N_("No income meanwhile, or debts"),
    "D05": N_("Dependants to care for"),
    "D06": N_("Illness"),
    "D07": N_("Mental health"),
    "D08": N_("Found work"),
    "D09": N_("Moved"),
    "D10": N_("Migrated again"),
    "D11": N_("Changed their mind, or prefers a kit or cash"),
    "D12": N_("Influence of others"),
    "D13": N_("Too theoretical"),
    "D14": N_("Too difficult, or reading and writing"),
    "D15": N_("Language"),
    "D16": N_("Conflict or discrimination"),
    "D17": N_("Unsafe"),
    "D18": N_("Started late, waited too long"),
    "D19": N_("Paid late by the programme"),
    "D20": N_("Equipment not delivered"),
    "D21": N_("The provider stopped"),
    "D22": N_("The family refused"),
    "D23": N_("Pregnancy or birth"),
    "D24": N_("Excluded for conduct"),
    "D98": N_("Unknown, not asked yet"),
    "D99": N_("Other"),
}
NOT_ASKED = "D98"


def drop_out_problem(code: str, *, after_first_month: bool) -> Text | None:
    """What is wrong with a drop-out code: unknown, or "not asked yet" after the first month."""
    if code not in DROP_OUTS:
        return N_("Please choose why.")
    if code == NOT_ASKED and after_first_month:
        return N_("After the first month the reason must have been asked.")
    return None
