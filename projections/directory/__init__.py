"""名录: divisions, organizations, people, appointments, delegations and rosters as people look them up."""

from projections.directory.entries import (
    DivisionEntry,
    GrantedDelegation,
    HeldPost,
    OnDuty,
    OrganizationEntry,
    OrganizationPeriod,
    PersonEntry,
    StaffMember,
)
from projections.directory.queries import DISPATCHABLE, DirectoryQueries
from projections.directory.statements import CONTACT_POSTS
from projections.directory.view import Directory, mask_phone

__all__ = [
    "CONTACT_POSTS",
    "DISPATCHABLE",
    "Directory",
    "DirectoryQueries",
    "DivisionEntry",
    "GrantedDelegation",
    "HeldPost",
    "OnDuty",
    "OrganizationEntry",
    "OrganizationPeriod",
    "PersonEntry",
    "StaffMember",
    "mask_phone",
]
