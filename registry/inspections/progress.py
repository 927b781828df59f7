"""How far a file has come while it is loaded: a word to whoever waits, in the cache, since the register shows nothing of it before the end."""

import logging

from django.core.cache import cache

_log = logging.getLogger(__name__)
_KEPT = 3600


def say(batch_id: int, done: int) -> None:
    """So many rows of the batch are done."""
    try:
        cache.set(_key(batch_id), done, _KEPT)
    except Exception:
        # The loading goes on without anybody watching it.
        _log.warning("How far batch %s has come could not be told.", batch_id, exc_info=True)


def done(batch_id: int) -> int | None:
    """How many rows are done, where that is known."""
    try:
        return cache.get(_key(batch_id))
    except Exception:
        _log.warning("How far batch %s has come could not be asked.", batch_id, exc_info=True)
        return None


def _key(batch_id: int) -> str:
    return f"loading:{batch_id}"
