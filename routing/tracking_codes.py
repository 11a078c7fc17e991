"""The code on a receipt: short enough to type, too long to guess, with a sign that shows a slip.

Eleven random signs of Crockford's alphabet (55 bits) and one that checks them. Guessing is limited by
the pages and the interface that take a code; addresses and messages never carry one.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U. What looks like a digit is read as one."""
RANDOM, LENGTH, GROUP = 11, 12, 4
LONGEST_TYPED = 40
LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_tracking_code() -> str:
    """A random code, as it is stored: without hyphens."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return signs + check_sign(signs)


def check_sign(signs: str) -> str:
    """The last sign: a wrong sign always changes it, two that are swapped nearly always.

    Odd weights have an inverse modulo 32, so no single change leaves the sum as it was.
    """
    total = sum((2 * place + 1) * ALPHABET.index(sign) for place, sign in enumerate(signs))
    return ALPHABET[total % len(ALPHABET)]


def typed_code(text: str) -> str:
    """What somebody typed, as a code is stored; it may be no code at all."""
    letters = "".join(sign for sign in text[:LONGEST_TYPED].upper() if sign.isalnum())
    return letters.translate(LOOK_ALIKE)


def is_whole(code: str) -> bool:
    """Whether the code could be one of ours: its length, its signs and its check are right."""
    return (
        len(code) == LENGTH and set(code) <= set(ALPHABET) and check_sign(code[:RANDOM]) == code[-1]
    )


def spaced(code: str) -> str:
    """The code as people read and type it: ``K7QD-4NXM-2T9C``."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
