"""Roles of protocol A.1 as data: what each may do. The scope of a role is on the account's
grant.
"""

from __future__ import annotations

from dataclasses import dataclass

from directory.core.text import N_, Text

READ_CASE = "routing:case:read"
WRITE_CASE = "routing:case:write"
SEND_REFERRAL = "routing:referral:send"
READ_REFERRAL = "routing:referral:read"
ANSWER_REFERRAL = "routing:referral:answer"
DELIVER_REFERRAL = "routing:referral:deliver"
SUPERVISE = "routing:referral:supervise"
VOID_REFERRAL = "routing:referral:void"
EDIT_LISTING = "directory:listing:edit"
VERIFY_LISTING = "directory:listing:verify"
EDIT_CAPACITY = "directory:capacity:edit"
READ_PARTNER = "directory:listing:read-partner"
READ_PROTECTION = "directory:listing:read-protection"
READ_AUDIT = "directory:audit:read"
MANAGE_ACCOUNTS = "directory:account:manage"
READ_COORDINATION = "maps:coordination:read"
WITHDRAW_CONSENT = "routing:consent:withdraw"
DECLARE_INCAPACITY = "routing:consent:declare-incapacity"
SUBSTITUTE_CONSENT = "routing:consent:substitute"
OPEN_IN_EMERGENCY = "routing:case:open-in-emergency"
PREPARE_PACKET = "routing:packet:prepare"
REVIEW_EMERGENCY = "routing:case:review-emergency"
EXCEPT_CONSENT = "routing:consent:except"
COUNTERSIGN_EXCEPTION = "routing:consent:countersign"
OVERSEE_CONSENT = "routing:consent:oversee"
IMPORT_DIRECTORY = "directory:listing:import"
WRITE_AGREEMENT = "routing:agreement:write"
REPORT_AGREEMENT = "routing:agreement:report"
READ_COMPLAINT = "routing:complaint:read"
ENTER_COMPLAINT = "routing:complaint:enter"
HANDLE_COMPLAINT = "routing:complaint:handle"
HANDLE_PROTECTED_COMPLAINT = "routing:complaint:handle-protected"
OVERSEE_COMPLAINT = "routing:complaint:oversee"
REVIEW_COMPLAINT = "routing:complaint:review"
ANSWER_COMPLAINT = "routing:complaint:answer"
COUNT_COMPLAINT = "routing:complaint:count"
EDIT_HELP_LINE = "routing:help-line:edit"
OPEN_VAULT = "directory:vault:open"
"""Keep and open true addresses of hidden services, never alone. Protocol A.17 names "that provider's
staff" (FP and PA, within their organisation) and "named gatekeepers": RS and CPA, who answer for where
people in danger are brought and already know that such services exist. Nobody holds it for a case,
so neither RC nor whoever opens a file in an emergency (MHP) does (trust.md C.4.1).
"""

CASEWORK = frozenset(
    {
        READ_CASE,
        WRITE_CASE,
        SEND_REFERRAL,
        READ_REFERRAL,
        READ_PARTNER,
        READ_PROTECTION,
        WITHDRAW_CONSENT,
        READ_COMPLAINT,
        ENTER_COMPLAINT,
        EXCEPT_CONSENT,
    }
)


@dataclass(frozen=True, slots=True)
class Role:
    """What one kind of account may do."""

    name: str
    label: Text
    permissions: frozenset[str]
    sees_people: bool
    """Accounts with such a role need a second factor."""


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role("RC", N_("Caseworker"), CASEWORK, True),
        Role(
            "RS",
            N_("Supervisor of caseworkers"),
            CASEWORK
            | {
                SUPERVISE,
                VOID_REFERRAL,
                WRITE_AGREEMENT,
                REPORT_AGREEMENT,
                ANSWER_COMPLAINT,
                OPEN_IN_EMERGENCY,
                COUNTERSIGN_EXCEPTION,
                EDIT_HELP_LINE,
                OPEN_VAULT,
            },
            True,
        ),
        Role(
            "FP",
            N_("Focal point of a provider"),
            frozenset(
                {
                    READ_REFERRAL,
                    ANSWER_REFERRAL,
                    DELIVER_REFERRAL,
                    EDIT_CAPACITY,
                    READ_PARTNER,
                    REPORT_AGREEMENT,
                    READ_COMPLAINT,
                    ENTER_COMPLAINT,
                    ANSWER_COMPLAINT,
                    OPEN_VAULT,
                }
            ),
            True,
        ),
        Role(
            "PW",
            N_("Worker of a provider"),
            frozenset({READ_REFERRAL, DELIVER_REFERRAL, READ_PARTNER, ENTER_COMPLAINT}),
            True,
        ),
        Role(
            "PA",
            N_("Editor of listings"),
            frozenset(
                {
                    EDIT_LISTING,
                    EDIT_CAPACITY,
                    READ_PARTNER,
                    IMPORT_DIRECTORY,
                    REPORT_AGREEMENT,
                    OPEN_VAULT,
                }
            ),
            False,
        ),
        Role(
            "MHP",
            N_("Mental-health professional"),
            frozenset(
                {
                    READ_REFERRAL,
                    DELIVER_REFERRAL,
                    DECLARE_INCAPACITY,
                    EXCEPT_CONSENT,
                    READ_PARTNER,
                    ENTER_COMPLAINT,
                    OPEN_IN_EMERGENCY,
                }
            ),
            True,
        ),
        Role(
            "CPA",
            N_("Child-protection authority"),
            frozenset(
                {
                    READ_CASE,
                    READ_REFERRAL,
                    SUBSTITUTE_CONSENT,
                    READ_PARTNER,
                    READ_PROTECTION,
                    ENTER_COMPLAINT,
                    EXCEPT_CONSENT,
                    COUNTERSIGN_EXCEPTION,
                    OPEN_VAULT,
                }
            ),
            True,
        ),
        Role(
            "RCO",
            N_("Regional coordination"),
            frozenset({READ_COORDINATION, READ_PARTNER, VERIFY_LISTING}),
            False,
        ),
        Role(
            "NC",
            N_("National coordination"),
            frozenset(
                {
                    READ_COORDINATION,
                    READ_PARTNER,
                    VERIFY_LISTING,
                    IMPORT_DIRECTORY,
                    WRITE_AGREEMENT,
                    REPORT_AGREEMENT,
                    READ_COMPLAINT,
                    REVIEW_COMPLAINT,
                    COUNT_COMPLAINT,
                }
            ),
            True,
        ),
        Role(
            "PDC",
            N_("Pre-departure counsellor"),
            frozenset({READ_PARTNER, PREPARE_PACKET}),
            True,
        ),
        Role(
            "CH",
            N_("Complaints handler"),
            frozenset(
                {READ_PARTNER, READ_COMPLAINT, ENTER_COMPLAINT, HANDLE_COMPLAINT, COUNT_COMPLAINT}
            ),
            True,
        ),
        Role(
            "PSEA",
            N_("Focal point against sexual exploitation and abuse"),
            frozenset({READ_PARTNER, READ_COMPLAINT, ENTER_COMPLAINT, HANDLE_PROTECTED_COMPLAINT}),
            True,
        ),
        Role(
            "DPO",
            N_("Data-protection officer"),
            frozenset(
                {
                    READ_AUDIT,
                    WITHDRAW_CONSENT,
                    VOID_REFERRAL,
                    READ_COMPLAINT,
                    OVERSEE_COMPLAINT,
                    REVIEW_EMERGENCY,
                    EXCEPT_CONSENT,
                    OVERSEE_CONSENT,
                }
            ),
            True,
        ),
        Role(
            "ADMIN",
            N_("Administrator of accounts"),
            frozenset({MANAGE_ACCOUNTS, READ_AUDIT}),
            False,
        ),
    )
}
