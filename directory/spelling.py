"""Near spellings: the word of the directory that a misspelt word most likely means.

The engines only propose candidates; the measure here decides, so that both give the same word.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

LEAST_SIMILARITY = 0.2
"""Candidates share at least this part of their trigrams with the word."""


def trigrams(word: str) -> frozenset[str]:
    """The word's trigrams as pg_trgm cuts them: two blanks before, one after."""
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def similarity(one: str, other: str) -> float:
    """Shared trigrams among all trigrams of two words, from 0 to 1."""
    a, b = trigrams(one), trigrams(other)
    return len(a & b) / len(a | b)


def slips_allowed(word: str) -> int:
    """How many letters may be wrong, missing, added or swapped: short words allow none."""
    if len(word) < 4:
        return 0
    if len(word) < 6:
        return 1
    return 2 if len(word) < 9 else 3


def nearest_word(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate with the fewest slips, then the most shared trigrams, then first by letter."""
    most = slips_allowed(word)
    ranked = [
        (slips, -similarity(word, candidate), candidate)
        for candidate in candidates
        if (slips := OSA.distance(word, candidate, score_cutoff=most)) <= most
        and similarity(word, candidate) >= LEAST_SIMILARITY
    ]
    return min(ranked)[2] if ranked else None
