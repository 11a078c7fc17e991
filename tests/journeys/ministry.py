"""What a ministry does before the first referral: name who answers, count places, verify.

``python -m tests.journeys.ministry`` in the environment of the installation. The carpentry school
of Labé gets an account; Enabel's site at Pita gets an exact position in the countryside.
"""

from __future__ import annotations

import datetime as dt

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.clock import now
from directory.core.db import transaction
from directory.models import Account, Capacity, FocalPoint, Listing, Organisation, Service, Site
from directory.operations.accounts import create_account, give_role
from directory.operations.listings import announce_changes, take_listing_step
from directory.visibility import Precision
from directory.who import Who
from seeds.demo_accounts import PASSWORD
from wsgi import create_app

ENABEL = ("gn-enabel-training", "gn-enabel-pita")
CARPENTRY = ("gn-cfp-labe-carpentry", "gn-cfp-labe-carpentry-site")
SCHOOL = "school"
"""Before the @ of the address with which the school signs in."""


def prepare(session: Session, at: dt.datetime) -> None:
    """Two listings to which people can be sent, and somebody who answers for each."""
    enabel, carpentry = _listing(session, *ENABEL), _listing(session, *CARPENTRY)
    enabel.site.precision, enabel.site.is_urban = Precision.SITE, False
    carpentry.cost_model, carpentry.has_no_conditions = "free", True
    announce_changes(session, [enabel, carpentry], actor=SYSTEM, now=at)
    for listing in (enabel, carpentry):
        _verify(session, listing, at)
    _school(session, at)


def _listing(session: Session, service: str, site: str) -> Listing:
    query = select(Listing).join(Service).join(Site, Listing.site_id == Site.id)
    return session.scalars(query.where(Service.key == service, Site.key == site)).one()


def _verify(session: Session, listing: Listing, at: dt.datetime) -> None:
    ministry = session.scalars(
        select(Account).where(Account.email.startswith("coordination"))
    ).one()
    session.add(
        FocalPoint(
            listing_id=listing.id,
            role_title="Responsable des inscriptions",
            deputy_name="Adjoint",
            phone="+224622000000",
            languages=["fr"],
            promised_hours={"P3": 240},
        )
    )
    session.add(Capacity(listing_id=listing.id, places=20, updated_at=at))
    listing.has_no_end = True
    session.flush()
    session.refresh(listing)
    take_listing_step(session, listing, "verify", actor=ministry.actor, who=Who.NC, now=at)


def _school(session: Session, at: dt.datetime) -> None:
    key = "gn-cfp-labe"
    organisation = session.scalars(select(Organisation).where(Organisation.key == key)).one()
    account = create_account(
        session,
        email=f"{SCHOOL}@demo.example",
        name="Saliou (démo)",
        password_hash=hash_password(PASSWORD),
        is_demo=True,
        actor=SYSTEM,
        now=at,
    )
    give_role(session, account, "FP", actor=SYSTEM, now=at, organisation_id=organisation.id)


if __name__ == "__main__":
    with create_app().app_context(), transaction() as session:
        prepare(session, now())
