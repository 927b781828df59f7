"""Locks on files: they end with the process that holds them, however it ends."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded.places import CannotStart

SHARED = fcntl.LOCK_SH
EXCLUSIVE = fcntl.LOCK_EX


def open_lock(path: Path) -> int:
    """A descriptor of the lock file; the caller locks and closes it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def try_lock(descriptor: int, kind: int) -> bool:
    """Take the lock if it can be had at once."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
            return False
        raise
    return True


def wait_lock(descriptor: int, kind: int, *, seconds: float, words: str) -> None:
    """Take the lock within `seconds`, or raise CannotStart with `words`."""
    end = time.monotonic() + seconds
    while not try_lock(descriptor, kind):
        if time.monotonic() > end:
            raise CannotStart(words)
        time.sleep(0.02)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock exclusively."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not try_lock(descriptor, SHARED)
    finally:
        os.close(descriptor)


def is_shared(path: Path) -> bool:
    """Whether some process holds the lock together with others, or could."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not try_lock(descriptor, EXCLUSIVE) and try_lock(descriptor, SHARED)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path, *, seconds: float, words: str) -> Iterator[None]:
    """Hold the lock exclusively for the code inside."""
    descriptor = open_lock(path)
    try:
        wait_lock(descriptor, EXCLUSIVE, seconds=seconds, words=words)
        yield
    finally:
        os.close(descriptor)
