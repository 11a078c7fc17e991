"""People of one household: what one adult is shown of another (A.16), corrections, and arrivals."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.core.errors import Conflict, Invalid
from directory.who import Who
from routing.disclosure import Stage, fields_for
from routing.household import FOR_ALL, NEVER_SHARED, Person, may_be_shown
from routing.models import CaseMember, CrossBorderPacket, Need
from routing.operations.cases import add_member, change_member, remove_member
from routing.operations.facts import record_facts
from routing.operations.needs import open_need
from routing.packets import new_secrets, public_entry, read_keys, seal
from routing.queries.household import household_kept_back, members_in_brief
from tests.routing.screens import Seat
from tests.routing.stories import NAME, Story


def test_another_adult_never_learns_of_care_protection_or_any_own_referral() -> None:
    one, two = Person(1, is_child=False), Person(2, is_child=False)
    for category in CATEGORIES:
        assert may_be_shown(one, one, category)
        assert may_be_shown(two, one, category) is (category in FOR_ALL)
    assert not FOR_ALL & NEVER_SHARED


def test_a_parent_sees_a_childs_school_and_not_its_protection() -> None:
    parent, child = Person(1, is_child=False), Person(2, is_child=True)
    assert may_be_shown(parent, child, "education")
    for category in NEVER_SHARED:
        assert not may_be_shown(parent, child, category)
    for category in CATEGORIES:
        assert not may_be_shown(child, parent, category)


def household(story: Story) -> tuple[CaseMember, CaseMember]:
    """A woman in the care of a psychologist, and her husband, who looks for work."""
    need = story.need(category="psychosocial")
    given = {"actor": story.actor(Who.RC), "now": story.now}
    husband = add_member(story.session, need.case, relation="spouse", name="Husband", **given)
    record_facts(story.session, husband, {"born": "1998-01-01"}, **given)
    open_need(story.session, husband, category="employment", **given)
    open_need(story.session, need.member, category="housing", **given)
    story.session.commit()
    return need.member, husband


def test_help_for_all_is_one_referral_that_names_who_lives_there_by_age(story: Story) -> None:
    need = story.need(category="housing")
    given = {"actor": story.actor(Who.RC), "now": story.now}
    for relation, born in (
        ("child", "2020-05-05"),
        ("child", "2011-01-01"),
        ("spouse", "1998-01-01"),
    ):
        one = add_member(story.session, need.case, relation=relation, name="Somebody", **given)
        record_facts(story.session, one, {"born": born}, **given)
    add_member(story.session, need.case, relation="other", name="Somebody", **given)
    today = story.now.date()
    assert members_in_brief(story.session, need.member, today=today) == [
        {"relation": "child", "years": [0, 13]},
        {"relation": "child", "years": [14, 18]},
        {"relation": "spouse", "years": [25, 34]},
        {"relation": "other", "years": None},
    ]
    assert "household-members" in household_kept_back(story.session, need, today=today)


def test_who_lives_there_goes_only_to_help_for_the_household() -> None:
    for category in CATEGORIES:
        sent = {field.name for field in fields_for(category, Stage.FULL)}
        assert ("household-members" in sent) is (category in FOR_ALL), category


def test_the_sheet_of_one_adult_holds_nothing_of_the_other(story: Story, seat: Seat) -> None:
    wife, husband = household(story)
    caseworker = seat(Who.RC)
    hers = caseworker.get(f"/people/{wife.id}/sheet")
    his = caseworker.get(f"/people/{husband.id}/sheet")
    words = {
        name: str(CATEGORIES[name].label) for name in ("psychosocial", "employment", "housing")
    }
    assert [words[name] in hers for name in words] == [True, False, True]
    assert [words[name] in his for name in words] == [False, True, True]
    assert NAME not in his


def test_the_page_of_a_case_shows_one_adult_nothing_of_the_other(story: Story, seat: Seat) -> None:
    wife, husband = household(story)
    referral = story.sent(open_need_of(story, husband, "training"))
    story.session.commit()
    caseworker, address = seat(Who.RC), f"/cases/{wife.case_id}"
    name = referral.listing.service.organisation.name
    words = [str(CATEGORIES[one].label) for one in ("psychosocial", "employment", "housing")]

    hers = caseworker.get(address)
    his = caseworker.get(f"{address}?member={husband.number}")

    needs, history = (part_of(hers, one) for one in ("needs", "history"))
    assert [word in needs for word in words] == [True, False, True]
    assert [word in history for word in words] == [True, False, True]
    assert name not in needs + history
    assert f'href="{address}?member={husband.number}"' in hers
    needs, history = (part_of(his, one) for one in ("needs", "history"))
    assert [word in needs for word in words] == [False, True, True]
    assert [word in history for word in words] == [False, True, True]
    assert name in needs
    caseworker.get(f"{address}?member=9", 404)
    caseworker.get(f"{address}?member=x")


def test_a_need_for_protection_of_a_child_is_shown_on_the_page_of_the_child_alone(
    story: Story, seat: Seat
) -> None:
    need = story.need(category="training")
    given = {"actor": story.actor(Who.RC), "now": story.now}
    child = add_member(story.session, need.case, relation="child", name="Kid", **given)
    open_need_of(story, child, "child-protection")
    open_need_of(story, child, "education")
    story.session.commit()
    caseworker, address = seat(Who.RC), f"/cases/{need.case_id}"
    words = [str(CATEGORIES[one].label) for one in ("training", "child-protection", "education")]

    of_parent = part_of(caseworker.get(address), "needs")
    of_child = part_of(caseworker.get(f"{address}?member={child.number}"), "needs")

    assert [word in of_parent for word in words] == [True, False, True]
    assert [word in of_child for word in words] == [False, True, True]


def open_need_of(story: Story, member: CaseMember, category: str) -> Need:
    return open_need(
        story.session, member, category=category, actor=story.actor(Who.RC), now=story.now
    )


def part_of(page: str, name: str) -> str:
    """The rows of a section of the page; forms to add something name every kind of need."""
    return page.split(f'id="{name}"')[1].split(
        "<details" if name == "needs" else "</section>", maxsplit=1
    )[0]


def test_a_member_is_corrected_and_one_noted_by_mistake_taken_off(
    story: Story, seat: Seat, session: Session
) -> None:
    wife, husband = household(story)
    caseworker = seat(Who.RC)
    caseworker.get(f"/people/{husband.id}/edit")
    caseworker.post(
        f"/people/{husband.id}/edit", {"name": "Brother", "relation": "other", "language": "ff"}
    )
    session.expire_all()
    assert (husband.name, husband.relation, husband.language) == ("Brother", "other", "ff")
    page = caseworker.post(f"/people/{husband.id}/remove", status=409)
    assert "are noted for this person already" in page
    given = {"actor": story.actor(Who.RC), "now": story.now}
    with pytest.raises(Conflict):
        remove_member(session, wife, **given)
    with pytest.raises(Invalid):
        change_member(session, wife, relation="child", **given)
    mistake = add_member(session, wife.case, relation="child", **given)
    session.commit()
    caseworker.post(f"/people/{mistake.id}/remove")
    session.expire_all()
    assert [one.relation for one in wife.case.members] == ["principal", "other"]


def test_the_arrival_desk_takes_a_file_in_and_refuses_one_that_was_changed(
    story: Story, seat: Seat, app: Flask, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    ours, theirs = new_secrets(), new_secrets()
    entry = public_entry(read_keys("conakry", ours, ""))
    abroad = read_keys("rabat", theirs, entry)
    monkeypatch.setitem(app.config, "SETTINGS", replace(
        app.config["SETTINGS"], packet_name="conakry", packet_secrets=ours,
        packet_partners=public_entry(abroad),
    ))  # fmt: skip
    content = {
        "sender": "Counsel", "receiver": "Sender", "name": NAME, "language": "fr", "routes": [],
        "facts": {"sex": {"value": "male", "source": "declared", "as_of": "2026-01-01"}},
        "needs": [{"category": "training", "priority": "P3"}], "consent": {}, "offers": [],
        "host_country": "MA", "country": "GN", "departs_on": None, "arrives_on": None,
    }  # fmt: skip
    now = dt.datetime.now(dt.UTC)
    data = seal(content, number="n-1", to="conakry", keys=abroad, now=now)
    desk = seat(Who.RC)
    desk.get("/arrivals")
    body = json.loads(data)
    changed = json.dumps({**body, "number": "n-2"}).encode()

    def send(file: bytes, status: int) -> str:
        form = {"receiver": str(story.sender.id), "file": (io.BytesIO(file), "packet.json")}
        return desk.post("/arrivals/import", form, status)

    assert "was changed on its way" in send(changed, 422)
    assert session.query(CrossBorderPacket).count() == 0
    send(data, 303)
    address = desk.location
    assert NAME in desk.get(address)
    assert "taken in already" in send(data, 409)
    desk.get(address)
    desk.post(f"{address}/receive")
    assert NAME in desk.follow()
