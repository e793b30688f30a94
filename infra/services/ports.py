"""端口: free ones for services of this machine, and a clear word about taken ones."""

import errno
import socket

from infra.services.problems import ServiceUnavailable

LOCAL_HOST = "127.0.0.1"
"""Local services listen here only."""


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on right now."""
    held = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for one in held:
            one.bind((LOCAL_HOST, 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def is_listening(port: int) -> bool:
    """Whether something takes connections on `port`."""
    try:
        with socket.create_connection((LOCAL_HOST, port), timeout=1.0):
            return True
    except OSError:
        return False


def refuse_taken_port(port: int) -> None:
    """Refuses ServiceUnavailable when `port` can't be listened on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connections are still winding down is not taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCAL_HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise ServiceUnavailable(f"端口 {port} 已被其他程序占用:请停止占用它的程序,或换一个端口。") from error
            raise ServiceUnavailable(f"端口 {port} 无法使用({error.strerror}):请换一个端口。") from error
