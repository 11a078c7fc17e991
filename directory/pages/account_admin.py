"""Accounts of others: made, given roles within one's own scope, closed, begun again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import hash_password
from sqlalchemy import func, select

from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import NotFound
from directory.core.security import current_actor, needs
from directory.core.web import asked_page, render
from directory.forms.accounts import NewAccountForm, RoleForm
from directory.models import Account, AccountGrant
from directory.operations import accounts
from directory.pages.account_choices import fill_scopes
from directory.pages.account_words import scope_words
from directory.pages.fresh import fresh
from directory.passwords import temporary_password
from directory.queries.accounts import account_for, managed_accounts
from directory.roles import MANAGE_ACCOUNTS, ROLES

blueprint = Blueprint("account_admin", __name__, url_prefix="/accounts")
LIST = "account_admin.index"


@blueprint.get("")
@needs(MANAGE_ACCOUNTS)
def index() -> Response:
    """Accounts within my scope, by name."""
    query, page = managed_accounts(current_actor()), asked_page(size=50)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    found = db.session.scalars(query.offset(page.offset).limit(page.size)).all()
    return render(
        "directory/accounts.html", accounts=found, held=_held, page=page, total=total or 0
    )


@blueprint.get("/new")
@needs(MANAGE_ACCOUNTS)
def form() -> Response:
    """The form for a new account."""
    return _form(NewAccountForm())


@blueprint.post("")
@needs(MANAGE_ACCOUNTS)
@fresh("account_admin.form")
def create() -> Response:
    """Make an account and show its first password, once, to be printed."""
    form = NewAccountForm()
    fill_scopes(db.session, form, current_actor())
    if not form.validate():
        return _form(form, status=422)
    password = temporary_password()
    actor = current_actor()
    account = accounts.create_account(
        db.session, email=form.email.data or "", name=form.name.data or "", actor=actor, now=now(),
        language=form.language.data, password_hash=hash_password(password), is_temporary=True,
    )  # fmt: skip
    accounts.give_role(db.session, account, form.role.data, actor=actor, now=now(), **form.scope())
    return _slip(account, password)


@blueprint.get("/<uuid:account_id>")
@needs(MANAGE_ACCOUNTS)
def view(account_id: UUID) -> Response:
    """One account: its roles, whether it can sign in."""
    return _show(account_for(db.session, current_actor(), account_id), RoleForm())


@blueprint.post("/<uuid:account_id>/roles")
@needs(MANAGE_ACCOUNTS)
@fresh(LIST)
def give(account_id: UUID) -> ResponseReturnValue:
    """Give a role."""
    account = account_for(db.session, current_actor(), account_id)
    form = RoleForm()
    fill_scopes(db.session, form, current_actor())
    if not form.validate():
        return _show(account, form, status=422)
    accounts.give_role(
        db.session, account, form.role.data, actor=current_actor(), now=now(), **form.scope()
    )
    flash(gettext("The role is given. It counts from the next page on."))
    return redirect(url_for("account_admin.view", account_id=account.id))


@blueprint.post("/<uuid:account_id>/roles/<uuid:grant_id>/withdraw")
@needs(MANAGE_ACCOUNTS)
@fresh(LIST)
def withdraw(account_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Take a role away."""
    account = account_for(db.session, current_actor(), account_id)
    grant = next((grant for grant in account.grants if grant.id == grant_id), None)
    if grant is None:
        raise NotFound
    accounts.withdraw_role(db.session, grant, actor=current_actor(), now=now())
    flash(gettext("The role is taken away. It is gone from the next page on."))
    return redirect(url_for(LIST))


@blueprint.post("/<uuid:account_id>/disable")
@needs(MANAGE_ACCOUNTS)
@fresh(LIST)
def disable(account_id: UUID) -> ResponseReturnValue:
    """Close an account; its sessions end at once."""
    account = account_for(db.session, current_actor(), account_id)
    accounts.disable_account(db.session, account, actor=current_actor(), now=now())
    flash(gettext("The account is closed and signed out everywhere."))
    return redirect(url_for("account_admin.view", account_id=account.id))


@blueprint.post("/<uuid:account_id>/enable")
@needs(MANAGE_ACCOUNTS)
@fresh(LIST)
def enable(account_id: UUID) -> ResponseReturnValue:
    """Open an account again."""
    account = account_for(db.session, current_actor(), account_id)
    accounts.enable_account(db.session, account, actor=current_actor(), now=now())
    flash(gettext("The account is open."))
    return redirect(url_for("account_admin.view", account_id=account.id))


@blueprint.post("/<uuid:account_id>/reset")
@needs(MANAGE_ACCOUNTS)
@fresh(LIST)
def reset(account_id: UUID) -> Response:
    """Begin again as on the first day, for whoever lost the password or the telephone."""
    account = account_for(db.session, current_actor(), account_id)
    password = temporary_password()
    accounts.reset_access(
        db.session, account, password_hash=hash_password(password), actor=current_actor(), now=now()
    )
    return _slip(account, password)


def _form(form: NewAccountForm, status: int = 200) -> Response:
    fill_scopes(db.session, form, current_actor())
    return render("directory/account_new.html", form=form, status=status)


def _show(account: Account, form: RoleForm, status: int = 200) -> Response:
    fill_scopes(db.session, form, current_actor())
    return render(
        "directory/account_managed.html", account=account, held=_held, form=form, status=status,
        is_own=current_actor().user_id == account.id, is_locked=account.is_locked(),
    )  # fmt: skip


def _slip(account: Account, password: str) -> Response:
    return render(
        "directory/account_slip.html", account=account, password=password,
        address=url_for("security.login", _external=True),
    )  # fmt: skip


def _held(account: Account) -> list[tuple[AccountGrant, Any, list[Any]]]:
    return [
        (grant, ROLES[grant.role.name].label, scope_words(db.session, grant))
        for grant in account.grants
    ]
