"""The code of a receipt: its signs, its check, who is found by it, and its renewal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.core.encryption import KEYRING
from directory.who import Who
from routing.models import TrackingCode
from routing.operations.keys import rotate_keys
from routing.operations.tracking import give_tracking_code, renew_tracking_code
from routing.queries.tracking import member_of_tracking_code, tracking_code_of
from routing.tracking_codes import (
    ALPHABET,
    LENGTH,
    check_sign,
    is_whole,
    new_tracking_code,
    spaced,
    typed_code,
)
from tests.routing.stories import Story

codes = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(
    lambda signs: signs + check_sign(signs)
)


def test_new_codes_are_whole_and_differ() -> None:
    made = {new_tracking_code() for _ in range(500)}
    assert len(made) == 500
    assert all(is_whole(code) for code in made)


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_always_noticed(code: str, place: int, sign: str) -> None:
    wrong = code[:place] + sign + code[place + 1 :]
    assert is_whole(wrong) is (wrong == code)


@pytest.mark.parametrize("typed", ["{spaced}", "{lower}", " {spaced} ", "{dots}", "{letters}"])
def test_however_it_is_typed_it_is_the_same_code(typed: str) -> None:
    signs = "10" + "K7QD4NXM2"
    code = signs + check_sign(signs)
    text = typed.format(
        spaced=spaced(code), lower=spaced(code).lower(), dots=".".join(code),
        letters="lo" + code[2:],
    )  # fmt: skip
    assert typed_code(text) == code
    assert spaced(code).count("-") == 2


@pytest.mark.parametrize("text", ["", "x", "é" * 12, "0" * 400, "K7QD-4NXM-2T9"])
def test_what_is_no_code_is_not_whole(text: str) -> None:
    assert not is_whole(typed_code(text))


def test_the_person_is_found_by_the_code_and_by_nothing_else(
    story: Story, session: Session
) -> None:
    member = story.sent().member
    row = tracking_code_of(session, member)
    assert row is not None
    assert member_of_tracking_code(session, spaced(row.code).lower()) is member
    assert member_of_tracking_code(session, row.digest) is None
    assert member_of_tracking_code(session, new_tracking_code()) is None
    assert member_of_tracking_code(session, "") is None


def test_one_code_serves_all_requests_of_a_person(story: Story, session: Session) -> None:
    need = story.need()
    first = story.sent(need)
    story.sent(need, story.other_listing())
    rows = session.query(TrackingCode).filter_by(member_id=first.member_id).all()
    assert len(rows) == 1


def test_a_renewed_code_stops_the_old_one(story: Story, session: Session) -> None:
    member, actor = story.sent().member, story.actor(Who.RC)
    old = give_tracking_code(session, member, actor=actor, now=story.now).code
    new = renew_tracking_code(session, member, actor=actor, now=story.now).code
    assert new != old
    assert member_of_tracking_code(session, old) is None
    assert member_of_tracking_code(session, new) is member


def test_a_code_is_found_after_the_key_of_the_hashes_has_changed(
    story: Story, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = story.sent().member
    row = tracking_code_of(session, member)
    assert row is not None
    code = row.code
    monkeypatch.setattr(KEYRING, "_hash_key", b"another key of the hashes, long enough")
    assert member_of_tracking_code(session, code) is None
    rotate_keys(session, now=story.now)
    assert member_of_tracking_code(session, code) == member
