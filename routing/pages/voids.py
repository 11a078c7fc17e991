"""A referral entered in error: the supervisor says so, the data-protection officer too, in any
order; the second one ends it.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.roles import READ_CASE, VOID_REFERRAL
from directory.who import LABELS, Who
from routing.models import Referral
from routing.operations.informing import approve_void
from routing.operations.referrals import take_step
from routing.queries.scope import acting_roles, referral_for
from routing.queries.voids import Approval, approvals_of

blueprint = Blueprint("voids", __name__, url_prefix="/referrals/<uuid:referral_id>/void")


@blueprint.get("")
@needs(VOID_REFERRAL, audited=True)
def form(referral_id: UUID) -> Response:
    """Who has agreed so far, and what the other one must say."""
    referral = _referral(referral_id)
    return _show(referral, _role(referral))


@blueprint.post("")
@needs(VOID_REFERRAL, audited=True)
def take(referral_id: UUID) -> ResponseReturnValue:
    """Agree; the second person ends the referral with the same click."""
    referral = _referral(referral_id)
    role = _role(referral)
    reason = request.form.get("reason", "").strip()
    second = _other(referral, role) is not None
    try:
        if second:
            take_step(
                db.session, referral, "void", actor=current_actor(), role=role, now=now(),
                details={"reason": reason},
            )  # fmt: skip
        else:
            approve_void(
                db.session, referral, actor=current_actor(), role=role, now=now(), reason=reason
            )
    except (Conflict, Forbidden, Invalid) as error:
        db.session.expire_all()
        return _show(referral, role, error)
    flash(words(N_("The referral is ended as entered in error.") if second else WAITING))
    return redirect(_back(referral), 303)


WAITING = N_("It is noted. It ends as soon as the other person agrees.")


def _referral(referral_id: UUID) -> Referral:
    referral = referral_for(db.session, current_actor(), referral_id)
    audit.record(
        db.session, current_actor(), "routing:referral:read", f"referral:{referral.id}", now=now(),
        chain=referral.case.organisation_id,
    )  # fmt: skip
    return referral


def _role(referral: Referral) -> Who:
    """The one of the two roles in which the actor agrees."""
    held = acting_roles(db.session, current_actor(), referral)
    role = next((who for who in (Who.DPO, Who.RS) if who in held), None)
    if role is None:
        raise NotFound
    return role


def _other(referral: Referral, role: Who) -> Approval | None:
    """What the other of the two has said of the referral as it stands."""
    mine = str(current_actor().user_id)
    found = [
        one
        for one in approvals_of(db.session, referral)
        if one.counts and one.role is not role and one.actor != mine
    ]
    return found[-1] if found else None


def _show(
    referral: Referral, role: Who, error: Conflict | Forbidden | Invalid | None = None
) -> Response:
    status = 200 if error is None else 422 if isinstance(error, Invalid) else 409
    return render(
        "routing/void.html", status=status, referral=referral, other=_other(referral, role),
        approvals=approvals_of(db.session, referral), LABELS=LABELS, given=request.form,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict | Forbidden) else (),
        back=_back(referral),
    )  # fmt: skip


def _back(referral: Referral) -> str:
    if current_actor().may(READ_CASE):
        return url_for("referrals.view", referral_id=referral.id)
    return url_for("protection_desk.view")
