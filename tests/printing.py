"""What a printed file says, how large it is and how many pages it has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader

MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True)
class Print:
    """One PDF as a reader sees it."""

    text: str
    """All of it, with single blanks."""
    pages: int
    width_mm: float
    height_mm: float


def read_print(content: bytes) -> Print:
    """The file, read back."""
    reader = PdfReader(BytesIO(content))
    box = reader.pages[0].mediabox
    text = " ".join(page.extract_text() for page in reader.pages)
    return Print(
        re.sub(r"\s+", " ", text), len(reader.pages),
        round(float(box.width) * MM_PER_POINT, 1), round(float(box.height) * MM_PER_POINT, 1),
    )  # fmt: skip
