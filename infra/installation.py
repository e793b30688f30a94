"""启动前检查: what must hold before an instance serves anybody."""

from sqlalchemy import Engine, text

from api.security.settings import check_production_settings
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings


def refuse_unready(settings: Settings, engine: Engine) -> None:
    """Refuse ServiceUnavailable when a production instance lacks what it must have, or holds invented people."""
    problems = check_production_settings(settings, holds_demonstration_people=holds_demonstration(engine))
    if problems:
        raise ServiceUnavailable("正式环境设置不完整:" + " ".join(problems))


def holds_demonstration(engine: Engine) -> bool:
    """Whether the demonstration county was ever loaded into this database."""
    with engine.connect() as connection:
        return bool(connection.execute(text("SELECT EXISTS (SELECT 1 FROM demonstration_marks)")).scalar())


def mark_demonstration(engine: Engine) -> None:
    """Note for ever that this database holds invented people and calls."""
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO demonstration_marks DEFAULT VALUES ON CONFLICT DO NOTHING"))
