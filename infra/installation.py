"""启动前检查: what must hold before an instance serves anybody."""

from api.security.settings import check_production_settings
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings


def refuse_unready(settings: Settings) -> None:
    """Refuse ServiceUnavailable when a production instance lacks what it must have."""
    problems = check_production_settings(settings)
    if problems:
        raise ServiceUnavailable("正式环境设置不完整:" + " ".join(problems))
