"""The edge of HTTP: errors become answers, one request is one transaction, pages are rendered."""

from __future__ import annotations

import io
import logging
import re
import tempfile
from collections.abc import Iterator
from contextvars import Token
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from jinja2_fragments.flask import render_block
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from directory.core import outbox
from directory.core.clock import now
from directory.core.db import WRITING, db
from directory.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable
from directory.core.i18n import translate
from directory.core.text import N_

log = logging.getLogger(__name__)

STATUS = {NotFound: 404, Forbidden: 403, Conflict: 409, Invalid: 422, Unavailable: 503}
LARGEST_REQUEST = 6 * 1024 * 1024
"""A file of 5 MB and the form around it (trust.md 5.2.1)."""
SMALL_FILE = 2 * 1024 * 1024
"""Bytes that an answer may hold in memory."""
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of characters."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FOR_PROGRAMS = ("/api/", "/hsds/")
"""How addresses begin that programs ask, not people."""


class ReadableJson(DefaultJSONProvider):
    """What is nested too deep is no JSON that we read, whoever reads it first: Flask-Security looks
    for an access token in every body.
    """

    def loads(self, s: str | bytes, **more: Any) -> Any:
        """The content of ``s``; raises ``ValueError``, which becomes "bad request"."""
        try:
            return super().loads(s, **more)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def init_app(app: Flask) -> None:
    """Install the transaction, the answers to errors, and the size of the largest request."""
    app.json = ReadableJson(app)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.before_request(refuse_unwritable)
    app.teardown_request(forget_transaction)
    app.register_error_handler(DomainError, answer)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(OperationalError, answer_database)


def frame_requests(app: Flask) -> None:
    """Begin the transaction before and end it after all else; called after all other parts.

    Whoever reads before SQLite's write lock is taken (who is signed in?) holds an old picture, with
    which nothing can be written once another process has written: "database is locked", at once.
    Flask asks the part that came last first: if the database refuses at the very end, the answer
    that says so still gets its headers.
    """
    app.before_request_funcs.setdefault(None, []).insert(0, open_transaction)
    app.after_request(close_transaction)


def status_of(error: DomainError) -> int:
    """The HTTP status of a refusal."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def wants_json() -> bool:
    """Whether a program asks: it is answered with problem+json."""
    return is_for_programs(request.path)


def is_for_programs(path: str) -> bool:
    """Whether an address is one that programs ask."""
    return path.startswith(FOR_PROGRAMS)


def answer(error: DomainError) -> ResponseReturnValue:
    """A refusal as problem+json for programs, as a page or fragment for people."""
    status = status_of(error)
    if isinstance(error, Unavailable):
        log.error("unavailable: %s", error.__cause__ or error)
        _ask_the_database_nothing()
    log.info("refused: %s %s", status, error.code)
    sentences = [translate(reason) for reason in error.reasons]
    fields = {name: translate(text) for name, text in getattr(error, "fields", {}).items()}
    if wants_json():
        return problem(
            status, error.code, translate(error.reason), reasons=sentences, fields=fields
        )
    page = render_template(
        "directory/refused.html",
        status=status,
        reason=translate(error.reason),
        reasons=sentences,
        fields=fields,
    )
    return page, status


def _ask_the_database_nothing() -> None:
    """The page that says what broke is for nobody in particular: it must not ask who reads it."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 -- where Flask-Login keeps it
    db.session.rollback()


def answer_database(error: OperationalError) -> ResponseReturnValue:
    """The database is locked, full or away: nothing was done, and that is what is said."""
    unavailable = Unavailable(N_("The database does not answer, so nothing was done."))
    unavailable.__cause__ = error.orig
    return answer(unavailable)


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """Errors of HTTP itself (no such address, wrong method, too many requests)."""
    if error.code is None or error.response is not None or error.code < 400:
        return error
    if error.code >= 500:
        _ask_the_database_nothing()
    if wants_json():
        refusal = problem(
            error.code, error.name.lower().replace(" ", "-"), error.description or error.name
        )
        if isinstance(error, MethodNotAllowed):
            refusal.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return refusal
    return render_template(
        "directory/refused.html", status=error.code, reason=None, reasons=[], fields={}
    ), error.code


def problem(status: int, code: str, title: str, **more: Any) -> Response:
    """An answer of RFC 9457, ``application/problem+json``; empty members are left out."""
    content = {"type": f"urn:passerelle:problem:{code}", "status": status, "title": title}
    response = jsonify(content | {name: value for name, value in more.items() if value})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def render(
    template: str, *, fragment: str | None = None, status: int = 200, **values: Any
) -> Response:
    """The whole page, or only its block ``fragment`` when htmx asks for a part."""
    if fragment and request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        response = make_response(render_block(template, fragment, **values), status)
    else:
        response = make_response(render_template(template, **values), status)
    response.headers.add("Vary", "HX-Request")
    return response


def refuse_unwritable() -> None:
    """Text that no database can hold is refused before anybody looks at it."""
    reason = N_("The text holds a character that cannot be stored.")
    fields = {
        name: reason
        for name, texts in request.values.lists()
        if any(UNWRITABLE.search(text) for text in texts)
    }
    if fields:
        raise Invalid(fields)


def open_transaction() -> None:
    """Let SQLite take its write lock at once where this request may write."""
    g.writing = WRITING.set(may_write())


def may_write() -> bool:
    """Whether the method changes things, unless the view only reads; or the view leaves an audit
    line even when it reads.
    """
    from directory.core.security import access_of_request  # noqa: PLC0415 -- circular import

    access = access_of_request()
    if access is None:
        return request.method not in SAFE_METHODS
    return access.audited or not (access.only_reads or request.method in SAFE_METHODS)


def close_transaction(response: Response) -> Response:
    """One request, one transaction: a refusal leaves no trace."""
    answered = _closed(response)
    # what is read from here on, for headers and the session, must not take SQLite's write lock
    WRITING.set(False)
    return answered


def _closed(response: Response) -> Response:
    if response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.exception("the transaction could not be ended")
        unavailable = Unavailable(N_("The database does not answer, so nothing was done."))
        unavailable.__cause__ = error
        return make_response(answer(unavailable))
    if db.session.info.pop("announced", False):
        deliver_messages()
    return response


def deliver_messages() -> None:
    """Hand over what needs no network; the rest waits in the outbox for the worker."""
    try:
        outbox.hand_over(db.session, now=now())
    except Exception:
        log.exception("the outbox will be tried again")
        db.session.rollback()


def forget_transaction(_error: BaseException | None) -> None:
    """Reset the write mark of this request."""
    token: Token[bool] | None = g.pop("writing", None)
    if token is not None:
        WRITING.reset(token)


def new_file() -> BinaryIO:
    """A file to be sent, empty: in memory while it is small, on disk when it grows."""
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(SMALL_FILE))


def send_made_file(file: BinaryIO, *, media_type: str, name: str) -> Response:
    """A file that was just written, as a download; what is large is sent piece by piece.

    It is made whole before anything is sent: a failure is an answer, not half a file.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size <= SMALL_FILE:
        with file:
            response = Response(file.read(), mimetype=media_type)
    else:
        response = Response(_pieces(file), mimetype=media_type)
        response.call_on_close(file.close)
        response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(64 * 1024):
            yield piece


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a list: ``number`` from 1, ``size`` rows."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size


def asked_page(*, size: int = 20, most: int = 100) -> Page:
    """The page named by ``?page=`` and ``?per_page=``, kept within bounds."""
    number = request.args.get("page", 1, type=int) or 1
    asked = request.args.get("per_page", size, type=int) or size
    return Page(max(1, min(number, 100_000)), max(1, min(asked, most)))
