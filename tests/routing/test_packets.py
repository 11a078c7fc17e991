"""People announced from another country: sealed files and the attacks on them, the interface, the
arrival, and what was promised abroad (A.15, F26).
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.outbox import OutboxMessage
from directory.models import Account, Organisation
from directory.organisation_kinds import OrganisationKind
from directory.who import Who
from routing.case_life import State
from routing.models import Case, CrossBorderPacket, Need
from routing.operations.packet_files import export_packet, import_packet
from routing.operations.packets import (
    Proposal,
    confirm_departure,
    prepare_packet,
    receive_packet,
    remind_unacknowledged,
    submit_packet,
)
from routing.operations.service_confirmations import (
    Answer,
    answer_confirmation,
    ask_confirmation,
)
from routing.packets import Keys, new_secrets, open_sealed, public_entry, read_keys, seal
from routing.queries.known_facts import facts_of
from routing.queries.packets import confirmation_for, confirmations_to_answer, packet_for
from tests import factories
from tests.routing.browser import SignIn
from tests.routing.stories import DAY, NAME, NUMBER, Story

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
CONTENT = {"name": NAME, "facts": {}}
HOUR = dt.timedelta(hours=1)


def two_sides() -> tuple[Keys, Keys]:
    """An installation abroad and ours, each with the public keys of the other."""
    abroad, home = new_secrets(), new_secrets()
    of_abroad = public_entry(read_keys("rabat", abroad, ""))
    of_home = public_entry(read_keys("conakry", home, ""))
    return read_keys("rabat", abroad, of_home), read_keys("conakry", home, of_abroad)


# ---------------------------------------------------------------------------------- files and attacks


def sealed(keys: Keys, **given: Any) -> bytes:
    said = {"number": "n-1", "to": "conakry", "keys": keys, "now": NOW}
    return seal(CONTENT, **{**said, **given})


def refusal(data: bytes, keys: Keys, now: dt.datetime = NOW) -> str:
    with pytest.raises(Invalid) as found:
        open_sealed(data, keys=keys, now=now)
    assert set(found.value.fields) == {"file"}
    return str(found.value.fields["file"])


def test_a_packet_is_opened_by_whom_it_is_for_and_shows_nothing_to_others() -> None:
    abroad, home = two_sides()
    data = sealed(abroad)
    opened = open_sealed(data, keys=home, now=NOW)
    assert (opened.number, opened.sender, opened.content) == ("n-1", "rabat", CONTENT)
    assert NAME.encode() not in data
    with pytest.raises(Invalid):
        open_sealed(data, keys=abroad, now=NOW)


@pytest.mark.parametrize("field", [
    "number", "from", "to", "issued_at", "expires_at", "ephemeral", "nonce", "box", "signature",
    "format",
])  # fmt: skip
def test_whatever_is_changed_on_the_way_is_refused(field: str) -> None:
    abroad, home = two_sides()
    body = json.loads(sealed(abroad))
    swapped = "B" if body[field][0] != "B" else "C"
    changed = json.dumps({**body, field: swapped + body[field][1:]}).encode()
    assert refusal(changed, home)


def test_every_single_byte_counts() -> None:
    abroad, home = two_sides()
    data = sealed(abroad)
    body = json.loads(data)
    for at in range(0, len(body["box"]) - 4, 7):
        box = body["box"]
        other = "A" if box[at] != "A" else "B"
        changed = {**body, "box": box[:at] + other + box[at + 1 :]}
        assert "changed on its way" in refusal(json.dumps(changed).encode(), home)


def test_a_file_for_somebody_else_or_from_a_stranger_is_refused() -> None:
    abroad, home = two_sides()
    stranger = replace(two_sides()[0], partners=abroad.partners)
    third = replace(two_sides()[1], name="banjul", partners=home.partners)
    assert "changed on its way" in refusal(sealed(stranger), home)
    assert "not known here" in refusal(sealed(replace(abroad, name="nobody")), home)
    assert "another installation" in refusal(sealed(abroad), third)
    impostor = replace(third, name="conakry")
    assert "cannot be opened" in refusal(sealed(abroad), impostor)
    with pytest.raises(Invalid):
        sealed(abroad, to="dakar")


def test_a_file_is_taken_in_for_ninety_days_and_not_before_it_was_made() -> None:
    abroad, home = two_sides()
    data = sealed(abroad)
    assert open_sealed(data, keys=home, now=NOW + 90 * DAY - HOUR)
    assert "expired" in refusal(data, home, NOW + 90 * DAY)
    assert "expired" in refusal(data, home, NOW - 2 * HOUR)


@pytest.mark.parametrize("data", [
    b"", b"{}", b"[]", b"null", b"\xff\xfe", b"PK\x03\x04", b'{"signature": 3}',
    b"[" * 100_000, b"x" * 600_000, b'{"format":"passerelle-packet/1","signature":"AAAA"}',
])  # fmt: skip
def test_what_is_no_packet_is_refused_in_one_sentence(data: bytes) -> None:
    assert refusal(data, two_sides()[1]) == "This is not a packet."


@pytest.mark.parametrize("secrets", ["", "a:b", "x", ":"])
def test_an_installation_without_keys_says_so(secrets: str) -> None:
    with pytest.raises(Invalid):
        read_keys("conakry", secrets, "")


# ------------------------------------------------------------------------------- preparing a person


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


@pytest.fixture
def counsellor(story: Story) -> Account:
    account: Account = factories.Account.with_role(
        "PDC", factories.Organisation(name="Counsel", country="MA")
    )
    return account


FACTS = {"born": "2001-05-05", "sex": "male", "education": "gn:9"}


def proposal(story: Story, counsellor: Account, **given: Any) -> Proposal:
    said = {
        "sender_id": counsellor.grants[0].organisation_id, "receiver_id": story.sender.id,
        "host_country": "MA", "country": "GN", "name": NAME, "facts": FACTS,
        "routes": ({"kind": "phone", "value": NUMBER, "safe_to_call": True},),
        "needs": ({"category": "training", "priority": "P3"},), "consent_language": "fr",
        "consent_mode": "signature", "consented": frozenset({"name", "routes", "born", "sex"}),
    }  # fmt: skip
    return Proposal(**{**said, **given})


def prepared(story: Story, counsellor: Account, **given: Any) -> CrossBorderPacket:
    said = proposal(story, counsellor, **given)
    return prepare_packet(story.session, said, actor=counsellor.actor, now=story.now)


def submitted(story: Story, counsellor: Account, **given: Any) -> CrossBorderPacket:
    packet = prepared(story, counsellor, **given)
    return submit_packet(story.session, packet, actor=counsellor.actor, now=story.now)


def told(story: Story, template: str) -> set[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return {row.recipient for row in story.session.scalars(query)}


def test_only_what_the_person_agreed_to_goes(story: Story, counsellor: Account) -> None:
    content = prepared(story, counsellor).content
    assert set(content["facts"]) == {"born", "sex"}
    assert content["name"] == NAME
    content = prepared(story, counsellor, consented=frozenset({"sex"})).content
    assert (content["name"], content["routes"], set(content["facts"])) == (None, [], {"sex"})


def test_a_draft_is_seen_by_the_sending_organisation_alone(
    story: Story, counsellor: Account
) -> None:
    packet = prepared(story, counsellor)
    assert packet_for(story.session, counsellor.actor, packet.id) == packet
    with pytest.raises(NotFound):
        packet_for(story.session, story.actor(Who.RC), packet.id)
    submit_packet(story.session, packet, actor=counsellor.actor, now=story.now)
    assert packet_for(story.session, story.actor(Who.RC), packet.id) == packet
    stranger = factories.Account.with_role("RS", factories.Organisation())
    with pytest.raises(NotFound):
        packet_for(story.session, stranger.actor, packet.id)


@pytest.mark.parametrize(("change", "field"), [
    ({"receiver_id": None}, "receiver"), ({"consent_language": ""}, "consent"),
    ({"consent_mode": "nod"}, "consent"), ({"consented": frozenset()}, "consented"),
    ({"needs": ()}, "needs"), ({"needs": ({"category": "luck", "priority": "P3"},)}, "needs"),
    ({"installation": "conakry", "receiver_name": "Both"}, "receiver"),
])  # fmt: skip
def test_what_is_missing_is_named(
    story: Story, counsellor: Account, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as found:
        prepared(story, counsellor, **change)
    assert set(found.value.fields) == {field}


def test_the_government_is_never_named_by_default(story: Story, counsellor: Account) -> None:
    ministry = factories.Organisation(kind=OrganisationKind.PUBLIC)
    with pytest.raises(Invalid):
        prepared(story, counsellor, receiver_id=ministry.id)
    assert prepared(story, counsellor, receiver_id=ministry.id, wants_government=True)


def test_nobody_prepares_for_another_organisation(story: Story, counsellor: Account) -> None:
    with pytest.raises(Forbidden):
        prepared(story, counsellor, sender_id=story.provider.id)
    packet = prepared(story, counsellor)
    with pytest.raises(Forbidden):
        submit_packet(story.session, packet, actor=story.actor(Who.RS), now=story.now)


# ------------------------------------------------------------------------------------- the arrival


def test_f26_what_was_shown_abroad_stays_with_the_case_and_what_was_said_is_asked_again(
    story: Story, counsellor: Account
) -> None:
    listing = story.listing()
    packet = submitted(story, counsellor, offers=(listing.id,))
    listing.cost_model = "fee"
    case = receive_packet(story.session, packet, actor=story.actor(Who.RC), now=story.now)
    [offer] = case.records["packet"]["offers"]
    assert (offer["cost_model"], offer["seen_on"]) == ("free", story.now.date().isoformat())
    assert (case.state, case.organisation_id) == (State.REGISTERED, story.sender.id)
    member, today = case.members[0], story.now.date()
    assert (member.name, member.routes[0].value) == (NAME, NUMBER)
    known = facts_of(story.session, member, today=today)
    assert {"born", "sex"} <= set(known.stale(today))
    assert known["born"].source == "declared"
    needs = story.session.scalars(select(Need.category).where(Need.case_id == case.id)).all()
    assert needs == ["training"]
    assert told(story, "packet-acknowledged")
    with pytest.raises(Conflict):
        receive_packet(story.session, packet, actor=story.actor(Who.RC), now=story.now)


def test_the_desk_answers_within_a_day_of_landing_or_both_supervisors_hear(
    story: Story, counsellor: Account
) -> None:
    packet = submitted(story, counsellor)
    assert packet.acknowledge_by is None  # the date of arrival may be unknown
    confirm_departure(story.session, packet, actor=counsellor.actor, now=story.now)
    assert packet.acknowledge_by == story.now + DAY
    later = story.now + 10 * HOUR
    confirm_departure(story.session, packet, actor=story.actor(Who.RC), now=later, landed=True)
    assert packet.acknowledge_by == later + DAY
    assert remind_unacknowledged(story.session, now=later + DAY - HOUR) == 0
    assert remind_unacknowledged(story.session, now=later + DAY) == 1
    assert remind_unacknowledged(story.session, now=later + 2 * DAY) == 0
    assert story.accounts["RS"].email in told(story, "packet-unacknowledged")
    assert len(told(story, "packet-unacknowledged")) == 2


def test_somebody_who_arrives_unannounced_is_received_like_anybody(story: Story) -> None:
    need = story.need()
    assert need.case.state is State.ACTIVE
    assert story.session.scalars(select(func.count(CrossBorderPacket.id))).one() == 0


def test_a_packet_that_nobody_confirmed_departure_for_is_received_all_the_same(
    story: Story, counsellor: Account
) -> None:
    packet = submitted(story, counsellor)
    assert packet.departed_at is None
    assert receive_packet(story.session, packet, actor=story.actor(Who.RC), now=story.now)
    assert packet.landed_at == story.now


# ------------------------------------------------------------------- confirmation before the journey


def test_care_is_confirmed_before_anybody_travels_or_it_is_said_that_none_was_found(
    story: Story, counsellor: Account
) -> None:
    needs = ({"category": "medical", "priority": "P2"},
             {"category": "psychosocial", "priority": "P2"})  # fmt: skip
    packet = submitted(story, counsellor, needs=needs)
    listing = story.listing(category="medical")
    given = {"actor": counsellor.actor, "now": story.now}
    with pytest.raises(Conflict):
        confirm_departure(story.session, packet, **given)
    question = ask_confirmation(
        story.session, packet, category="medical", listing=listing, question="insulin?", **given
    )
    ask_confirmation(
        story.session, packet, category="psychosocial", listing=None, question="", **given
    )
    with pytest.raises(Conflict):
        confirm_departure(story.session, packet, **given)
    fp = story.actor(Who.FP)
    assert confirmations_to_answer(story.session, fp) == [question]
    assert confirmation_for(story.session, fp, question.id) == question
    stranger = factories.Account.with_role("FP", factories.Organisation())
    with pytest.raises(NotFound):
        confirmation_for(story.session, stranger.actor, question.id)
    past = Answer(valid_until=story.now.date() - DAY)
    with pytest.raises(Invalid):
        answer_confirmation(story.session, question, past, actor=fp, now=story.now)
    good = Answer(
        valid_until=story.now.date() + 30 * DAY, held_until=story.now.date() + 20 * DAY,
        price="free", medicine="insulin, glucometer",
    )  # fmt: skip
    answer_confirmation(story.session, question, good, actor=fp, now=story.now)
    assert question.answer["medicine"] == "insulin, glucometer"
    assert {one.state for one in packet.confirmations} == {"confirmed", "none-found"}
    assert confirm_departure(story.session, packet, **given).departed_at == story.now
    with pytest.raises(Conflict):
        answer_confirmation(story.session, question, None, actor=fp, now=story.now)


def test_only_care_of_that_kind_is_asked(story: Story, counsellor: Account) -> None:
    packet = submitted(story, counsellor)
    given = {"actor": counsellor.actor, "now": story.now, "question": ""}
    with pytest.raises(Invalid):
        ask_confirmation(story.session, packet, category="training", listing=None, **given)
    with pytest.raises(Invalid):
        ask_confirmation(
            story.session, packet, category="medical", listing=story.listing(), **given
        )


# ----------------------------------------------------------------- from one installation to another


def travelled(story: Story, counsellor: Account, keys: Keys) -> bytes:
    packet = submitted(
        story, counsellor, receiver_id=None, installation="conakry", receiver_name="Sender"
    )
    data = export_packet(story.session, packet, keys=keys, actor=counsellor.actor, now=story.now)
    story.session.delete(packet)  # the other installation has another database
    story.session.flush()
    return data


def taken(story: Story, data: bytes, keys: Keys) -> CrossBorderPacket:
    receiver = story.session.get_one(Organisation, story.sender.id)
    return import_packet(
        story.session, data, keys=keys, receiver=receiver, actor=story.actor(Who.RC),
        now=story.now,
    )  # fmt: skip


def test_a_person_travels_as_a_file_from_one_installation_to_another(
    story: Story, counsellor: Account
) -> None:
    abroad, home = two_sides()
    packet = taken(story, travelled(story, counsellor, abroad), home)
    assert (packet.state, packet.installation, packet.sender_name) == (
        "received", "rabat", "Counsel",
    )  # fmt: skip
    case = receive_packet(story.session, packet, actor=story.actor(Who.RC), now=story.now)
    assert case.members[0].name == NAME


def test_a_replayed_packet_is_refused_and_changes_nothing(
    story: Story, counsellor: Account
) -> None:
    abroad, home = two_sides()
    data = travelled(story, counsellor, abroad)
    receive_packet(story.session, taken(story, data, home), actor=story.actor(Who.RC),
                   now=story.now)  # fmt: skip
    with pytest.raises(Conflict):
        taken(story, data, home)
    assert story.session.scalars(select(func.count(CrossBorderPacket.id))).one() == 1
    assert story.session.scalars(select(func.count(Case.id))).one() == 1


@pytest.mark.parametrize("change", [
    {"routes": [{"kind": "phone", "nickname": "x"}]}, {"needs": [{"category": "luck"}]},
    {"facts": {"shoe-size": 43}}, {"country": ...}, {"offers": ...}, {"routes": 3},
])  # fmt: skip
def test_a_known_partner_with_a_broken_content_changes_nothing(
    story: Story, counsellor: Account, change: dict[str, Any]
) -> None:
    abroad, home = two_sides()
    content = dict(prepared(story, counsellor).content)
    content.update(change)
    for name in [name for name, value in change.items() if value is ...]:
        del content[name]
    data = seal(content, number="n-2", to="conakry", keys=abroad, now=story.now)
    with pytest.raises(Invalid):
        taken(story, data, home)


def test_a_draft_or_what_stays_here_does_not_leave_as_a_file(
    story: Story, counsellor: Account
) -> None:
    abroad, _ = two_sides()
    for packet in (
        prepared(story, counsellor, receiver_id=None, installation="conakry", receiver_name="S"),
        submitted(story, counsellor),
    ):
        with pytest.raises(Conflict):
            export_packet(story.session, packet, keys=abroad, actor=counsellor.actor, now=story.now)


# --------------------------------------------------------------------- interface and command line


def test_the_interface_tells_the_whole_story(
    story: Story, counsellor: Account, app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    abroad = sign_in(app.test_client(), counsellor)
    desk = sign_in(app.test_client(), story.accounts["RC"])
    base = "/api/v1/cross-border"
    body = {
        "sender": str(counsellor.grants[0].organisation_id), "receiver": str(story.sender.id),
        "host_country": "MA", "country": "GN", "name": NAME, "facts": FACTS,
        "needs": [{"category": "training", "priority": "P3"}], "consent_language": "fr",
        "consent_mode": "signature", "consented": ["name", "sex"],
    }  # fmt: skip
    made = abroad.post(f"{base}/packets", json=body)
    assert made.status_code == 201, made.json
    path = made.json["id"]
    assert desk.get(f"{base}/arrivals/{path}").status_code == 404
    assert abroad.post(f"{base}/packets/{path}/submit").json["state"] == "submitted"
    assert [one["id"] for one in desk.get(f"{base}/arrivals").json["items"]] == [path]
    assert desk.get(f"{base}/arrivals/{path}").json["content"]["name"] == NAME
    assert abroad.post(f"{base}/packets/{path}/departure", json={}).json["acknowledge_by"]
    arrived = desk.post(f"{base}/arrivals/{path}/acknowledge")
    assert arrived.status_code == 201, arrived.json
    assert desk.get(f"/api/v1/cases/{arrived.json['case']}").json["members"][0]["name"] == NAME
    unusable = desk.post(
        f"{base}/arrivals/import", json={"file": "{}", "receiver": str(story.sender.id)}
    )
    assert unusable.status_code == 422


def test_the_command_line_makes_keys_and_takes_a_file_in(
    story: Story, counsellor: Account, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    lines = runner.invoke(args=["routing", "packet", "keys", "conakry"]).output.splitlines()
    secrets, entry = lines[1].partition("=")[2], lines[2].split(": ", 1)[1]
    abroad_secrets = new_secrets()
    abroad = read_keys("rabat", abroad_secrets, entry)
    monkeypatch.setitem(app.config, "SETTINGS", replace(
        app.config["SETTINGS"], packet_name="conakry", packet_secrets=secrets,
        packet_partners=public_entry(abroad),
    ))  # fmt: skip
    story.now = dt.datetime.now(dt.UTC)
    file = tmp_path / "packet.json"
    file.write_bytes(travelled(story, counsellor, abroad))
    story.session.commit()
    call = ["routing", "packet", "import", str(file), "--organisation", story.sender.key]
    first, second = runner.invoke(args=call), runner.invoke(args=call)
    assert (first.exit_code, second.exit_code) == (0, 1), (first.output, second.output)
    assert NAME not in first.output + second.output
