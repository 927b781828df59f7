"""Reading the UK register's labels: which name an agreement, with whom, and in which direction.

The register writes "UK-USA MRA, …" on schedules of United Kingdom bodies that it designated for the partner. On bodies of
the partner it writes "Body approved under the UK-X …" or spells "UK-X Mutual Recognition Agreement" out.
"""

import re
from dataclasses import dataclass

from agreements.models import ResultKind

_NAMES_ONE = re.compile(r"\bMRA\b|mutual recognition", re.IGNORECASE)
_PARTNER_BODY = re.compile(
    r"\bapproved under\b|^UK\s*-\s*[\w ]+? Mutual Recognition Agreement$", re.IGNORECASE
)
_PARTNERS = {
    "US": r"UK\s*-\s*USA?\b",
    "AU": r"\bAustr(?:a|ai)lia\b",
    "NZ": r"\bNew Zealand\b",
    "CA": r"\bCanada\b",
    "JP": r"\bJapan\b",
}
_KINDS = {r"\bTest Firm\b": ResultKind.TEST_REPORT, r"\bFCC TCB\b": ResultKind.CERTIFICATE}
# Words of a name that tell where a company is established. "Ltd" alone tells nothing: the United States has it too.
_ESTABLISHED = {
    "US": r"\bInc\b|\bLLC\b|\bCorp\b|\bUSA\b|\bUnited States\b|\bAmerica\b",
    "AU": r"\bPty\b",
    "NZ": r"\bNZ\b|\bNew Zealand\b",
    "GB": r"\bUK\b|\bUnited Kingdom\b|\bBritish\b|\(Europe\)|\bCouncil\b",
}


@dataclass(frozen=True)
class Label:
    """What a label says: the partners by code, whether the body is the partner's, and the kind ("" if none is named)."""

    partners: tuple[str, ...]
    partner_body: bool
    kind: str


def read(label: str) -> Label | None:
    """What the label says of an agreement; None when it names none."""
    if not _NAMES_ONE.search(label):
        return None
    partners = tuple(code for code, words in _PARTNERS.items() if re.search(words, label, re.IGNORECASE))
    kind = next((kind for words, kind in _KINDS.items() if re.search(words, label, re.IGNORECASE)), "")
    return Label(partners, bool(_PARTNER_BODY.search(label)), str(kind))


def established(name: str) -> str:
    """The economy that the name itself tells; "" when it tells none."""
    return next((code for code, words in _ESTABLISHED.items() if re.search(words, name)), "")
