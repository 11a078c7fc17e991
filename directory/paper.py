"""Sheets of paper, and pages of HTML printed on them as PDF: nothing is fetched from anywhere."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from directory.core.text import N_, Text

STYLE = Path(__file__).parent / "static" / "css" / "paper.css"
MM_PER_PX = 25.4 / 96
ROLL_MM = 3_000
"""Length of the roll on which a receipt is laid out before it is cut to measure."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One size of paper."""

    name: str
    label: Text
    width_mm: float
    height_mm: float | None
    """Nothing: a roll, cut after the last line."""
    margin_mm: float
    size_pt: float
    """Size of the text."""

    @property
    def is_roll(self) -> bool:
        """Paper of a till printer."""
        return self.height_mm is None


SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        Sheet("a4", N_("A4"), 210, 297, 15, 11),
        Sheet("a5", N_("A5"), 148, 210, 9, 12),
        Sheet("a6", N_("A6"), 105, 148, 5, 8.5),
        Sheet("80", N_("Till roll, 80 mm"), 80, None, 4, 11),
        Sheet("58", N_("Till roll, 58 mm"), 58, None, 4, 10),
    )
}
"""Till printers leave about 4 mm unprinted on each side of a 58 or 80 mm roll."""
SLIPS = ("a5", "a6", "80", "58")
"""What a person can carry in a pocket."""


def pdf(html: str, sheet: Sheet) -> bytes:
    """``html`` on ``sheet``; a roll is as long as the text. The file holds no date of its making."""
    if sheet.is_roll:
        laid = _laid_out(html, replace(sheet, height_mm=ROLL_MM))
        sheet = replace(sheet, height_mm=_length(laid) + 2 * sheet.margin_mm)
    printed: bytes = _laid_out(html, sheet).write_pdf()
    return printed


def picture(kind: str, content: bytes) -> str:
    """An address that holds the picture itself, for ``src``."""
    return f"data:{kind};base64,{b64encode(content).decode()}"


def _laid_out(html: str, sheet: Sheet) -> Any:
    from weasyprint import CSS, HTML  # noqa: PLC0415 -- slow import, and only print needs Pango

    page = (
        f"@page {{ size: {sheet.width_mm}mm {sheet.height_mm}mm; margin: {sheet.margin_mm}mm }}"
        f"html {{ font-size: {sheet.size_pt}pt }}"
    )
    styles = [CSS(string=STYLE.read_text()), CSS(string=page)]
    return HTML(string=html, url_fetcher=_no_address()).render(stylesheets=styles)


@cache
def _no_address() -> Any:
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 -- as above

    return URLFetcher(allowed_protocols=("data",))


def _length(document: Any) -> float:
    """Millimetres that the text takes on the roll."""
    [page] = document.pages
    [root] = page._page_box.children[:1]  # noqa: SLF001 -- the library offers no other way to measure
    return float(root.height) * MM_PER_PX + 1
