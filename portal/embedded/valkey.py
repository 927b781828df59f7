"""The embedded Valkey: it keeps nothing, for no record lives in the broker."""

import contextlib
import os
import signal
import socket
import subprocess
import time

from portal.embedded import children
from portal.embedded.binaries import Account, valkey_binary
from portal.embedded.places import CannotStart, Places, private_folder

START_SECONDS = 20
STOP_SECONDS = 5


def start(places: Places, account: Account) -> subprocess.Popen:
    """Start the server and return once it answers."""
    folder = private_folder(places.valkey, account.uid)
    clear_leftovers(places)
    with children.open_log(places.log("valkey")) as log:
        server = subprocess.Popen(
            [
                *(valkey_binary(), "--port", "0"),
                *("--unixsocket", places.valkey_socket, "--unixsocketperm", "700"),
                *("--save", "", "--appendonly", "no", "--databases", "64"),
            ],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=children.die_with_parent(signal.SIGTERM),
            **account.popen(),
        )
    (places.data / "valkey.pid").write_text(str(server.pid))
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        if _answers(places):
            return server
        time.sleep(0.01)
    stop(server)
    log_path = places.log("valkey")
    raise CannotStart(f"Valkey does not start. The end of {log_path}:\n{children.last_lines(log_path)}")


def stop(server: subprocess.Popen) -> None:
    """Stop the server by SIGTERM."""
    children.stop(server, signal.SIGTERM, seconds=STOP_SECONDS)


def clear_leftovers(places: Places) -> None:
    """End a server whose keeper is gone and remove its socket."""
    try:
        pid = int((places.data / "valkey.pid").read_text())
    except (OSError, ValueError):
        pid = 0
    if pid and children.is_alive(pid) and children.runs_in(pid, "valkey-server", places.valkey):
        os.kill(pid, signal.SIGTERM)
        children.wait_gone(pid, STOP_SECONDS)
    places.valkey_socket.unlink(missing_ok=True)


def _answers(places: Places) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        client.connect(str(places.valkey_socket))
        client.sendall(b"PING\r\n")
        return client.recv(16).startswith(b"+PONG")
    return False
