"""The JSON interface: how it is described (OpenAPI 3.1), and how it refuses (RFC 9457)."""

from __future__ import annotations

import http
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, NoReturn

from flask import Flask, Request
from flask_smorest import Api, Blueprint
from flask_smorest.utils import prepare_response
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from directory.core.errors import Invalid
from directory.core.security import public
from directory.core.text import N_, Text
from directory.core.web import UNWRITABLE

PREFIX = "/api/v1"
PROBLEM_TYPE = "application/problem+json"


class Problem(Schema):
    """A refusal: what is wrong, in words and by field."""

    type = fields.String(required=True, metadata={"description": "Stable code, as a URN."})
    status = fields.Integer(required=True)
    title = fields.String(required=True, metadata={"description": "One sentence for people."})
    reasons = fields.List(fields.String(), metadata={"description": "Every reason."})
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        data_key="fields",
        metadata={"description": "What is wrong with which field."},
    )


class ProblemApi(Api):
    """Errors are answered by ``directory.core.web`` like everywhere, and described as they are."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Nothing: the application's own handlers answer."""

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= http.HTTPStatus.BAD_REQUEST:
                response["schema"] = Problem
            self._register_response(status.name, response)
        error = {"description": "Any other refusal", "schema": Problem}
        self._register_response("DEFAULT_ERROR", error)

    def _register_response(self, name: str, response: dict[str, Any]) -> None:
        prepare_response(response, self.spec, PROBLEM_TYPE)
        self.spec.components.response(name, response, lazy=True)


class StrictParser(FlaskParser):
    """Unknown names are refused everywhere, and refusals are ours."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = dict.fromkeys(
        ("json", "query", "form", "json_or_form", "path", "files"), RAISE
    )

    def _raw_load_json(self, req: Request) -> Any:
        """The body; what is nested too deep, or no database and no screen can hold, is refused."""
        try:
            content = super()._raw_load_json(req)
        except RecursionError as error:
            raise Invalid({"body": N_("The lists in this body are nested too deep.")}) from error
        pending = [content]
        while pending:
            part = pending.pop()
            if isinstance(part, str) and UNWRITABLE.search(part):
                raise Invalid({"body": N_("The text holds a character that cannot be stored.")})
            if isinstance(part, dict):
                pending += [*part, *part.values()]
            elif isinstance(part, list):
                pending += part
        return content

    def handle_error(self, error: ValidationError, *_args: Any, **_more: Any) -> NoReturn:
        """Every field with its first problem."""
        raise Invalid(dict(_problems(error.messages))) from error


class Resource(Blueprint):
    """A resource of the interface."""

    ARGUMENTS_PARSER = StrictParser()


def resource(name: str, *, about: str) -> Resource:
    """A resource under ``/api/v1``; ``about`` is its sentence in the description."""
    return Resource(f"api-{name}", __name__, url_prefix=PREFIX, description=about)


def init_app(app: Flask, resources: Iterable[Resource]) -> None:
    """Register the resources and serve their description at ``/api/v1/openapi.json``."""
    app.config.update(
        API_TITLE="Passerelle",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
    )
    api = ProblemApi(app)
    for one in resources:
        api.register_blueprint(one)
    name = "api-docs.openapi_json"
    app.view_functions[name] = public(_callable(app.view_functions[name]))


def _callable(method: Callable[[], Any]) -> Callable[[], Any]:
    """A method as a function, which can be marked with its rule of access."""

    @wraps(method)
    def call() -> Any:
        return method()

    return call


def _problems(messages: Any, path: tuple[str, ...] = ()) -> Iterable[tuple[str, Text]]:
    """The messages of a schema as one sentence a field: ``query.page`` is ``page``."""
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            yield from _problems(below, (*path, str(name)))
    else:
        sentence = messages[0] if isinstance(messages, list) else messages
        yield ".".join(path[1:]) or "body", N_("{problem}", problem=str(sentence))
