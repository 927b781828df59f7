"""The signals that ask the launcher to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """The user asked to stop."""


class StopSignals:
    """Turns Ctrl-C, TERM and HUP into :class:`Stopped`, at moments when no child can be lost by it."""

    def __init__(self) -> None:
        self._asked = False
        self._held_back = False

    def listen(self) -> None:
        """From here on the signals raise Stopped."""
        for signum in STOP_SIGNALS:
            signal.signal(signum, self._receive)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Let a signal wait until the code inside has started a child and noted it down."""
        self._held_back = True
        try:
            yield
        finally:
            self._held_back = False
        if self._asked:
            raise Stopped

    def ignore(self) -> None:
        """Stopping has begun; a second signal must not cut it short."""
        for signum in STOP_SIGNALS:
            signal.signal(signum, signal.SIG_IGN)

    def _receive(self, *_: object) -> None:
        self._asked = True
        if not self._held_back:
            raise Stopped
