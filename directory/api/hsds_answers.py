"""How HSDS answers: pages in their envelope, lines as they are read, single objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson
from flask import Flask, Response, current_app, request
from flask_babel import force_locale

from directory.audience import audience_of
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Invalid, NotFound
from directory.core.i18n import language
from directory.core.security import current_actor
from directory.core.text import N_
from directory.core.web import UNWRITABLE
from directory.forms.hsds_query import AskedList, asked_list, read_parameters
from directory.hsds_parameters import LISTS
from directory.queries.hsds_lists import keys_of, objects_of
from directory.queries.hsds_offers import BATCH, Reader, reader_for
from directory.queries.listing_view import DESCRIBERS

JSON, LINES = "application/json", "application/x-ndjson"


def answer_list(name: str) -> Response:
    """A list of what has rows, as it was asked for."""
    asked = asked_list(db.session, asked_parameters(), LISTS[name].parameters)
    reader, form = _reader(), _form(asked)
    keys = keys_of(db.session, name, asked.selection, reader, language())

    def objects(start: int, stop: int) -> Iterator[dict[str, Any]]:
        return objects_of(db.session, name, keys.between(start, stop), reader, form=form)

    if asked.as_lines:
        return lines(_read_by_batches(name, keys.all(), reader, form))
    return page(asked, keys.total, objects)


def answer_values(name: str, values: Callable[[AskedList], list[dict[str, Any]]]) -> Response:
    """A list of what is known without the database."""
    asked = asked_list(db.session, asked_parameters(), LISTS[name].parameters)
    found = values(asked)
    if asked.as_lines:
        return lines(iter([_as_lines(found)]))
    return page(asked, len(found), lambda start, stop: iter(found[start:stop]))


def answer_one(name: str, key: UUID) -> Response:
    """One object, whole; ``NotFound`` also for what the reader may not know of."""
    asked = read_parameters(asked_parameters(), LISTS[name].of_one)
    form = "full_service" if asked.get("full_service") else "full"
    found = next(objects_of(db.session, name, [key], _reader(), form=form), None)
    return answer_value(found)


def answer_value(found: dict[str, Any] | None) -> Response:
    """An object, or ``NotFound``."""
    if found is None:
        raise NotFound
    return json_response(found)


def asked_parameters() -> dict[str, list[str]]:
    """Parameters of the address and, in a POST, of its body: a form, or a JSON object."""
    asked: dict[str, list[str]] = request.args.to_dict(flat=False)
    more: dict[str, list[str]] = request.form.to_dict(flat=False)
    if request.is_json and request.method == "POST":
        more = _of_json()
    for name, values in more.items():
        asked[name] = [*asked.get(name, ()), *values]
    return asked


def page(
    asked: AskedList, total: int, objects: Callable[[int, int], Iterator[dict[str, Any]]]
) -> Response:
    """One page in the envelope of HSDS; one beyond the last is empty."""
    start = (asked.page - 1) * asked.per_page
    contents = list(objects(start, min(start + asked.per_page, total))) if start < total else []
    pages = -(-total // asked.per_page)
    return json_response(
        {
            "total_items": total,
            "total_pages": pages,
            "page_number": asked.page,
            "size": len(contents),
            "first_page": asked.page == 1,
            "last_page": asked.page >= pages,
            "empty": not contents,
            "contents": contents,
        }
    )


def lines(parts: Iterator[bytes]) -> Response:
    """An object a line, sent part by part."""
    return _in_language(Response(parts, mimetype=LINES))


def _read_by_batches(name: str, ids: Sequence[UUID], reader: Reader, form: str) -> Iterator[bytes]:
    """Each batch has a session of its own: whoever reads slowly keeps no connection."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- the application itself, for when the request is over
    code = language()

    def read() -> Iterator[bytes]:
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            with app.app_context(), force_locale(code):
                part = _as_lines(objects_of(db.session, name, some, reader, form=form))
            yield part

    return read()


def _as_lines(objects: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(one) + b"\n" for one in objects)


def json_response(content: Any) -> Response:
    """An answer in the language of the reader."""
    return _in_language(Response(orjson.dumps(content), mimetype=JSON))


def _in_language(response: Response) -> Response:
    response.content_language.add(language())
    response.vary.add("Accept-Language")
    return response


def _reader() -> Reader:
    describers = current_app.extensions[DESCRIBERS]
    return reader_for(db.session, describers, audience=audience_of(current_actor()), now=now())


def _form(asked: AskedList) -> str:
    if asked.minimal:
        return "minimal"
    if asked.full_service:
        return "full_service"
    return "full" if asked.full else "brief"


def _of_json() -> dict[str, list[str]]:
    content = request.get_json()
    if not isinstance(content, dict):
        raise Invalid({"body": N_("Send an object with the names and values of parameters.")})
    return {name: [_text(name, value)] for name, value in content.items()}


def _text(name: str, value: Any) -> str:
    """A value of JSON as an address would say it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise Invalid({name: N_("Send a text, a number, true or false.")})
    if UNWRITABLE.search(str(value)):
        raise Invalid({name: N_("The text holds a character that cannot be stored.")})
    return str(value)
