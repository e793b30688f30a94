"""机构类别、管理体制与区划层级: the closed lists of the directory, with the words people use (domain.md §2)."""

from enum import StrEnum


class OrganizationKind(StrEnum):
    """机构类别."""

    TWO_OFFICES = "two_offices"
    PLATFORM = "platform"
    SUPERVISION_BODY = "supervision_body"
    ESTABLISHMENT_OFFICE = "establishment_office"
    JUSTICE_OFFICE = "justice_office"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    STATIONED_AGENCY = "stationed_agency"
    ENFORCEMENT_TEAM = "enforcement_team"
    GRID_CENTRE = "grid_centre"
    HOTLINE_CENTRE = "hotline_centre"
    DUTY_ROOM = "duty_room"
    DISCIPLINE_BODY = "discipline_body"
    LEADER_GROUP = "leader_group"
    TEMPORARY_BODY = "temporary_body"
    FUNCTIONAL_ZONE = "functional_zone"
    UTILITY = "utility"
    CITY_PLATFORM = "city_platform"

    @property
    def label(self) -> str:
        """The kind as people call it."""
        return _KINDS[self]


_KINDS = {
    OrganizationKind.TWO_OFFICES: "党委办公室、政府办公室",
    OrganizationKind.PLATFORM: "呼应平台",
    OrganizationKind.SUPERVISION_BODY: "督查机构",
    OrganizationKind.ESTABLISHMENT_OFFICE: "机构编制部门",
    OrganizationKind.JUSTICE_OFFICE: "司法行政部门",
    OrganizationKind.DEPARTMENT: "部门",
    OrganizationKind.TOWNSHIP: "乡镇(街道)",
    OrganizationKind.STATIONED_AGENCY: "派驻机构",
    OrganizationKind.ENFORCEMENT_TEAM: "综合行政执法队伍",
    OrganizationKind.GRID_CENTRE: "网格化服务管理中心",
    OrganizationKind.HOTLINE_CENTRE: "政务服务热线中心",
    OrganizationKind.DUTY_ROOM: "值班室",
    OrganizationKind.DISCIPLINE_BODY: "纪检监察机关",
    OrganizationKind.LEADER_GROUP: "议事协调机构",
    OrganizationKind.TEMPORARY_BODY: "临时机构(专班、指挥部)",
    OrganizationKind.FUNCTIONAL_ZONE: "功能区",
    OrganizationKind.UTILITY: "公用企业",
    OrganizationKind.CITY_PLATFORM: "上级平台",
}


class Management(StrEnum):
    """管理体制: who directs the organization. Only county-managed ones can be bound, supervised and ranked."""

    COUNTY = "county"
    CITY_DISPATCHED = "city_dispatched"
    VERTICAL = "vertical"
    ENTERPRISE = "enterprise"

    @property
    def label(self) -> str:
        """The management as people call it."""
        return _MANAGEMENTS[self]

    @property
    def supervised(self) -> bool:
        """Whether the county may order it, circulate it and rank it; all others it asks (商请、函告; domain.md §4)."""
        return self is Management.COUNTY


_MANAGEMENTS = {
    Management.COUNTY: "县级管理",
    Management.CITY_DISPATCHED: "市级派出",
    Management.VERTICAL: "垂直管理",
    Management.ENTERPRISE: "企业",
}


class DivisionLevel(StrEnum):
    """区划层级, from the province down to the grid."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    GRID = "grid"

    @property
    def label(self) -> str:
        """The level as people call it."""
        return _LEVELS[self]

    @property
    def rank(self) -> int:
        """0 for the province, growing downwards."""
        return list(DivisionLevel).index(self)


_LEVELS = {
    DivisionLevel.PROVINCE: "省级",
    DivisionLevel.CITY: "市级",
    DivisionLevel.COUNTY: "县级",
    DivisionLevel.TOWNSHIP: "乡级",
    DivisionLevel.VILLAGE: "村级",
    DivisionLevel.GRID: "网格",
}
