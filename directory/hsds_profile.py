"""The profile: what a referral mechanism tells and HSDS has no word for."""

from __future__ import annotations

from directory.hsds_description import (
    Kind,
    Kinds,
    Property,
    choice,
    flag,
    key,
    many,
    number,
    one,
    text,
    texts,
)
from directory.hsds_objects import CAPACITY, COST, HSDS, LOCATION, OFFER, ORGANIZATION, SERVICE
from directory.organisation_kinds import OrganisationKind
from directory.visibility import Precision

VERSION = "3.1"
NAME = "passerelle-referral"
TITLE = "HSDS profile for national referral mechanisms"
ABOUT = (
    "Adds to HSDS 3.1 what a person who returns, and whoever refers them, must know before they go: "
    "conditions as data, periods of enrolment, terms of referral, what a place discloses to whom, "
    "and a search around a position instead of a postcode. Nothing of HSDS is taken away or "
    "changed in meaning."
)

RULE = Kind("eligibility_rule", "One condition, or a tree of them.", (
    text("kind", "What is looked at, such as age or return-country; all, any, not join parts.",
         required=True),
    Property(name="asks", about="What is asked, by name; the names depend on the kind.",
             type="object"),
    flag("required", "Otherwise it is preferred only."),
    text("sentence", "The condition in words."),
    text("source", "Where it is written."),
    many("parts", "eligibility_rule", "Conditions that are joined."),
), is_ours=True)  # fmt: skip

WINDOW = Kind("intake_window", "When people can apply, and when what they apply for starts.", (
    text("opens_on", "First day to apply.", format="date"),
    text("closes_on", "Last day to apply, included.", format="date"),
    text("starts_on", "First day of what people apply for.", format="date"),
    text("recurrence", "How the whole window comes again (RFC 5545)."),
    number("cut_off_days", "A complete file must be there so many days before the start.",
           type="integer"),
    text("note", "What else there is to say."),
), is_ours=True)  # fmt: skip

TERMS = Kind("referral_terms", "How one is referred.", (
    flag("accepts_self_referral", "One can go there without being sent."),
    number("answer_within_hours", "Promised time of an answer to an ordinary request."),
    texts("needed_at_first_contact", "What the provider must know of the person."),
), is_ours=True)  # fmt: skip

ALLOWANCE = Kind("allowance", "Money or help that the person receives.", (
    text("kind", "What for: transport, meals, lodging, subsistence, child-care, kit."),
    number("amount", "How much."),
    text("currency", "ISO 4217."),
    text("per", "How often: day, week, month, once; child, child-once: for each child."),
    number("age_from", "Of the children for whom it is, in full years, included.", type="integer"),
    number("age_to", "Likewise.", type="integer"),
    number("first_payment_day", "Days after the start.", type="integer"),
    text("paid_by", "Who pays it."),
    text("note", "What else there is to say."),
), is_ours=True)  # fmt: skip

SOURCE = Kind("source", "Where facts come from.", (
    text("url", "Its address."),
    text("citation", "As one cites it."),
    text("date", "When it said so."),
), is_ours=True)  # fmt: skip

PROFILED = {
    ORGANIZATION.name: ORGANIZATION.with_ours(
        choice("kind", "Who stands behind it.", *(kind.value for kind in OrganisationKind)),
        text("country", "ISO 3166-1 alpha-2."),
        one("source", "source", "Where this comes from."),
        many("services", "service", "Its services: in few words, or whole with full_service."),
    ),
    SERVICE.name: SERVICE.with_ours(
        flag("is_demonstration", "An offer was edited or verified in a demonstration only."),
        Property(name="translations", type="object",
                 about="Name and description by language (ISO 639-1)."),
    ),
    OFFER.name: OFFER.with_ours(
        one("service", "service", "A few words on the service."),
        many("eligibility_rules", "eligibility_rule", "For whom it is; all must hold."),
        flag("has_no_conditions", "Somebody said that everybody is accepted."),
        many("intake_windows", "intake_window", "When people can apply."),
        one("referral_terms", "referral_terms", "How one is referred."),
        many("allowances", "allowance", "What the person receives."),
        number("duration_days", "How long it takes.", type="integer"),
        number("hours_per_week", "How much of a week it takes.", type="integer"),
        text("ends_on", "Last day of the offer.", format="date"),
        choice("state", "Whether it must be confirmed before one goes.", "verified", "stale"),
        text("verified_at", "When it was last verified.", format="date-time"),
        text("last_modified", "When it was last edited or verified.", format="date-time"),
        one("source", "source", "Where this comes from."),
    ),
    LOCATION.name: LOCATION.with_ours(
        choice("precision", "How exactly the position is known.",
               *(precision.value for precision in Precision)),
        choice("disclosure", "Who is told the address.", "public", "partners", "on_acceptance"),
        text("region", "The narrowest area that may be told."),
        text("country", "ISO 3166-1 alpha-2."),
    ),
    COST.name: COST.with_ours(key("service_at_location_id", "Where it costs that.")),
    CAPACITY.name: CAPACITY.with_ours(key("service_at_location_id", "Where the places are.")),
}  # fmt: skip

KINDS: Kinds = {
    kind.name: PROFILED.get(kind.name, kind)
    for kind in (*HSDS, RULE, WINDOW, TERMS, ALLOWANCE, SOURCE)
}
"""Every object that is published, by name."""
