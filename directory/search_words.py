"""Words of a search: cut, folded and stemmed, so that accents, capitals and endings do not matter.

French and English are mixed in every directory and in every query, so a word is known by its stems
in both languages. Folding comes before stemming, on both sides: "santé" and "sante" meet.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import Stemmer

from directory.folding import LETTERS
from directory.search_synonyms import SYNONYMS

LONGEST_WORD = 40
MOST_WORDS = 12
"""A query is read so far and no further."""

_CUT = re.compile(r"[^\W_]+(?:['’ʼ‘`´][^\W_]+)*")
_APOSTROPHE = re.compile(r"['’ʼ‘`´]")
_STEMMERS = (Stemmer.Stemmer("french"), Stemmer.Stemmer("english"))
_STEMMING = Lock()
"""A stemmer works on one word at a time."""
_EMPTY = frozenset(
    """
    a au aux avec chez dans de des du en et l la le les ou par pour sur un une
    an and are at by for from i in is near of on or the to with
    besoin cherche je veux voudrais trouver need want looking find
    """.split()  # noqa: SIM905 -- a list of words is read more easily without quotation marks
)
"""Words that say nothing about a service; a query of nothing else is read all the same."""


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """``text`` without accents, capitals, ligatures and marks; other scripts stay."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=65_536)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order; "N'Zérékoré" is also one word, and its longer part."""
    found: list[str] = []
    for cut in _CUT.findall(fold(text)):
        parts = _APOSTROPHE.split(cut)
        if len(parts) > 1:
            found.append("".join(parts)[:LONGEST_WORD])
        found.extend(part[:LONGEST_WORD] for part in parts if len(part) > 1 or len(parts) == 1)
    return tuple(found)


@lru_cache(maxsize=65_536)
def stems_of(word: str) -> frozenset[str]:
    """The stems of a folded word in French and in English."""
    with _STEMMING:
        return frozenset(stemmer.stemWord(word) for stemmer in _STEMMERS)


def asked_words(query: str) -> tuple[str, ...]:
    """The words of a query that matter, each once, in order."""
    found = [_whole(cut) for cut in _CUT.findall(fold(query))]
    telling = [word for word in found if word not in _EMPTY and len(word) > 1]
    return tuple(dict.fromkeys(telling or found))[:MOST_WORDS]


def _whole(cut: str) -> str:
    """Without an article, and in one piece: "l'emploi" is "emploi", "N'Zérékoré" "nzerekore"."""
    first, *rest = _APOSTROPHE.split(cut)
    if rest and first in {"l", "d", "s", "c", "j", "m", "t", "qu", "jusqu", "aujourd"}:
        return "".join(rest)[:LONGEST_WORD]
    return "".join([first, *rest])[:LONGEST_WORD]


@lru_cache(maxsize=4_096)
def meanings(word: str) -> tuple[str, ...]:
    """Stems by which what ``word`` means is found: its own and those of its synonyms."""
    found = set(stems_of(word))
    for group in _groups_of(word):
        for other in group:
            found |= stems_of(other)
    return tuple(sorted(found))


def _groups_of(word: str) -> tuple[tuple[str, ...], ...]:
    groups = _groups_by_stem()
    return tuple({group: None for stem in sorted(stems_of(word)) for group in groups.get(stem, ())})


@lru_cache(maxsize=1)
def _groups_by_stem() -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for group in SYNONYMS:
        for word in group:
            for stem in stems_of(word):
                if group not in found.get(stem, ()):
                    found[stem] = (*found.get(stem, ()), group)
    return found
