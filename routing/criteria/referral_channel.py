"""Who may send people to the service."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text, Words
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer

SELF = "self"
"""The sender, when the person comes alone."""


@dataclass(frozen=True, slots=True)
class Senders:
    """Organisations that may send; if none is given, those of the listing."""

    any_of: frozenset[str] = ask(
        shapes.many(shapes.text()), N_("Organisations that may send"), default=frozenset()
    )

    def describe(self) -> Text:
        """Such as “Sent by: iom”."""
        if not self.any_of:
            return N_("Sent by an organisation that may send")
        return N_("Sent by: {organisations}", organisations=Words(sorted(self.any_of)))


@kind(
    Senders,
    label=N_("Referral channel"),
    about=N_("The organisation that sends has an agreement with the service."),
    offer=("sender", "allowed_senders", "self_referral"),
    standing=True,
    example=Example(
        {"any_of": ["iom"]}, "written agreements, ERRIN: Yaoundé meeting, final document"
    ),
)
def referral_channel(facts: Facts, asks: Senders, offer: Offer, today: dt.date) -> Finding:
    """Without a sender (public search) nothing is decided; a person alone may come unless not."""
    if not offer.sender:
        return Finding(Answer.YES, N_("Not sent by anybody yet"))
    allowed = asks.any_of or offer.allowed_senders
    if offer.sender == SELF and offer.self_referral is not None:
        return _alone(offer.self_referral)
    if not allowed:
        return Finding(Answer.YES, N_("Any organisation may send"))
    reason = N_("May send: {organisations}", organisations=Words(sorted(allowed)))
    if offer.sender in allowed:
        return Finding(Answer.YES, reason)
    change = N_("Ask one of these organisations to send the person.")
    return Finding(Answer.NO, reason, change=change)


def _alone(permitted: bool) -> Finding:
    if permitted:
        return Finding(Answer.YES, N_("The person may come alone"))
    change = N_("Ask an organisation to send the person.")
    return Finding(Answer.NO, N_("People must be sent by an organisation"), change=change)
