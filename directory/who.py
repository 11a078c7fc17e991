"""Who takes a step: the roles of accounts, and those who act without one."""

from __future__ import annotations

from enum import StrEnum

from directory.core.text import N_, Text
from directory.roles import ROLES


class Who(StrEnum):
    """The column "who" of the operating procedure."""

    BEN = "BEN"
    GUA = "GUA"
    TC = "TC"
    RC = "RC"
    RS = "RS"
    FP = "FP"
    PW = "PW"
    PA = "PA"
    MHP = "MHP"
    CPA = "CPA"
    RCO = "RCO"
    NC = "NC"
    PDC = "PDC"
    CH = "CH"
    PSEA = "PSEA"
    DPO = "DPO"
    ADMIN = "ADMIN"
    SYS = "SYS"


WITHOUT_ACCOUNT: dict[Who, Text] = {
    Who.BEN: N_("Returnee"),
    Who.GUA: N_("Parent or guardian"),
    Who.TC: N_("Trusted contact"),
    Who.SYS: N_("The platform"),
}
"""They never sign in: a code, a caseworker or the clock acts for them."""

LABELS: dict[Who, Text] = {who: WITHOUT_ACCOUNT.get(who) or ROLES[who.value].label for who in Who}
"""What people read."""
