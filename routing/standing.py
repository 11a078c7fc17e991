"""Conditions that every listing has without a row: they come from its own fields."""

from __future__ import annotations

from functools import lru_cache

from routing.conditions import Condition, condition
from routing.offer import CostModel, Offer, Quota
from routing.regions import Region, written

ALWAYS = (
    "programme-end",
    "intake-window",
    "capacity",
    "referral-channel",
    "government-exclusion",
    "safety",
)
"""Kinds applied to every listing."""


def standing_conditions(offer: Offer) -> tuple[Condition, ...]:
    """What ``offer`` always asks, whatever its rows.

    An open window, a place, an end far enough, a permitted sender, no exclusion by the person, no
    danger to them; money if it must be paid first; its quotas and funders. A hidden address adds
    "lives in the same region" as a soft condition, which takes the place of distance.
    """
    found = list(_always())
    if pays_first(offer):
        found.append(_affordable())
    if offer.funders:
        found.append(_funded())
    found.extend(_shared(quota) for quota in offer.quotas)
    if offer.is_hidden and offer.region:
        found.append(_same_region(offer.region))
    return tuple(found)


def pays_first(offer: Offer) -> bool:
    """The person must have money before the service starts, and nobody advances it."""
    costs = offer.costs
    first = costs.model is CostModel.PAY_AND_REIMBURSE or costs.deposit > 0
    return first and not costs.has_advance


@lru_cache(maxsize=1)
def _always() -> tuple[Condition, ...]:
    return tuple(condition(kind) for kind in ALWAYS)


@lru_cache(maxsize=1)
def _affordable() -> Condition:
    return condition("affordability", hard=True)


@lru_cache(maxsize=1)
def _funded() -> Condition:
    return condition("funding")


@lru_cache(maxsize=256)
def _shared(quota: Quota) -> Condition:
    asks = {"share": quota.share, "group": quota.group, "at_most": quota.at_most}
    return condition("quota", asks)


@lru_cache(maxsize=1024)
def _same_region(region: Region) -> Condition:
    return condition("residence", {"admin_in": [written(region)]}, hard=False)
