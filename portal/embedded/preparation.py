"""Bringing the data folder up to date before the portal starts: catalogue, sample register, static files."""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Run each step; every one of them changes nothing when it has been done before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "0")
    django.setup()
    call_command("load_catalogue")
    if settings.WITH_SAMPLE:
        call_command("load_sample", if_empty=True)
    collect_static()


def collect_static() -> None:
    """Collect the static files under hashed names, when they have changed since the last time."""
    stamp_file = settings.DATA_DIR / "static.stamp"
    stamp = _stamp(settings.STATICFILES_DIRS)
    if stamp_file.exists() and stamp_file.read_text() == stamp and settings.STATIC_ROOT.exists():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp_file.write_text(stamp)


def _stamp(folders: list[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


if __name__ == "__main__":
    main()
