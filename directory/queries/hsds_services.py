"""Services as HSDS objects, made of all their offers that the reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from directory.core.i18n import language, local
from directory.core.text import N_, Text, Words
from directory.hsds_identifiers import derived_id
from directory.hsds_parts import (
    ages,
    eligibility_words,
    required_documents,
    status_of,
    widest_ages,
)
from directory.hsds_taxonomies import CATEGORY, SECTOR, SPECIALTY, TAXONOMIES, attribute_object
from directory.listing_life import State
from directory.models import Listing, Programme, Service
from directory.queries.hsds_offers import Reader, offers_of_services
from directory.queries.hsds_organisations import organisation_object, web_address
from directory.queries.hsds_places import capacities, modified_at, offer_object
from directory.queries.listing_view import ListingView
from directory.queries.listings import shown_to
from directory.vocabulary import LANGUAGES

Views = Sequence[ListingView]
EVERYBODY = N_("For everybody: there are no conditions.")
PREFERRED = N_("{condition} (preferred, not required)")
UNVERIFIED = N_("Nobody has verified this yet.")
OLD = N_("This has not been confirmed for a long time.")
CALL = N_("Call before you go or send somebody.")
ALONE = N_("One can go there without being sent.")
SENT = N_("Only people sent by an organisation are received.")


def service_objects(
    session: Session, ids: Sequence[UUID], reader: Reader
) -> Iterator[dict[str, Any]]:
    """HSDS ``service``, whole, in the order of ``ids``."""
    for views in offers_of_services(session, ids, reader).values():
        yield service_object(views, reader)


def service_object(views: Views, reader: Reader) -> dict[str, Any]:
    """One service from its offers, of which there is at least one."""
    return {
        **_said_once(views, reader),
        "service_at_locations": [offer_object(view, reader) for view in views],
        **_lists(views, reader),
    }


def _said_once(views: Views, reader: Reader) -> dict[str, Any]:
    service: Service = views[0].listing.service
    youngest, oldest = widest_ages([ages(view.condition_rows) for view in views])
    return {
        "id": service.id,
        "organization_id": service.organisation_id,
        "program_id": service.programme_id,
        "name": local(service.name),
        "alternate_name": _other_name(service.name),
        "description": local(service.description) or None,
        "url": web_address(service.url),
        "email": _shared(view.where.email for view in views),
        "status": status_of([view.ends_on for view in views], reader.now.date()),
        "application_process": _joined(_applying(views)),
        "fees_description": _joined(dict.fromkeys(_fees(views))),
        "eligibility_description": _joined(eligibility_words([_for_whom(view) for view in views])),
        "minimum_age": youngest,
        "maximum_age": oldest,
        "assured_date": max(
            (view.listing.verified_at.date() for view in views if view.listing.verified_at),
            default=None,
        ),
        "alert": _alert(views),
        "last_modified": max(modified_at(view.listing) for view in views),
        "organization": organisation_object(service.organisation),
        "program": _program(service.programme),
        "is_demonstration": any(view.listing.is_demo for view in views) or None,
        "translations": {
            code: {"name": name, "description": service.description.get(code)}
            for code, name in service.name.items()
        },
    }


def _lists(views: Views, reader: Reader) -> dict[str, Any]:
    service: Service = views[0].listing.service
    listings = [view.listing for view in views]
    programme = service.programme
    return {
        "languages": [
            {
                "id": derived_id(service.id, "language", code),
                "service_id": service.id,
                "name": LANGUAGES.get(code, code),
                "code": code,
            }
            for code in sorted({code for one in listings for code in one.languages})
        ],
        "required_documents": required_documents(
            service.id, (code for one in listings for code in one.documents_required)
        ),
        "cost_options": [_cost(view) for view in views if view.listing.cost_model is not None],
        "capacities": [one for view in views for one in capacities(view, reader)],
        "attributes": _attributes(service, listings),
        "funding": [_funding(service.id, programme)] if programme and programme.funder else [],
    }


def _other_name(names: Mapping[str, str]) -> str | None:
    """What the service is called in another language."""
    shown = local(names)
    others = (name for code, name in names.items() if code != language() and name != shown)
    return next(others, None)


def _shared(values: Iterable[str | None]) -> str | None:
    """What all say, if they agree."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _joined(sentences: Iterable[Text]) -> Text | None:
    """A sentence a line."""
    lines = list(sentences)
    names = {f"line{number}": line for number, line in enumerate(lines)}
    return Text("\n".join(f"{{{name}}}" for name in names), names) if lines else None


def _applying(views: Views) -> Iterator[Text]:
    alone = _agreed({view.listing.accepts_self_referral for view in views})
    if alone is not None:
        yield ALONE if alone else SENT
    needed = dict.fromkeys(fact for view in views for fact in view.data_needed)
    if needed:
        yield N_("Needed at first contact: {facts}", facts=Words(needed))


def _agreed(answers: set[bool | None]) -> bool | None:
    return answers.pop() if len(answers) == 1 else None


def _fees(views: Views) -> Iterator[Text]:
    for view in views:
        if view.listing.cost_model is not None:
            yield view.cost
        if view.listing.cost_note:
            yield N_("{note}", note=view.listing.cost_note)
        yield from view.terms


def _for_whom(view: ListingView) -> tuple[object, Sequence[Text]]:
    place = view.where.place or view.where.region or view.where.country
    if view.listing.has_no_conditions and not view.criteria:
        return place, [EVERYBODY]
    return place, [
        one.sentence if one.is_hard else Text(PREFERRED.template, {"condition": one.sentence})
        for one in view.criteria
    ]


def _alert(views: Views) -> Text | None:
    """The warning of the page: nobody has verified it, or it is old."""
    if any(view.listing.verified_at is None for view in views):
        return _joined([UNVERIFIED, CALL])
    if any(view.listing.state is State.STALE for view in views):
        return _joined([OLD, CALL])
    return None


def _program(programme: Programme | None) -> dict[str, Any] | None:
    if programme is None:
        return None
    return {"id": programme.id, "name": programme.name, "description": programme.note or ""}


def _funding(owner: UUID, programme: Programme) -> dict[str, Any]:
    key = derived_id(owner, "funding", programme.id)
    return {"id": key, "service_id": owner, "source": programme.funder}


def _cost(view: ListingView) -> dict[str, Any]:
    listing = view.listing
    return {
        "id": derived_id(listing.id, "cost"),
        "service_id": listing.service_id,
        "service_at_location_id": listing.id,
        "option": view.cost,
        "currency": listing.currency,
        "amount": listing.price,
        "amount_description": _joined(
            [*([N_("{note}", note=listing.cost_note)] if listing.cost_note else []), *view.terms]
        ),
    }


def _attributes(service: Service, listings: Sequence[Listing]) -> list[dict[str, Any]]:
    codes = (
        (CATEGORY, {service.category}),
        (SECTOR, {code for one in listings for code in one.sectors}),
        (SPECIALTY, {code for one in listings for code in one.specialties}),
    )
    return [
        attribute_object(service.id, "service", TAXONOMIES[name], code)
        for name, own in codes
        for code in sorted(own)
    ]


def minimal_services(
    session: Session, ids: Sequence[UUID], reader: Reader
) -> Iterator[dict[str, Any]]:
    """Id, name, status and time of the last change only, in the order of ``ids``."""
    for row in _summed_up(session, ids, reader):
        yield _minimal(row, reader.now.date())


def service_lines(
    session: Session, ids: Sequence[UUID], reader: Reader
) -> Mapping[UUID, dict[str, Any]]:
    """What is said of services beside one of their offers: nothing that all offers must be read
    for.
    """
    return {
        row.id: {
            **_minimal(row, reader.now.date()),
            "organization_id": row.organisation_id,
            "program_id": row.programme_id,
            "description": local(row.description) or None,
            "url": web_address(row.url),
        }
        for row in _summed_up(session, ids, reader)
    }


def _minimal(row: Row[Any], today: dt.date) -> dict[str, Any]:
    ends = row.last_day if row.with_last_day == row.offers else None
    days = [day for day in (ends, row.programme_ends_on) if day is not None]
    return {
        "id": row.id,
        "name": local(row.name),
        "status": status_of([min(days, default=None)], today),
        "last_modified": max(row.edited_at, row.verified_at or row.edited_at),
    }


def _summed_up(session: Session, ids: Sequence[UUID], reader: Reader) -> list[Row[Any]]:
    """One row a service, in one statement."""
    offers = (
        select(
            Listing.service_id,
            func.max(Listing.edited_at).label("edited_at"),
            func.max(Listing.verified_at).label("verified_at"),
            func.max(Listing.ends_on).label("last_day"),
            func.count(Listing.ends_on).label("with_last_day"),
            func.count().label("offers"),
        )
        .where(Listing.service_id.in_(ids), *shown_to(reader.audience))
        .group_by(Listing.service_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Service.id, Service.name, Service.description, Service.url, Service.organisation_id,
            Service.programme_id, Programme.ends_on.label("programme_ends_on"),
            *(column for column in offers.c if column.name != "service_id"),
        )
        .join(offers, offers.c.service_id == Service.id)
        .outerjoin(Programme, Service.programme_id == Programme.id)
    )  # fmt: skip
    found = {row.id: row for row in rows}
    return [found[key] for key in ids if key in found]
