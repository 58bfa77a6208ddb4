"""Where the house can be reached: the address on this machine, and for a phone beside it."""

import io
import os
import socket
from dataclasses import dataclass

from lms.commands.speech import told
from lms.errors import Conflict, Invalid

EVERYWHERE = {"0.0.0.0", "::"}
SOMEWHERE_ELSE = ("192.0.2.1", 9)  # kept for documents; nothing is sent, the way there is looked up


@dataclass(frozen=True)
class Place:
    """Where to listen."""

    host: str = "127.0.0.1"
    port: int = 8000

    @classmethod
    def from_env(cls) -> "Place":
        port = os.environ.get("LMS_PORT", str(cls.port))
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise Invalid("LMS_PORT={port} 不是端口，请写 1 到 65535 之间的数。", port=port)
        return cls(os.environ.get("LMS_HOST", cls.host), int(port))

    @property
    def reached(self) -> str:
        """An address by which this machine reaches itself."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host

    def url(self, host: str = "") -> str:
        host = host or self.reached
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def refuse_taken(place: Place) -> None:
    """Refuse in one sentence, before any work, a port that another program has."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((place.host, place.port))
        except PermissionError:
            raise Conflict(
                "没有权限使用端口 {port}，请换一个 1024 以上的：LMS_PORT=8001 make run",
                port=place.port,
            ) from None
        except (OSError, OverflowError) as wrong:
            raise Conflict(
                "地址 {host} 端口 {port} 不能使用（{why}）。可能程序已在运行；"
                "也可换一个端口：LMS_PORT={next} make run",
                host=place.host,
                port=place.port,
                why=wrong.strerror if isinstance(wrong, OSError) else wrong,
                next=place.port + 1,
            ) from None


def in_this_network() -> str:
    """The address of this machine that a phone on the same network can reach; "" without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(SOMEWHERE_ELSE)
            found = way.getsockname()[0]
        except OSError:
            return ""
    return "" if found.startswith(("127.", "0.")) else found


def shown(place: Place) -> list[str]:
    """The lines that say where to go; with a QR code where a phone may come as well."""
    lines = [told("地址：{url}", url=place.url())]
    outside = in_this_network() if place.host in EVERYWHERE else ""
    if outside:
        lines.append(told("同一网络里的手机：{url}", url=place.url(outside)))
        lines.append(qr(place.url(outside)))
    return lines


def qr(text: str) -> str:
    """A QR code of half blocks for the terminal."""
    import segno

    out = io.StringIO()
    segno.make(text, error="l").terminal(out, compact=True, border=2)
    return out.getvalue()
