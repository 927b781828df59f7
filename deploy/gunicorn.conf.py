"""What gunicorn is told, in production and by ``make run``; where it listens and with how many workers is said on the command line."""

import socket

# Little of a download waits in the system on its way to the reader: what was sent so far cannot be taken back when the right ends.
_SEND_BUFFER = 128 * 1024


def when_ready(server) -> None:
    """Accepted connections inherit it from the listening one; workers the directory, which takes seconds to read and much memory."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    if server.cfg.preload_app:
        _hold_directory(server)


def _hold_directory(server) -> None:
    # Known only once the application is loaded.
    from django.db import DatabaseError, connection

    from registry.directory import holding

    try:
        holding.catalogue()
    except DatabaseError as error:
        server.log.warning("The directory is read by the first who asks for it: %s", error)
    finally:
        # No connection, nor a thread that keeps some, outlives the fork.
        connection.close()
        connection.close_pool()
