"""True addresses of hidden services (protocol A.17): kept by the provider, opened by two people (C-T18)."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.core.actor import Grant
from directory.core.audit import AuditEntry
from directory.core.config import Settings
from directory.core.db import make_engine, transaction
from directory.core.encryption import KEYRING
from directory.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from directory.models import HiddenAddress, VaultOpening
from directory.operations.vault import list_openings, read_address
from directory.queries.vault import hidden_sites, opening_for
from directory.roles import OPEN_VAULT, READ_PROTECTION, ROLES
from directory.vault import (
    LONGEST_TEXT,
    READING_TIME,
    WAITING_TIME,
    Opening,
    State,
    address_problems,
    deciding_refusal,
    is_gatekeeper,
    is_provider_staff,
    may_keep,
    reading_refusal,
    reason_problems,
)
from directory.visibility import Precision
from tests import factories
from tests.directory.vaults import SECRET, WHY, House, hidden_site, house_of

SECOND = dt.timedelta(seconds=1)
WINDOWS = 8


@pytest.fixture
def house(session: Session, now: dt.datetime) -> House:
    return house_of(session, now)


# ------------------------------------------------------------------------------------------ the rules

ASKER, SECOND_PERSON = uuid4(), uuid4()
ASKED_AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
ASKED = Opening(asked_by=ASKER, asked_at=ASKED_AT)
APPROVED = replace(ASKED, decided_by=SECOND_PERSON, decided_at=ASKED_AT, is_approved=True)


@pytest.mark.parametrize(("opening", "after", "state"), [
    (ASKED, WAITING_TIME - SECOND, State.WAITING), (ASKED, WAITING_TIME, State.EXPIRED),
    (APPROVED, READING_TIME - SECOND, State.APPROVED), (APPROVED, READING_TIME, State.EXPIRED),
    (replace(APPROVED, is_approved=False), SECOND, State.REFUSED),
    (replace(APPROVED, read_at=ASKED_AT), SECOND, State.READ),
    (replace(APPROVED, read_at=ASKED_AT), WAITING_TIME, State.READ),
])  # fmt: skip
def test_a_request_comes_so_far_and_no_further(
    opening: Opening, after: dt.timedelta, state: State
) -> None:
    assert opening.state(ASKED_AT + after) is state


@pytest.mark.parametrize(("opening", "reader", "after", "approver_may", "reads"), [
    (APPROVED, ASKER, SECOND, True, True),
    (APPROVED, SECOND_PERSON, SECOND, True, False),
    (APPROVED, None, SECOND, True, False),
    (APPROVED, ASKER, SECOND, False, False),
    (APPROVED, ASKER, READING_TIME, True, False),
    (ASKED, ASKER, SECOND, True, False),
    (replace(APPROVED, decided_by=ASKER), ASKER, SECOND, True, False),
    (replace(APPROVED, is_approved=False), ASKER, SECOND, True, False),
    (replace(APPROVED, read_at=ASKED_AT), ASKER, SECOND, True, False),
])  # fmt: skip
def test_only_the_asker_reads_once_in_time_with_a_second_person(
    opening: Opening, reader: UUID | None, after: dt.timedelta, approver_may: bool, reads: bool
) -> None:
    refusal = reading_refusal(opening, reader, ASKED_AT + after, approver_may=approver_may)
    assert (refusal is None) is reads


@pytest.mark.parametrize(("opening", "decider", "decides"), [
    (ASKED, SECOND_PERSON, True), (ASKED, ASKER, False), (ASKED, None, False),
    (APPROVED, SECOND_PERSON, False), (APPROVED, uuid4(), False),
])  # fmt: skip
def test_a_second_person_decides_once(
    opening: Opening, decider: UUID | None, decides: bool
) -> None:
    assert (deciding_refusal(opening, decider, ASKED_AT + SECOND) is None) is decides


def test_texts_say_enough_and_not_too_much() -> None:
    assert set(reason_problems("x" * 29)) == set(reason_problems(" " * 40)) == {"reason"}
    assert reason_problems("x" * 30) == address_problems("Road 7") == {}
    assert set(address_problems(" \n ")) == {"address"}
    assert set(address_problems("x" * (LONGEST_TEXT + 1))) == {"address"}
    assert set(reason_problems("x" * (LONGEST_TEXT + 1))) == {"reason"}


def test_who_keeps_the_gate() -> None:
    grants = {
        role.name: Grant(role.name, role.permissions, organisation_id=uuid4())
        for role in ROLES.values()
    }
    assert {name for name, grant in grants.items() if is_gatekeeper(grant)} == {"RS", "CPA"}
    assert {name for name, grant in grants.items() if is_provider_staff(grant)} == {"FP", "PA"}
    assert {name for name, grant in grants.items() if may_keep(grant)} == {"RS", "CPA", "PA"}
    everywhere = Grant("FP", frozenset({OPEN_VAULT, READ_PROTECTION}))
    assert not is_gatekeeper(everywhere)
    assert not is_provider_staff(everywhere)


# ------------------------------------------------------------------------------------- the operations

OUTSIDE = ("PW", "RC", "MHP", "other PA", "RS abroad", "CPA of nowhere")


def test_two_people_open_what_the_editor_keeps(house: House) -> None:
    house.keep()
    opening = house.ask()
    house.decide(opening)
    assert house.read(opening) == SECRET
    assert house.lines() == ["keep", "ask", "approve", "read"]


def test_the_staff_of_the_provider_open_their_own(house: House) -> None:
    house.keep()
    opening = house.ask("FP")
    house.decide(opening, "PA")
    assert house.read(opening, "FP") == SECRET


def test_the_newest_address_is_the_one_that_is_read(house: House) -> None:
    house.keep()
    house.keep("CPA", f"  {SECRET}, blue door ")
    opening = house.ask()
    house.decide(opening)
    assert house.read(opening) == f"{SECRET}, blue door"


def test_the_database_holds_neither_address_nor_reason_in_clear(house: House) -> None:
    house.keep()
    house.ask()
    for table in ("hidden_address", "vault_opening", "audit_entry", "site"):
        rows = repr(house.session.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608 -- our own names
        assert rows != "[]"
        assert "Kanari" not in rows
        assert WHY not in rows


def test_audit_says_who_and_which_site_and_no_text(house: House) -> None:
    house.keep()
    opening = house.ask()
    house.decide(opening)
    house.read(opening)
    query = select(AuditEntry).where(AuditEntry.action == "directory:vault:read")
    line = house.session.scalars(query).one()
    assert line.actor == str(house.accounts["RS"].id)
    assert line.subject == f"site:{house.site.id}"
    assert line.details == {
        "opening": str(opening.id), "approved_by": str(house.accounts["CPA"].id),
    }  # fmt: skip


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_else_finds_anything(house: House, role: str) -> None:
    house.keep()
    opening, actor = house.ask(), house.accounts[role].actor
    assert hidden_sites(house.session, actor) == []
    for attempt in (
        lambda: house.ask(role), lambda: house.decide(opening, role),
        lambda: house.read(opening, role), lambda: opening_for(house.session, actor, opening.id),
        lambda: list_openings(house.session, house.site, actor=actor, now=house.now),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(Forbidden):
        house.keep(role)


def test_a_gatekeeper_of_a_region_opens_in_that_region(house: House) -> None:
    labe, boke = factories.Region(), factories.Region()
    house.site.region = factories.Region(parent_id=labe.id, level=2)
    house.session.flush()
    seen = [
        hidden_sites(house.session, factories.Account.with_role("RS", None, region_id=one.id).actor)
        for one in (labe, boke)
    ]
    assert [[site.name for site in found] for found in seen] == [["Kandioura"], []]


def test_an_address_that_is_not_hidden_is_nothing_for_the_vault(house: House) -> None:
    open_house = factories.Listing(service__organisation=house.provider).site
    with pytest.raises(Forbidden):
        house.keep(site=open_house)


def test_the_focal_point_reads_and_does_not_write(house: House) -> None:
    with pytest.raises(Forbidden):
        house.keep("FP")


def test_what_is_not_kept_is_not_asked_for_and_nobody_asks_twice(house: House) -> None:
    with pytest.raises(Conflict):
        house.ask()
    house.keep()
    with pytest.raises(Invalid):
        house.ask(reason="for a case")
    house.ask()
    with pytest.raises(Conflict):
        house.ask()
    house.now += WAITING_TIME
    assert house.ask()


def test_a_site_that_goes_takes_its_address_with_it(house: House) -> None:
    site = factories.Site(lon=None, lat=None, precision=Precision.HIDDEN)
    house.keep("CPA", site=site)
    house.session.execute(text("DELETE FROM site WHERE key = :key"), {"key": site.key})
    house.session.expire_all()
    assert house.session.scalars(select(HiddenAddress)).all() == []


# ------------------------------------------------------------------------ never by one person (C-T18)


def refused(house: House, opening: VaultOpening, role: str = "RS", **given: Any) -> bool:
    """Whether nothing is read, and no line says that something was."""
    before = house.lines()
    with pytest.raises(DomainError):
        house.read(opening, role, **given)
    return house.lines() == before


@pytest.fixture
def asked(house: House) -> VaultOpening:
    house.keep()
    return house.ask()


def test_one_person_alone_reads_nothing(house: House, asked: VaultOpening) -> None:
    assert refused(house, asked)
    with pytest.raises(Conflict):
        house.decide(asked, "RS")
    assert refused(house, asked)


def test_one_person_with_two_roles_is_one_person(house: House, asked: VaultOpening) -> None:
    both = house.accounts["RS"]
    both.grants.append(replaced_grant(house, "CPA"))
    house.session.flush()
    with pytest.raises(Conflict):
        house.decide(asked, "RS")


def replaced_grant(house: House, role: str) -> Any:
    grant = factories.Account.with_role(role, None, country="GN").grants[0]
    grant.account.grants.remove(grant)
    return grant


def test_the_database_takes_no_answer_of_the_asker(house: House, asked: VaultOpening) -> None:
    asked.decided_by_id = asked.asked_by_id
    with pytest.raises(IntegrityError), house.session.begin_nested():
        house.session.flush()


def test_the_second_person_does_not_read(house: House, asked: VaultOpening) -> None:
    house.decide(asked)
    assert refused(house, asked, "CPA")
    assert refused(house, asked, "FP")


def test_an_approver_whose_role_was_taken_away_counts_no_more(
    house: House, asked: VaultOpening
) -> None:
    house.decide(asked)
    house.accounts["CPA"].grants.clear()
    house.session.flush()
    assert refused(house, asked)


def test_an_approver_whose_role_was_narrowed_elsewhere_counts_no_more(
    house: House, asked: VaultOpening
) -> None:
    house.decide(asked)
    house.accounts["CPA"].grants[0].country = "SN"
    house.session.flush()
    assert refused(house, asked)


def test_an_approver_whose_account_was_closed_counts_no_more(
    house: House, asked: VaultOpening
) -> None:
    house.decide(asked)
    house.accounts["CPA"].active = False
    house.session.flush()
    assert refused(house, asked)


def test_an_approver_without_the_right_approves_nothing(house: House, asked: VaultOpening) -> None:
    house.accounts["CPA"].grants.clear()
    house.session.flush()
    with pytest.raises(NotFound):
        house.decide(asked)
    assert refused(house, asked)


def test_an_asker_whose_role_was_taken_away_reads_nothing(
    house: House, asked: VaultOpening
) -> None:
    house.decide(asked)
    house.accounts["RS"].grants.clear()
    house.session.flush()
    assert refused(house, asked)


def test_an_approval_is_used_up(house: House, asked: VaultOpening) -> None:
    house.decide(asked)
    assert house.read(asked) == SECRET
    assert refused(house, asked)
    with pytest.raises(Conflict):
        house.decide(asked)
    assert refused(house, asked)


def test_an_approval_is_over_after_a_quarter_of_an_hour(house: House, asked: VaultOpening) -> None:
    house.decide(asked)
    house.now += READING_TIME
    assert refused(house, asked)
    with pytest.raises(Conflict):
        house.decide(asked)


def test_a_request_is_over_after_a_day(house: House, asked: VaultOpening) -> None:
    house.now += WAITING_TIME
    with pytest.raises(Conflict):
        house.decide(asked)
    assert refused(house, asked)


def test_a_refusal_stands(house: House, asked: VaultOpening) -> None:
    house.decide(asked, approves=False)
    assert house.lines()[-1] == "refuse"
    with pytest.raises(Conflict):
        house.decide(asked, "FP")
    assert refused(house, asked)


def test_an_approval_is_for_one_site(house: House, asked: VaultOpening) -> None:
    other = hidden_site(house.provider).site
    house.keep(address="Kanari Square 9", site=other)
    second = house.ask(site=other)
    house.decide(asked)
    assert refused(house, second)
    assert house.read(asked) == SECRET
    assert refused(house, second)


def test_an_approval_of_another_request_is_not_mine(house: House, asked: VaultOpening) -> None:
    theirs = house.ask("FP")
    house.decide(theirs)
    assert refused(house, asked)
    assert refused(house, theirs)


def test_without_the_second_factor_nothing_is_approved_or_read(
    house: House, asked: VaultOpening
) -> None:
    with pytest.raises(Invalid):
        house.decide(asked, second_factor=False)
    house.decide(asked)
    assert refused(house, asked, second_factor=False)


@contextmanager
def engine_for(address: str) -> Iterator[Engine]:
    """An engine of the application on a database where changes stay."""
    settings = Settings(database_url=address, environment="test")
    KEYRING.load(settings)
    engine = make_engine(settings)
    yield engine
    engine.dispose()


@pytest.mark.slow
def test_of_many_readings_at_once_one_succeeds(own_database: str, now: dt.datetime) -> None:
    """An approval replayed from several windows at the same instant is used up by the first."""
    with engine_for(own_database) as engine:
        with Session(engine, expire_on_commit=False) as session, transaction(session):
            house = house_of(session, now)
            house.keep()
            opening = house.ask()
            house.decide(opening)
            asker, key = house.accounts["RS"].actor, opening.id
        start = threading.Barrier(WINDOWS)

        def window(_number: int) -> str:
            start.wait()
            with Session(engine) as session:
                try:
                    with transaction(session):
                        again = opening_for(session, asker, key)
                        return read_address(
                            session, again, second_factor=True, actor=asker, now=now
                        )  # fmt: skip
                except Conflict:
                    return "used up"

        with ThreadPoolExecutor(WINDOWS) as pool:
            results = sorted(pool.map(window, range(WINDOWS)))

    assert results == sorted([SECRET, *["used up"] * (WINDOWS - 1)])
