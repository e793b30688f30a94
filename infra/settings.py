"""设置: everything an installation can set, from the environment (HUYING_…) or a file named by HUYING_SETTINGS."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from infra.services.problems import ServiceUnavailable

SETTINGS_FILE = "HUYING_SETTINGS"
"""The environment variable that names a file of settings: lines HUYING_NAME=value, as systemd's EnvironmentFile."""


class Settings(BaseSettings):
    """设置. Defaults fit one machine for trying out; the README's table says what production sets.

    What the environment sets comes before what the file says.
    """

    model_config = SettingsConfigDict(env_prefix="HUYING_", extra="ignore")

    folder: Path = Field(default=Path("var"), description="数据目录:内置数据库、附件、主密钥")
    node: str = Field(
        default="demo", pattern=r"^[a-z][a-z0-9-]{0,30}$", description="节点代码(小写字母和数字),用于消息主题名"
    )
    host: str = Field(default="127.0.0.1", description="监听地址")
    port: int = Field(default=8000, ge=1, le=65535, description="监听端口")
    database_url: str = Field(default="", description="PostgreSQL 地址;不填则使用内置数据库")
    kafka: str = Field(default="", description="Kafka 地址(host:port,逗号分隔);不填则单进程直接读取事实库")
    kafka_replication: int = Field(default=1, ge=1, le=5, description="主题副本数,生产环境用 3")
    master_key: SecretStr | None = Field(default=None, description="主密钥:64 位十六进制;不填则在数据目录生成")
    demonstration: bool = Field(default=False, description="演示实例:载入示范县数据并允许一键登录")
    https: bool = Field(default=False, description="经 HTTPS 访问(安全 Cookie、HSTS);生产环境必须开启")
    public_origin: str = Field(default="", description="对外访问地址,如 https://huying.example.gov.cn")
    file_megabytes: int = Field(default=20, ge=1, le=200, description="单个附件上限(MB)")
    mail_server: SecretStr | None = Field(
        default=None,
        description="邮件服务器:smtp://主机:25、smtp+starttls://用户:口令@主机:587 或 smtps://用户:口令@主机:465;"
        "不填则不发邮件",
    )
    mail_from: str = Field(default="", description="发件地址,如 呼应平台 <huying@example.gov.cn>")
    notice_gateway: str = Field(
        default="", description="短信、电话、政务微信网关地址(见 docs/notice-gateway.md);不填则不发"
    )
    notice_gateway_secret: SecretStr | None = Field(
        default=None, description="网关签名密钥:whsec_ 加 Base64(24 至 64 字节)"
    )
    notice_gateway_channels: str = Field(
        default="sms,phone,zwwx", description="网关能发的方式(逗号分隔):sms 短信、phone 电话、zwwx 政务微信"
    )
    notice_gateway_deduplicates: bool = Field(
        default=True, description="网关对同一编号只发一次;做不到的设为 false,结果不明的便不再重发"
    )
    database_pool: int = Field(default=8, ge=2, le=100, description="每个进程的数据库连接数")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Given values, then the environment, then the named file. Refuses ServiceUnavailable for a file not there."""
        named = os.environ.get(SETTINGS_FILE)
        if not named:
            return init_settings, env_settings
        if not Path(named).is_file():
            raise ServiceUnavailable(f"设置文件 {named}({SETTINGS_FILE})不存在或不是文件,请核对路径。")
        return init_settings, env_settings, DotEnvSettingsSource(settings_cls, env_file=named)

    @property
    def embedded(self) -> bool:
        """Whether we bring the database ourselves."""
        return not self.database_url

    @property
    def secure_cookies(self) -> bool:
        """Cookies for HTTPS only."""
        return self.https

    @property
    def production(self) -> bool:
        """Whether this is a real installation."""
        return not self.demonstration
