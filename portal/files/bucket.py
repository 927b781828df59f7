"""Documents in a bucket of an S3 service: streamed both ways, without addresses, and quick to say that it is away."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

_QUICK = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"max_attempts": 1},
    s3={"addressing_style": "path"},
    signature_version="s3v4",
)
_MISSING = {"404", "NoSuchKey", "NotFound"}


class PrivateBucket(S3Storage):
    """A bucket whose objects have no address. Errors of the service are OSErrors, as those of a folder."""

    def get_default_settings(self) -> dict:
        """Nothing is public, nothing is overwritten, nothing waits long."""
        return super().get_default_settings() | {
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "client_config": _QUICK,
        }

    def url(self, name, *arguments, **options):
        """Refuses: a file is served only after a check."""
        raise ValueError("Stored files have no address.")

    def _save(self, name, content):
        with _as_os_errors(name):
            return super()._save(name, content)

    def _open(self, name, mode="rb"):
        with _as_os_errors(name):
            return self.bucket.Object(self._normalize_name(name)).get()["Body"]

    def delete(self, name):
        with _as_os_errors(name):
            super().delete(name)

    def exists(self, name):
        with _as_os_errors(name):
            return super().exists(name)

    def listdir(self, path):
        with _as_os_errors(path):
            return super().listdir(path)


@contextmanager
def _as_os_errors(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            raise FileNotFoundError(name) from error
        raise OSError(f"The storage service answers {code}.") from error
    except BotoCoreError as error:
        raise OSError(f"The storage service cannot be reached ({type(error).__name__}).") from error
