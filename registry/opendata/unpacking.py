"""Reading a dump from a folder or an archive, and making sure that it is whole and signed by a key that is trusted."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from registry.opendata.describing import FORMAT
from registry.opendata.public_tables import TABLES
from registry.opendata.writing import SIGNATURE, SUMS

_LINE = re.compile(r"([0-9a-f]{64}) [ *]([A-Za-z0-9_-][A-Za-z0-9_.-]*)")
_PACKAGE = "datapackage.json"
_NEEDED = (_PACKAGE, *(f"{table.name}.csv" for table in TABLES))
_BLOCK = 1024 * 1024
# More than the list of hashes of any dump; what is larger is none.
_LONGEST_LIST = 1024 * 1024


class BadDump(Exception):
    """The dump cannot be loaded; the text names the file, and row and column where there are any, and what is wrong."""


class Package:
    """The files of a dump, in a folder or in an archive. Raises BadDump when it is neither."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self._archive, self._before = None, ""
        if self.path.is_dir():
            return
        try:
            self._archive = ZipFile(self.path)
        except FileNotFoundError as error:
            raise BadDump(f"{self.path}: there is no such file or folder.") from error
        except (BadZipFile, OSError) as error:
            raise BadDump(f"{self.path}: this is neither a folder nor a zip archive ({error}).") from error
        lists = [name for name in self._archive.namelist() if name.rpartition("/")[2] == SUMS]
        if len(lists) != 1:
            raise BadDump(f"{self.path}: the archive holds no {SUMS}.")
        self._before = lists[0].removesuffix(SUMS)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """One file from its start. Raises BadDump when it is missing or damaged."""
        try:
            if self._archive is None:
                found = (self.path / name).open("rb")
            else:
                found = self._archive.open(self._before + name)
        except (KeyError, FileNotFoundError) as error:
            raise BadDump(f"{name}: the file is missing.") from error
        try:
            with found as file:
                yield file
        except (BadZipFile, EOFError, OSError) as error:
            raise BadDump(f"{name}: the file is damaged ({error}).") from error

    def has(self, name: str) -> bool:
        """Whether it holds that file."""
        if self._archive is None:
            return (self.path / name).is_file()
        return self._before + name in self._archive.namelist()


def check(package: Package, trusted: list[bytes]) -> str:
    """Check signature and hashes before anything is read. Returns the SHA-256 of the list of hashes, which names the dump.

    ``trusted`` are public keys as PEM. A table that is not needed for loading may be missing. Raises BadDump.
    """
    with package.open(SUMS) as file:
        sums = file.read(_LONGEST_LIST)
    with package.open(SIGNATURE) as file:
        signature = file.read(1024)
    _check_signature(sums, signature, trusted)
    listed = _listed(sums)
    for name in _NEEDED:
        if name not in listed:
            raise BadDump(f"{SUMS}: {name} is not in the list, so this register cannot load the dump.")
    for name, expected in listed.items():
        if (name in _NEEDED or package.has(name)) and _digest(package, name) != expected:
            raise BadDump(f"{name}: the content is not what was signed. Fetch the file again.")
    _check_format(package)
    return hashlib.sha256(sums).hexdigest()


def _check_signature(sums: bytes, signature: bytes, trusted: list[bytes]) -> None:
    for pem in trusted:
        try:
            _key(pem).verify(signature, sums)
        except InvalidSignature:
            continue
        return
    raise BadDump(
        f"{SIGNATURE}: the dump is not signed by a key that is trusted here. Fetch the key from the register that "
        "published it (/.well-known/concordat-keys.json), check it, and name it with --trust-key."
    )


def _key(pem: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadDump("The trusted key is no public key in PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadDump("The trusted key is of another kind than Ed25519.")
    return key


def _listed(sums: bytes) -> dict[str, str]:
    found = {}
    for number, line in enumerate(sums.decode(errors="replace").splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise BadDump(f"{SUMS}, row {number}: this is no hash with the name of a file.")
        found[match[2]] = match[1]
    return found


def _digest(package: Package, name: str) -> str:
    digest = hashlib.sha256()
    with package.open(name) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _check_format(package: Package) -> None:
    with package.open(_PACKAGE) as file:
        try:
            said = json.load(file)["concordat"]["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise BadDump(f"{_PACKAGE}: this is not the description of a dump.") from error
    if said != FORMAT:
        raise BadDump(f"{_PACKAGE}: the dump has format {said}, this register loads format {FORMAT}.")
