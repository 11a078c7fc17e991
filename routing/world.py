"""Groups of countries that criteria speak of, by ISO 3166-1 alpha-2 code.

Regions after the United Nations standard M49 (Europe 150, Northern Africa 015, Western Africa 011);
the European Union as of 2020.
"""

from __future__ import annotations

from directory.core.text import N_, Text


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


EUROPEAN_UNION = _codes(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
)
EUROPE = (EUROPEAN_UNION - {"CY"}) | _codes(
    "AD AL AX BA BY CH FO GB GG GI IM IS JE LI MC MD ME MK NO RS RU SJ SM UA VA"
)

GROUPS: dict[str, frozenset[str]] = {
    "europe": EUROPE,
    "european-union": EUROPEAN_UNION,
    "north-africa": _codes("DZ EG EH LY MA SD TN"),
    "west-africa": _codes("BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG"),
}

LABELS: dict[str, Text] = {
    "europe": N_("Europe"),
    "european-union": N_("European Union"),
    "north-africa": N_("North Africa"),
    "west-africa": N_("West Africa"),
}
