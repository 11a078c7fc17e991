"""An invented household whose adults each have a matter of their own; somebody who waits for a campaign."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.who import Who
from routing.consent import ConsentKind
from routing.models import Case, CaseMember
from routing.operations.cases import add_member
from routing.operations.consents import Agreement, give_consent
from routing.operations.facts import record_facts
from routing.operations.needs import open_need
from seeds.demo_cases import COUNSELLED, listing, storyteller
from seeds.demo_story import Story

SEED = 20_261_128
HOUSING = ("gn-senah-matam-stay", "gn-senah-matam-conakry")
CAMPAIGN = ("gn-cfp-matoto-courses", "gn-cfp-matoto-site")
HUSBAND, SPOUSE = "Mamadou Baldé (démo)", "spouse"
CHILDREN = {"Aïssatou Baldé (démo)": 15, "Ousmane Baldé (démo)": 6}
"""Names and ages: one of each band for which a scheme may pay another amount (protocol A.16)."""


def load_demo_households(session: Session, *, now: dt.datetime) -> int:
    """Make the people of this file once; how many were made."""
    query = select(CaseMember.id).join(Case).where(Case.is_demo, CaseMember.relation == SPOUSE)
    if session.scalars(query).first() is not None:
        return 0
    begin = storyteller(session, SEED, now=now)
    household(begin(5))
    waiting = begin(3)
    waiting.need(listing(waiting, CAMPAIGN))
    return len(CHILDREN) + 3


def household(story: Story) -> None:
    """One roof is asked for all; what each adult asks for is not shown to the other."""
    referral = story.draft(listing(story, HOUSING), sex="female")
    case, wife = referral.case, referral.member
    given: dict[str, Any] = {"actor": story.actors["RC"], "now": story.now}
    husband = add_member(story.session, case, relation=SPOUSE, name=HUSBAND, **given)
    record_facts(
        story.session, husband, {"born": "1994-04-15", "sex": "male", "languages": ["fr"]}, **given
    )
    for name, age in CHILDREN.items():
        child = add_member(story.session, case, relation="child", name=name, **given)
        record_facts(story.session, child, {"born": f"{story.now.year - age}-01-15"}, **given)
    record_facts(story.session, wife, {"child-ages": sorted(CHILDREN.values())}, **given)
    agreed = Agreement(kind=ConsentKind.HOUSEHOLD, read_aloud=True)
    give_consent(story.session, husband, agreed, **given)
    open_need(story.session, wife, category="psychosocial", **given)
    open_need(story.session, husband, category="employment", **given)
    story.take(referral, "prepare", Who.RC, COUNSELLED)
    story.take(referral, "send", Who.RC, {})
