"""数据库: how its address is written."""


def sqlalchemy_url(dsn: str) -> str:
    """SQLAlchemy names its driver in the address."""
    for prefix in ("postgresql://", "postgres://"):
        if dsn.startswith(prefix):
            return "postgresql+psycopg://" + dsn.removeprefix(prefix)
    return dsn
