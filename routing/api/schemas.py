"""What the resources of casework take and give. Data about a person is in bodies only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from marshmallow import Schema, fields, validate

from directory.categories import CATEGORIES
from directory.who import Who
from routing.attempts import OUTCOMES
from routing.case_life import State as CaseState
from routing.clocks import Clock
from routing.consent import ConsentKind, Giver
from routing.consent_exceptions import ExceptionCode, Guardian
from routing.disclosure import FIELDS
from routing.fact_table import FACTS
from routing.guardians import ASSENT_MODES
from routing.guardians import RELATIONS as RELATIONS_TO_CHILD
from routing.operations.cases import OWNERS, RELATIONS, ROUTE_KINDS
from routing.operations.consents import CHANNELS as WITHDRAWAL_CHANNELS
from routing.operations.consents import MODES
from routing.operations.informing import CHANNELS
from routing.priorities import Priority
from routing.referral_life import ReturnKind, State

CATEGORY = validate.OneOf(list(CATEGORIES))
COUNTRY = validate.Regexp(r"^[A-Z]{2}\Z")
LANGUAGE = validate.Regexp(r"^[a-z]{2,3}\Z")
PRIORITY = validate.OneOf([one.value for one in Priority])
STATE = validate.OneOf([one.value for one in State])
ROLE = validate.OneOf([one.value for one in Who])
FIELD = validate.OneOf(list(FIELDS))
SHORT, LONG = validate.Length(max=120), validate.Length(max=2_000)
FILLED = validate.Length(min=1, max=2_000)
KEY = validate.Length(min=8, max=200)
VERSION = validate.Range(0, 2**31 - 1)
LISTS = validate.Length(max=50)
INSTANT = validate.Range(
    dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
)


def told(sentence: str) -> dict[str, Any]:
    """Metadata of a field: what it is, in one sentence."""
    return {"description": sentence}


def idempotency_key() -> fields.String:
    """The same key sent again by the same account acts once."""
    return fields.String(validate=KEY, metadata=told("Sent again, the request acts once."))


class Paged(Schema):
    """Which part of a list."""

    page = fields.Integer(validate=validate.Range(1, 100_000))
    per_page = fields.Integer(validate=validate.Range(1, 100))


class RouteIn(Schema):
    """One way to reach a person; what is not said to be safe is not."""

    kind = fields.String(required=True, validate=validate.OneOf(ROUTE_KINDS))
    value = fields.String(required=True, validate=validate.Length(min=1, max=120))
    owner = fields.String(validate=validate.OneOf(OWNERS))
    safe_to_call = fields.Boolean()
    safe_to_leave_voice = fields.Boolean()
    safe_to_text = fields.Boolean()
    hours = fields.String(validate=SHORT, allow_none=True)
    language = fields.String(validate=LANGUAGE)


class RouteOut(RouteIn):
    """As stored."""

    id = fields.UUID(required=True)


class CaseIn(Schema):
    """A new case with its principal member."""

    organisation = fields.UUID(required=True)
    country = fields.String(required=True, validate=COUNTRY)
    region = fields.UUID(allow_none=True)
    name = fields.String(validate=SHORT, allow_none=True)
    language = fields.String(validate=LANGUAGE)
    routes = fields.List(fields.Nested(RouteIn), validate=LISTS)
    contact_impossible = fields.Boolean()
    excludes_government = fields.Boolean()


class CaseBrief(Schema):
    """A case as a list shows it: nothing about the person."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf([s.value for s in CaseState]))
    version = fields.Integer(required=True)
    country = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    is_demo = fields.Boolean(required=True)


class Cases(Schema):
    """A page of cases."""

    items = fields.List(fields.Nested(CaseBrief), required=True)


class FactOut(Schema):
    """One statement."""

    value = fields.Raw(required=True, allow_none=True)
    source = fields.String(required=True)
    as_of = fields.Date(required=True)
    expires = fields.Date(required=True, allow_none=True)
    is_stale = fields.Boolean(required=True)


class NeedOut(Schema):
    """One need."""

    id = fields.UUID(required=True)
    member = fields.UUID(required=True)
    category = fields.String(required=True)
    priority = fields.String(required=True)
    state = fields.String(required=True)
    detail = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime(required=True)


class MemberOut(Schema):
    """One person of a case."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    relation = fields.String(required=True)
    name = fields.String(allow_none=True)
    language = fields.String(required=True)
    routes = fields.List(fields.Nested(RouteOut), required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.Nested(FactOut), required=True)


class CaseOut(CaseBrief):
    """A case with its people, facts and needs; reading it is logged."""

    organisation = fields.UUID(required=True)
    region = fields.UUID(allow_none=True)
    excludes_government = fields.Boolean(required=True)
    closure_code = fields.String(allow_none=True)
    members = fields.List(fields.Nested(MemberOut), required=True)
    needs = fields.List(fields.Nested(NeedOut), required=True)


class CaseFind(Schema):
    """A code, or a contact of the person who calls."""

    code = fields.String(validate=validate.Length(min=1, max=20))
    kind = fields.String(validate=validate.OneOf(ROUTE_KINDS))
    value = fields.String(validate=validate.Length(min=1, max=120))
    country = fields.String(validate=COUNTRY)


class CaseStep(Schema):
    """A step of the life of a case."""

    role = fields.String(validate=ROLE)
    expected_version = fields.Integer(validate=VERSION)
    screening = fields.String(validate=SHORT)
    services_shown = fields.List(fields.String(validate=CATEGORY), validate=LISTS)
    plan_agreed = fields.Boolean()
    channel = fields.String(validate=SHORT)
    closure_code = fields.String(validate=SHORT)
    continuing_service = fields.String(validate=SHORT)
    person_told = fields.Boolean()
    reason = fields.String(validate=LONG)


class MemberIn(Schema):
    """One more person of a case."""

    relation = fields.String(required=True, validate=validate.OneOf(RELATIONS[1:]))
    name = fields.String(validate=SHORT, allow_none=True)
    language = fields.String(validate=LANGUAGE)
    routes = fields.List(fields.Nested(RouteIn), validate=LISTS)


class FactsIn(Schema):
    """Facts by name; the value itself, or with value, source, as_of and expires."""

    facts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(FACTS))),
        values=fields.Raw(),
        required=True,
        validate=validate.Length(min=1, max=len(FACTS)),
    )


class FactsForget(Schema):
    """Facts that are not known any more."""

    names = fields.List(
        fields.String(validate=validate.OneOf(list(FACTS))),
        required=True,
        validate=validate.Length(min=1, max=len(FACTS)),
    )


class FactsOut(Schema):
    """What is known now."""

    facts = fields.Dict(keys=fields.String(), values=fields.Nested(FactOut), required=True)


class NeedIn(Schema):
    """A need of a person."""

    category = fields.String(required=True, validate=CATEGORY)
    priority = fields.String(validate=PRIORITY)
    detail = fields.String(validate=LONG, allow_none=True)


class PriorityIn(Schema):
    """How urgent it has become."""

    priority = fields.String(required=True, validate=PRIORITY)


class NeedEnd(Schema):
    """What became of the need without a referral."""

    state = fields.String(required=True, validate=validate.OneOf(["met", "declined", "ended"]))


class TeamIn(Schema):
    """An account that joins the team of a case."""

    account = fields.UUID(required=True)


class MemberChange(Schema):
    """A corrected name, language or relation; what is not given stays."""

    name = fields.String(validate=SHORT)
    language = fields.String(validate=LANGUAGE)
    relation = fields.String(validate=validate.OneOf(RELATIONS[1:]))


class Done(Schema):
    """What was done."""

    id = fields.UUID(required=True)


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


class ReferralIn(Schema):
    """A draft for a need."""

    listing = fields.UUID(required=True)
    parent = fields.UUID(allow_none=True)
    idempotency_key = idempotency_key()


class ClockOut(Schema):
    """A promise that runs."""

    clock = fields.String(required=True, validate=validate.OneOf([one.value for one in Clock]))
    due_at = fields.AwareDateTime(required=True)
    paused = fields.Boolean(required=True)


class StepOut(Schema):
    """A step that may be tried now, and in which role."""

    name = fields.String(required=True)
    role = fields.String(required=True, validate=ROLE)
    by_proxy = fields.Boolean(required=True)


class EntryOut(Schema):
    """One thing that happened."""

    number = fields.Integer(required=True)
    step = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    source = fields.String(required=True)
    target = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    details = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)


class ReferralOut(Schema):
    """A referral as the sender sees it."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, validate=STATE)
    return_kind = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([k.value for k in ReturnKind])
    )
    version = fields.Integer(required=True)
    priority = fields.String(required=True, validate=PRIORITY)
    case = fields.UUID(required=True)
    need = fields.UUID(required=True)
    listing = fields.UUID(required=True, allow_none=True)
    parent = fields.UUID(required=True, allow_none=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    informed_at = fields.AwareDateTime(required=True, allow_none=True)
    clocks = fields.List(fields.Nested(ClockOut), required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
    history = fields.List(fields.Nested(EntryOut), required=True)


class EventOut(Schema):
    """The event that was recorded, and where the referral is now."""

    event = fields.UUID(required=True)
    number = fields.Integer(required=True)
    step = fields.String(required=True)
    state = fields.String(required=True, validate=STATE)
    version = fields.Integer(required=True)


class StepIn(Schema):
    """A step with what it must say; ``details`` by step as the pages ask it."""

    role = fields.String(required=True, validate=ROLE)
    expected_version = fields.Integer(validate=VERSION)
    idempotency_key = idempotency_key()
    details = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))


class InformIn(Schema):
    """Telling the person what came of it."""

    role = fields.String(required=True, validate=ROLE)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    reached = fields.Boolean(required=True)
    reply = fields.String(validate=LONG)
    expected_version = fields.Integer(validate=VERSION)
    idempotency_key = idempotency_key()


class AttemptIn(Schema):
    """One try to reach the person."""

    role = fields.String(required=True, validate=ROLE)
    route = fields.UUID(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf([one.value for one in OUTCOMES]))
    announced = fields.Boolean()
    idempotency_key = idempotency_key()


class AttemptOut(Schema):
    """As recorded."""

    id = fields.UUID(required=True)


class RerouteIn(Schema):
    """Where to send the person next."""

    listing = fields.UUID(required=True)
    announce = fields.Boolean()
    affordability = fields.String(validate=LONG)
    phone_check = fields.String(validate=LONG)
    expected_version = fields.Integer(validate=VERSION)
    idempotency_key = idempotency_key()


class ApprovalIn(Schema):
    """Why the referral was entered in error."""

    role = fields.String(required=True, validate=validate.OneOf(["RS", "DPO"]))
    reason = fields.String(required=True, validate=FILLED)


class PayloadOut(Schema):
    """What the provider will see, first and after acceptance."""

    dataset = fields.String(required=True)
    version = fields.String(required=True)
    preview = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    full = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    digest = fields.String(required=True)


class ReceivedOut(Schema):
    """A referral as its recipient may read it now; reading it is logged."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, validate=STATE)
    version = fields.Integer(required=True)
    priority = fields.String(required=True, validate=PRIORITY)
    listing = fields.UUID(required=True, allow_none=True)
    stage = fields.Integer(required=True)
    fields_ = fields.Dict(
        keys=fields.String(), values=fields.Raw(allow_none=True), required=True, data_key="fields"
    )
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepOut), required=True)


class Inbox(Schema):
    """What was received, to answer first."""

    items = fields.List(fields.Nested(ReceivedOut), required=True)


class DueOut(Schema):
    """One thing to do."""

    kind = fields.String(required=True)
    code = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)
    case = fields.UUID(required=True)
    need = fields.UUID(required=True)
    referral = fields.UUID(required=True, allow_none=True)
    task = fields.UUID(required=True, allow_none=True)
    of_provider = fields.Boolean(required=True)


class CaseloadOut(Schema):
    """What is due: late, today and later."""

    late = fields.List(fields.Nested(DueOut), required=True)
    today = fields.List(fields.Nested(DueOut), required=True)
    later = fields.List(fields.Nested(DueOut), required=True)
