"""名录导入表的列: what the four tables of the directory may hold, with the titles people give their columns."""

from adapters.imports.tables import Column

CODE = Column("code", ("编码", "代码"), filled=True)
DIVISION_CODE = Column("code", ("区划代码", "代码"), filled=True)
PERSON_CODE = Column("code", ("人员编号", "工号"), filled=True)
NAME = Column("name", ("名称",), filled=True)
PERSON_NAME = Column("name", ("姓名",), filled=True)
LEVEL = Column("level", ("层级",), required=False)
PARENT = Column("parent", ("上级编码", "上级", "上级代码"), required=False)
SHORT_NAME = Column("short_name", ("简称",), required=False)
KIND = Column("kind", ("机构类别", "类别"), filled=True)
MANAGEMENT = Column("management", ("管理体制",), required=False)
DIVISION = Column("division", ("所在区划", "区划代码"), required=False)
ALIASES = Column("aliases", ("挂牌名称", "别名"), required=False)
ESTABLISHED = Column("established_at", ("设立日期", "生效日期"), required=False)
ENDS = Column("ends_at", ("到期日期", "截止日期"), required=False)
PHONE = Column("phone", ("手机", "电话", "联系电话"), required=False)
PERSON = Column("person", ("人员编号", "工号"), filled=True)
ORGANIZATION = Column("organization", ("机构编码", "任职机构"), filled=True)
POST = Column("post", ("岗位",), filled=True)
STARTS = Column("starts_at", ("任职日期", "开始日期"), required=False)

DIVISION_COLUMNS = (DIVISION_CODE, NAME, LEVEL, PARENT)
ORGANIZATION_COLUMNS = (
    CODE,
    NAME,
    SHORT_NAME,
    KIND,
    MANAGEMENT,
    PARENT,
    DIVISION,
    ALIASES,
    ESTABLISHED,
    ENDS,
)
PERSON_COLUMNS = (PERSON_CODE, PERSON_NAME, PHONE)
APPOINTMENT_COLUMNS = (PERSON, ORGANIZATION, POST, STARTS, ENDS)
