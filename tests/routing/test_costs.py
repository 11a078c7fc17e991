"""C-T12: paying first without means excludes, unknown means are asked, money owed back has a clock.

F13 paid first and never paid back; F14 allowance too low; F15 transport and nights not covered; F33 is
told with the written agreements.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.outbox import OutboxMessage
from directory.cost_words import terms_words
from directory.costs import TERM_NAMES, cost_terms, reimbursement_days
from directory.listing_content import UnknownKey, clean
from directory.models import Allowance
from directory.who import Who
from routing.affordability import monthly_gap
from routing.answers import Answer
from routing.criteria.affordability import Means, affordability
from routing.eligibility import Verdict
from routing.facts import Facts
from routing.models import Expense, Need, Referral, Task
from routing.offer import CostModel, Costs, Offer
from routing.operations.expenses import LATE_TASK, Claim, claim_expense, escalate_late, move_expense
from routing.queries.eligibility_now import asks_of, assessment_of
from routing.queries.known_facts import facts_of
from routing.reimbursement import OPEN, State, due_at, is_late, may_become
from tests import factories
from tests.routing.screens import Seat, agreement, drafted
from tests.routing.stories import DAY, Story

TODAY = dt.date(2026, 3, 15)
PAY_FIRST: dict[str, Any] = {
    "cost_model": "pay-and-reimburse", "price": Decimal(50_000), "currency": "GNF"
}  # fmt: skip


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session, dt.datetime.now(dt.UTC))


def known(**values: Any) -> Facts:
    return Facts.read({k.replace("_", "-"): v for k, v in values.items()}, today=TODAY)


# ----------------------------------------------------------------------------------- paying first


@pytest.mark.parametrize("model", list(CostModel))
@pytest.mark.parametrize("deposit", [0, 10_000])
@pytest.mark.parametrize("advance", [False, True])
@pytest.mark.parametrize("means", [None, 0, 49_999, 60_000])
def test_f13_truth_table_of_paying_first(
    model: CostModel, deposit: int, advance: bool, means: int | None
) -> None:
    """Without means: no. Means unknown: ask. An advance, or nothing to pay first: yes."""
    costs = Costs(model, price=50_000, deposit=deposit, has_advance=advance)
    facts = known() if means is None else known(can_advance=means)
    asked = deposit + (50_000 if model is CostModel.PAY_AND_REIMBURSE else 0)
    found = affordability.judge(facts, Means(), Offer(costs=costs), TODAY)
    if advance or asked == 0:
        expected = Answer.YES
    elif means is None:
        expected = Answer.UNKNOWN
    else:
        expected = Answer.YES if means >= asked else Answer.NO
    assert found.answer is expected
    assert found.asks == (("can-advance",) if expected is Answer.UNKNOWN else ())


@pytest.mark.parametrize(
    ("means", "terms", "expected"),
    [
        (0, {}, Verdict.INELIGIBLE),
        (None, {}, Verdict.ASK),
        (90_000, {}, Verdict.ELIGIBLE),
        (0, {"has_advance": True}, Verdict.ELIGIBLE),
        (55_000, {"deposit": 10_000}, Verdict.INELIGIBLE),
    ],
)
def test_f13_pay_first_without_means_is_ineligible_and_unknown_is_asked(
    story: Story, means: int | None, terms: dict[str, Any], expected: Verdict
) -> None:
    """From the listing's columns to the answer, on the database."""
    need = story.need()
    listing = story.listing(**PAY_FIRST, cost_terms=terms)
    if means is not None:
        story.learn(need, can_advance=means)
    today = story.now.date()
    facts = facts_of(story.session, need.member, today=today)
    asks = asks_of(story.session, listing, facts, sender="", today=today)
    assert assessment_of(asks, facts, today).verdict is expected


# ------------------------------------------------------------------------------------------- the gap


def test_f14_allowance_below_the_costs_is_shown_as_a_range_before_sending(
    story: Story, session: Session, seat: Seat
) -> None:
    terms = {"transport_day": 5_000, "meals_day": 2_000, "lodging_month": 0, "days_month": 20}
    listing = story.listing(cost_model="free", currency="GNF", cost_terms=terms)
    session.add(Allowance(listing_id=listing.id, kind="subsistence", amount=45_000, per="month"))
    need = story.need()
    story.learn(need, dependants=0, other_support=0)
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing, need)
    page = caseworker.get(address)
    assert "Gap of 95000 to 95000 GNF a month" in page.replace("\u202f", "").replace(",", "")
    given = agreement(listing, affordability="", companion="1")
    caseworker.post(address, given)
    page = caseworker.follow()
    assert "Talk over what it will cost the person" in page
    cash = session.scalars(select(Need).where(Need.category == "cash")).all()
    assert len(cash) == 1
    caseworker.post(address.replace("consent", "sending"), {"affordability": "the uncle helps"})
    assert "Exactly this goes to Provider" in caseworker.follow()


def test_f14_the_parts_that_nobody_knows_are_named() -> None:
    gap = monthly_gap(known(dependants=0), Offer(costs=Costs(CostModel.FREE)), TODAY)
    assert {"transport", "meals", "lodging"} <= {str(label) for label in gap.unknowns}
    assert gap.needs_counselling


def test_f15_transport_nights_and_escort_are_part_of_the_sum_and_of_the_page(
    story: Story, app: Flask
) -> None:
    terms = {
        "transport_day": 8_000, "lodging_month": 90_000, "days_month": 4, "meals_day": 0,
        "escort": "needed", "lodging_near": False,
    }  # fmt: skip
    listing = story.listing(cost_model="free", currency="GNF", cost_terms=terms)
    story.session.commit()
    facts, today = known(dependants=0, other_support=0), story.now.date()
    asks = asks_of(story.session, listing, facts, sender="", today=today)
    amounts = {
        str(part.label): part.amount.lo for part in monthly_gap(facts, asks.offer, today).parts
    }
    assert (amounts["transport"], amounts["lodging"]) == (32_000, 90_000)
    client = app.test_client()
    client.get("/language/en")
    page = client.get(f"/listings/{listing.id}").text
    assert "Somebody must come along, at the person&#39;s cost" in page
    assert "There is no lodging near the place" in page


EVERY_TERM: dict[str, Any] = {
    "payers": ["OIM", "Enabel"], "agreement": "oim-chu-2026", "ceiling": 2_000_000,
    "prior_approval": True, "approval_days": 5, "covers": "consultation", "deposit": 20_000,
    "has_advance": False, "reimbursement_documents": ["invoice"], "reimbursement_days": 30,
    "transport_day": 5_000, "meals_day": 2_000, "lodging_month": 90_000, "days_month": 20,
    "escort": "paid", "lodging_near": True, "outreach_cost": 5_000,
}  # fmt: skip


def test_every_term_of_the_protocol_is_kept_and_said_to_those_who_may_know() -> None:
    assert set(EVERY_TERM) == TERM_NAMES
    assert clean({"cost_terms": EVERY_TERM})["cost_terms"] == EVERY_TERM
    public, partner = (
        " ".join(map(str, terms_words(EVERY_TERM, "GNF", partner=who))) for who in (False, True)
    )
    for secret in ("OIM", "oim-chu-2026", "2000000"):
        assert secret not in public
        assert secret in partner
    assert "Paid back within 30 days" in public


@pytest.mark.parametrize(
    "wrong", [{"colour": 1}, {"escort": "maybe"}, {"deposit": -1}, {"deposit": "ten"}]
)
def test_terms_that_nobody_knows_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnknownKey, match="cost_terms"):
        clean({"cost_terms": wrong})


# ------------------------------------------------------------------------------ the money owed back


def claimed(story: Story, referral: Referral, **given: Any) -> Expense:
    values: dict[str, Any] = {
        "kind": "medicine", "amount": Decimal(75_000), "currency": "GNF",
        "paid_on": story.now.date(), **given,
    }  # fmt: skip
    return claim_expense(
        story.session, referral, Claim(**values), actor=story.actor(Who.RC), now=story.now
    )


def test_the_promise_is_stored_and_does_not_move_with_the_listing(story: Story) -> None:
    listing = story.listing(cost_terms={"reimbursement_days": 30})
    referral = story.sent(listing=listing)
    promised, proposed = claimed(story, referral), claimed(story, story.sent())
    listing.cost_terms = {"reimbursement_days": 2}
    story.session.flush()
    assert promised.due_at == story.now + 30 * DAY
    assert proposed.due_at == story.now + 14 * DAY
    assert reimbursement_days(cost_terms({})) == 14


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("minutes", [-1, 0, 1])
def test_truth_table_of_lateness_and_steps(state: State, minutes: int) -> None:
    due = due_at(dt.datetime(2026, 3, 1, tzinfo=dt.UTC), 14)
    late = is_late(state, due, due + dt.timedelta(minutes=minutes))
    assert late is (state in OPEN and minutes > 0)
    allowed = {target for target in State if may_become(state, target)}
    assert (
        allowed
        == {
            State.CLAIMED: {State.APPROVED, State.REFUSED},
            State.APPROVED: {State.PAID, State.REFUSED},
            State.PAID: set(),
            State.REFUSED: set(),
        }[state]
    )


def test_f13_money_that_is_late_alerts_the_supervisor_once(story: Story) -> None:
    expense = claimed(story, story.sent())
    assert escalate_late(story.session, now=story.now + 14 * DAY) == 0
    late = story.now + 14 * DAY + dt.timedelta(minutes=1)
    assert [escalate_late(story.session, now=late) for _ in range(2)] == [1, 0]
    tasks = story.session.scalars(select(Task).where(Task.kind == LATE_TASK)).all()
    assert [task.owner_role for task in tasks] == ["RS"]
    told = story.session.scalars(
        select(OutboxMessage.recipient).where(OutboxMessage.template == LATE_TASK)
    ).all()
    assert told == [story.accounts["RS"].email]
    supervisor = story.actor(Who.RS)
    for target in (State.APPROVED, State.PAID):
        move_expense(story.session, expense, target, actor=supervisor, now=late)
    assert all(task.done_at for task in tasks)
    assert (expense.paid_amount, expense.settled_at) == (Decimal(75_000), late)


def test_who_claims_does_not_approve_and_steps_are_not_skipped(story: Story) -> None:
    referral = story.sent()
    supervisor = story.actor(Who.RS)
    own = claim_expense(
        story.session, referral,
        Claim(kind="fee", amount=Decimal(5), currency="GNF", paid_on=story.now.date()),
        actor=supervisor, now=story.now,
    )  # fmt: skip
    expense = claimed(story, referral)
    for row, actor in ((own, supervisor), (expense, story.actor(Who.RC))):
        with pytest.raises(Forbidden):
            move_expense(story.session, row, State.APPROVED, actor=actor, now=story.now)
    with pytest.raises(Conflict):
        move_expense(story.session, expense, State.PAID, actor=supervisor, now=story.now)
    with pytest.raises(Invalid):
        move_expense(story.session, expense, State.REFUSED, actor=supervisor, now=story.now)


def test_an_expense_is_noted_followed_and_paid_at_the_screens(
    story: Story, session: Session, seat: Seat
) -> None:
    referral = story.sent()
    story.session.commit()
    caseworker, supervisor = seat(Who.RC), seat(Who.RS)
    address = f"/referrals/{referral.id}/expenses/new"
    caseworker.get(address)
    day = story.now.date().isoformat()
    wrong = {"kind": "transport", "amount": "a lot", "currency": "GNF", "paid_on": day}
    page = caseworker.post(address, wrong, status=422)
    assert "Give the amount as a number above zero." in page
    assert 'value="a lot"' in page
    caseworker.post(address, wrong | {"amount": "12 500,50", "documents": "ticket, receipt"})
    expense = session.scalars(select(Expense)).one()
    assert (expense.amount, expense.documents) == (Decimal("12500.50"), ["ticket", "receipt"])
    assert "Money owed to the person" in caseworker.follow()
    page = supervisor.get("/expenses")
    assert referral.case.code in page
    supervisor.post(f"/expenses/{expense.id}/approved")
    caseworker.get("/expenses")
    caseworker.post(f"/expenses/{expense.id}/paid", {"paid_amount": "12500,50"})
    assert "Noted as paid back." in caseworker.follow()
    assert "Nothing is owed" in caseworker.get("/expenses")


def test_an_expense_is_noted_and_moved_through_the_interface(
    story: Story, seat: Seat, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    referral = story.sent()
    story.session.commit()
    caseworker, supervisor = seat(Who.RC).client, seat(Who.RS).client
    body = {
        "kind": "care", "amount": "20000.00", "currency": "GNF",
        "paid_on": story.now.date().isoformat(),
    }  # fmt: skip
    made = caseworker.post(f"/api/v1/referrals/{referral.id}/expenses", json=body)
    assert made.status_code == 201, made.text
    assert (made.status_code, made.json["state"], made.json["is_late"]) == (201, "claimed", False)
    steps = f"/api/v1/expenses/{made.json['id']}/steps"
    assert caseworker.post(steps, json={"state": "approved"}).status_code == 403
    assert supervisor.post(steps, json={"state": "approved"}).json["state"] == "approved"
    assert [row["id"] for row in caseworker.get("/api/v1/expenses").json["items"]] == [
        made.json["id"]
    ]
    refused = caseworker.post(steps, json={"state": "paid", "paid_amount": "30000.00"})
    assert refused.status_code == 422


def test_the_command_counts_and_fails_when_something_is_late(story: Story, app: Flask) -> None:
    expense = claimed(story, story.sent())
    runner = app.test_cli_runner()
    found = runner.invoke(args=["routing", "reimbursements"])
    assert (found.exit_code, "claimed: 1" in found.output) == (0, True)
    expense.due_at = story.now - DAY
    story.session.flush()
    assert runner.invoke(args=["routing", "reimbursements"]).exit_code == 1


def test_expenses_of_others_do_not_exist(story: Story, seat: Seat) -> None:
    expense = claimed(story, story.sent())
    stranger = factories.Account.with_role("RC", factories.Organisation())
    story.accounts["RC"] = stranger
    story.session.commit()
    browser = seat(Who.RC)
    assert "Nothing is owed" in browser.get("/expenses")
    browser.post(f"/expenses/{expense.id}/refused", {"note": "no"}, status=404)
