"""What using a service costs, and who pays (protocol A.10)."""

from __future__ import annotations

import enum

from directory.core.text import N_, Text


class CostModel(enum.StrEnum):
    """Who pays, and when (protocol A.10)."""

    FREE = "free"
    DIRECT_BILLING = "direct-billing"
    VOUCHER = "voucher"
    CO_FUNDED = "co-funded"
    PAY_AND_REIMBURSE = "pay-and-reimburse"
    FEE = "fee"


COST_LABELS: dict[CostModel, Text] = {
    CostModel.FREE: N_("Free"),
    CostModel.DIRECT_BILLING: N_("Billed to the sending organisation"),
    CostModel.VOUCHER: N_("Voucher"),
    CostModel.CO_FUNDED: N_("Cost shared"),
    CostModel.PAY_AND_REIMBURSE: N_("Paid first, reimbursed later"),
    CostModel.FEE: N_("Paid by the person"),
}
