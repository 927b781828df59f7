"""Where files lie on this machine: outside static and URL space, readable by the portal's user alone."""

import os
from pathlib import Path

from django.core.files.storage import FileSystemStorage, Storage, storages

ALIAS = "documents"


class PrivateFiles(FileSystemStorage):
    """A folder whose files have no address. A file is under its name whole, and on the disk, or not at all."""

    def url(self, name):
        """Refuses: a file is served only after a check."""
        raise ValueError("Stored files have no address.")

    def _save(self, name: str, content) -> str:
        path = Path(self.path(name))
        os.makedirs(path.parent, mode=self.directory_permissions_mode or 0o700, exist_ok=True)
        beside = path.with_name(f"{path.name}.part")
        try:
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _keep(path.parent)
        return name


def _keep(folder: Path) -> None:
    """Bring the folder's list of names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def documents() -> Storage:
    """The storage of files that people hand in."""
    return storages[ALIAS]
