"""HTTP/1.1 over a bare socket, as light as asyncio lets it be."""

import asyncio

from benchmarks.phone import Answer

LONGEST = 15.0  # seconds: as the page, which then asks again


class Lost(ConnectionError):
    """The line was cut before the whole answer came."""


class Wire(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self.got = b""
        self.whole = 0  # bytes of the answer that is coming; 0: its head is not there yet
        self.head = b""
        self.waiting: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, wrong: Exception | None) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(Lost(str(wrong or "closed")))

    def data_received(self, data: bytes) -> None:
        self.got = self.got + data if self.got else data
        if not self.whole:
            end = self.got.find(b"\r\n\r\n")
            if end < 0:
                return
            self.head = self.got[:end]
            at = self.head.lower().find(b"content-length:")
            length = int(self.head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self.whole = end + 4 + length
        if len(self.got) >= self.whole and self.waiting and not self.waiting.done():
            body = self.got[len(self.head) + 4 : self.whole]
            self.got, self.whole = b"", 0
            self.waiting.set_result(Answer(int(self.head[9:12]), self.head, body))

    async def ask(self, request: bytes, longest: float = LONGEST) -> Answer:
        """The answer. Raises Lost, or TimeoutError when it takes too long."""
        if self.transport.is_closing():
            raise Lost("closed")
        loop = asyncio.get_running_loop()
        self.waiting = loop.create_future()
        timer = loop.call_later(longest, _too_long, self.waiting)
        self.transport.write(request)
        try:
            return await self.waiting
        finally:
            timer.cancel()

    def close(self) -> None:
        self.transport.close()


def _too_long(waiting: "asyncio.Future[Answer]") -> None:
    if not waiting.done():
        waiting.set_exception(TimeoutError())


async def connect(port: int, source: str | None = None) -> Wire:
    """A new connection to this machine. source: of ours, where ports of one would run out."""
    loop = asyncio.get_running_loop()
    here = (source, 0) if source else None
    _, wire = await loop.create_connection(Wire, "127.0.0.1", port, local_addr=here)
    return wire


async def once(port: int, request: bytes, longest: float = LONGEST) -> Answer:
    """Ask on a connection of its own."""
    wire = await connect(port)
    try:
        return await wire.ask(request, longest)
    finally:
        wire.close()
