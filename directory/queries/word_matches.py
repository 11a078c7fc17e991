"""Which listings the words of a query find, how well, and what the words were taken for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.queries import search_vocabulary
from directory.queries.columns import Columns, Mask
from directory.queries.postings import Weights, weights_of
from directory.queries.snapshot import DirectorySnapshot
from directory.search_words import asked_words, meanings
from directory.spelling import nearest_word

Scores: TypeAlias = NDArray[np.int16]
PREFIX_LETTERS = 3
"""So many letters at least may stand for the words that begin with them."""


@dataclass(frozen=True, slots=True)
class WordMatches:
    """What the words found among the listings that the reader may see."""

    masks: tuple[Mask, ...]
    """One a part of the snapshot: listings with all the words, or with most if none has all."""
    scores: tuple[Scores, ...]
    """The more, the better the words fit: the sum over the words of their best place."""
    corrected: tuple[tuple[str, str], ...] = ()
    """Words that were misspelt, and what they were taken for."""
    missing: tuple[str, ...] = ()
    """Words left out because no listing holds them together with the others."""
    known: tuple[str, ...] = ()
    """The words as they were understood, if the directory has them."""


def word_matches(
    session: Session,
    snapshot: DirectorySnapshot,
    query: str,
    parts: Sequence[tuple[Columns, Mask]],
    audience: Audience,
) -> WordMatches:
    """What ``query`` finds among the rows of ``parts`` (arrays, and which rows may be seen)."""
    finder = _Finder(session, snapshot, parts, audience)
    terms = [finder.term(word) for word in asked_words(query)]
    masks = tuple(
        _all_of([term.masks[at] for term in terms], seen) for at, (_, seen) in enumerate(parts)
    )
    left_out: tuple[_Term, ...] = ()
    if terms and not any(mask.any() for mask in masks):
        masks, left_out = _most_of(terms, parts)
    used = [term for term in terms if term not in left_out]
    return WordMatches(
        masks=masks,
        scores=tuple(_sum(used, at, len(columns)) for at, (columns, _) in enumerate(parts)),
        corrected=tuple((term.typed, term.word) for term in used if term.word != term.typed),
        missing=tuple(term.typed for term in left_out),
        known=tuple(term.word for term in terms if term.is_found),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Term:
    typed: str
    word: str
    """What it was taken for."""
    weights: tuple[Weights, ...]
    masks: tuple[Mask, ...]

    @property
    def is_found(self) -> bool:
        return any(mask.any() for mask in self.masks)


@dataclass(frozen=True, slots=True)
class _Finder:
    session: Session
    snapshot: DirectorySnapshot
    parts: Sequence[tuple[Columns, Mask]]
    audience: Audience

    def term(self, typed: str) -> _Term:
        """The word as typed, else as a beginning, else as the word it probably means.

        Only listings that the reader may see count as found: a word that occurs in hidden ones
        alone is treated exactly like one that occurs nowhere.
        """
        term = self._term(typed, typed)
        if not term.is_found and len(typed) >= PREFIX_LETTERS:
            term = self._term(typed, typed, prefix=True)
        if not term.is_found:
            similar = search_vocabulary.similar_words(self.session, typed, self.audience)
            meant = nearest_word(typed, similar)
            if meant is not None:
                term = self._term(typed, meant)
        return term

    def _term(self, typed: str, word: str, *, prefix: bool = False) -> _Term:
        stems = (word,) if prefix else meanings(word)
        weights = weights_of(self.session, self.snapshot, stems, prefix=prefix)
        masks = tuple((own > 0) & seen for own, (_, seen) in zip(weights, self.parts, strict=True))
        return _Term(typed, word, weights, masks)


def _sum(terms: Sequence[_Term], part: int, length: int) -> Scores:
    total = np.zeros(length, dtype=np.int16)
    for term in terms:
        total += term.weights[part]
    return total


def _all_of(masks: Sequence[Mask], seen: Mask) -> Mask:
    found = seen.copy()
    for mask in masks:
        found &= mask
    return found


def _most_of(
    terms: Sequence[_Term], parts: Sequence[tuple[Columns, Mask]]
) -> tuple[tuple[Mask, ...], tuple[_Term, ...]]:
    """Listings with as many of the words as any has, and the words that none of those has."""
    counts = [
        np.sum([term.masks[at] for term in terms], axis=0, dtype=np.int16)
        for at in range(len(parts))
    ]
    most = max((int(count.max(initial=0)) for count in counts), default=0)
    masks = tuple((count == most) & (count > 0) for count in counts)
    left_out = tuple(
        term
        for term in terms
        if not any((mask & own).any() for mask, own in zip(masks, term.masks, strict=True))
    )
    return masks, left_out
