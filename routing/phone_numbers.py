"""Telephone numbers as people write them, in the one form in which they are compared."""

from __future__ import annotations

import phonenumbers

from directory.core.errors import Invalid
from directory.core.text import N_


def e164(text: str, country: str) -> str:
    """The number with its country code, ``+224620123456``; raises ``Invalid``."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise Invalid({"value": N_("This is not a telephone number.")}) from error
    if not phonenumbers.is_possible_number(number):
        raise Invalid({"value": N_("This telephone number is too short or too long.")})
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
