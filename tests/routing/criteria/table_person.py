"""Truth table of the kinds that read who the person is and where they come from."""

from __future__ import annotations

from tests.routing.criteria.cases import NO, UNKNOWN, YES, Case, old

AGES = {"min": 18, "max": 35}
GRADE = {"min": "gn:7", "max": "gn:10"}
READS = {"reading": "functional"}
WOMEN = {"any_of": ["female"]}
GROUPS = {"any_of": ["returnee", "host-community"]}
MALIAN = {"any_of": ["ML"]}
FOREIGN = {"not_in": ["ML"]}
MODES = {"any_of": ["avr", "humanitarian"]}
EUROPE = {"region_in": ["europe"], "any_of": ["LY"], "not_in": ["FR"]}
SINCE = {"after": "2019-07-01", "before": "2020-06-30"}
RECENT = {"within_months": 12}
HELPED = {"none_of": ["cash"], "since": "2025-01-01"}
SINCE_RETURN = {"since_return": True}
SIGNS = {"any_of": ["pregnant", "single-parent"], "all_of": ["homeless"]}
SCORE = {"min_score": 10}
NEEDS = {"supports": ["wheelchair"]}
NOT_ILL = {"not_in": ["acute-psychosis"]}
SPECIALTY = {"requires_specialty": True}
SPEAKS = {"any_of": ["fr", "ff"]}

PERSON = (
    # 18 to 35, both included: fiche #4, §4.1.1
    Case("age", "below", AGES, {"born": "2008-03-16"}, NO),
    Case("age", "at", AGES, {"born": "2008-03-15"}, YES),
    Case("age", "at", AGES, {"born": "1990-03-16"}, YES),
    Case("age", "above", AGES, {"born": "1990-03-15"}, NO),
    Case("age", "unknown", AGES, {}, UNKNOWN, questions=("born",)),
    Case("age", "stale", AGES, {"born": old("2000-01-01")}, UNKNOWN, questions=("born",)),
    # "about 17" is 16 to 18: protocol A.9.1
    Case("age", "straddling", AGES, {"born": {"age": 17, "about": 1, "on": "2026-03-15"}}, UNKNOWN),
    Case("age", "straddling", AGES, {"born": "2008"}, UNKNOWN, questions=("born",)),
    Case("age", "straddling", AGES, {"born": "2007"}, YES),
    Case("age", "straddling", AGES, {"born": {"age": 22, "on": "2026-03-15"}}, YES),
    Case("age", "below", {"min": 18}, {"born": "2012"}, NO),
    Case("age", "above", {"max": 17}, {"born": "1990"}, NO),
    Case("sex", "inside", WOMEN, {"sex": "female"}, YES),
    Case("sex", "outside", WOMEN, {"sex": "male"}, NO),
    Case("sex", "unknown", WOMEN, {}, UNKNOWN, questions=("sex",)),
    Case("sex", "stale", WOMEN, {"sex": old("female")}, UNKNOWN),
    # at most the Guinean 10e année: fiche #4, §4.1.1
    Case("education", "below", GRADE, {"education": "gn:6"}, NO),
    Case("education", "at", GRADE, {"education": "gn:7"}, YES),
    Case("education", "at", GRADE, {"education": "gn:10"}, YES),
    Case("education", "above", GRADE, {"education": "gn:11"}, NO),
    Case("education", "above", GRADE, {"education": "gn:terminale"}, NO),
    Case("education", "unknown", GRADE, {}, UNKNOWN, questions=("education",)),
    Case("education", "stale", GRADE, {"education": old("gn:9")}, UNKNOWN),
    Case("education", "straddling", GRADE, {"education": {"lo": "gn:10", "hi": "gn:11"}}, UNKNOWN),
    Case("education", "straddling", GRADE, {"education": {"lo": "gn:11", "hi": "gn:12"}}, NO),
    # the end of a cycle is the end of a cycle everywhere
    Case("education", "at", GRADE, {"education": "ml:9"}, YES),
    Case("education", "above", GRADE, {"education": "ml:10"}, NO),
    Case("education", "at", GRADE, {"education": "isced:2"}, YES),
    Case("education", "below", GRADE, {"education": "none"}, NO),
    Case("literacy", "below", READS, {"literacy": "some"}, NO),
    Case("literacy", "at", READS, {"literacy": "functional"}, YES),
    Case("literacy", "above", READS, {"literacy": "fluent"}, YES),
    Case("literacy", "unknown", READS, {}, UNKNOWN, questions=("literacy",)),
    Case("literacy", "stale", READS, {"literacy": old("fluent")}, UNKNOWN),
    Case("literacy", "below", {"numbers": "some"}, {"numeracy": "none"}, NO),
    Case("literacy", "unknown", {"reading": "some", "numbers": "some"}, {"literacy": "some"},
         UNKNOWN, questions=("numeracy",)),
    Case("population-group", "inside", GROUPS, {"population-group": "host-community"}, YES),
    Case("population-group", "outside", GROUPS, {"population-group": "refugee"}, NO),
    Case("population-group", "unknown", GROUPS, {}, UNKNOWN, questions=("population-group",)),
    Case("population-group", "stale", GROUPS, {"population-group": old("returnee")}, UNKNOWN),
    Case("nationality", "inside", MALIAN, {"nationality": ["ml", "SN"]}, YES),
    Case("nationality", "outside", MALIAN, {"nationality": ["SN"]}, NO),
    Case("nationality", "outside", FOREIGN, {"nationality": ["ML", "SN"]}, NO),
    # stateless is known to be empty, which is not the same as not known
    Case("nationality", "outside", MALIAN, {"nationality": []}, NO),
    Case("nationality", "inside", {"any_of": ["XXA"]}, {"nationality": []}, YES),
    Case("nationality", "unknown", MALIAN, {}, UNKNOWN, questions=("nationality",)),
    Case("nationality", "stale", MALIAN, {"nationality": old(["ML"])}, UNKNOWN),
    Case("return-mode", "inside", MODES, {"return-mode": "avr"}, YES),
    Case("return-mode", "outside", MODES, {"return-mode": "spontaneous"}, NO),
    Case("return-mode", "unknown", MODES, {}, UNKNOWN, questions=("return-mode",)),
    Case("return-mode", "stale", MODES, {"return-mode": old("avr")}, UNKNOWN),
    Case("return-country", "inside", EUROPE, {"return-country": "de"}, YES),
    Case("return-country", "inside", EUROPE, {"return-country": "LY"}, YES),
    Case("return-country", "outside", EUROPE, {"return-country": "FR"}, NO),
    Case("return-country", "outside", EUROPE, {"return-country": "DZ"}, NO),
    Case("return-country", "inside", {"not_in": ["FR"]}, {"return-country": "DZ"}, YES),
    Case("return-country", "unknown", EUROPE, {}, UNKNOWN, questions=("return-country",)),
    Case("return-country", "stale", EUROPE, {"return-country": old("DE")}, UNKNOWN),
    Case("government-request", "inside", {}, {"government-request": True}, YES),
    Case("government-request", "outside", {}, {"government-request": False}, NO),
    Case("government-request", "unknown", {}, {}, UNKNOWN, questions=("government-request",)),
    Case("government-request", "stale", {}, {"government-request": old(True)}, UNKNOWN),
    # after July 2019: TPML report, box 1
    Case("return-date", "below", SINCE, {"returned-on": "2019-06-30"}, NO),
    Case("return-date", "at", SINCE, {"returned-on": "2019-07-01"}, YES),
    Case("return-date", "at", SINCE, {"returned-on": "2020-06-30"}, YES),
    Case("return-date", "above", SINCE, {"returned-on": "2020-07-01"}, NO),
    Case("return-date", "unknown", SINCE, {}, UNKNOWN, questions=("returned-on",)),
    Case("return-date", "stale", SINCE, {"returned-on": old("2019-08-01")}, UNKNOWN),
    Case("return-date", "straddling", SINCE, {"returned-on": "2019"}, UNKNOWN),
    Case("return-date", "straddling", SINCE, {"returned-on": "2019-08"}, YES),
    Case("return-date", "at", RECENT, {"returned-on": "2025-03-15"}, YES),
    Case("return-date", "below", RECENT, {"returned-on": "2025-03-14"}, NO),
    Case("prior-assistance", "inside", HELPED, {"prior-assistance": []}, YES),
    Case("prior-assistance", "inside", HELPED, {"prior-assistance": "training@2026-01-01"}, YES),
    Case("prior-assistance", "below", HELPED, {"prior-assistance": "cash@2024-12-31"}, YES),
    Case("prior-assistance", "at", HELPED, {"prior-assistance": "cash@2025-01-01"}, NO),
    Case("prior-assistance", "above", HELPED, {"prior-assistance": "cash@2026-01-01"}, NO),
    Case("prior-assistance", "unknown", HELPED, {}, UNKNOWN, questions=("prior-assistance",)),
    Case("prior-assistance", "stale", HELPED, {"prior-assistance": old([])}, UNKNOWN),
    # help without a date may or may not count
    Case("prior-assistance", "straddling", HELPED, {"prior-assistance": "cash"}, UNKNOWN),
    Case("prior-assistance", "at", {"max_count": 1}, {"prior-assistance": "cash;training"}, NO),
    Case("prior-assistance", "below", {"max_count": 2}, {"prior-assistance": "cash;training"}, YES),
    Case("prior-assistance", "straddling", SINCE_RETURN,
         {"prior-assistance": "cash@2025-05-01", "returned-on": "2025"}, UNKNOWN),
    Case("prior-assistance", "above", SINCE_RETURN,
         {"prior-assistance": "cash@2026-01-01", "returned-on": "2025"}, NO),
    Case("prior-assistance", "unknown", SINCE_RETURN, {"prior-assistance": "cash@2026-01-01"},
         UNKNOWN, questions=("returned-on",)),
    Case("prior-assistance", "inside", SINCE_RETURN, {"prior-assistance": []}, YES),
    Case("vulnerability", "inside", SIGNS, {"vulnerability": ["homeless", "pregnant"]}, YES),
    Case("vulnerability", "outside", SIGNS, {"vulnerability": ["pregnant"]}, NO),
    Case("vulnerability", "outside", SIGNS, {"vulnerability": []}, NO),
    Case("vulnerability", "unknown", SIGNS, {}, UNKNOWN, questions=("vulnerability",)),
    Case("vulnerability", "stale", SIGNS, {"vulnerability": old(["homeless"])}, UNKNOWN),
    Case("vulnerability", "below", SCORE, {"vulnerability-score": 9.5}, NO),
    Case("vulnerability", "at", SCORE, {"vulnerability-score": 10}, YES),
    Case("vulnerability", "above", SCORE, {"vulnerability-score": 11}, YES),
    Case("vulnerability", "unknown", SCORE, {}, UNKNOWN, questions=("vulnerability-score",)),
    Case("accessibility", "inside", NEEDS, {"accessibility": ["wheelchair"]}, YES),
    Case("accessibility", "inside", NEEDS, {"accessibility": []}, YES),
    Case("accessibility", "outside", NEEDS, {"accessibility": ["wheelchair", "escort"]}, NO),
    Case("accessibility", "unknown", NEEDS, {}, UNKNOWN, questions=("accessibility",)),
    Case("accessibility", "stale", NEEDS, {"accessibility": old([])}, UNKNOWN),
    Case("accessibility", "inside", {}, {"accessibility": ["escort"]}, YES,
         {"supports": frozenset({"escort"})}),
    Case("medical", "inside", NOT_ILL, {"medical": []}, YES),
    Case("medical", "outside", NOT_ILL, {"medical": ["acute-psychosis"]}, NO),
    Case("medical", "unknown", NOT_ILL, {}, UNKNOWN, questions=("medical",)),
    Case("medical", "stale", NOT_ILL, {"medical": old([])}, UNKNOWN),
    Case("medical", "inside", SPECIALTY, {"specialty-needed": ["psychiatry"]}, YES,
         {"specialties": frozenset({"psychiatry"})}),
    Case("medical", "outside", SPECIALTY, {"specialty-needed": ["surgery"]}, NO,
         {"specialties": frozenset({"psychiatry"})}),
    Case("medical", "unknown", SPECIALTY, {"specialty-needed": ["surgery"]}, UNKNOWN, questions=()),
    Case("medical", "unknown", SPECIALTY, {}, UNKNOWN, {"specialties": frozenset({"surgery"})},
         questions=("specialty-needed",)),
    Case("language", "inside", SPEAKS, {"languages": ["wo", "ff"]}, YES),
    Case("language", "outside", SPEAKS, {"languages": ["wo"]}, NO),
    Case("language", "outside", SPEAKS, {"languages": []}, NO),
    Case("language", "unknown", SPEAKS, {}, UNKNOWN, questions=("languages",)),
    Case("language", "stale", SPEAKS, {"languages": old(["fr"])}, UNKNOWN),
    Case("language", "inside", {"interpreter": True}, {}, YES),
    Case("language", "inside", {}, {"languages": ["wo"]}, YES, {"languages": frozenset({"wo"})}),
    Case("language", "unknown", {}, {"languages": ["wo"]}, UNKNOWN, questions=()),
)  # fmt: skip
