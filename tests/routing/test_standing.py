from __future__ import annotations

from routing.offer import CostModel, Costs, Offer, Quota
from routing.standing import ALWAYS, pays_first, standing_conditions


def kinds(offer: Offer) -> list[str]:
    return [found.kind for found in standing_conditions(offer)]


def test_plain_listing_has_the_conditions_that_all_have() -> None:
    assert kinds(Offer()) == list(ALWAYS)
    assert all(found.hard and not found.is_flexible for found in standing_conditions(Offer()))


def test_fields_of_the_listing_add_theirs() -> None:
    offer = Offer(
        costs=Costs(CostModel.PAY_AND_REIMBURSE),
        funders=frozenset({"eutf"}),
        quotas=(Quota(30), Quota(50, "women")),
        is_hidden=True,
        region=("GN", "GN-L"),
    )
    assert kinds(offer)[len(ALWAYS) :] == [
        "affordability",
        "funding",
        "quota",
        "quota",
        "residence",
    ]
    affordability, *_, residence = standing_conditions(offer)[len(ALWAYS) :]
    assert affordability.hard
    assert not residence.hard


def test_equal_listings_share_their_standing_conditions() -> None:
    one, two = (standing_conditions(Offer(key=key, quotas=(Quota(30),))) for key in "ab")
    assert all(a is b for a, b in zip(one, two, strict=True))


def test_who_must_pay_first() -> None:
    assert pays_first(Offer(costs=Costs(CostModel.PAY_AND_REIMBURSE)))
    assert pays_first(Offer(costs=Costs(CostModel.FREE, deposit=1)))
    assert not pays_first(Offer(costs=Costs(CostModel.PAY_AND_REIMBURSE, has_advance=True)))
    assert not pays_first(Offer(costs=Costs(CostModel.FEE, price=5)))
    assert not pays_first(Offer())
