"""The key-encryption keys of this process, from the settings: never in the database."""

from functools import lru_cache

from django.conf import settings

from portal.files.sealing import Ring


def ring() -> Ring:
    """The keys of FILE_KEYS; the first is the one that new files are locked with."""
    return _ring(tuple(settings.FILE_KEYS))


@lru_cache(maxsize=4)
def _ring(keys: tuple[tuple[str, bytes], ...]) -> Ring:
    return Ring(keys)
