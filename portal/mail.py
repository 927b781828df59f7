"""Where e-mail goes: the settings for an address, and a backend that writes messages to files."""

import os
import re
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "portal.mail.FileBackend"


def mail_settings(url: str) -> dict[str, Any]:
    """Django's e-mail settings for `smtp://…/?tls=1`, `smtps://…` or `file:///folder`."""
    parts = urlsplit(url)
    over_tls = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": FILES if parts.scheme == "file" else SMTP,
        "EMAIL_FILE_PATH": unquote(parts.path) if parts.scheme == "file" else None,
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or (465 if over_tls else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": dict(parse_qsl(parts.query)).get("tls") == "1",
        "EMAIL_USE_SSL": over_tls,
    }


class FileBackend(BaseEmailBackend):
    """Writes each message to a file named by its Message-ID, so that one sent twice is one file."""

    def send_messages(self, email_messages) -> int:
        """Write the messages; returns how many there were."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            _write(folder / _file_name(message["Message-ID"]), message.as_bytes(linesep="\r\n"))
        return len(email_messages)


def _file_name(message_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9@._-]", "_", message_id.strip("<> "))[:200].lstrip(".") + ".eml"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the machine stops halfway."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".half")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.replace(unfinished, path)
