"""Telephone numbers as people write them: in the form in which they are compared, and as they are printed."""

from __future__ import annotations

import phonenumbers
from phonenumbers.shortnumberinfo import is_possible_short_number_for_region

from directory.core.errors import Invalid
from directory.core.text import N_


def e164(text: str, country: str) -> str:
    """The number with its country code, ``+224620123456``; raises ``Invalid``."""
    number = _parsed(text, country)
    if not phonenumbers.is_possible_number(number):
        raise Invalid({"value": N_("This telephone number is too short or too long.")})
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def printed(text: str, country: str) -> str:
    """As it is read from paper, ``+224 620 12 34 56``; a short number as its country dials it.

    Raises ``Invalid``.
    """
    number = _parsed(text, country)
    if phonenumbers.is_possible_number(number):
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    if not is_possible_short_number_for_region(number, country):
        raise Invalid({"value": N_("This telephone number is too short or too long.")})
    return str(phonenumbers.national_significant_number(number))


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise Invalid({"value": N_("This is not a telephone number.")}) from error
