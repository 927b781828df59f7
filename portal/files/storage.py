"""Where files lie on this machine: outside static and URL space, readable by the portal's user alone."""

from django.core.files.storage import FileSystemStorage, Storage, storages

ALIAS = "documents"


class PrivateFiles(FileSystemStorage):
    """A folder whose files have no address."""

    def url(self, name):
        """Refuses: a file is served only after a check."""
        raise ValueError("Stored files have no address.")


def documents() -> Storage:
    """The storage of files that people hand in."""
    return storages[ALIAS]
