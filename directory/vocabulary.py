"""Closed and suggested lists by which listings are described, each code with its label."""

from __future__ import annotations

from directory.core.text import N_, Text

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
    "aluminium-joinery": N_("Aluminium joinery"),
    "building": N_("Building"),
    "cooling": N_("Refrigeration and cooling"),
    "driving": N_("Driving"),
    "dyeing": N_("Dyeing"),
    "environment": N_("Environment"),
    "farming": N_("Farming"),
    "forestry": N_("Forestry"),
    "horticulture": N_("Horticulture"),
    "industry": N_("Industry"),
    "maintenance": N_("Maintenance"),
    "market-gardening": N_("Market gardening"),
    "mining": N_("Mining"),
    "painting": N_("Painting"),
    "paving": N_("Paving"),
    "steel-fixing": N_("Steel fixing"),
    "tiling": N_("Tiling"),
    "topography": N_("Land surveying"),
    "tree-nursery": N_("Tree nurseries"),
    "waste-management": N_("Waste management"),
}
"""Suggestions; a country may use other codes."""

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

ALLOWANCES: dict[str, Text] = {
    "transport": N_("Transport"),
    "meals": N_("Meals"),
    "lodging": N_("Lodging"),
    "subsistence": N_("Living allowance"),
    "child-care": N_("Care for children"),
    "kit": N_("Kit or equipment"),
}

PERIODS: dict[str, Text] = {
    "day": N_("a day"),
    "week": N_("a week"),
    "month": N_("a month"),
    "once": N_("once"),
    "child": N_("a month for each child"),
    "child-once": N_("once for each child"),
}
"""How often an allowance is paid."""
