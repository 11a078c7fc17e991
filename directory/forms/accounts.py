"""What an administrator types about an account: who it is, what it may do and where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from directory.core.i18n import LANGUAGES
from directory.core.text import N_


class RoleForm(FlaskForm):
    """A role and where it is held."""

    class Meta:
        """The form token is checked before any view."""

        csrf = False

    role = SelectField(N_("Role"), validators=[InputRequired(N_("Choose a role."))])
    organisation = SelectField(
        N_("Organisation"),
        description=N_("Only what belongs to this organisation. Empty: of every organisation."),
    )
    region = SelectField(
        N_("Region"), description=N_("Only in this region. Empty: in every region.")
    )
    country = SelectField(N_("Country"), description=N_("Only in this country. Empty: everywhere."))

    def scope(self) -> dict[str, Any]:
        """Where the role is held, as operations take it."""
        return {
            "organisation_id": _key(self.organisation.data),
            "region_id": _key(self.region.data),
            "country": self.country.data or None,
        }


class NewAccountForm(RoleForm):
    """A person with a first role."""

    name = StringField(
        N_("Name"), [InputRequired(N_("Say a name.")), Length(max=120, message=N_("Too long."))]
    )
    email = EmailField(
        N_("E-mail address"),
        [InputRequired(N_("Say an e-mail address.")), Length(max=255, message=N_("Too long."))],
        description=N_("For signing in only: nothing is sent there."),
    )
    language = SelectField(
        N_("Language"),
        choices=[SelectChoice(code, code.upper()) for code in LANGUAGES],
        default=LANGUAGES[0],
    )

    def validate_email(self, field: Field) -> None:
        """An address that could receive mail; whether it does is not asked."""
        try:
            known = validate_email(field.data or "", check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError(N_("This is not an e-mail address.")) from None
        field.data = known.normalized


def _key(text: str | None) -> UUID | None:
    return UUID(text) if text else None
