"""The two-minute form: what the person answered, from a page or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.attempts import OUTCOMES
from routing.follow_ups import NOT_REACHED, Said

YES_NO: dict[str, Text] = {"yes": N_("Yes"), "no": N_("No")}
TRIED: dict[str, Text] = {code: OUTCOMES[outcome] for code, outcome in NOT_REACHED.items()}
LONGEST = 2_000
QUESTIONS: dict[str, Text] = {
    "contacted": N_("Did the provider contact you?"),
    "started": N_("Have you started?"),
    "still_going": N_("Are you still going?"),
    "code": N_("If not, why?"),
    "paid": N_("Did you have to pay anything?"),
    "satisfaction": N_("Did it help?"),
    "need": N_("Do you need anything else?"),
    "words": N_("In the person's words"),
    "complaint": N_("The person wants to complain"),
    "asker": N_("Who asked"),
    "channel": N_("How"),
    "route": N_("Which way"),
    "outcome": N_("How it ended"),
}
"""As they are read aloud (protocol A.11)."""
ANSWERS: dict[object, bool | None] = {
    "yes": True, "no": False, True: True, False: False, "": None, None: None,
}  # fmt: skip


def read_said(given: Mapping[str, Any]) -> Said:
    """The answers; raises ``Invalid`` by field for what is neither yes nor no, or too long."""
    wrong: dict[str, Text] = {}
    yes_no: dict[str, bool | None] = {}
    for name in ("contacted", "started", "still_going", "paid"):
        raw = given.get(name)
        if raw not in ANSWERS:
            wrong[name] = N_("Please answer yes or no.")
        else:
            yes_no[name] = ANSWERS[raw]
    words = str(given.get("words") or "").strip()
    if len(words) > LONGEST:
        wrong["words"] = N_("At most {count} characters.", count=LONGEST)
    if wrong:
        raise Invalid(wrong)
    return Said(
        **yes_no,
        code=str(given.get("code") or ""),
        satisfaction=str(given.get("satisfaction") or ""),
        need=str(given.get("need") or ""),
        complaint=given.get("complaint") in (True, "1", "on"),
        words=words,
    )
