"""What gunicorn is told, in production and by ``make run``; where it listens and with how many workers is said on the command line."""

import socket

# Little of a download waits in the system on its way to the reader: what was sent so far cannot be taken back when the right ends.
_SEND_BUFFER = 128 * 1024


def when_ready(server) -> None:
    """Accepted connections inherit it from the listening one."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
