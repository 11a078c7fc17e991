"""Truth table of the kinds that come from the listing itself."""

from __future__ import annotations

from routing.offer import Window
from tests.routing.criteria.cases import NO, NOT_NOW, UNKNOWN, YES, Case, day, old

CAMPAIGN = Window(day("2026-03-15"), day("2026-04-15"))
FULL = {"places": 10, "held": 4, "taken": 6}
RESERVED = {"share": 30, "group": "returnee"}
CAPPED = {"share": 30, "group": "returnee", "at_most": True}
RETURNEE = {"population-group": "returnee"}
NEIGHBOUR = {"population-group": "host-community"}
ENDS = {"programme_ends_on": day("2026-06-30"), "end_margin_days": 15}
PUBLIC = {"is_government": True}
LINE = {"any_of": ["eutf"]}
CENTRE = {"organisation": "centre"}


def window(opens: str, closes: str) -> dict[str, object]:
    """An offer with one window."""
    return {"windows": (Window(day(opens), day(closes)),)}


OFFER_CASES = (
    Case("intake-window", "inside", {}, {}, YES),
    Case("intake-window", "at", {}, {}, YES, window("2026-03-15", "2026-04-15")),
    Case("intake-window", "at", {}, {}, YES, window("2026-02-15", "2026-03-15")),
    Case("intake-window", "below", {}, {}, NOT_NOW, window("2026-03-16", "2026-04-15"),
         day("2026-03-16")),
    Case("intake-window", "above", {}, {}, NOT_NOW, window("2026-02-15", "2026-03-14")),
    Case("intake-window", "not-now", {}, {}, NOT_NOW, window("2026-09-01", "2026-09-30"),
         day("2026-09-01")),
    Case("capacity", "below", {}, {}, NOT_NOW, FULL),
    Case("capacity", "at", {}, {}, YES, {**FULL, "held": 3}),
    Case("capacity", "above", {}, {}, YES, {**FULL, "held": 0}),
    Case("capacity", "not-now", {}, {}, NOT_NOW, {**FULL, "next_place_on": day("2026-05-01")},
         day("2026-05-01")),
    # a date that has passed is no date
    Case("capacity", "not-now", {}, {}, NOT_NOW, {**FULL, "next_place_on": day("2026-03-01")}),
    # unknown capacity is routable, with a warning
    Case("capacity", "unknown", {}, {}, YES),
    Case("capacity", "below", {"min": 3}, {}, NOT_NOW, {"places": 2}),
    # reserved = ⌈30 % of 11⌉ − 1 taken = 3: others wait when free ≤ 3
    Case("quota", "at", RESERVED, NEIGHBOUR, NOT_NOW,
         {"places": 11, "taken": 8, "taken_by_group": (("returnee", 1),)}),
    Case("quota", "above", RESERVED, NEIGHBOUR, YES,
         {"places": 11, "taken": 7, "taken_by_group": (("returnee", 1),)}),
    Case("quota", "inside", RESERVED, RETURNEE, YES,
         {"places": 11, "taken": 8, "taken_by_group": (("returnee", 1),)}),
    Case("quota", "not-now", RESERVED, NEIGHBOUR, NOT_NOW,
         {"places": 11, "taken": 11, "next_place_on": day("2026-05-01")}, day("2026-05-01")),
    # more than the share is taken already: nothing is reserved any more
    Case("quota", "above", RESERVED, NEIGHBOUR, YES,
         {"places": 11, "taken": 10, "taken_by_group": (("returnee", 6),)}),
    Case("quota", "unknown", RESERVED, {}, UNKNOWN, {"places": 10, "taken": 7},
         questions=("population-group",)),
    Case("quota", "unknown", RESERVED, {}, YES, {"places": 10, "taken": 0}),
    Case("quota", "stale", RESERVED, {"population-group": old("returnee")}, UNKNOWN,
         {"places": 10, "taken": 7}),
    Case("quota", "unknown", RESERVED, {}, YES),
    Case("quota", "at", CAPPED, RETURNEE, NOT_NOW, {"places": 10, "taken_by_group": (("returnee",
         3),)}),
    Case("quota", "below", CAPPED, RETURNEE, YES, {"places": 10, "taken_by_group": (("returnee",
         2),)}),
    Case("quota", "outside", CAPPED, NEIGHBOUR, YES, {"places": 10,
         "taken_by_group": (("returnee", 3),)}),
    Case("quota", "inside", {"share": 50, "group": "women"}, {"sex": "female"}, YES,
         {"places": 2, "taken": 1}),
    Case("quota", "at", {"share": 50, "group": "women"}, {"sex": "male"}, NOT_NOW, {"places": 2,
         "taken": 1}),
    # start 15 March + 92 days = 15 June = 30 June − 15 days
    Case("programme-end", "below", {}, {}, YES, {**ENDS, "duration_days": 91}),
    Case("programme-end", "at", {}, {}, YES, {**ENDS, "duration_days": 92}),
    Case("programme-end", "above", {}, {}, NO, {**ENDS, "duration_days": 93}),
    Case("programme-end", "above", {}, {}, NO, {**ENDS, "duration_days": 60,
         "starts_on": day("2026-05-01")}),
    Case("programme-end", "above", {}, {}, NO, {"programme_ends_on": day("2026-03-14")}),
    Case("programme-end", "at", {}, {}, YES, {"programme_ends_on": day("2026-03-15")}),
    Case("programme-end", "above", {"margin_days": 16}, {}, NO, {**ENDS, "duration_days": 92}),
    Case("programme-end", "unknown", {}, {}, YES),
    Case("funding", "inside", LINE, {"funding-line": "eutf"}, YES),
    Case("funding", "outside", LINE, {"funding-line": "afd"}, NO),
    Case("funding", "unknown", LINE, {}, UNKNOWN, questions=("funding-line",)),
    Case("funding", "stale", LINE, {"funding-line": old("eutf")}, UNKNOWN),
    Case("funding", "inside", {}, {}, YES),
    Case("funding", "outside", {}, {"funding-line": "afd"}, NO, {"funders": frozenset({"eutf"})}),
    Case("referral-channel", "inside", {"any_of": ["iom"]}, {}, YES, {"sender": "iom"}),
    Case("referral-channel", "outside", {"any_of": ["iom"]}, {}, NO, {"sender": "ngo"}),
    Case("referral-channel", "inside", {}, {}, YES, {"sender": "ngo"}),
    Case("referral-channel", "outside", {}, {}, NO, {"sender": "ngo",
         "allowed_senders": frozenset({"iom"})}),
    Case("referral-channel", "outside", {}, {}, NO, {"sender": "self", "self_referral": False}),
    Case("referral-channel", "inside", {"any_of": ["iom"]}, {}, YES, {"sender": "self",
         "self_referral": True}),
    Case("referral-channel", "inside", {"any_of": ["iom"]}, {}, YES),
    Case("safety", "inside", {}, {"conflicts": ["other"]}, YES, CENTRE),
    Case("safety", "outside", {}, {"conflicts": ["centre"]}, NO, CENTRE),
    Case("safety", "unknown", {}, {}, YES, CENTRE),
    Case("safety", "unknown", {"confirm": True}, {}, UNKNOWN, CENTRE, questions=("conflicts",)),
    Case("safety", "stale", {"confirm": True}, {"conflicts": old([])}, UNKNOWN, CENTRE),
    Case("government-exclusion", "outside", {}, {"excludes-government": True}, NO, PUBLIC),
    Case("government-exclusion", "inside", {}, {"excludes-government": False}, YES, PUBLIC),
    Case("government-exclusion", "inside", {}, {"excludes-government": True}, YES),
    # an exclusion exists only once it is stated
    Case("government-exclusion", "unknown", {}, {}, YES, PUBLIC),
    Case("government-exclusion", "stale", {}, {"excludes-government": old(False)}, YES, PUBLIC),
)  # fmt: skip
