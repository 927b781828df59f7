"""Asking clamd about a file, by its INSTREAM command (clamd(8)): the content goes over the connection, nothing is shared."""

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

SECONDS = 50
_CHUNK = 64 * 1024


class ScannerAway(Exception):
    """The scanner cannot be reached, does not answer in time, or does not answer sensibly."""


def scan(chunks: Iterable[bytes], url: str) -> str:
    """The name of what was found, or "". Raises ScannerAway: what was not scanned must not count as clean."""
    try:
        with _connected(url) as connection:
            return _answer(_sent(connection, chunks))
    except OSError as error:
        raise ScannerAway(str(error)) from error


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS)
        connection.connect(parts.path)
        return connection
    connection = socket.create_connection((parts.hostname, parts.port or 3310), timeout=5)
    connection.settimeout(SECONDS)
    return connection


def _sent(connection: socket.socket, chunks: Iterable[bytes]) -> bytes:
    """The scanner's answer. When it hangs up early (a limit of its own), what it said last is read all the same."""
    try:
        connection.sendall(b"zINSTREAM\0")
        for chunk in chunks:
            for start in range(0, len(chunk), _CHUNK):
                piece = chunk[start : start + _CHUNK]
                connection.sendall(struct.pack(">I", len(piece)) + piece)
        connection.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass
    answer = b""
    while not answer.endswith(b"\0") and (piece := connection.recv(4096)):
        answer += piece
    return answer


def _answer(answer: bytes) -> str:
    words = answer.rstrip(b"\0").decode(errors="replace").removeprefix("stream: ")
    if words == "OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removesuffix(" FOUND")
    raise ScannerAway(words or "no answer")
