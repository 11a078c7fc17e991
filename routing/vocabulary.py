"""Closed lists of answers to facts, each code with its label. Codes are never renamed."""

from __future__ import annotations

from directory.core.text import N_, Text

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

DOCUMENTS: dict[str, Text] = {
    "national-id": N_("National identity card"),
    "passport": N_("Passport"),
    "laissez-passer": N_("Laissez-passer"),
    "birth-certificate": N_("Birth certificate"),
    "consular-card": N_("Consular card"),
    "driving-licence": N_("Driving licence"),
    "school-certificate": N_("School certificate"),
    "diploma": N_("Diploma"),
    "return-certificate": N_("Certificate of return"),
    "residence-certificate": N_("Certificate of residence"),
    "medical-record": N_("Medical record"),
    "bank-account": N_("Bank account details"),
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

ACCESS_NEEDS: dict[str, Text] = {
    "wheelchair": N_("Access by wheelchair"),
    "sign-language": N_("Sign language"),
    "large-print": N_("Large print or reading aloud"),
    "simple-language": N_("Simple language"),
    "escort": N_("Somebody who comes along"),
    "female-staff": N_("Women as staff"),
    "child-care": N_("Care for children during the service"),
}

LANGUAGES: dict[str, Text] = {
    "fr": N_("French"),
    "en": N_("English"),
    "ff": N_("Fula (Pular, Pulaar)"),
    "mnk": N_("Mandinka"),
    "man": N_("Maninka"),
    "bm": N_("Bambara"),
    "wo": N_("Wolof"),
    "sus": N_("Susu"),
    "snk": N_("Soninke"),
    "srr": N_("Serer"),
    "dyo": N_("Jola"),
    "ses": N_("Songhay"),
    "kss": N_("Kissi"),
    "kpe": N_("Kpelle"),
    "ar": N_("Arabic"),
    "pt": N_("Portuguese"),
    "es": N_("Spanish"),
    "it": N_("Italian"),
    "de": N_("German"),
}
"""Suggestions; any ISO 639 code is accepted."""

SECTORS: dict[str, Text] = {
    "agriculture": N_("Agriculture"),
    "livestock": N_("Livestock"),
    "fishing": N_("Fishing"),
    "food-processing": N_("Food processing"),
    "butchery": N_("Butchery"),
    "catering": N_("Catering"),
    "carpentry": N_("Carpentry"),
    "masonry": N_("Masonry"),
    "plumbing": N_("Plumbing"),
    "electricity": N_("Electricity"),
    "solar": N_("Solar energy"),
    "metalwork": N_("Metalwork and welding"),
    "mechanics": N_("Mechanics"),
    "tailoring": N_("Tailoring"),
    "hairdressing": N_("Hairdressing"),
    "crafts": N_("Crafts"),
    "commerce": N_("Commerce"),
    "transport": N_("Transport"),
    "digital": N_("Computers and digital work"),
    "services": N_("Personal services"),
}
"""Suggestions; a country may use other codes."""

CONDITIONS: dict[str, Text] = {
    "acute-psychosis": N_("Acute psychosis"),
    "suicide-risk": N_("Risk of suicide"),
    "addiction": N_("Addiction"),
    "contagious": N_("Contagious illness"),
    "surgery": N_("Recent or coming surgery"),
    "pregnancy": N_("Pregnancy"),
    "cannot-do-heavy-work": N_("Cannot do heavy work"),
}

SPECIALTIES: dict[str, Text] = {
    "general-medicine": N_("General medicine"),
    "psychiatry": N_("Psychiatry"),
    "psychology": N_("Psychology"),
    "gynaecology": N_("Gynaecology and obstetrics"),
    "paediatrics": N_("Paediatrics"),
    "surgery": N_("Surgery"),
    "orthopaedics": N_("Orthopaedics"),
    "ophthalmology": N_("Ophthalmology"),
    "dentistry": N_("Dental care"),
    "cardiology": N_("Cardiology"),
    "nephrology": N_("Nephrology and dialysis"),
    "infectious-diseases": N_("HIV, tuberculosis and hepatitis"),
    "physiotherapy": N_("Physiotherapy"),
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
