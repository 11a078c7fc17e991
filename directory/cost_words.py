"""The terms of cost of a listing as short sentences, in the order in which people ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Protocol

from directory.core.text import N_, Text, Words
from directory.costs import ESCORTS, CostTerms, cost_terms, reimbursement_days
from directory.vocabulary import ALLOWANCES, DOCUMENTS, PERIODS


def terms_words(
    written: Mapping[str, Any] | None, currency: str | None, *, partner: bool
) -> list[Text]:
    """One sentence a term that somebody wrote; who pays under which agreement is for partners."""
    if not written:
        return []
    terms = cost_terms(written)
    found = [*_to_pay(terms, currency or ""), *_back(terms), *_around(terms)]
    return [*found, *_payers(terms, currency or "")] if partner else found


class Receives(Protocol):
    """What somebody receives, as a listing writes it."""

    kind: str
    amount: Decimal | None
    currency: str | None
    per: str
    age_from: int | None
    age_to: int | None


def allowance_words(one: Receives) -> Text:
    """What the person receives and how often; for children with their ages."""
    kind = ALLOWANCES.get(one.kind) or N_("{name}", name=one.kind)
    if one.amount is None:
        return kind
    period = PERIODS.get(one.per) or N_("{name}", name=one.per)
    sentence = N_("{kind}: {amount} {currency} {period}", kind=kind, amount=one.amount,
                  currency=one.currency or "", period=period)  # fmt: skip
    ages = _ages(one.age_from, one.age_to)
    return sentence if ages is None else N_("{sentence} {ages}", sentence=sentence, ages=ages)


def _ages(age_from: int | None, age_to: int | None) -> Text | None:
    if age_from is not None and age_to is not None:
        return N_("of {low} to {high} years", low=age_from, high=age_to)
    if age_to is not None:
        return N_("up to {high} years", high=age_to)
    return None if age_from is None else N_("of {low} years and more", low=age_from)


def _to_pay(terms: CostTerms, currency: str) -> Iterator[Text]:
    if terms.covers:
        yield N_("The price covers: {what}", what=terms.covers)
    if terms.deposit:
        yield N_("Deposit: {amount} {currency}", amount=terms.deposit, currency=currency)
    if terms.has_advance:
        yield N_("Whoever cannot pay first is helped with an advance or billed directly")
    daily = (
        (terms.transport_day, N_("Transport: about {amount} {currency} a day",
                                 amount=terms.transport_day, currency=currency)),
        (terms.meals_day, N_("Meals: about {amount} {currency} a day",
                             amount=terms.meals_day, currency=currency)),
        (terms.lodging_month, N_("Lodging: about {amount} {currency} a month",
                                 amount=terms.lodging_month, currency=currency)),
    )  # fmt: skip
    yield from (sentence for amount, sentence in daily if amount)


def _back(terms: CostTerms) -> Iterator[Text]:
    if terms.reimbursement_documents:
        papers = Words(DOCUMENTS.get(name, name) for name in terms.reimbursement_documents)
        yield N_("To be paid back, bring: {papers}", papers=papers)
    if terms.reimbursement_days is not None or terms.reimbursement_documents:
        yield N_("Paid back within {days} days", days=reimbursement_days(terms))


def _around(terms: CostTerms) -> Iterator[Text]:
    if terms.escort:
        yield ESCORTS[terms.escort]
    if terms.lodging_near is not None:
        near, far = N_("One can sleep near the place"), N_("There is no lodging near the place")
        yield near if terms.lodging_near else far


def _payers(terms: CostTerms, currency: str) -> Iterator[Text]:
    if terms.payers:
        yield N_("Paid by {payers}", payers=Words(terms.payers))
    if terms.agreement:
        yield N_("Under the agreement {agreement}", agreement=terms.agreement)
    if terms.ceiling is not None:
        yield N_("At most {amount} {currency} for one person",
                 amount=terms.ceiling, currency=currency)  # fmt: skip
    if terms.prior_approval:
        yield N_("The payer must agree beforehand")
    if terms.approval_days is not None:
        yield N_("The payer answers within {days} working days", days=terms.approval_days)
    if terms.outreach_cost is not None:
        yield N_("A visit by the provider's agent costs {amount} {currency} a day",
                 amount=terms.outreach_cost, currency=currency)  # fmt: skip
