"""Files in a bucket that speaks S3. Nothing in it has a public address, and no request waits longer than a few seconds."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from portal.files.storage import Reader, storage_failed

PART = 8 * 1024 * 1024
RANGE = 4 * 1024 * 1024
_FAILURES = (BotoCoreError, ClientError, Boto3Error, OSError)
_MISSING = {"NoSuchKey", "404", "NotFound"}
# One attempt within five seconds: whoever waits is told, and tries again.
_CLIENT = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    connect_timeout=2,
    read_timeout=3,
    retries={"total_max_attempts": 1, "mode": "standard"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
# One part after the other: memory stays at one part.
_TRANSFER = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)


class PrivateBucket(S3Storage):
    """A bucket whose objects have no address."""

    def __init__(self, **options):
        super().__init__(client_config=_CLIENT, default_acl=None, file_overwrite=True, **options)

    def url(self, name, *_args, **_options):
        """Refuses: a file is served only after a check."""
        raise ValueError("Stored files have no address.")

    def write(self, name: str, blocks: Iterable[bytes]) -> None:
        """Keep a content under its name: the object is there once it is whole. Raises StorageFailed."""
        try:
            self.bucket.upload_fileobj(_Source(blocks), self._at(name), Config=_TRANSFER)
        except _FAILURES as error:
            raise storage_failed() from error

    @contextmanager
    def reading(self, name: str, start: int = 0) -> Iterator[Reader]:
        """A content to be read from that byte on. Raises FileNotFoundError and StorageFailed."""
        yield _Ranges(self.bucket.Object(self._at(name)), start)

    def exists(self, name: str) -> bool:
        """Whether there is such an object. Raises StorageFailed."""
        try:
            return super().exists(name)
        except _FAILURES as error:
            raise storage_failed() from error

    def delete(self, name: str) -> None:
        """Remove an object, if there is one. Raises StorageFailed."""
        try:
            super().delete(name)
        except _FAILURES as error:
            raise storage_failed() from error

    def _at(self, name: str) -> str:
        return self._normalize_name(name)


class _Source:
    """What boto3 reads an upload from, without a way back."""

    def __init__(self, blocks: Iterable[bytes]):
        self._blocks = iter(blocks)
        self._waiting = bytearray()

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._waiting) < size:
            block = next(self._blocks, None)
            if block is None:
                break
            self._waiting += block
        end = len(self._waiting) if size < 0 else size
        taken = bytes(self._waiting[:end])
        del self._waiting[:end]
        return taken


class _Ranges:
    """An object read range by range, each at once: a slow reader keeps no connection to the storage waiting."""

    def __init__(self, found, start: int):
        self._object = found
        self._waiting = bytearray()
        self._next, self._end = start, None

    def read(self, size: int) -> bytes:
        while len(self._waiting) < size and (self._end is None or self._next < self._end):
            self._fetch()
        taken = bytes(self._waiting[:size])
        del self._waiting[:size]
        return taken

    def _fetch(self) -> None:
        try:
            got = self._object.get(Range=f"bytes={self._next}-{self._next + RANGE - 1}")
            self._waiting += got["Body"].read()
        except ClientError as error:
            self._explain(error)
        except _FAILURES as error:
            raise storage_failed() from error
        else:
            self._end = int(got["ContentRange"].rpartition("/")[2])
            self._next += RANGE

    def _explain(self, error: ClientError) -> None:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            raise FileNotFoundError(self._object.key) from error
        if code != "InvalidRange":
            raise storage_failed() from error
        self._end = self._next
