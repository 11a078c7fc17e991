"""One invented person and what happens to them, told with the operations that users use."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.models import Listing, Organisation
from directory.who import Who
from routing.attempts import Outcome
from routing.consent import ConsentKind
from routing.models import Case, ConsentRecord, Need, Referral
from routing.operations.case_steps import admit
from routing.operations.cases import Route, open_case
from routing.operations.consents import Agreement, Named, give_consent
from routing.operations.facts import record_facts
from routing.operations.informing import inform, record_attempt
from routing.operations.needs import open_need
from routing.operations.referral_creation import create_referral
from routing.operations.referrals import take_step
from routing.priorities import Priority

DAY = dt.timedelta(days=1)
GIVEN_NAMES = {
    "female": ("Aminata", "Binta", "Djénabou", "Fanta", "Hawa", "Kadiatou", "Oumou"),
    "male": ("Alpha", "Cellou", "Elhadj", "Ibrahima", "Mamoudou", "Sékou", "Thierno"),
}
FAMILY_NAMES = (
    "Bah",
    "Barry",
    "Camara",
    "Condé",
    "Diallo",
    "Keïta",
    "Soumah",
    "Sow",
    "Sylla",
    "Touré",
)


@dataclass
class Story:
    """One invented person on the way to one listing; ``now`` goes forward with the steps."""

    session: Session
    dice: random.Random
    now: dt.datetime
    actors: Mapping[str, Actor]
    """By role, on the sending side."""
    providers: Mapping[UUID, Actor]
    """By organisation."""
    organisation: Organisation

    def need(
        self, listing: Listing, *, priority: Priority = Priority.P3, sex: str | None = None
    ) -> Need:
        """A person near the listing, whom its conditions accept, with one need."""
        sex = sex or self.dice.choice(sorted(GIVEN_NAMES))
        case = self._case(sex)
        member = case.members[0]
        record_facts(
            self.session, member, self._facts(listing, sex), actor=self.actors["RC"], now=self.now
        )
        agreed = Agreement(kind=ConsentKind.SERVICES, read_aloud=True)
        give_consent(self.session, member, agreed, actor=self.actors["RC"], now=self.now)
        need = open_need(
            self.session,
            member,
            actor=self.actors["RC"],
            now=self.now,
            category=listing.service.category,
            priority=priority,
        )
        admit(
            self.session,
            case,
            actor=self.actors["RC"],
            now=self.now,
            screening="demo-1",
            services_shown=(listing.service.category,),
        )
        return need

    def consent(self, need: Need, *listings: Listing) -> ConsentRecord:
        """Sharing with these providers, in this order, read aloud and signed."""
        named = tuple(
            Named(organisation_id=row.service.organisation_id, accepted=True, listing_id=row.id)
            for row in listings
        )
        agreed = Agreement(
            need_id=need.id, dataset=need.category, recipients=named, read_aloud=True, language="fr"
        )
        return give_consent(
            self.session, need.member, agreed, actor=self.actors["RC"], now=self.now
        )

    def draft(
        self, listing: Listing, *, priority: Priority = Priority.P3, sex: str | None = None
    ) -> Referral:
        """A referral that is being built, with the person's consent."""
        need = self.need(listing, priority=priority, sex=sex)
        self.consent(need, listing)
        return self._create(need, listing)

    def follow(self, need: Need, listing: Listing, parent: Referral) -> Referral:
        """The referral that comes after a returned one."""
        self.consent(need, listing)
        return self._create(need, listing, parent)

    def take(self, referral: Referral, name: str, who: Who, details: Mapping[str, Any]) -> None:
        """One step, half a day after the one before."""
        self.now += dt.timedelta(hours=12)
        take_step(
            self.session,
            referral,
            name,
            actor=self.acting(who, referral),
            role=who,
            now=self.now,
            details=details,
        )

    def tell(self, referral: Referral) -> None:
        """The person hears what came of it."""
        self.now += dt.timedelta(hours=3)
        inform(
            self.session,
            referral,
            actor=self.actors["RC"],
            role=Who.RC,
            now=self.now,
            channel="phone",
            reached=True,
        )

    def try_to_reach(self, referral: Referral, number: int, days: int) -> None:
        """Calls that nobody answers, at all hours, the first of them announced."""
        routes = referral.member.routes
        for count in range(number):
            self.now += days * DAY
            record_attempt(
                self.session,
                referral,
                actor=self.actors["RC"],
                role=Who.RC,
                now=self.now + dt.timedelta(hours=10 * (count % 2)),
                route=routes[count % len(routes)],
                outcome=Outcome.NO_ANSWER,
                announced=count == 0,
            )

    def acting(self, who: Who, referral: Referral) -> Actor:
        """Who acts in a role; for the provider, an account of the one that has the referral."""
        if who in (Who.FP, Who.PW):
            return self.providers[referral.recipient_id]
        return self.actors["RC" if who is Who.BEN else who.value]

    def _create(self, need: Need, listing: Listing, parent: Referral | None = None) -> Referral:
        referral = create_referral(
            self.session, need, listing, actor=self.actors["RC"], now=self.now, parent=parent
        )
        referral.is_demo = True
        return referral

    def _case(self, sex: str) -> Case:
        name = f"{self.dice.choice(GIVEN_NAMES[sex])} {self.dice.choice(FAMILY_NAMES)} (démo)"
        # +224 600 is not in use: nobody is called by mistake
        numbers = [f"+224600{self.dice.randrange(10**6):06}" for _ in range(2)]
        routes = tuple(
            Route(
                kind="phone", value=number, safe_to_call=True, safe_to_text=True, hours="après 17 h"
            )
            for number in numbers
        )
        return open_case(
            self.session,
            actor=self.actors["RC"],
            now=self.now,
            organisation_id=self.organisation.id,
            country="GN",
            name=name,
            routes=routes,
            is_demo=True,
        )

    def _facts(self, listing: Listing, sex: str) -> dict[str, object]:
        site, dice = listing.site, self.dice
        lon, lat = (
            (site.lon or -13.67) + dice.uniform(-0.01, 0.01),
            (site.lat or 9.54) + dice.uniform(-0.01, 0.01),
        )
        return {
            "born": f"{self.now.year - dice.randint(19, 33)}-{dice.randint(1, 12):02}-15",
            "sex": sex,
            "education": dice.choice(["gn:6", "gn:8", "gn:9", "gn:10"]),
            "location": {"lon": round(lon, 4), "lat": round(lat, 4), "radius": 0},
            "population-group": "returnee",
            "return-mode": dice.choice(["avr", "humanitarian"]),
            "languages": ["fr", dice.choice(["ff", "sus", "mnk"])],
            "can-advance": 0,
        }
