"""Which listings the words of a query find, how well, and what the words were taken for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.queries import full_text
from directory.queries.columns import Columns, Mask
from directory.queries.full_text import Field
from directory.search_words import asked_words, meanings
from directory.spelling import nearest_word

Scores: TypeAlias = NDArray[np.int16]
Documents: TypeAlias = NDArray[np.int64]
BETTER = (Field.FAIR, Field.TRADE, Field.NAME)
"""Places in a listing that say more than any place, the best last."""
PREFIX_LETTERS = 3
"""So many letters at least may stand for the words that begin with them."""


@dataclass(frozen=True, slots=True)
class WordMatches:
    """What the words found among the listings that the reader may see."""

    masks: tuple[Mask, ...]
    """One a part of the snapshot: listings with all the words, or with most if none has all."""
    scores: tuple[Scores, ...]
    """The more, the better the words fit."""
    corrected: tuple[tuple[str, str], ...] = ()
    """Words that were misspelt, and what they were taken for."""
    missing: tuple[str, ...] = ()
    """Words left out because no listing holds them together with the others."""
    known: tuple[str, ...] = ()
    """The words as they were understood, if the directory has them."""


def word_matches(
    session: Session,
    query: str,
    parts: Sequence[tuple[Columns, Mask]],
    audience: Audience,
    *,
    ranked: bool,
) -> WordMatches:
    """What ``query`` finds among the rows of ``parts`` (arrays, and which rows may be seen)."""
    finder = _Finder(session, parts, audience)
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
        scores=finder.scores(used) if ranked else finder.no_scores(),
        corrected=tuple((term.typed, term.word) for term in used if term.word != term.typed),
        missing=tuple(term.typed for term in left_out),
        known=tuple(term.word for term in terms if term.is_found),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Term:
    typed: str
    word: str
    """What it was taken for."""
    prefix: bool
    masks: tuple[Mask, ...]

    @property
    def is_found(self) -> bool:
        return any(mask.any() for mask in self.masks)


@dataclass(frozen=True, slots=True)
class _Finder:
    session: Session
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
            similar = full_text.similar_words(self.session, typed, self.audience)
            meant = nearest_word(typed, similar)
            if meant is not None:
                term = self._term(typed, meant)
        return term

    def scores(self, terms: Sequence[_Term]) -> tuple[Scores, ...]:
        """Sum over the words of how much the best place says in which a listing holds them."""
        totals = self.no_scores()
        for term in terms:
            better = [
                (field, self._masks(term.word, field, prefix=term.prefix)) for field in BETTER
            ]
            for at, total in enumerate(totals):
                best = term.masks[at] * np.int16(Field.ANY.value)
                for field, masks in better:
                    best[masks[at]] = field.value
                np.add(total, best, out=total)
        return totals

    def no_scores(self) -> tuple[Scores, ...]:
        return tuple(np.zeros(len(columns), dtype=np.int16) for columns, _ in self.parts)

    def _term(self, typed: str, word: str, *, prefix: bool = False) -> _Term:
        return _Term(typed, word, prefix, self._masks(word, Field.ANY, prefix=prefix))

    def _masks(self, word: str, field: Field, *, prefix: bool) -> tuple[Mask, ...]:
        stems = (word,) if prefix else meanings(word)
        found = full_text.matching(self.session, stems, field, prefix=prefix)
        return tuple(_rows_of(found, columns.document) & seen for columns, seen in self.parts)


def _rows_of(found: Documents, document: NDArray[np.int32]) -> Mask:
    """Rows whose document is among ``found``; −1 (not indexed) is in no set."""
    highest = int(max(document.max(initial=0), found.max(initial=0)))
    among = np.zeros(highest + 2, dtype=bool)
    among[found] = True
    rows: Mask = among[document]
    return rows


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
