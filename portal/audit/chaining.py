"""What holds the chain together: the hash of an entry, the seal of the head, and where a chain does not hold."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.crypto import salted_hmac

from portal.audit.models import AuditEntry, AuditHead

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_CHAIN_LOCK = 7_306_520_119

_SALT = "portal.audit.head"
# Fields that came later count only where they say something: entries older than they are keep their hash.
_LATER_FIELDS = ("actor_key",)

CONTENT = "has other content than when it was written"
ORDER = "does not follow the entry before it"


@dataclass(frozen=True)
class Fault:
    """A place where the chain does not hold: the entry's id (0: the head) and what is wrong, in words."""

    entry_id: int
    words: str


def take_turn() -> None:
    """Wait until nobody else writes to the chain, and keep it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])


def digest(entry: AuditEntry) -> str:
    """SHA-256 over the entry's content and the hash before it, in a fixed spelling."""
    content = {
        field.name: getattr(entry, field.name)
        for field in AuditEntry._meta.concrete_fields
        if field.name not in ("id", "hash")
    }
    for name in _LATER_FIELDS:
        if not content[name]:
            del content[name]
    content["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    spelled = json.dumps(
        content, sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(spelled.encode()).hexdigest()


def mac(entries: int, last_id: int, last_hash: str, key: str | None = None) -> str:
    """The seal of a head: HMAC-SHA256 with a key derived from SECRET_KEY, or from an earlier one."""
    return salted_hmac(_SALT, f"{entries}:{last_id}:{last_hash}", secret=key, algorithm="sha256").hexdigest()


def is_sealed(head: AuditHead) -> bool:
    """True for a head that was sealed with this portal's key or one of its earlier ones."""
    return any(
        hmac.compare_digest(head.mac, mac(head.entries, head.last_id, head.last_hash, key))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


@dataclass
class Walk:
    """A walk along the chain: how far it has come, the faults on the way, and whether an expected head was met."""

    expected: tuple[int, str] | None = None
    count: int = 0
    last_id: int = 0
    last_hash: str = ""
    met: bool = False
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self):
        self.met = self.expected in (None, (0, ""))

    def over(self, entries: Iterable[AuditEntry]) -> None:
        """Walk on over these entries, in order."""
        for entry in entries:
            if entry.previous_hash != self.last_hash:
                self.faults.append(Fault(entry.id, f"{ORDER}: {self._followed(entry)}"))
            if digest(entry) != entry.hash:
                self.faults.append(Fault(entry.id, CONTENT))
            self.count, self.last_id, self.last_hash = self.count + 1, entry.id, entry.hash
            self.met = self.met or self.expected == (self.count, entry.hash)

    def _followed(self, entry: AuditEntry) -> str:
        before = f"entry {self.last_id}" if self.count else "the beginning"
        if not entry.previous_hash:
            return f"it says that it is the first, yet it stands after {before}"
        named = AuditEntry.objects.filter(hash=entry.previous_hash).values_list("id", flat=True).first()
        if named is None:
            return f"what it follows is missing between {before} and it, or was changed"
        return f"it stands after {before} and says that it follows entry {named}"

    def arrive(self, head: AuditHead | None) -> None:
        """Compare where the walk ended with what the head says."""
        if head is None:
            self.faults.append(Fault(0, "the head of the chain is missing"))
        else:
            self._meet(head)
        if not self.met:
            count, hash_ = self.expected
            self.faults.append(Fault(0, f"the head kept elsewhere, {count}:{hash_}, is not inside the chain"))

    def _meet(self, head: AuditHead) -> None:
        if not is_sealed(head):
            self.faults.append(
                Fault(0, "the head does not carry this portal's seal: it was changed, or SECRET_KEY was")
            )
        said = f"the head says {head.entries} entries up to id {head.last_id}, here are {self.count}"
        if self.last_id < head.last_id:
            self.faults.append(Fault(self.last_id, f"entries after id {self.last_id} are missing: {said}"))
        elif self.last_id > head.last_id:
            self.faults.append(
                Fault(self.last_id, f"entries after id {head.last_id} were not written here: {said}")
            )
        elif self.count != head.entries:
            self.faults.append(Fault(0, f"the number of entries is wrong: {said}"))
        elif self.last_hash != head.last_hash:
            self.faults.append(Fault(self.last_id, "is not the entry that the head ends with"))
