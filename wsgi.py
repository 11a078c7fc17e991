"""Composition root: the only place that knows every part. Reads as a table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_migrate import Migrate

import routing.models  # noqa: F401 -- registers the tables
from directory.api import hsds, openapi
from directory.api.exports import exports as exports_api
from directory.api.listing_steps import listing_steps as listing_steps_api
from directory.api.listings import listings as listings_api
from directory.api.places import places as places_api
from directory.commands import directory_commands
from directory.core import compression, db, headers, i18n, security, web
from directory.core.clock import now
from directory.core.config import load_settings
from directory.core.encryption import KEYRING
from directory.core.outbox import POST
from directory.core.text import N_
from directory.operations.delivery import Delivery
from directory.pages import (
    account,
    account_admin,
    accounts,
    area_names,
    demand,
    dependence,
    downloads,
    limits,
    listing,
    listing_flags,
    listing_words,
    open_now,
    places,
    search,
    shell,
    vault,
)
from directory.pages.language import language_page
from directory.queries.listing_view import DESCRIBERS, Describers
from directory.roles import (
    ANSWER_REFERRAL,
    COUNTERSIGN_EXCEPTION,
    DELIVER_REFERRAL,
    EDIT_HELP_LINE,
    MANAGE_ACCOUNTS,
    OPEN_IN_EMERGENCY,
    OPEN_VAULT,
    OVERSEE_CONSENT,
    PREPARE_PACKET,
    READ_CASE,
    READ_COMPLAINT,
    READ_COORDINATION,
    REPORT_AGREEMENT,
    REVIEW_EMERGENCY,
    SEND_REFERRAL,
    SUPERVISE,
    WRITE_CASE,
)
from maps.api import map_layers_api
from maps.commands import maps_commands
from maps.pages import map_pages
from routing import plain_words
from routing.api import gateway
from routing.api.cases import cases as cases_api
from routing.api.complaints import complaints as complaints_api
from routing.api.consents import consents as consents_api
from routing.api.counselling import counselling as counselling_api
from routing.api.emergency_access import emergency as emergency_api
from routing.api.exceptions import exceptions as exceptions_api
from routing.api.expenses import expenses as expenses_api
from routing.api.follow_ups import follow_ups as follow_ups_api
from routing.api.help_lines import help_lines as help_lines_api
from routing.api.inbox import inbox as inbox_api
from routing.api.late import late as late_api
from routing.api.messages import messages as messages_api
from routing.api.needs import resource_needs as needs_api
from routing.api.opening_soon import openings as openings_api
from routing.api.packets import packets as packets_api
from routing.api.proposals import proposals as proposals_api
from routing.api.reaching import reaching as reaching_api
from routing.api.referrals import referrals as referrals_api
from routing.api.status import status as status_api
from routing.api.transfers import transfers as transfers_api
from routing.api.written_agreements import agreements as agreements_api
from routing.commands import routing_commands, worker_command
from routing.pages import (
    alarm,
    arrivals,
    case_steps,
    caseload,
    cases,
    casework,
    complaint_desk,
    complaints,
    confirmations,
    consent,
    counselling,
    emergency_access,
    ending,
    exceptions,
    expenses,
    follow_ups,
    given_consents,
    help_lines,
    household,
    inbox,
    late,
    messages,
    opening_soon,
    orientation,
    packets,
    paper_forms,
    people,
    person_messages,
    promises,
    proposals,
    protection_desk,
    proxy_answers,
    reaching,
    receipts,
    reception,
    referrals,
    status,
    steps,
    team,
    transfers,
    voids,
    written_agreements,
)
from routing.queries.message_words import writer
from routing.queries.start_times import observed_lines
from seeds.commands import seed

BLUEPRINTS: tuple[Any, ...] = (
    language_page,
    account.blueprint,
    account_admin.blueprint,
    search.blueprint,
    downloads.blueprint,
    listing.blueprint,
    listing_flags.blueprint,
    open_now.blueprint,
    places.blueprint,
    demand.blueprint,
    dependence.blueprint,
    vault.blueprint,
    alarm.blueprint,
    casework.blueprint,
    caseload.blueprint,
    opening_soon.blueprint,
    reception.blueprint,
    cases.blueprint,
    case_steps.blueprint,
    people.blueprint,
    reaching.blueprint,
    proposals.blueprint,
    counselling.blueprint,
    orientation.blueprint,
    paper_forms.blueprint,
    consent.blueprint,
    receipts.blueprint,
    status.blueprint,
    given_consents.blueprint,
    exceptions.blueprint,
    voids.blueprint,
    protection_desk.blueprint,
    expenses.blueprint,
    referrals.blueprint,
    steps.blueprint,
    follow_ups.blueprint,
    inbox.blueprint,
    proxy_answers.blueprint,
    late.blueprint,
    promises.blueprint,
    written_agreements.blueprint,
    team.blueprint,
    help_lines.blueprint,
    arrivals.blueprint,
    packets.blueprint,
    confirmations.blueprint,
    household.blueprint,
    transfers.blueprint,
    ending.blueprint,
    complaints.blueprint,
    complaint_desk.blueprint,
    emergency_access.blueprint,
    messages.blueprint,
    person_messages.blueprint,
    gateway.blueprint,
    hsds.blueprint,
    map_pages,
    map_layers_api,
)
API = (
    listings_api,
    exports_api,
    listing_steps_api,
    places_api,
    proposals_api,
    cases_api,
    needs_api,
    complaints_api,
    consents_api,
    counselling_api,
    exceptions_api,
    expenses_api,
    referrals_api,
    follow_ups_api,
    reaching_api,
    inbox_api,
    late_api,
    agreements_api,
    transfers_api,
    emergency_api,
    status_api,
    help_lines_api,
    openings_api,
    packets_api,
    messages_api,
)
COMMANDS: tuple[Any, ...] = (
    directory_commands,
    routing_commands,
    worker_command,
    seed,
    maps_commands,
)
MENU = (
    shell.MenuEntry("search.page", N_("Find a service"), "search"),
    shell.MenuEntry("open_now.page", N_("Open now"), "calendar-event", later=True),
    shell.MenuEntry("caseload.view", N_("My caseload"), "calendar-check", READ_CASE),
    shell.MenuEntry(
        "opening_soon.view", N_("Opening soon"), "hourglass-split", SEND_REFERRAL, later=True
    ),
    shell.MenuEntry("packets.index", N_("Before the journey"), "airplane", PREPARE_PACKET),
    shell.MenuEntry("arrivals.index", N_("Arrivals"), "airplane", WRITE_CASE, later=True),
    shell.MenuEntry("transfers.index", N_("Transfers"), "arrow-left-right", SUPERVISE, later=True),
    shell.MenuEntry("ending.view", N_("Ending soon"), "calendar-x", SUPERVISE, later=True),
    shell.MenuEntry("help_lines.index", N_("Help number"), "telephone", EDIT_HELP_LINE, later=True),
    shell.MenuEntry(
        "emergency.form", N_("Emergency"), "life-preserver", OPEN_IN_EMERGENCY, later=True
    ),
    shell.MenuEntry(
        "emergency.reviews", N_("Emergency openings"), "shield-exclamation", REVIEW_EMERGENCY
    ),
    shell.MenuEntry("vault.index", N_("Hidden addresses"), "lock", OPEN_VAULT, later=True),
    shell.MenuEntry("exceptions.view", N_("To countersign"), "pen", COUNTERSIGN_EXCEPTION),
    shell.MenuEntry("protection_desk.view", N_("Data protection"), "shield-lock", OVERSEE_CONSENT),
    shell.MenuEntry("late.view", N_("Late"), "exclamation-triangle", SUPERVISE),
    shell.MenuEntry(
        "late.region", N_("Late in the region"), "exclamation-triangle", READ_COORDINATION
    ),
    shell.MenuEntry("inbox.view", N_("Referrals received"), "inbox", DELIVER_REFERRAL),
    shell.MenuEntry(
        "confirmations.index", N_("Care asked for"), "chat-left-text", ANSWER_REFERRAL, later=True
    ),
    shell.MenuEntry(
        "agreements.index", N_("Agreements"), "file-earmark-text", REPORT_AGREEMENT, later=True
    ),
    shell.MenuEntry(
        "dependence.view", N_("Single providers"), "exclamation-diamond", READ_COORDINATION
    ),
    shell.MenuEntry("complaint_desk.inbox", N_("Complaints"), "megaphone", READ_COMPLAINT),
    shell.MenuEntry("status.form", status.MENU_LABEL, "receipt", later=True),
    shell.MenuEntry("maps.atlas", N_("Atlas"), "map", later=True),
    shell.MenuEntry("account_admin.index", N_("Accounts"), "people", MANAGE_ACCOUNTS),
)
FOOT = (
    shell.MenuEntry("complaints.new", N_("Complain, or tell us something"), "megaphone"),
    shell.MenuEntry("complaints.follow", N_("Follow your complaint"), "search"),
)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application, from the environment and ``config`` (names of ``Settings``)."""
    settings = load_settings(config)
    app = Flask("directory")
    app.config["SETTINGS"] = settings
    app.config["SECRET_KEY"] = settings.secret_key
    KEYRING.load(settings)
    POST.load(Delivery(settings, writer(settings.hotline)))
    db.init_app(app, settings)
    Migrate(app, db.db, directory="migrations")
    accounts.init_app(app, settings)
    i18n.init_app(app, settings)
    web.init_app(app)
    security.init_app(app)
    headers.init_app(app, settings)
    limits.init_app(app)
    area_names.init_app(app)
    shell.init_app(app, MENU, FOOT)
    compression.init_app(app)
    demand.init_app(app, settings)
    listing_words.init_app(app)
    alarm.init_app(app)
    messages.init_app(app)
    app.extensions[DESCRIBERS] = Describers(
        plain_words.describe_condition,
        plain_words.describe_fact,
        lambda key: observed_lines(db.db.session, key, now=now()),
        plain_words.describe_reason,
    )
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    web.frame_requests(app)
    openapi.init_app(app, API)
    for group in COMMANDS:
        app.cli.add_command(group)
    return app
