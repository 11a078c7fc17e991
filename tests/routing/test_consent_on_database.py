"""C-T04: nothing reaches a recipient without consent or exception, and all of it is logged."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from directory.organisation_kinds import OrganisationKind
from directory.who import Who
from routing import disclosure
from routing.consent import ConsentKind, Giver
from routing.consent_exceptions import ExceptionCode
from routing.disclosure import Stage
from routing.models import ConsentRecord, Disclosure, Referral
from routing.operations.cases import exclude_government
from routing.operations.consents import Agreement, Named, give_consent
from routing.operations.disclosures import read_inbox, referral_for_recipient
from routing.operations.exceptions import countersign, record_exception
from routing.operations.withdrawals import withdraw_consent
from routing.priorities import Priority
from routing.queries.disclosures import disclosures_of
from routing.queries.known_facts import facts_of
from routing.queries.payload import payload_of
from routing.referral_life import State
from routing.referral_states import IDENTITY_SHOWN, READABLE
from tests import factories
from tests.routing import journeys
from tests.routing.stories import DAY, NAME, NUMBER, Story, guardian_of


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def read(story: Story, referral: Referral) -> Any:
    reader = story.reader_at(referral.recipient_id)
    return referral_for_recipient(story.session, reader, referral.id, now=story.now)


def lines(story: Story, referral: Referral) -> list[Disclosure]:
    query = select(Disclosure).where(Disclosure.referral_id == referral.id)
    return list(story.session.scalars(query.order_by(Disclosure.at)))


VALUES: dict[str, tuple[Any, ...]] = {
    "recipient": ("named", "refused", "not named"),
    "dataset": ("training", "medical"),
    "need": ("this", "other"),
    "kind": (ConsentKind.DATA_SHARING, ConsentKind.SERVICES),
    "state": ("valid", "expired", "withdrawn"),
    "government": ("no", "excluded by the case"),
    "giver": (Giver.BEN, Giver.GUA),
}
GOOD = {name: values[0] for name, values in VALUES.items()}
PAIRS = [
    {**GOOD, first: one, second: two}
    for first, second in combinations(VALUES, 2)
    for one in VALUES[first]
    for two in VALUES[second]
]
COMBINATIONS = [dict(made) for made in {tuple(sorted(pair.items(), key=str)) for pair in PAIRS}]


def is_good(asked: dict[str, Any]) -> bool:
    return asked == GOOD


@pytest.mark.parametrize("asked", sorted(COMBINATIONS, key=str), ids=str)
def test_a_referral_is_sent_only_under_a_consent_that_covers_it(
    story: Story, asked: dict[str, Any]
) -> None:
    """Every pair of recipient × data set × need × kind × validity × government × giver."""
    need = story.need()
    public = factories.Organisation(kind=OrganisationKind.PUBLIC)
    listing, other = story.listing(public), story.other_listing()
    record = consent(story, need, listing, other, asked)
    if asked["government"] != "no":
        exclude_government(
            story.session, need.case, excluded=True, actor=story.actor(Who.RC), now=story.now
        )
    if asked["state"] == "expired":
        record.expires_at = story.now
    elif asked["state"] == "withdrawn":
        record.withdrawn_at = story.now
    referral = story.draft(need, listing)
    try:
        journeys.plainly(story, referral, "prepare")
        journeys.plainly(story, referral, "send")
    except Conflict:
        assert not is_good(asked)
        assert lines(story, referral) == []
        with pytest.raises(NotFound):
            read(story, referral)
    else:
        assert is_good(asked)
        [line] = lines(story, referral)
        assert line.consent_id == record.id
        assert line.field_names == sorted(read(story, referral).fields)


def consent(
    story: Story, need: Any, listing: Any, other: Any, asked: dict[str, Any]
) -> ConsentRecord:
    named = {
        "named": (Named(organisation_id=listing.service.organisation_id, accepted=True),),
        "refused": (Named(organisation_id=listing.service.organisation_id, accepted=False),),
        "not named": (Named(organisation_id=other.service.organisation_id, accepted=True),),
    }[asked["recipient"]]
    elsewhere = story.need(need.case) if asked["need"] == "other" else need
    agreement = Agreement(
        kind=asked["kind"], need_id=elsewhere.id, recipients=named, dataset=asked["dataset"],
        giver=asked["giver"], **guardian_of(asked),
    )  # fmt: skip
    return give_consent(
        story.session, story.member(need), agreement, actor=story.actor(Who.RC), now=story.now
    )


@pytest.mark.parametrize("state", sorted(journeys.PATHS))
def test_a_recipient_reads_while_it_may_and_identity_only_after_acceptance(
    story: Story, state: State
) -> None:
    referral = journeys.in_state(story, state)
    before = len(lines(story, referral))
    if state not in READABLE:
        with pytest.raises(NotFound):
            read(story, referral)
        assert len(lines(story, referral)) == before
        return
    view = read(story, referral)
    assert (view.stage is Stage.FULL) == (state in IDENTITY_SHOWN)
    assert (view.fields.get("name") == NAME) == (state in IDENTITY_SHOWN)
    logged = lines(story, referral)[-1]
    assert logged.field_names == sorted(view.fields)
    assert logged.payload_digest == disclosure.digest(view.fields)
    assert (logged.channel, logged.stage) == ("screen", int(view.stage))
    audited = story.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "routing:referral:view")
    ).one()
    assert audited.details["disclosure"] == str(logged.id)


def test_what_is_shown_before_sending_is_what_the_provider_sees(story: Story) -> None:
    need, listing = story.need(), story.listing()
    record = story.consent(need, listing, fields_excluded=frozenset({"contact-route"}))
    referral = story.draft(need, listing)
    facts = facts_of(story.session, need.member, today=story.now.date())
    shown = payload_of(
        story.session, referral.code, need, listing, record, facts=facts, today=story.now.date()
    )
    journeys.plainly(story, referral, "prepare")
    assert referral.payload_digest == shown.digest
    journeys.plainly(story, referral, "send")
    story.learn(need, languages=["en"])
    assert dict(read(story, referral).fields) == shown.preview
    journeys.plainly(story, referral, "accept")
    seen = read(story, referral).fields
    assert dict(seen) == shown.full
    assert NUMBER not in str(seen)
    assert seen["name"] == NAME


def test_struck_fields_never_go_and_explicit_ones_only_with_a_yes(story: Story) -> None:
    need, listing = story.need(category="medical"), story.listing(category="medical")
    story.consent(
        need,
        listing,
        fields_excluded=frozenset({"sex", "name"}),
        fields_extra=frozenset({"address"}),
    )
    referral = story.draft(need, listing)
    for name in ("prepare", "send", "accept"):
        journeys.plainly(story, referral, name)
    seen = read(story, referral).fields
    assert "address" in seen
    assert not {"sex", "name"} & set(seen)


def test_a_withdrawal_closes_the_page_at_the_next_request_and_keeps_the_log(story: Story) -> None:
    referral = story.accepted()
    assert read(story, referral).fields["name"] == NAME
    before = len(lines(story, referral))
    ended = withdraw_consent(
        story.session, story.consent_of(referral), actor=story.actor(Who.RC), role=Who.BEN,
        now=story.now, channel="hotline",
    )  # fmt: skip
    assert ended == [referral]
    assert referral.state is State.REVOKED
    with pytest.raises(NotFound):
        read(story, referral)
    assert len(lines(story, referral)) == before
    assert len(disclosures_of(story.session, referral.member)) == before


@pytest.mark.parametrize("state", [State.COMPLETED, State.RETURNED])
def test_a_withdrawal_after_the_service_changes_no_state(story: Story, state: State) -> None:
    referral = journeys.in_state(story, state)
    ended = withdraw_consent(
        story.session, story.consent_of(referral), actor=story.actor(Who.DPO), role=Who.DPO,
        now=story.now, channel="in-writing",
    )  # fmt: skip
    assert (ended, referral.state) == ([], state)
    with pytest.raises(NotFound):
        read(story, referral)
    if state is State.RETURNED:
        with pytest.raises(Conflict) as refusal:
            journeys.plainly(story, referral, "contest")
        assert "The consent was withdrawn." in map(str, refusal.value.reasons)


def test_a_consent_that_expires_during_the_service_is_renewed_without_sending_anew(
    story: Story,
) -> None:
    referral = journeys.in_state(story, State.IN_SERVICE)
    story.now += 190 * DAY
    with pytest.raises(NotFound):
        read(story, referral)
    story.learn(referral.need, location={"lon": -12.29, "lat": 11.32, "radius": 0})
    renewed = story.consent(referral.need, referral.listing)
    assert read(story, referral).fields["name"] == NAME
    assert lines(story, referral)[-1].consent_id == renewed.id


def test_the_inbox_shows_and_logs_only_what_may_be_read(story: Story) -> None:
    first, second = story.sent(), story.sent()
    story.consent_of(second).withdrawn_at = story.now
    story.session.flush()
    rows = read_inbox(story.session, story.actor(Who.FP), now=story.now)
    assert [row.referral.id for row, _ in rows] == [first.id]
    assert [line.channel for line in lines(story, first)] == ["platform", "screen"]
    assert [line.channel for line in lines(story, second)] == ["platform"]


def test_another_provider_finds_nothing(story: Story) -> None:
    referral = story.accepted()
    stranger = story.reader_at(story.other_listing().service.organisation_id)
    with pytest.raises(NotFound):
        referral_for_recipient(story.session, stranger, referral.id, now=story.now)
    assert read_inbox(story.session, stranger, now=story.now) == []


def named(*listings: Any) -> tuple[Named, ...]:
    return tuple(
        Named(organisation_id=one.service.organisation_id, accepted=True) for one in listings
    )


INVALID: dict[str, dict[str, Any]] = {
    "mode": {"mode": "by heart"},
    "witness": {"mode": "oral-with-witness"},
    "recipients": {"recipients": ()},
    "fields_excluded": {"fields_excluded": frozenset({"referral-code"})},
    "fields_extra": {"fields_extra": frozenset({"violence-facts"})},
    "expires_at": {"expires_at": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)},
    "need_id": {"need_id": uuid4()},
    "dataset": {"dataset": ""},
}


@pytest.mark.parametrize("field", sorted(INVALID))
def test_a_consent_that_says_too_little_or_too_much_is_refused_by_field(
    story: Story, field: str
) -> None:
    need, listing = story.need(), story.listing()
    good = {"need_id": need.id, "recipients": named(listing), "dataset": "training"}
    with pytest.raises(Invalid) as refusal:
        give_consent(
            story.session, story.member(need), Agreement(**{**good, **INVALID[field]}),
            actor=story.actor(Who.RC), now=story.now,
        )  # fmt: skip
    assert set(refusal.value.fields) == {field}


def test_more_than_three_recipients_or_one_twice_are_refused(story: Story) -> None:
    need = story.need()
    listings = [story.other_listing() for _ in range(4)]
    for chosen in (listings, [listings[0], listings[0]]):
        with pytest.raises(Invalid):
            story.consent(need, *chosen)
    assert story.consent(need, *listings[:3]).recipients[2].rank == 3


def test_a_minor_needs_a_guardian_and_agrees_too(story: Story) -> None:
    need, listing = story.need(), story.listing()
    story.learn(need, born="2012-01-15")
    results = {}
    for giver, assent in (
        (Giver.BEN, None),
        (Giver.GUA, None),
        (Giver.GUA, False),
        (Giver.GUA, True),
    ):
        record = story.consent(need, listing, giver=giver, assent=assent)
        referral = story.draft(need, listing)
        try:
            with story.session.begin_nested():
                journeys.plainly(story, referral, "prepare")
            results[giver, assent] = "ready"
        except Conflict:
            results[giver, assent] = "refused"
        record.withdrawn_at = story.now
        journeys.plainly(story, referral, "cancel")
    assert results == {
        (Giver.BEN, None): "refused", (Giver.GUA, None): "refused", (Giver.GUA, False): "refused",
        (Giver.GUA, True): "ready",
    }  # fmt: skip


FACTS = {"facts": "spoke of suicide twice, has a plan, is alone tonight"}


def emergency(
    story: Story, category: str = "psychosocial", priority: Priority = Priority.P1
) -> Any:
    return story.need(priority=priority, category=category), story.listing(category=category)


def make_exception(story: Story, need: Any, listing: Any, who: Who = Who.RC, **given: Any) -> Any:
    code = given.pop("code", ExceptionCode.LIFE_DANGER)
    return record_exception(
        story.session, story.member(need), code, need=need, recipients=named(listing),
        facts=given.pop("facts", FACTS), actor=story.actor(who), role=who, now=story.now, **given,
    )  # fmt: skip


def test_in_danger_only_the_preview_goes_without_consent_and_is_countersigned(story: Story) -> None:
    need, listing = emergency(story)
    record = make_exception(story, need, listing)
    referral = story.draft(need, listing)
    for name in ("prepare", "send", "accept"):
        journeys.plainly(story, referral, name)
    seen = read(story, referral).fields
    assert "name" not in seen
    assert "age-band" in seen
    assert {line.exception_code for line in lines(story, referral)} == {"life-danger"}
    story.now += dt.timedelta(hours=25)
    with pytest.raises(NotFound):
        read(story, referral)
    with pytest.raises(Forbidden):
        countersign(story.session, record, actor=story.actor(Who.RC), now=story.now)
    countersign(story.session, record, actor=story.actor(Who.RS), now=story.now)
    assert read(story, referral).fields == seen


@pytest.mark.parametrize(("category", "priority", "facts"), [
    ("training", Priority.P1, FACTS),
    ("psychosocial", Priority.P3, FACTS),
    ("psychosocial", Priority.P1, {"facts": "seems sad"}),
])  # fmt: skip
def test_an_exception_that_is_not_well_founded_sends_nothing(
    story: Story, category: str, priority: Priority, facts: dict[str, str]
) -> None:
    need, listing = emergency(story, category, priority)
    make_exception(story, need, listing, facts=facts)
    referral = story.draft(need, listing)
    with pytest.raises(Conflict):
        journeys.plainly(story, referral, "prepare")
    assert lines(story, referral) == []


@pytest.mark.parametrize(("code", "who"), [
    (ExceptionCode.INCAPACITY_MH, Who.RC), (ExceptionCode.LIFE_DANGER, Who.FP),
    (ExceptionCode.LEGAL_DUTY, Who.PW),
])  # fmt: skip
def test_an_exception_is_recorded_only_by_whom_it_belongs_to(
    story: Story, code: ExceptionCode, who: Who
) -> None:
    need, listing = emergency(story)
    with pytest.raises((Forbidden, NotFound)):
        make_exception(story, need, listing, who, code=code)
    assert story.session.scalars(select(ConsentRecord.exception_code)).all() == [None]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    struck=st.sets(st.sampled_from(sorted(disclosure.FIELDS)), max_size=6),
    category=st.sampled_from(("training", "medical", "legal", "housing", "information")),
)
def test_whatever_is_struck_is_never_in_the_payload_nor_in_the_log(
    story: Story, struck: set[str], category: str
) -> None:
    with story.session.begin_nested() as undo:
        need, listing = story.need(category=category), story.listing(category=category)
        can = frozenset(name for name in struck if disclosure.FIELDS[name].strikeable)
        story.consent(need, listing, fields_excluded=can)
        referral = story.draft(need, listing)
        try:
            for name in ("prepare", "send", "accept"):
                journeys.plainly(story, referral, name)
        except DomainError as refusal:
            pytest.fail(f"{refusal.reasons}")
        seen = set(read(story, referral).fields)
        allowed = {f.name for f in disclosure.fields_for(category, Stage.FULL, struck=can)}
        assert seen <= allowed
        for line in lines(story, referral):
            assert set(line.field_names) <= allowed
        undo.rollback()
    story.readers.clear()
