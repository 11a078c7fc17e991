"""What is open now: a page, a calendar and a feed with the same filters as the search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for
from flask_babel import force_locale, gettext

from directory.audience import Audience, audience_of
from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import LANGUAGES, language, local, words
from directory.core.security import current_actor, public
from directory.core.text import N_
from directory.core.web import asked_page, render
from directory.feeds import atom_feed, icalendar_feed
from directory.feeds.entry import FeedEntry, News
from directory.forms.search import Asked, asked_search
from directory.pages.search_choices import Choices, country_name, search_choices
from directory.pages.search_query import address, asked_query
from directory.plain_words import cost_words
from directory.queries.filters import Moment
from directory.queries.opportunities import Opportunity, opportunities
from directory.queries.search import Found, found_listings

blueprint = Blueprint("open_now", __name__)
ROWS = 30
MOST_ENTRIES = 500
HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Shown:
    """What the template needs besides the rows."""

    asked: Asked
    choices: Choices
    calendar_url: str
    feed_url: str


@blueprint.get("/open-now")
@public
def page() -> Response:
    """Enrolment that is open or opens soon, and offers that end: the nearest day first."""
    query = asked_query()
    asked, found, news = _news(query, audience_of(current_actor()))
    slice_ = asked_page(size=ROWS)
    subscription = {**query, "lang": [language()]}
    shown = Shown(
        asked=asked,
        choices=search_choices(found, asked.search),
        calendar_url=address(".calendar", subscription),
        feed_url=address(".feed", subscription),
    )
    return render(
        "directory/open_now.html",
        fragment="results",
        status=422 if asked.problems else 200,
        shown=shown,
        news=news[slice_.offset : slice_.offset + slice_.size],
        page=slice_,
        total=len(news),
    )


@blueprint.get("/open-now.ics")
@public
def calendar() -> Response:
    """The same as a calendar to subscribe to: public services only, whoever asks."""
    with force_locale(_feed_language()):
        entries = _entries(asked_query())
        content = icalendar_feed.calendar(entries, title=_title(), language=_feed_language())
    return _feed(content, icalendar_feed.MEDIA_TYPE)


@blueprint.get("/open-now.atom")
@public
def feed() -> Response:
    """The same as a feed: public services only, whoever asks."""
    query = asked_query()
    with force_locale(_feed_language()):
        content = atom_feed.feed(
            _entries(query),
            title=_title(),
            address=address(".feed", {**query, "lang": [_feed_language()]}, external=True),
            page=address(".page", query, external=True),
            language=_feed_language(),
        )
    return _feed(content, atom_feed.MEDIA_TYPE)


def _news(
    query: Mapping[str, list[str]], audience: Audience
) -> tuple[Asked, Found, list[Opportunity]]:
    asked, moment = asked_search(db.session, query), Moment(now())
    found = found_listings(
        db.session, asked.search, audience=audience, moment=moment, language=language()
    )
    return asked, found, opportunities(db.session, found, moment.today)


def _entries(query: Mapping[str, list[str]]) -> Sequence[FeedEntry]:
    _, _, news = _news(query, Audience.EVERYBODY)
    return [_entry(one) for one in news[:MOST_ENTRIES]]


def _entry(one: Opportunity) -> FeedEntry:
    card = one.card
    name = f"{local(card.name)} ({card.organisation})"
    if card.is_demo:
        name = f"{name}, {gettext('Demonstration')}"
    where = ", ".join(
        part for part in (card.place, card.region, country_name(card.country)) if part
    )
    return FeedEntry(
        key=str(card.id),
        title=name,
        summary=words(cost_words(card.cost_model, card.price, card.currency)),
        address=url_for("listing.detail", key=card.id, _external=True),
        place=where,
        updated_at=card.edited_at,
        days=tuple(_days(one, name)),
    )


def _days(one: Opportunity, name: str) -> list[tuple[News, dt.date, str]]:
    """The days that matter, each with a sentence."""
    sentences = {
        News.OPENS: (one.opens_on, N_("Enrolment opens: {name}", name=name)),
        News.CLOSES: (
            one.last_day if one.intake is not None else None,
            N_("Last day to apply: {name}", name=name),
        ),
        News.STARTS: (one.starts_on, N_("Starts: {name}", name=name)),
        News.ENDS: (
            one.ends_on if one.intake is None else None,
            N_("The offer ends: {name}", name=name),
        ),
    }
    return [(kind, day, words(text)) for kind, (day, text) in sentences.items() if day is not None]


def _title() -> str:
    return gettext("Open now")


def _feed_language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else language()


def _feed(content: bytes, media_type: str) -> Response:
    response = Response(content, content_type=f"{media_type}; charset=utf-8")
    response.cache_control.public = True
    response.cache_control.max_age = HOUR_SECONDS
    response.add_etag()
    response.make_conditional(request)
    return response
