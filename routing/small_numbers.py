"""Numbers so small that they could point at somebody are not said (indicators.md B.4).

The thresholds are proposals of that table, which a country may change.
"""

from __future__ import annotations

from directory.core.text import N_, Text

FEW = 5
"""R-1 inside the platform: 1 to 4 are hidden, zero is shown."""
FEW_PROTECTED = 10
"""R-2, categories of protection: fewer than ten are hidden, zero too."""
LEAST_FOR_SHARE = 20
"""R-3: a share of fewer says too much about each."""


def shown_count(number: int, *, protected: bool = False) -> Text:
    """A count as a working group may read it."""
    if protected and number < FEW_PROTECTED:
        return N_("fewer than {count}", count=FEW_PROTECTED)
    if not protected and 0 < number < FEW:
        return N_("fewer than {count}", count=FEW)
    return N_("{count}", count=number)


def shown_share(part: int, whole: int) -> Text:
    """A share in whole percent, where it stands on enough."""
    if whole < LEAST_FOR_SHARE:
        return N_("too few to say")
    return N_("{share} %", share=round(100 * part / whole))
