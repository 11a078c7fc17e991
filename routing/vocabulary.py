"""Closed lists of answers to facts, each code with its label. Codes are never renamed."""

from __future__ import annotations

from directory.core.text import N_, Text
from directory.vocabulary import ACCESS_NEEDS as ACCESS_NEEDS
from directory.vocabulary import DOCUMENTS as DOCUMENTS
from directory.vocabulary import LANGUAGES as LANGUAGES
from directory.vocabulary import SECTORS as SECTORS
from directory.vocabulary import SPECIALTIES as SPECIALTIES

SEXES: dict[str, Text] = {"female": N_("Female"), "male": N_("Male"), "other": N_("Other")}

POPULATION_GROUPS: dict[str, Text] = {
    "returnee": N_("Returning migrant"),
    "potential-migrant": N_("Potential migrant"),
    "host-community": N_("Host community"),
    "idp": N_("Internally displaced person"),
    "refugee": N_("Refugee"),
}

RETURN_MODES: dict[str, Text] = {
    "avr": N_("Assisted voluntary return"),
    "humanitarian": N_("Voluntary humanitarian return"),
    "forced": N_("Forced return"),
    "spontaneous": N_("Return on one's own"),
    "pushed-back": N_("Pushed back at a border"),
}

LITERACY: dict[str, Text] = {
    "none": N_("Does not read or write"),
    "some": N_("Reads and writes a little"),
    "functional": N_("Reads and writes simple texts"),
    "fluent": N_("Reads and writes easily"),
}
"""In order; the same steps serve numbers."""

NUMERACY: dict[str, Text] = {
    "none": N_("Does not reckon in writing"),
    "some": N_("Reckons in writing a little"),
    "functional": N_("Does simple sums"),
    "fluent": N_("Reckons easily"),
}

VULNERABILITIES: dict[str, Text] = {
    "unaccompanied-child": N_("Child without a guardian"),
    "separated-child": N_("Child separated from the parents"),
    "single-parent": N_("Single parent"),
    "pregnant": N_("Pregnant or breastfeeding"),
    "elderly": N_("Older person at risk"),
    "disability": N_("Disability"),
    "chronic-illness": N_("Chronic or serious illness"),
    "mental-distress": N_("Mental distress"),
    "trafficking": N_("Survivor of trafficking"),
    "violence": N_("Survivor of violence"),
    "homeless": N_("Without shelter"),
    "indebted": N_("In debt"),
}

CONDITIONS: dict[str, Text] = {
    "acute-psychosis": N_("Acute psychosis"),
    "suicide-risk": N_("Risk of suicide"),
    "addiction": N_("Addiction"),
    "contagious": N_("Contagious illness"),
    "surgery": N_("Recent or coming surgery"),
    "pregnancy": N_("Pregnancy"),
    "cannot-do-heavy-work": N_("Cannot do heavy work"),
}

AID: dict[str, Text] = {
    "arrival-assistance": N_("Help on arrival"),
    "cash": N_("Cash"),
    "in-kind-kit": N_("Kit or equipment"),
    "training": N_("Training"),
    "business-support": N_("Support to start a business"),
    "housing": N_("Housing"),
    "medical": N_("Medical care"),
    "psychosocial": N_("Psychosocial support"),
    "education": N_("School fees"),
}
"""Suggestions; codes of programmes are accepted too."""
