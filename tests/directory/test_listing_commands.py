"""``flask directory`` for whoever keeps listings."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory.core.clock import now
from directory.listing_life import State
from directory.models import Capacity, FocalPoint, Listing
from tests import factories


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["directory", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def complete_listing(session: Session, key: str) -> Listing:
    listing: Listing = factories.Listing(
        service=factories.Service(key=key), site=factories.Site(key=f"{key}-site"),
        state=State.STALE, verified_at=None, has_no_end=True, has_no_conditions=True,
        promised_hours={"P3": 48},
    )  # fmt: skip
    point = FocalPoint(role_title="Head", deputy_name="B", languages=["fr"], promised_hours={})
    listing.focal_points.append(point)
    listing.capacities.append(Capacity(places=3, updated_at=factories.NOW))
    session.commit()
    return listing


def coordinator(session: Session) -> str:
    account = factories.Account.with_role("NC", country="GN")
    session.commit()
    return str(account.email)


def test_listings_are_listed_with_their_keys(app: Flask, session: Session) -> None:
    complete_listing(session, "gn-b")
    complete_listing(session, "gn-a")
    factories.Listing(site=factories.Site(country="ML"))
    session.commit()
    code, output = run(app, "list", "--country", "gn", "--state", "stale")
    assert (code, [line.split("\t")[0] for line in output.splitlines()]) == (
        0,
        ["gn-a@gn-a-site", "gn-b@gn-b-site"],
    )


@pytest.mark.parametrize("key", ["gn-a@gn-a-site", "gn-a", "gn-a-site", "the id"])
def test_a_listing_is_verified_by_any_of_its_keys(app: Flask, session: Session, key: str) -> None:
    listing, email = complete_listing(session, "gn-a"), coordinator(session)
    named = str(listing.id) if key == "the id" else key
    code, output = run(app, "verify", named, "--as", email.upper())
    session.expire_all()
    assert (code, output, listing.state) == (0, f"{named}: Verified\n", State.VERIFIED)


def test_all_are_verified_or_none(app: Flask, session: Session) -> None:
    listing, email = complete_listing(session, "gn-a"), coordinator(session)
    factories.Listing(service=factories.Service(key="gn-empty"), cost_model=None)
    session.commit()
    code, output = run(app, "verify", "gn-a", "gn-empty", "--as", email)
    session.expire_all()
    assert (code, listing.state) == (1, State.STALE)
    assert "is not possible now" in output
    assert "Nothing was changed." in output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["verify", "nowhere"], "There is no listing “nowhere”."),
        (["step", "gn-a", "suspend"], "Please give a reason."),
        (["step", "gn-a", "confirm"], "Your role does not include this."),
        (["step", "gn-twice", "end"], "means several listings"),
    ],
)
def test_refusals_are_sentences(
    app: Flask, session: Session, arguments: list[str], sentence: str
) -> None:
    complete_listing(session, "gn-a")
    service = factories.Service(key="gn-twice")
    factories.Listing(service=service)
    factories.Listing(service=service)
    code, output = run(app, *arguments, "--as", coordinator(session))
    assert code == 1
    assert sentence in output
    assert "Traceback" not in output


def test_an_unknown_account_is_refused(app: Flask, session: Session) -> None:
    complete_listing(session, "gn-a")
    code, output = run(app, "verify", "gn-a", "--as", "nobody@example.org")
    assert (code, "There is no active account nobody@example.org." in output) == (1, True)


def test_a_step_with_a_reason_is_taken(app: Flask, session: Session) -> None:
    listing, email = complete_listing(session, "gn-a"), coordinator(session)
    code, _ = run(app, "step", "gn-a", "suspend", "--as", email, "--reason", "works")
    session.expire_all()
    assert (code, listing.state) == (0, State.SUSPENDED)


def test_stale_listings_are_marked(app: Flask, session: Session) -> None:
    old = factories.Listing(verified_at=now() - dt.timedelta(days=91))
    fresh = factories.Listing(verified_at=now())
    session.commit()
    code, output = run(app, "stale")
    session.expire_all()
    assert (code, old.state, fresh.state) == (0, State.STALE, State.VERIFIED)
    assert "1 listings are out of date" in output
