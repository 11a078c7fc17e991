"""Tables of the directory; importing the package registers them all."""

from directory.core.audit import AuditChain, AuditEntry
from directory.core.outbox import OutboxMessage
from directory.models.account import Account, AccountGrant, AccountRole, WebSession
from directory.models.basemap import BasemapLine
from directory.models.calendar_day import CalendarDay
from directory.models.capacity import Capacity, GroupPlaces, IntakeWindow
from directory.models.demand import SearchDemand
from directory.models.directory_version import DirectoryVersion
from directory.models.focal_point import FocalPoint
from directory.models.listing import (
    Allowance,
    Condition,
    Listing,
    ListingVersion,
    OpeningHours,
)
from directory.models.listing_correction import ListingCorrection
from directory.models.listing_text import ListingText, SearchWord
from directory.models.organisation import Organisation, Programme
from directory.models.place import Place
from directory.models.region import Region, RegionCode
from directory.models.service import Service
from directory.models.site import HiddenAddress, Site
from directory.models.vault_opening import VaultOpening

__all__ = [
    "Account",
    "AccountGrant",
    "AccountRole",
    "Allowance",
    "AuditChain",
    "AuditEntry",
    "BasemapLine",
    "CalendarDay",
    "Capacity",
    "Condition",
    "DirectoryVersion",
    "FocalPoint",
    "GroupPlaces",
    "HiddenAddress",
    "IntakeWindow",
    "Listing",
    "ListingCorrection",
    "ListingText",
    "ListingVersion",
    "OpeningHours",
    "Organisation",
    "OutboxMessage",
    "Place",
    "Programme",
    "Region",
    "RegionCode",
    "SearchDemand",
    "SearchWord",
    "Service",
    "Site",
    "VaultOpening",
    "WebSession",
]
