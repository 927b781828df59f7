"""Ends the portal's processes when their launcher is gone without having ended them.

Run as a plain script with its standard input on a pipe from the launcher. The launcher writes `+PID` for each
child that leads a session, `-PID` when it has ended it. The end of the pipe means that the launcher is gone;
what is left on the list then is ended in reverse order. Systems without a parent-death signal have no other way.
"""

import contextlib
import os
import signal
import sys
import time

PATIENCE_SECONDS = 8


def main() -> None:
    """Follow the list until the pipe ends, then end what is left."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    left: list[int] = []
    for line in sys.stdin:
        pid = int(line[1:])
        if line.startswith("+"):
            left.append(pid)
        else:
            left.remove(pid)
    for pid in reversed(left):
        end(pid)


def end(pid: int) -> None:
    """SIGTERM to the process, SIGKILL to its session when it does not end in time."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        limit = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < limit:
            os.kill(pid, 0)
            time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
