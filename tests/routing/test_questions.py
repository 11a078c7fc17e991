from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from routing.facts import FACTS
from routing.questions import REFUSES, Pending, next_questions, pending, rank_weight, summary


def group(*asks: str, weight: float = 1.0, count: int = 1) -> Pending:
    return Pending(frozenset(asks), weight, count)


def test_question_that_settles_most_comes_first() -> None:
    found = next_questions([group("sex", count=3, weight=3), group("education", count=5, weight=5)])
    assert [question.fact for question in found] == ["education", "sex"]
    assert [question.decided for question in found] == [5, 8]
    assert str(found[0].text) == str(FACTS["education"].question)


def test_better_candidates_weigh_more() -> None:
    found = next_questions(pending([("education",), ("sex",), ("born",)]))
    assert [question.fact for question in found] == ["education", "sex", "born"]
    assert found[0].worth == rank_weight(0) == 1.0


def test_one_of_several_open_questions_settles_only_by_refusing() -> None:
    [first, *_] = next_questions([group("sex", "education"), group("born", weight=0.6)])
    assert first.fact == "born"
    [first, *_] = next_questions([group("sex", "education", weight=2), group("born", weight=0.6)])
    assert (first.fact, first.worth) == ("education", 2 * REFUSES)


def test_later_questions_are_worked_out_as_if_the_first_were_answered() -> None:
    found = next_questions([group("sex", "education", weight=10), group("born", weight=6)])
    assert [question.fact for question in found] == ["born", "education", "sex"]
    assert [question.worth for question in found] == [6, 5, 10]
    assert [question.decided for question in found] == [1, 1, 2]


def test_equal_questions_come_in_order_of_their_code() -> None:
    assert [q.fact for q in next_questions([group("sex"), group("born")])] == ["born", "sex"]


def test_three_questions_decide_eleven_services() -> None:
    found = next_questions(
        [
            group("sex", count=4, weight=4),
            group("born", count=4, weight=4),
            group("education", count=3),
        ]
    )
    assert str(summary(found, 3)) == "3 questions decide 11 services"
    assert str(summary(found, 1)) == "One question decides 4 services"
    assert str(summary(next_questions([group("sex")]))) == "One question decides one service"
    assert str(summary(next_questions([group("sex", "born")]))) == "2 questions decide one service"
    assert summary(()) is None
    assert summary(next_questions([group("sex", "born")]), 1) is None


def test_limit_and_nothing_to_ask() -> None:
    assert len(next_questions([group("sex"), group("born")], limit=1)) == 1
    assert next_questions([]) == ()
    assert pending([(), ()]) == []


names = st.sampled_from(sorted(FACTS))


@given(st.lists(st.lists(names, max_size=4, unique=True).map(tuple), max_size=12))
def test_all_questions_together_decide_every_service(asks: list[tuple[str, ...]]) -> None:
    found = next_questions(pending(asks))
    assert {question.fact for question in found} == {name for several in asks for name in several}
    assert [q.decided for q in found] == sorted(q.decided for q in found)
    if found:
        assert found[-1].decided == sum(1 for several in asks if several)
        for question in found:
            assert question.services == sum(question.fact in several for several in asks)
