"""Kafka 地址: where a cluster is reached and how one identifies oneself, for every client of ours."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaAdminClient
from kafka.net.inet import KafkaNetSocket


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """`bootstrap` is "host:port,host:port"; `security`: kafka-python's options (security_protocol, ssl_*, sasl_*)."""

    bootstrap: str
    security: Mapping[str, str] = field(default_factory=dict)

    def options(self) -> dict[str, object]:
        """Common options of every kafka-python client."""
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "bootstrap_timeout_ms": 5_000,
            "proxy_url": "direct://",
            **self.security,
        }

    def refuse_if_silent(self) -> None:
        """Raises ConnectionError, in a moment, when no server of the list takes a connection."""
        for server in self.bootstrap.split(","):
            host, _, port = server.rpartition(":")
            try:
                with socket.create_connection((host.strip("[]"), int(port)), timeout=2.0):
                    return
            except OSError:
                continue
        raise ConnectionError(f"Kafka({self.bootstrap})无法连接")

    def admin(self) -> KafkaAdminClient:
        """A client for topics and the cluster itself; close it after use."""
        return KafkaAdminClient(**self.options())


class DirectSocket(KafkaNetSocket):  # type: ignore[misc]  # kafka-python has no types
    """A plain connection, closed when it can't be made: kafka-python 3.0.12 leaves every refused one open.

    It comes in by the door meant for proxies: the scheme of `proxy_url` names the class that connects.
    """

    SCHEMES = ("direct",)

    async def sock_connect(self, net: Any, sock: socket.socket, sockaddr: Any, timeout_at: float | None = None) -> Any:
        """Connect, or close the socket and raise."""
        try:
            return await super().sock_connect(net, sock, sockaddr, timeout_at=timeout_at)
        except BaseException:
            sock.close()
            raise
