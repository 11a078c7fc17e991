"""The objects of HSDS 3.1, with the properties that this directory fills."""

from __future__ import annotations

from directory.hsds_description import (
    Kind,
    Property,
    choice,
    key,
    many,
    number,
    one,
    own_key,
    text,
)

OWNER = "The {} to which it belongs."
STATUSES = ("active", "inactive", "defunct", "temporarily closed")
PLACE_TYPES = ("physical", "postal", "virtual")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _owner(entity: str) -> Property:
    return key(f"{entity}_id", OWNER.format(entity.replace("_", " ")))


ORGANIZATION = Kind("organization", "A body that offers services.", (
    own_key(),
    text("name", "Its name.", required=True),
    text("alternate_name", "Other names, with commas between them."),
    text("description", "What kind of body it is.", required=True),
    text("website", "Its address in the web.", format="uri"),
    text("legal_status", "What kind of body it is."),
    key("parent_organization_id", "The body to which it belongs."),
    many("locations", "location", "Where it offers something."),
), "organizations")  # fmt: skip

SERVICE = Kind("service", "What an organisation does for people, wherever it does it.", (
    own_key(),
    key("organization_id", OWNER.format("organization"), in_table=True),
    key("program_id", "The programme that pays for it."),
    text("name", "Its name in the language of the answer.", required=True),
    text("alternate_name", "Its name in another language."),
    text("description", "What is done."),
    text("url", "A page about it.", format="uri"),
    text("email", "Where to write, if it is the same everywhere.", format="email"),
    choice("status", "Whether it is offered now.", *STATUSES, required=True),
    text("application_process", "How one gets there, a sentence a line."),
    text("fees_description", "What the person pays, a sentence a line."),
    text("eligibility_description", "For whom it is, a condition a line."),
    number("minimum_age", "Youngest age in years, if every offer has one."),
    number("maximum_age", "Oldest age in years, if every offer has one."),
    text("assured_date", "Day of the last verification.", format="date"),
    text("alert", "What to mind before going there."),
    text("last_modified", "When an offer was last edited or verified.", format="date-time"),
    one("organization", "organization", "Who offers it."),
    one("program", "program", "Who pays for it."),
    many("service_at_locations", "service_at_location", "Its offers, place by place."),
    many("languages", "language", "Languages in which people are received."),
    many("required_documents", "required_document", "Papers to bring."),
    many("cost_options", "cost_option", "What it costs, place by place."),
    many("capacities", "service_capacity", "Free places; told to partners only."),
    many("attributes", "attribute", "Terms of taxonomies that it carries."),
    many("funding", "funding", "Who pays for it."),
), "services")  # fmt: skip

OFFER = Kind("service_at_location", "A service at one place: what one can be sent to.", (
    own_key(),
    key("service_id", "The service.", in_table=True),
    key("location_id", "The place.", in_table=True),
    one("location", "location", "The place."),
    many("contacts", "contact", "Who answers, by role and never by name."),
    many("schedules", "schedule", "When people are received."),
    many("attributes", "attribute", "Terms of taxonomies that it carries."),
), "service_at_location")  # fmt: skip

LOCATION = Kind("location", "A place where services are given.", (
    own_key(),
    choice("location_type", "What kind of place.", *PLACE_TYPES, required=True),
    _owner("organization"),
    text("name", "Its name; for a place that is not disclosed, the name of its region."),
    text("description", "How exactly it is known."),
    number("latitude", "Degrees, WGS 84; left out unless the town at least is known."),
    number("longitude", "Degrees, WGS 84; likewise."),
    many("addresses", "address", "Where it is."),
    many("phones", "phone", "Where to call."),
    many("contacts", "contact", "Where to write."),
    many("accessibility", "accessibility", "What the place allows for."),
), "locations")  # fmt: skip

ADDRESS = Kind("address", "Where a place is.", (
    own_key(),
    _owner("location"),
    text("address_1", "Street and number; where they are not known, the name of the place.", required=True),
    text("city", "Town or village.", required=True),
    text("region", "The narrowest area known."),
    text("state_province", "The area of the first level.", required=True),
    text("postal_code", "Always empty: no postcodes are kept.", required=True),
    text("country", "ISO 3166-1 alpha-2.", required=True),
    choice("address_type", "What kind of address.", *PLACE_TYPES, required=True),
), "addresses")  # fmt: skip

PHONE = Kind("phone", "A telephone number.", (
    own_key(),
    _owner("location"),
    text("number", "As one dials it.", required=True),
    text("type", "What answers: voice."),
), "phones")  # fmt: skip

CONTACT = Kind("contact", "Who answers, or where to write.", (
    own_key(),
    _owner("location"),
    _owner("service_at_location"),
    text("title", "Role of whoever answers."),
    text("email", "Where to write.", format="email"),
), "contacts")  # fmt: skip

SCHEDULE = Kind("schedule", "Days of the week with the same hours (RFC 5545).", (
    own_key(),
    _owner("service_at_location"),
    choice("freq", "How often.", "WEEKLY", "MONTHLY"),
    number("interval", "Every so many weeks."),
    choice("wkst", "First day of the week.", *WEEKDAYS),
    text("byday", "Days of the week, with commas between them."),
    text("opens_at", "Local time, hours and minutes."),
    text("closes_at", "Local time, hours and minutes."),
    number("timezone", "Hours that local time is ahead of UTC."),
    text("notes", "What the fields cannot say."),
), "schedules")  # fmt: skip

LANGUAGE = Kind("language", "A language in which people are received.", (
    own_key(), _owner("service"), text("name", "Its name."), text("code", "ISO 639."),
), "languages")  # fmt: skip

DOCUMENT = Kind("required_document", "A paper to bring.", (
    own_key(), _owner("service"), text("document", "What it is called."),
), "required_documents")  # fmt: skip

COST = Kind("cost_option", "What is paid, and by whom.", (
    own_key(),
    key("service_id", OWNER.format("service"), in_table=True),
    text("option", "In a few words."),
    text("currency", "ISO 4217."),
    number("amount", "Price, in that currency."),
    text("amount_description", "Terms, a sentence a line."),
), "cost_options")  # fmt: skip

UNIT = Kind("unit", "What capacities are counted in.", (
    own_key(), text("name", "Its name.", required=True),
), "units")  # fmt: skip

CAPACITY = Kind("service_capacity", "How many more people can be taken.", (
    own_key(),
    key("service_id", OWNER.format("service"), in_table=True),
    key("unit_id", "What is counted.", in_table=True),
    one("unit", "unit", "What is counted.", required=True),
    number("available", "Free now.", required=True),
    number("maximum", "In all."),
    text("description", "The period for which they are."),
    text("updated", "When they were counted.", format="date-time", required=True),
), "service_capacity")  # fmt: skip

ACCESSIBILITY = Kind("accessibility", "What a place allows for.", (
    own_key(), _owner("location"), text("description", "In a few words."),
), "accessibility")  # fmt: skip

FUNDING = Kind("funding", "Who pays for a service.", (
    own_key(), _owner("service"), text("source", "Its name."),
), "funding")  # fmt: skip

PROGRAM = Kind("program", "A programme that pays for services for a time.", (
    own_key(),
    key("organization_id", "In tables only: an organisation whose service it pays for.",
        in_table=True),
    text("name", "Its name.", required=True),
    text("description", "What is known of it; may be empty.", required=True),
), "programs")  # fmt: skip

TAXONOMY = Kind("taxonomy", "A list of codes.", (
    own_key(),
    text("name", "Its name.", required=True),
    text("description", "What its terms say.", required=True),
    text("uri", "Its stable name.", format="uri"),
), "taxonomies")  # fmt: skip

TERM = Kind("taxonomy_term", "One code of a taxonomy.", (
    own_key(),
    text("code", "The code."),
    text("name", "What people call it.", required=True),
    text("description", "The same with words that people use for it.", required=True),
    text("taxonomy", "Name of its taxonomy."),
    key("taxonomy_id", "Its taxonomy."),
    key("parent_id", "The term above it; no taxonomy here has two levels."),
    one("taxonomy_detail", "taxonomy", "Its taxonomy."),
    text("term_uri", "Its stable name.", format="uri"),
), "taxonomy_terms")  # fmt: skip

ATTRIBUTE = Kind("attribute", "That something carries a term.", (
    own_key(),
    key("link_id", "What carries it.", in_table=True),
    text("link_entity", "What kind of object carries it."),
    text("link_type", "Code of the taxonomy."),
    text("value", "Code of the term; also where a country uses one that the taxonomy lacks."),
    key("taxonomy_term_id", "The term."),
    one("taxonomy_term", "taxonomy_term", "The term."),
), "attributes")  # fmt: skip

HSDS = (
    ORGANIZATION, SERVICE, OFFER, LOCATION, ADDRESS, PHONE, CONTACT, SCHEDULE, LANGUAGE, DOCUMENT,
    COST, UNIT, CAPACITY, ACCESSIBILITY, FUNDING, PROGRAM, TAXONOMY, TERM, ATTRIBUTE,
)  # fmt: skip
