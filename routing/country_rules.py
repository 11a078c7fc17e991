"""What a country decides about consent: ages, low-risk services, confirmation of a danger.

To set the rules of a country, add its line to ``RULES``; what it does not say stays as proposed.
"""

from __future__ import annotations

from dataclasses import dataclass

from routing.consent_exceptions import DEFAULT_POLICY, Policy

LOW_RISK = frozenset({"education", "training", "information"})
"""Services to which a child old enough may agree alone, where the country allows it [P]."""


@dataclass(frozen=True, slots=True)
class CountryRules:
    """One country's choices."""

    adult_years: int = 18
    """Age of majority."""
    own_consent_years: int | None = None
    """From this age a minor's own consent suffices for a service of low risk; nothing: never."""
    low_risk: frozenset[str] = LOW_RISK
    policy: Policy = DEFAULT_POLICY
    """Whether a mental-health professional must confirm a danger to life within 24 hours."""


PROPOSED = CountryRules()
"""Protocol A.4, "Minors" and "Exceptions" [P]: a guardian for every minor, no confirmation."""
RULES: dict[str, CountryRules] = {"GM": PROPOSED, "GN": PROPOSED, "ML": PROPOSED, "SN": PROPOSED}
"""By ISO 3166-1 alpha-2 code; another country has what is proposed."""


def rules_of(country: str) -> CountryRules:
    """The rules of a country."""
    return RULES.get(country, PROPOSED)


def may_consent_alone(rules: CountryRules, age_at_least: int | None, category: str) -> bool:
    """Whether a minor who is at least so many years old may agree alone to a kind of service."""
    if rules.own_consent_years is None or age_at_least is None:
        return False
    return category in rules.low_risk and age_at_least >= rules.own_consent_years
