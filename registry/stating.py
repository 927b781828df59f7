"""A verification as a statement: the same plain data for page, PDF, API and file, in one exact form, and signed.

The form is that of RFC 8785 (JSON Canonicalization Scheme): UTF-8, no space, names in order, no floating number. Whoever writes the
same content so gets the same bytes, and so the same SHA-256 and a signature that verifies.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from urllib.parse import urlencode

import rfc8785
from django.conf import settings
from django.utils.translation import gettext as _

from agreements.models import ResultKind
from agreements.texts import Texts
from portal import signatures
from portal.clocks import Clocks
from portal.pages import BadQuestion
from registry import asking, telling, verifying
from registry.models import Body, Standing
from registry.outcomes import Outcome
from registry.verifying import MOST_LINES, FoundLine, Inquiry, Verification

FORM = "concordat-verification-1"
CANONICAL_FORM = "RFC 8785"
NUMBER_DIGITS = 16

# Writes a statement and its signature out of a kept /verify.json, in the one form that is signed.
_TAKE_OUT = (
    "import base64, json; kept = json.load(open('verify.json', encoding='utf-8')); "
    "open('statement.json', 'wb').write(json.dumps(kept['statement'], sort_keys=True, ensure_ascii=False, "
    "separators=(',', ':')).encode()); "
    "open('statement.sig', 'wb').write(base64.b64decode(kept['signature']))"
)


class Unclear(BadQuestion):
    """The text is a part of names on file, or the whole of several: ``bodies`` are those, of which the reader must choose."""

    def __init__(self, bodies: list[Body]):
        named = ", ".join(f"{body.shown_name} ({body.shown_slug})" for body in bodies[:5])
        sentence = _(
            "No single body on file goes by exactly that. Ask with the address of one, here in brackets: %(bodies)s."
        )
        super().__init__("body", sentence % {"bodies": named})
        self.bodies = bodies


@dataclass(frozen=True)
class Statement:
    """What the register says on an inquiry. ``content`` is what is signed."""

    content: dict
    query: str

    @cached_property
    def canonical(self) -> bytes:
        """The content in the one form that is signed."""
        return rfc8785.dumps(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def signature(self) -> bytes:
        """The register's signature of ``canonical``, 64 bytes."""
        return signatures.sign(self.canonical)

    @property
    def enveloped(self) -> dict:
        """The content with its signature and all that verifies it."""
        return {
            "statement": self.content,
            "sha256": self.sha256,
            "signature": base64.b64encode(self.signature).decode(),
            "algorithm": signatures.ALGORITHM,
            "key_id": signatures.key_id(),
            "key": key_address(),
            "canonical_form": CANONICAL_FORM,
            "how_to_verify": f"{settings.BASE_URL}/verify/how/?{self.query}",
        }


def key_address() -> str:
    """Where the public key of the signature is."""
    return f"{settings.BASE_URL}/.well-known/concordat-keys/{signatures.key_id()}.pem"


_PARAMETERS = ("body", "importing", "requirement", "sector", "kind", "on", "known_at")


def commands(parameters) -> dict[str, list[str]]:
    """What to run to verify the statement that the parameters ask for, or with none any statement: by step, the commands.

    Nothing of the parameters can end the quotes of a shell.
    """
    asked = urlencode({name: parameters[name] for name in _PARAMETERS if name in parameters}) or "…"
    return {
        "fetch": [
            f"curl -o statement.json '{settings.BASE_URL}/verify/statement.json?{asked}'",
            f"curl -o statement.sig '{settings.BASE_URL}/verify/statement.sig?{asked}'",
            f"curl -o key.pem '{key_address()}'",
        ],
        "take_out": [f'python3 -c "{_TAKE_OUT}"'],
        "verify": [
            "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in statement.json -sigfile statement.sig"
        ],
        "compare": [
            "sha256sum statement.json",
            "openssl pkey -pubin -in key.pem -outform DER | sha256sum",
        ],
    }


def answer(parameters, clocks: Clocks, texts: Texts) -> Statement:
    """The statement on what the parameters ask. Raises BadQuestion, and Unclear where the body must be chosen first."""
    inquiry = asking.read_inquiry(parameters, clocks, texts)
    named = asking.read_body(parameters)
    found = verifying.bodies_named(named, inquiry.clocks.asked_at)
    if not found.is_clear:
        raise Unclear(found.bodies)
    return state(verifying.verify(inquiry, next(iter(found.bodies), None), texts), named)


def state(found: Verification, named: str) -> Statement:
    """The statement; ``named`` is what the reader typed for the body."""
    inquiry = found.inquiry
    asked = found.body.shown_slug if found.body else named
    query = urlencode(parameters_of(inquiry, asked))
    content = {
        "form": FORM,
        "issuer": {"name": "Concordat", "address": settings.BASE_URL},
        "question": _question(inquiry, asked),
        "outcome": str(found.outcome),
        "headline": str(Outcome(found.outcome).label),
        "verdict": str(found.verdict),
        "standing": found.standing,
        "reason": found.reason,
        "older_results": found.older_results or None,
        "meaning": found.meaning or None,
        "body": _body(found.body) if found.body else None,
        "scope": _scope(found.headline_line) if found.lines else None,
        "chain": _chain(found.headline_line.answer.told) if found.lines else [],
        "other_lines": [_other(line) for line in found.lines[1:MOST_LINES]],
        "other_lines_left_out": max(0, len(found.lines) - MOST_LINES),
        "texts": [_dated(telling.undertaking(said)) for said in found.undertakings],
        "as_of": said_moment(inquiry.clocks.asked_at),
        "register_version": found.version,
        "permalink": f"{settings.BASE_URL}/verify/?{query}",
        "disclaimer": telling.DISCLAIMER,
    }
    number = hashlib.sha256(rfc8785.dumps(content)).hexdigest()[:NUMBER_DIGITS]
    # What the register covers is told as it is now; it is no part of what the number stands for.
    content["number"] = "-".join(number[start : start + 4] for start in range(0, NUMBER_DIGITS, 4))
    content["coverage"] = [_dated(telling.coverage(row)) for row in found.coverage]
    return Statement(content, query)


def parameters_of(inquiry: Inquiry, body: str) -> dict[str, str]:
    """The parameters that ask exactly this again, whenever."""
    asked = {"body": body, "importing": inquiry.importing.code}
    if inquiry.requirement is not None:
        asked["requirement"] = inquiry.requirement.slug
    if inquiry.sector is not None:
        asked["sector"] = inquiry.sector.code
    if inquiry.kind:
        asked["kind"] = inquiry.kind
    return asked | {"on": inquiry.clocks.on.isoformat(), "known_at": said_moment(inquiry.clocks.asked_at)}


def said_moment(moment: datetime) -> str:
    """A moment as addresses and statements say it: to the microsecond, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _question(inquiry: Inquiry, asked: str) -> dict:
    requirement, sector = inquiry.requirement, inquiry.sector
    return {
        "body": asked,
        "importing": {"code": inquiry.importing.code, "name": inquiry.importing.name},
        "requirement": {"slug": requirement.slug, "name": str(requirement)} if requirement else None,
        "sector": {"code": sector.code, "name": sector.name} if sector else None,
        "kind": {"code": inquiry.kind, "name": str(ResultKind(inquiry.kind).label)} if inquiry.kind else None,
        "on": inquiry.clocks.on.isoformat(),
        "known_at": said_moment(inquiry.clocks.asked_at),
    }


def _body(body: Body) -> dict:
    return {
        "id": body.id,
        "name": body.shown_name,
        "local_name": body.shown_local_name or None,
        "slug": body.shown_slug,
        "economy": {"code": body.economy.code, "name": body.economy.name},
        "numbers": sorted(
            ({"scheme": row["scheme"], "value": row["value"]} for row in body.identifier_rows),
            key=lambda number: (number["scheme"], number["value"]),
        ),
        "former_names": sorted({row["name"] for row in body.former_name_rows} - {body.shown_name}),
        "sample": body.is_sample,
    }


def _scope(found: FoundLine) -> dict:
    line = found.line
    return {
        "kind": {"code": line.kind, "name": line.get_kind_display()} if line.kind else None,
        "sector": {"code": line.sector.code, "name": line.sector.name},
        "requirement": {"slug": line.requirement.slug, "name": str(line.requirement)}
        if line.requirement
        else None,
        "product": line.product or None,
        "procedure": line.procedure or None,
        "site": found.site or None,
        "annex": {"code": found.annex.code, "title": found.annex.title},
        "agreement": {"code": found.annex.agreement.code, "name": found.annex.agreement.name},
    }


def _other(found: FoundLine) -> dict:
    return {
        "scope": _scope(found),
        "verdict": str(found.answer.verdict),
        "standing": str(found.answer.standing),
        "standing_words": str(Standing(found.answer.standing).label),
        "reason": found.reason,
    }


def _chain(steps: list[dict]) -> list[dict]:
    return [_dated(step) for step in steps]


def _dated(told):
    """Plain data with its days as text, as JSON has them."""
    if isinstance(told, dict):
        return {name: _dated(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_dated(value) for value in told]
    return told.isoformat() if isinstance(told, date) else told
