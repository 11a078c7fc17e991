from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import product

import pytest

from directory.core.text import N_
from routing.answers import (
    BY_RANK,
    OPPOSITE_RANK,
    RANK,
    Answer,
    Finding,
    all_of,
    any_of,
    earliest,
    latest,
    opposite,
)
from routing.conditions import Condition, Every, Node, Not, Some, condition, fold, leaves

N, U, L, Y = Answer.NO, Answer.UNKNOWN, Answer.NOT_NOW, Answer.YES

# protocol A.9.1, written out: Kleene's tables with NOT_NOW (L) between YES and UNKNOWN
ALL = {
    (N, N): N, (N, U): N, (N, L): N, (N, Y): N,
    (U, N): N, (U, U): U, (U, L): U, (U, Y): U,
    (L, N): N, (L, U): U, (L, L): L, (L, Y): L,
    (Y, N): N, (Y, U): U, (Y, L): L, (Y, Y): Y,
}  # fmt: skip
ANY = {
    (N, N): N, (N, U): U, (N, L): L, (N, Y): Y,
    (U, N): U, (U, U): U, (U, L): L, (U, Y): Y,
    (L, N): L, (L, U): L, (L, L): L, (L, Y): Y,
    (Y, N): Y, (Y, U): Y, (Y, L): Y, (Y, Y): Y,
}  # fmt: skip
NOT = {N: Y, U: U, L: L, Y: N}

LEAVES = tuple(condition("age", {"min": number}) for number in range(4))


def finding(answer: Answer) -> Finding:
    return Finding(answer, N_("Because."), ("born",) if answer is U else ())


def oracle(node: Node, values: dict[Condition, Answer]) -> Answer:
    if isinstance(node, Condition):
        return values[node]
    if isinstance(node, Not):
        return NOT[oracle(node.part, values)]
    table = ALL if isinstance(node, Every) else ANY
    first, *others = (oracle(part, values) for part in node.parts)
    for other in others:
        first = table[first, other]
    return first


def worked_out(node: Node, values: dict[Condition, Answer]) -> Answer:
    return fold(node, lambda leaf: finding(values[leaf]), all_of, any_of, opposite).answer


def every_tree_up_to_depth_3() -> Iterator[Node]:
    a, b, c, d = LEAVES
    flat: list[tuple[Node, Node]] = [(a, c), (Not(a), Not(c))]
    flat += [(kind((a, b)), kind((c, d))) for kind in (Every, Some)]
    lefts, rights = [left for left, _ in flat], [right for _, right in flat]
    yield from lefts
    for part in lefts:
        yield Not(part)
    for left, right in product(lefts, rights):
        yield Every((left, right))
        yield Some((left, right))


TREES = tuple(every_tree_up_to_depth_3())


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: type(tree).__name__)
def test_tree_follows_the_kleene_tables_for_all_answers_of_its_leaves(tree: Node) -> None:
    mine = tuple(dict.fromkeys(leaves(tree)))
    for answers in product(Answer, repeat=len(mine)):
        values = dict(zip(mine, answers, strict=True))
        assert worked_out(tree, values) is oracle(tree, values)


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: type(tree).__name__)
def test_arrays_of_ranks_give_the_same_answer(tree: Node) -> None:
    mine = tuple(dict.fromkeys(leaves(tree)))
    for answers in product(Answer, repeat=len(mine)):
        values = dict(zip(mine, answers, strict=True))
        ranks = {leaf: answer.rank for leaf, answer in values.items()}
        rank = fold(tree, ranks.__getitem__, min, max, OPPOSITE_RANK.__getitem__)
        assert BY_RANK[rank] is oracle(tree, values)


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: type(tree).__name__)
def test_definite_answer_stays_whatever_else_is_learned(tree: Node) -> None:
    mine = tuple(dict.fromkeys(leaves(tree)))
    for answers in product(Answer, repeat=len(mine)):
        before = worked_out(tree, dict(zip(mine, answers, strict=True)))
        if before not in (Y, N) or U not in answers:
            continue
        choices = [tuple(Answer) if answer is U else (answer,) for answer in answers]
        for learned in product(*choices):
            assert worked_out(tree, dict(zip(mine, learned, strict=True))) is before


@pytest.mark.parametrize(("pair", "expected"), list(ALL.items()))
def test_all_of_two_findings(pair: tuple[Answer, Answer], expected: Answer) -> None:
    assert all_of([finding(answer) for answer in pair]).answer is expected


@pytest.mark.parametrize(("pair", "expected"), list(ANY.items()))
def test_any_of_two_findings(pair: tuple[Answer, Answer], expected: Answer) -> None:
    assert any_of([finding(answer) for answer in pair]).answer is expected


def test_ranks_order_the_answers_from_worst_to_best() -> None:
    assert sorted(Answer, key=RANK.__getitem__) == [N, U, L, Y]


def test_all_waits_for_the_latest_date_and_any_for_the_earliest() -> None:
    may, june = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
    later = [Finding(L, N_("May."), available_on=may), Finding(L, N_("June."), available_on=june)]
    assert all_of(later).available_on == june
    assert any_of(later).available_on == may


def test_one_date_that_nobody_knows_leaves_all_without_a_date() -> None:
    may = dt.date(2026, 5, 1)
    assert latest([may, None]) is None
    assert earliest([may, None]) == may
    assert latest([]) is None


def test_every_reason_of_the_worst_answer_is_kept() -> None:
    found = all_of([Finding(N, N_("Too old.")), finding(U), Finding(N, N_("Too far."))])
    assert str(found.reason) == "Too old., Too far."
    assert found.asks == ()


def test_an_alternative_that_comes_later_still_asks_what_could_open_now() -> None:
    found = any_of([Finding(L, N_("In May.")), finding(U), finding(N)])
    assert (found.answer, found.asks) == (L, ("born",))


def test_excluded_reason_says_that_it_excludes() -> None:
    assert str(opposite(finding(Y)).reason) == "Excluded: Because."
    assert str(opposite(finding(L)).reason) == "Would exclude: Because."
    assert opposite(finding(U)).asks == ("born",)
