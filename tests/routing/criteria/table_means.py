"""Truth table of the kinds that read what the person can do, has and wishes, and where."""

from __future__ import annotations

from routing.offer import Area, CostModel, Costs, Reach
from tests.routing.criteria.cases import NO, NOT_NOW, UNKNOWN, YES, Case, day, old

HERE = {"location": {"lon": -12.29, "lat": 11.32, "region": "GN/GN-L"}, "residence": "GN/GN-L"}
WITHIN = {"km_urban": 5, "km_rural": 10}
LABE = {"admin_in": ["GN/GN-L/GN-LA"]}
STAY = {"min_months": 6}
MECHANIC = {"skill": "mechanics", "level": 2}
SEEN = {**MECHANIC, "verified": True}
TRADES = {"any_of": ["carpentry", "solar"]}
FULL_TIME = {"full_time": True}
SIX_MONTHS = {"days": "6 months"}
PAPERS = {"has_all": ["birth-certificate"], "has_any_of": ["passport", "national-id"],
          "obtainable_in_days": 30}  # fmt: skip
FILE = {"fields": ["born", "sex"]}
MEANS = {"min": 1000, "max": 50_000}
HOUSEHOLD = {"min": 1, "max": 3}
CHILDREN = {"min_children": 1, "child_from": 14, "child_to": 18}
PAYS_FIRST = {"costs": Costs(CostModel.PAY_AND_REIMBURSE, price=100)}
GAP_OF_50 = Costs(
    CostModel.FREE,
    transport_day=5,
    meals_day=0,
    lodging_month=0,
    days_month=10,
    knows_allowances=True,
)
PROOF = {"fields": ["education"], "source": "document"}


def at(metres: float, area: Area | None = Area.URBAN, hi: float | None = None) -> dict[str, object]:
    """An offer at a distance."""
    return {"reach": Reach(metres, metres if hi is None else hi), "area": area}


MEANS_CASES = (
    # 5 km in town, 10 km outside: fiche #4, §4.1.1
    Case("distance", "below", WITHIN, HERE, YES, at(4_999.9)),
    Case("distance", "at", WITHIN, HERE, YES, at(5_000)),
    Case("distance", "above", WITHIN, HERE, NO, at(5_000.1)),
    Case("distance", "at", WITHIN, HERE, YES, at(10_000, Area.RURAL)),
    Case("distance", "above", WITHIN, HERE, NO, at(10_000.1, Area.RURAL)),
    Case("distance", "unknown", WITHIN, {}, UNKNOWN, at(1), questions=("location",)),
    Case("distance", "stale", WITHIN, {"location": old(HERE["location"])}, UNKNOWN, at(1)),
    Case("distance", "straddling", WITHIN, HERE, UNKNOWN, at(4_000, hi=6_000),
         questions=("location",)),
    Case("distance", "straddling", WITHIN, HERE, YES, at(0, hi=5_000)),
    Case("distance", "straddling", WITHIN, HERE, NO, at(5_001, hi=9_000)),
    # nobody wrote whether the site is in town
    Case("distance", "straddling", WITHIN, HERE, UNKNOWN, at(7_000, None), questions=()),
    Case("distance", "at", WITHIN, HERE, YES, at(5_000, None)),
    Case("distance", "straddling", WITHIN, HERE, UNKNOWN, at(9_000, None, hi=11_000)),
    Case("distance", "above", WITHIN, HERE, NO, at(10_001, None)),
    Case("distance", "unknown", WITHIN, HERE, UNKNOWN, questions=()),
    Case("distance", "unknown", WITHIN, {"location": "GN/GN-L"}, UNKNOWN, questions=("location",)),
    Case("distance", "at", {"minutes": 60}, HERE, YES, {"travel": Reach(60, 60)}),
    Case("distance", "above", {"minutes": 60}, HERE, NO, {"travel": Reach(61, 70)}),
    Case("distance", "straddling", {"minutes": 60}, HERE, UNKNOWN, {"travel": Reach(50, 70)}),
    Case("distance", "unknown", {"minutes": 60}, HERE, UNKNOWN, questions=()),
    # a hidden site: living in its region counts, the distance is never read
    Case("distance", "inside", WITHIN, HERE, YES,
         {"is_hidden": True, "region": ("GN", "GN-L"), "reach": Reach(9e6, 9e6)}),
    Case("distance", "outside", WITHIN, HERE, NO,
         {"is_hidden": True, "region": ("GN", "GN-C"), "reach": Reach(1, 1)}),
    Case("distance", "unknown", WITHIN, HERE, UNKNOWN, {"is_hidden": True}, questions=()),
    Case("residence", "inside", LABE, {"residence": "GN/GN-L/GN-LA"}, YES),
    Case("residence", "outside", LABE, {"residence": "GN/GN-L/GN-KD"}, NO),
    Case("residence", "outside", LABE, {"residence": "GN-C"}, NO),
    Case("residence", "straddling", LABE, {"residence": "GN-L"}, UNKNOWN, questions=("residence",)),
    Case("residence", "unknown", LABE, {"location": "GN/GN-L/GN-LA"}, UNKNOWN, questions=("residence",)),
    Case("residence", "unknown", LABE, {}, UNKNOWN, questions=("residence",)),
    Case("residence", "stale", LABE, {"residence": old("GN/GN-L/GN-LA")}, UNKNOWN),
    Case("residence", "outside", {"not_in": ["GN-L"]}, {"residence": "GN/GN-L/GN-LA"}, NO),
    Case("residence", "inside", {"not_in": ["GN-L"]}, {"residence": "GN/GN-C"}, YES),
    Case("residence", "straddling", {"not_in": ["GN-L"]}, {"residence": "GN"}, UNKNOWN),
    Case("residence", "below", STAY, {"resident-since": "2025-09-16"}, NO),
    Case("residence", "at", STAY, {"resident-since": "2025-09-15"}, YES),
    Case("residence", "above", STAY, {"resident-since": "2025-09-14"}, YES),
    Case("residence", "unknown", STAY, {}, UNKNOWN, questions=("resident-since",)),
    Case("skill", "below", MECHANIC, {"skills": "mechanics:1"}, NO),
    Case("skill", "at", MECHANIC, {"skills": "mechanics:2"}, YES),
    Case("skill", "above", MECHANIC, {"skills": "mechanics:3"}, YES),
    Case("skill", "outside", MECHANIC, {"skills": "tailoring:3"}, NO),
    Case("skill", "outside", MECHANIC, {"skills": []}, NO),
    Case("skill", "unknown", MECHANIC, {}, UNKNOWN, questions=("skills",)),
    Case("skill", "stale", MECHANIC, {"skills": old("mechanics:3")}, UNKNOWN),
    # declared is not verified: an expert must see it first
    Case("skill", "straddling", SEEN, {"skills": "mechanics:3"}, UNKNOWN, questions=("skills",)),
    Case("skill", "at", SEEN,
         {"skills": {"value": [{"name": "mechanics", "level": 2, "verified": True}]}}, YES),
    Case("skill", "below", SEEN, {"skills": "mechanics:1"}, NO),
    Case("sector", "inside", TRADES, {"sector": ["butchery", "solar"]}, YES),
    Case("sector", "inside", TRADES, {"sector": []}, YES),
    Case("sector", "outside", TRADES, {"sector": ["butchery"]}, NO),
    Case("sector", "not-now", TRADES, {"sector": ["solar"]}, NOT_NOW,
         {"saturated": frozenset({"solar"})}),
    Case("sector", "inside", TRADES, {"sector": ["solar", "carpentry"]}, YES,
         {"saturated": frozenset({"solar"})}),
    Case("sector", "unknown", TRADES, {}, UNKNOWN, questions=("sector",)),
    Case("sector", "stale", TRADES, {"sector": old(["solar"])}, UNKNOWN),
    Case("sector", "unknown", {}, {"sector": ["solar"]}, UNKNOWN, questions=()),
    Case("availability", "below", FULL_TIME, {"availability": 34}, NO),
    Case("availability", "at", FULL_TIME, {"availability": 35}, YES),
    Case("availability", "above", FULL_TIME, {"availability": 40}, YES),
    Case("availability", "unknown", FULL_TIME, {}, UNKNOWN, questions=("availability",)),
    Case("availability", "stale", FULL_TIME, {"availability": old(40)}, UNKNOWN),
    Case("availability", "straddling", FULL_TIME, {"availability": "30..40"}, UNKNOWN),
    Case("availability", "unknown", {**FULL_TIME, **SIX_MONTHS}, {"availability": 40}, UNKNOWN,
         questions=("max-duration",)),
    Case("availability", "at", SIX_MONTHS, {"max-duration": 183}, YES),
    Case("duration", "below", SIX_MONTHS, {"max-duration": 182}, NO),
    Case("duration", "at", SIX_MONTHS, {"max-duration": "6 mois"}, YES),
    Case("duration", "above", SIX_MONTHS, {"max-duration": "1 an"}, YES),
    Case("duration", "unknown", SIX_MONTHS, {}, UNKNOWN, questions=("max-duration",)),
    Case("duration", "stale", SIX_MONTHS, {"max-duration": old(300)}, UNKNOWN),
    Case("duration", "straddling", SIX_MONTHS, {"max-duration": "100..200"}, UNKNOWN),
    Case("duration", "at", {}, {"max-duration": 90}, YES, {"duration_days": 90}),
    Case("duration", "unknown", {}, {"max-duration": 90}, UNKNOWN, questions=()),
    Case("documents", "inside", PAPERS, {"documents": ["birth-certificate", "passport"]}, YES),
    Case("documents", "not-now", PAPERS, {"documents": ["birth-certificate"]}, NOT_NOW,
         on=day("2026-04-14")),
    Case("documents", "not-now", PAPERS, {"documents": []}, NOT_NOW, on=day("2026-04-14")),
    Case("documents", "not-now", {"has_all": ["diploma"]}, {"documents": []}, NOT_NOW),
    Case("documents", "unknown", PAPERS, {}, UNKNOWN, questions=("documents",)),
    Case("documents", "stale", PAPERS, {"documents": old(["passport"])}, UNKNOWN),
    Case("dossier", "inside", FILE, {"born": "2000", "sex": "male"}, YES),
    Case("dossier", "unknown", FILE, {}, UNKNOWN, questions=("born", "sex")),
    Case("dossier", "unknown", FILE, {"born": "2000"}, UNKNOWN, questions=("sex",)),
    Case("dossier", "stale", FILE, {"born": "2000", "sex": old("male")}, UNKNOWN,
         questions=("sex",)),
    Case("dossier", "inside", {"parts": ["plan"]}, {"dossier": ["plan", "letter"]}, YES),
    Case("dossier", "unknown", {"parts": ["plan"]}, {}, UNKNOWN, questions=("dossier",)),
    Case("dossier", "not-now", {"parts": ["plan"]}, {"dossier": []}, NOT_NOW),
    Case("income", "below", MEANS, {"income": 999}, NO),
    Case("income", "at", MEANS, {"income": 1000}, YES),
    Case("income", "at", MEANS, {"income": "50 000".replace(" ", "")}, YES),
    Case("income", "above", MEANS, {"income": 50_001}, NO),
    Case("income", "unknown", MEANS, {}, UNKNOWN, questions=("income",)),
    Case("income", "stale", MEANS, {"income": old(2000)}, UNKNOWN),
    Case("income", "straddling", MEANS, {"income": {"lo": 40_000, "hi": 60_000}}, UNKNOWN),
    Case("dependants", "below", HOUSEHOLD, {"dependants": 0}, NO),
    Case("dependants", "at", HOUSEHOLD, {"dependants": 1}, YES),
    Case("dependants", "at", HOUSEHOLD, {"dependants": 3}, YES),
    Case("dependants", "above", HOUSEHOLD, {"dependants": 4}, NO),
    Case("dependants", "unknown", HOUSEHOLD, {}, UNKNOWN, questions=("dependants",)),
    Case("dependants", "stale", HOUSEHOLD, {"dependants": old(2)}, UNKNOWN),
    Case("dependants", "straddling", HOUSEHOLD, {"dependants": "2..5"}, UNKNOWN),
    # children of 14 to 18 years: TPML report, box 1
    Case("dependants", "below", CHILDREN, {"child-ages": "3;13"}, NO),
    Case("dependants", "at", CHILDREN, {"child-ages": [14]}, YES),
    Case("dependants", "at", CHILDREN, {"child-ages": [18]}, YES),
    Case("dependants", "above", CHILDREN, {"child-ages": [19]}, NO),
    Case("dependants", "below", CHILDREN, {"child-ages": []}, NO),
    # pay-first without means is refused, unknown means is asked: C-T12
    Case("affordability", "below", {}, {"can-advance": 99}, NO, PAYS_FIRST),
    Case("affordability", "at", {}, {"can-advance": 100}, YES, PAYS_FIRST),
    Case("affordability", "above", {}, {"can-advance": 101}, YES, PAYS_FIRST),
    Case("affordability", "unknown", {}, {}, UNKNOWN, PAYS_FIRST, questions=("can-advance",)),
    Case("affordability", "stale", {}, {"can-advance": old(500)}, UNKNOWN, PAYS_FIRST,
         questions=("can-advance",)),
    Case("affordability", "straddling", {}, {"can-advance": "50..150"}, UNKNOWN, PAYS_FIRST),
    Case("affordability", "at", {}, {}, YES,
         {"costs": Costs(CostModel.PAY_AND_REIMBURSE, price=100, has_advance=True)}),
    Case("affordability", "below", {}, {"can-advance": 0}, NO,
         {"costs": Costs(CostModel.PAY_AND_REIMBURSE)}),
    Case("affordability", "unknown", {}, {"can-advance": 50}, UNKNOWN,
         {"costs": Costs(CostModel.PAY_AND_REIMBURSE)}, questions=()),
    Case("affordability", "at", {"tolerance": 50}, {"dependants": 0, "other-support": 0}, YES,
         {"costs": GAP_OF_50}),
    Case("affordability", "below", {"tolerance": 49}, {"dependants": 0, "other-support": 0}, NO,
         {"costs": GAP_OF_50}),
    Case("affordability", "unknown", {"tolerance": 50}, {}, UNKNOWN, {"costs": GAP_OF_50},
         questions=("dependants", "other-support")),
    Case("affordability", "unknown", {"tolerance": 50}, {"dependants": 0, "other-support": 0},
         UNKNOWN, {"costs": Costs(CostModel.FREE)}, questions=()),
    Case("group", "below", {"min": 5}, {"group-size": 4}, NO),
    Case("group", "at", {"min": 5}, {"group-size": 5}, YES),
    Case("group", "above", {"min": 5}, {"group-size": 6}, YES),
    Case("group", "unknown", {"min": 5}, {}, UNKNOWN, questions=("group-size",)),
    Case("group", "stale", {"min": 5}, {"group-size": old(6)}, UNKNOWN),
    Case("group", "straddling", {"min": 5}, {"group-size": "3..8"}, UNKNOWN),
    Case("commitment", "inside", {}, {"commitment": True}, YES),
    Case("commitment", "outside", {}, {"commitment": False}, NO),
    Case("commitment", "unknown", {}, {}, UNKNOWN, questions=("commitment",)),
    Case("commitment", "stale", {}, {"commitment": old(True)}, UNKNOWN),
    Case("evidence", "below", PROOF, {"education": "gn:9"}, UNKNOWN, questions=("education",)),
    Case("evidence", "at", PROOF, {"education": {"value": "gn:9", "source": "document"}}, YES),
    Case("evidence", "above", PROOF, {"education": {"value": "gn:9", "source": "verified"}}, YES),
    Case("evidence", "unknown", PROOF, {}, UNKNOWN, questions=("education",)),
    Case("evidence", "stale", PROOF, {"education": old("gn:9")}, UNKNOWN),
)  # fmt: skip
