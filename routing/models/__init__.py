"""Tables of routing; importing the package registers them all."""

from routing.models.case import Case, CaseMember, CaseWorker, ContactRoute
from routing.models.complaint import (
    Complaint,
    ComplaintClock,
    ComplaintEvent,
    ComplaintParty,
)
from routing.models.consent import (
    ConsentRecipient,
    ConsentRecord,
    Disclosure,
    ExceptionReview,
)
from routing.models.counselling import OptionsCounselling, SelfReferralCard, ServicesInformation
from routing.models.emergency_access import EmergencyAccess
from routing.models.expense import Expense
from routing.models.fact import FactRecord
from routing.models.follow_up import AnnouncedCall, FollowUp, PersonAnswer, ProxyConfirmation
from routing.models.inbound_statement import InboundStatement
from routing.models.key_rotation import KeyRotation
from routing.models.need import GapRecord, Need, Task
from routing.models.packet import CrossBorderPacket, ServiceConfirmation
from routing.models.promise import Promise
from routing.models.referral import ContactAttempt, Referral, ReferralClock, ReferralEvent
from routing.models.routing_run import RoutingRun
from routing.models.tracking_code import TrackingCode
from routing.models.transfer import CaseTransfer, TransferCall
from routing.models.worker_run import WorkerRun
from routing.models.written_agreement import WrittenAgreement

__all__ = [
    "AnnouncedCall",
    "Case",
    "CaseMember",
    "CaseTransfer",
    "CaseWorker",
    "Complaint",
    "ComplaintClock",
    "ComplaintEvent",
    "ComplaintParty",
    "ConsentRecipient",
    "ConsentRecord",
    "ContactAttempt",
    "ContactRoute",
    "CrossBorderPacket",
    "Disclosure",
    "EmergencyAccess",
    "ExceptionReview",
    "Expense",
    "FactRecord",
    "FollowUp",
    "GapRecord",
    "InboundStatement",
    "KeyRotation",
    "Need",
    "OptionsCounselling",
    "PersonAnswer",
    "Promise",
    "ProxyConfirmation",
    "Referral",
    "ReferralClock",
    "ReferralEvent",
    "RoutingRun",
    "SelfReferralCard",
    "ServiceConfirmation",
    "ServicesInformation",
    "Task",
    "TrackingCode",
    "TransferCall",
    "WorkerRun",
    "WrittenAgreement",
]
