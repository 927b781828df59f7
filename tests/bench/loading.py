"""A small client that keeps its connections: many at once for a rate, one for times."""

import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle

BLOCK = 262_144


class BadAnswer(ValueError):
    """The server answered something else than what is measured."""


@dataclass(frozen=True)
class Rate:
    """Answers per second, and how much of the time the client itself was at work: near 1 it was the one that was slow."""

    per_second: float
    client_share: float


def rate(
    address: str | tuple, paths: list[str], *, seconds: float = 5, connections: int = 4, depth: int = 1,
    headers: str = "", status: int = 200, alike: bool = False,
) -> Rate:  # fmt: skip
    """Ask for the paths in turn over some connections, ``depth`` questions ahead on each, and count the answers.

    ``alike`` says that all answers are equally long, so that counting bytes is enough: for a server faster than this client
    can read. Raises BadAnswer when one of them has another status.
    """
    requests = cycle([_request(path, headers) for path in paths])
    with selectors.DefaultSelector() as selector, ExitStack() as sockets:
        for _number in range(connections):
            asking = _Asking(sockets.enter_context(_connected(address)), status, alike)
            asking.ask(requests, depth)
            selector.register(asking.socket, selectors.EVENT_READ, asking)
        _run(selector, requests, 0.5)
        begin, used = time.perf_counter(), time.process_time()
        answers = _run(selector, requests, seconds)
        took = time.perf_counter() - begin
        share = (time.process_time() - used) / took
    return Rate(answers / took, share)


def _run(selector, requests, seconds: float) -> int:
    ends, answers = time.perf_counter() + seconds, 0
    while time.perf_counter() < ends:
        for key, _events in selector.select(1):
            whole = key.data.read()
            if whole:
                answers += whole
                key.data.ask(requests, whole)
    return answers


class _Asking:
    """One connection: questions sent ahead, answers counted as they come whole."""

    def __init__(self, connected: socket.socket, status: int, alike: bool = False):
        self.socket, self._status, self._held = connected, f" {status} ".encode(), b""
        self._alike, self._length, self._over = alike, 0, 0
        self._buffer = memoryview(bytearray(BLOCK))

    def ask(self, requests: Iterator[bytes], number: int) -> None:
        """Send so many further questions."""
        self.socket.sendall(b"".join(next(requests) for _number in range(number)))

    def read(self) -> int:
        """How many answers have come whole with what is there now."""
        if self._length:
            return self._counted()
        came = self.socket.recv(BLOCK)
        if not came:
            raise BadAnswer("The server ended the connection.")
        self._held += came
        number = 0
        while (end := _end(self._held, self._status)) is not None:
            self._held, number = self._held[end:], number + 1
            if self._alike:
                self._length = end
        self._over = len(self._held)
        return number

    def _counted(self) -> int:
        came = self.socket.recv_into(self._buffer)
        if not came:
            raise BadAnswer("The server ended the connection.")
        number, self._over = divmod(self._over + came, self._length)
        return number


def _end(held: bytes, status: bytes) -> int | None:
    """Where the first answer in these bytes ends; None when it is not whole."""
    blank = held.find(b"\r\n\r\n")
    if blank < 0:
        return None
    head = held[:blank]
    if status not in head[:20]:
        raise BadAnswer(head.split(b"\r\n", 1)[0].decode())
    if status == b" 304 ":
        return blank + 4
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at >= 0:
        end = blank + 4 + int(lower[at + 15 :].split(b"\r\n", 1)[0])
        return end if len(held) >= end else None
    # In pieces: the last one is empty.
    end = held.find(b"\r\n0\r\n\r\n", blank)
    return None if end < 0 else end + 7


def times(address: str | tuple, paths: list[str], *, seconds: float = 600) -> list[float]:
    """Ask for each path once, one after the other over one connection; how long each took, in ms, until the seconds are over."""
    found, ends = [], time.monotonic() + seconds
    asking = _Asking(_connected(address), 200)
    with asking.socket:
        for path in paths:
            start = time.perf_counter()
            asking.ask(iter([_request(path, "")]), 1)
            while not asking.read():
                pass
            found.append((time.perf_counter() - start) * 1000)
            if time.monotonic() > ends:
                break
    return found


def drained(address: str | tuple, path: str) -> tuple[int, float, float]:
    """Fetch a long answer and forget it: bytes, seconds to the first byte of the body and to the last."""
    with _connected(address) as connected:
        start = time.perf_counter()
        connected.sendall(_request(path, "Connection: close\r\n"))
        held = b""
        while b"\r\n\r\n" not in held and (came := connected.recv(BLOCK)):
            held += came
        head, _blank, body = held.partition(b"\r\n\r\n")
        if b" 200 " not in head[:20]:
            raise BadAnswer(head.split(b"\r\n", 1)[0].decode())
        size = len(body) or len(connected.recv(BLOCK))
        first, buffer = time.perf_counter() - start, bytearray(BLOCK)
        while came := connected.recv_into(buffer):
            size += came
        return size, first, time.perf_counter() - start


def header(address: str | tuple, path: str, name: str) -> str:
    """One header of an answer, "" when it has none."""
    with _connected(address) as connected:
        connected.sendall(_request(path, "Connection: close\r\n"))
        held = b""
        while b"\r\n\r\n" not in held and (came := connected.recv(BLOCK)):
            held += came
    for line in held.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]:
        key, _colon, value = line.partition(":")
        if key.lower() == name.lower():
            return value.strip()
    return ""


def _request(path: str, headers: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def _connected(address: str | tuple) -> socket.socket:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    connected = socket.socket(family)
    connected.settimeout(120)
    connected.connect(address)
    return connected
