"""The secrets in the links of letters: made anew for each letter, always the same, never kept."""

import base64
import hashlib

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from registry.watching.models import LinkKey, Reader, Watch

PATTERN = r"[A-Za-z0-9_-]{43}"


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret(purpose: str, key) -> str:
    """The secret for a purpose and a key that nobody knows; 256 bits, 43 characters."""
    made = salted_hmac("registry.watching.keys", f"{purpose}:{key}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def reader_secret(reader: Reader) -> str:
    """The secret that opens a reader's watches; it opens them from now on, also after ``SECRET_KEY`` has changed."""
    made = secret("reader", reader.key)
    LinkKey.objects.get_or_create(hash=hash_of(made), defaults={"reader": reader})
    return made


def stop_secret(watch: Watch) -> str:
    """The secret that stops one watch, likewise."""
    made = secret("watch", watch.key)
    LinkKey.objects.get_or_create(hash=hash_of(made), defaults={"watch": watch})
    return made


def reader_of(given: str) -> Reader | None:
    """Whose watches the secret opens, if anybody's. Found by hash, so the time taken says nothing about the secret."""
    key = LinkKey.objects.select_related("reader").filter(hash=hash_of(given), reader__isnull=False).first()
    return key.reader if key else None


def watch_of(given: str) -> Watch | None:
    """Which watch the secret stops, if any."""
    key = LinkKey.objects.select_related("watch__subject", "watch__reader__user")
    found = key.filter(hash=hash_of(given), watch__isnull=False).first()
    return found.watch if found else None


def absolute(name: str, *arguments) -> str:
    """An address of the portal for a letter."""
    return settings.BASE_URL.rstrip("/") + reverse(name, args=arguments)
