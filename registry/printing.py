"""A statement as a PDF: the same content and number as on the page, with a QR code that leads back to it."""

import json
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.steps import Outcome as StepOutcome
from portal import qr, signatures, typesetting
from registry.models import Verdict
from registry.stating import Statement

TEMPLATE = settings.BASE_DIR / "templates" / "registry" / "statement.typ"


def pdf(statement: Statement) -> bytes:
    """The document. Raises typesetting.CannotSet."""
    content = statement.content
    inputs = {
        "statement": statement.canonical.decode(),
        "words": json.dumps(_words(content), ensure_ascii=False),
        "qr": qr.svg(content["permalink"], title=_("Link to this statement")).decode(),
        "sha256": statement.sha256,
        "key_id": signatures.key_id(),
        "signature": statement.enveloped["signature"],
        "how": statement.enveloped["how_to_verify"],
    }
    missing = _("Letters for which this server has no font are shown as a square.")
    return typesetting.pdf(
        TEMPLATE.read_text(encoding="utf-8"),
        inputs,
        missing=missing,
        at=datetime.fromisoformat(content["as_of"]),
    )


def _words(content: dict) -> dict:
    """Every word of the document that is not the statement's own, in the reader's language."""
    as_of = datetime.fromisoformat(content["as_of"])
    return {
        "language": settings.LANGUAGE_CODE.partition("-")[0],
        "title": _("Verification statement"),
        "number": _("Statement"),
        "question": _("What was asked"),
        "body": _("Body"),
        "numbers": _("Numbers"),
        "former_names": _("Also or formerly named"),
        "economy": _("Established in"),
        "importing": _("Sold in"),
        "requirement": _("Requirement"),
        "sector": _("Sector"),
        "kind": _("Kind of result"),
        "any_kind": _("any"),
        "on": _("Date of the result"),
        "as_of": _("As the register stood at"),
        "as_of_words": f"{date_format(as_of, 'j F Y')}, {as_of:%H:%M:%S} UTC",
        "version": _("Version of the register"),
        "scope": _("Scope that decides"),
        "text": _("Text"),
        "product": _("Product"),
        "procedure": _("Procedure"),
        "site": _("Location"),
        "not_stated": _("not stated"),
        "chain": _("Why, step by step"),
        "other_lines": _("Also on file for this"),
        "left_out": _("Further lines on file that are not listed here:"),
        "texts": _("What the texts say"),
        "coverage": _("What this rests on"),
        "no_coverage": _(
            "No list of these designations or recognitions has been loaded: that a body is absent means nothing."
        ),
        "absent": _("A body that is not in this register is not for that reason incompetent."),
        "from": _("from"),
        "until": _("until"),
        "source": _("Source"),
        "sample": _("A fictional body of the sample register: nothing here is the act of any authority."),
        "check": _("How to check this statement"),
        "check_words": _(
            "The link, also in the code beside, asks the register again, exactly as it stood then. The signature is over the statement as JSON; how to verify it:"
        ),
        "code": _("QR code with the link to this statement"),
        "hash": _("SHA-256 of the JSON"),
        "signature": _("Signature (Ed25519)"),
        "key": _("Key"),
        "page": _("Page"),
        "of": _("of"),
        "outcomes": {str(one): str(one.label) for one in StepOutcome},
        "verdicts": {str(one): str(one.label) for one in Verdict},
    }
