"""What the resources of consents take and give, and the list of disclosures."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from routing.api.schemas import CATEGORY, FIELD, INSTANT, LANGUAGE, LISTS, LONG, ROLE, SHORT, told
from routing.consent import ConsentKind, Giver
from routing.consent_exceptions import ExceptionCode, Guardian
from routing.guardians import ASSENT_MODES
from routing.guardians import RELATIONS as RELATIONS_TO_CHILD
from routing.operations.consents import CHANNELS as WITHDRAWAL_CHANNELS
from routing.operations.consents import MODES


class NamedIn(Schema):
    """One organisation, accepted or refused on its own."""

    organisation = fields.UUID(required=True)
    accepted = fields.Boolean(required=True)
    listing = fields.UUID(allow_none=True)


class ConsentIn(Schema):
    """What the person agreed to, and how it was asked."""

    kind = fields.String(required=True, validate=validate.OneOf([k.value for k in ConsentKind]))
    need = fields.UUID(allow_none=True)
    recipients = fields.List(fields.Nested(NamedIn), validate=validate.Length(max=3))
    dataset = fields.String(validate=CATEGORY)
    fields_excluded = fields.List(fields.String(validate=FIELD), validate=LISTS)
    fields_extra = fields.List(fields.String(validate=FIELD), validate=LISTS)
    excludes_government = fields.Boolean()
    giver = fields.String(validate=validate.OneOf([giver.value for giver in Giver]))
    assent = fields.Boolean(allow_none=True)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    language = fields.String(validate=LANGUAGE)
    read_aloud = fields.Boolean()
    interpreter = fields.Boolean()
    witness = fields.String(validate=SHORT)
    giver_name = fields.String(validate=SHORT)
    giver_relation = fields.String(validate=validate.OneOf(list(RELATIONS_TO_CHILD)))
    assent_mode = fields.String(validate=validate.OneOf(list(ASSENT_MODES)))
    questions_asked = fields.String(validate=LONG)
    route = fields.UUID(allow_none=True, metadata=told("The trusted contact's route."))


class ExceptionIn(Schema):
    """Why data goes without consent."""

    code = fields.String(required=True, validate=validate.OneOf([c.value for c in ExceptionCode]))
    role = fields.String(required=True, validate=ROLE)
    need = fields.UUID(required=True)
    recipients = fields.List(
        fields.Nested(NamedIn), required=True, validate=validate.Length(min=1, max=3)
    )
    valid_until = fields.AwareDateTime(allow_none=True, validate=INSTANT)
    facts = fields.String(validate=LONG)
    licence = fields.String(validate=SHORT)
    determination = fields.String(validate=LONG)
    guardian = fields.String(validate=validate.OneOf([one.value for one in Guardian]))
    authority_unreachable = fields.Boolean()
    legal_text = fields.String(validate=LONG)


class ConsentOut(Schema):
    """A consent or exception as recorded."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    need = fields.UUID(required=True, allow_none=True)
    dataset = fields.String(required=True)
    recipients = fields.List(fields.Nested(NamedIn), required=True)
    fields_excluded = fields.List(fields.String(), required=True)
    fields_extra = fields.List(fields.String(), required=True)
    given_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    exception_code = fields.String(required=True, allow_none=True)
    countersigned_at = fields.AwareDateTime(required=True, allow_none=True)


class Consents(Schema):
    """Every consent of a case, newest first."""

    items = fields.List(fields.Nested(ConsentOut), required=True)


class Withdrawal(Schema):
    """A withdrawal by any channel; nobody asks why."""

    channel = fields.String(required=True, validate=validate.OneOf(WITHDRAWAL_CHANNELS))


class Withdrawn(Schema):
    """The referrals that the withdrawal has ended."""

    referrals = fields.List(fields.UUID(), required=True)


class ToldOut(Schema):
    """One line of the list of disclosures."""

    at = fields.AwareDateTime(required=True)
    recipient = fields.String(required=True)
    referral = fields.String(required=True)
    fields_ = fields.List(fields.String(), required=True, data_key="fields")
    channel = fields.String(required=True)
    stage = fields.Integer(required=True)
    on_exception = fields.Boolean(required=True)


class Disclosures(Schema):
    """What was told about a person, to whom, when."""

    items = fields.List(fields.Nested(ToldOut), required=True)
