"""The directory as an HSDS 3.1 publisher, under ``/hsds/3.1`` (Open Referral).

Everything here is the same as on the pages that everybody can open; a signed-in partner also gets
what only partners may know. Confidential services are never here (protocol A.17).
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, current_app, request

from directory.api.hsds_answers import (
    answer_list,
    answer_one,
    answer_value,
    answer_values,
    json_response,
)
from directory.api.hsds_openapi import description
from directory.core.errors import NotFound
from directory.core.security import public, public_question
from directory.hsds_documents import meta, patch_files, profile_index, schema_files
from directory.hsds_schemas import datapackage
from directory.queries.hsds_lists import taxonomy_objects, taxonomy_of, term_objects, term_of

blueprint = Blueprint("hsds", __name__, url_prefix="/hsds/3.1")
ASKED = ("GET", "POST")
"""A POST asks the same as a GET: for questions that are too long for an address or that no log of
addresses should hold."""


def address() -> str:
    """Where this publisher is, with a slash at its end."""
    base = current_app.config["SETTINGS"].public_url or request.url_root
    return f"{base.rstrip('/')}{blueprint.url_prefix}/"


@blueprint.get("/")
@public
def root() -> Response:
    """What is published here, and by whom."""
    settings = current_app.config["SETTINGS"]
    return json_response(meta(address(), settings.contact_email))


@blueprint.route("/services", methods=ASKED)
@public_question
def services() -> Response:
    """Services."""
    return answer_list("services")


@blueprint.get("/services/<uuid:key>")
@public
def service(key: UUID) -> Response:
    """One service with all its offers."""
    return answer_one("services", key)


@blueprint.route("/organizations", methods=ASKED)
@public_question
def organizations() -> Response:
    """Organisations that offer something."""
    return answer_list("organizations")


@blueprint.get("/organizations/<uuid:key>")
@public
def organization(key: UUID) -> Response:
    """One organisation with its places and services."""
    return answer_one("organizations", key)


@blueprint.route("/service_at_locations", methods=ASKED)
@public_question
def service_at_locations() -> Response:
    """Offers: a service at one place."""
    return answer_list("service_at_locations")


@blueprint.get("/service_at_locations/<uuid:key>")
@public
def service_at_location(key: UUID) -> Response:
    """One offer."""
    return answer_one("service_at_locations", key)


@blueprint.route("/taxonomies", methods=ASKED)
@public_question
def taxonomies() -> Response:
    """Lists of codes."""
    return answer_values("taxonomies", lambda asked: taxonomy_objects(asked.selection.words))


@blueprint.get("/taxonomies/<uuid:key>")
@public
def taxonomy(key: UUID) -> Response:
    """One list of codes."""
    return answer_value(taxonomy_of(key))


@blueprint.route("/taxonomy_terms", methods=ASKED)
@public_question
def taxonomy_terms() -> Response:
    """Codes."""
    return answer_values(
        "taxonomy_terms",
        lambda asked: term_objects(asked.selection.words, asked.taxonomy_id, asked.parent_id),
    )


@blueprint.get("/taxonomy_terms/<uuid:key>")
@public
def taxonomy_term(key: UUID) -> Response:
    """One code."""
    return answer_value(term_of(key))


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """How all of this is asked (OpenAPI 3.1)."""
    return json_response(description(address()))


@blueprint.get("/profile/")
@public
def profile() -> Response:
    """What the profile is, and where its files are."""
    return json_response(profile_index(address()))


@blueprint.get("/profile/<name>.json")
@public
def profile_file(name: str) -> Response:
    """What the profile changes in one file of HSDS (RFC 7396)."""
    return _file(patch_files(), name)


@blueprint.get("/schema/<name>.json")
@public
def schema_file(name: str) -> Response:
    """The schema of one kind of object, profile included."""
    return _file(schema_files(address()), name)


@blueprint.get("/datapackage.json")
@public
def package() -> Response:
    """The tabular form."""
    return json_response(datapackage())


def _file(files: dict[str, object], name: str) -> Response:
    if name not in files:
        raise NotFound
    return json_response(files[name])
