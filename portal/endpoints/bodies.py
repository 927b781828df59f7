"""Bodies of requests: JSON, and checked against the very schema that describes them."""

import re

import orjson
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from portal.endpoints.refusing import Refused

MOST_ERRORS = 50


class OrjsonParser(BaseParser):
    """Reads strict JSON: no NaN, no half of a surrogate pair, nothing that the database could not hold as text."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(_("The body is not JSON: %(words)s.") % {"words": error}) from error


def check(schema: dict, said) -> dict:
    """The body as it is, when it fits. Raises Refused, which names each field that does not; a name nobody knows is one, too."""
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    errors = [
        {"field": field, "message": message}
        for error in validator.iter_errors(said)
        for field, message in _told(error)
    ]
    if errors:
        raise Refused("not-valid", _("Nothing was done: see errors."), errors[:MOST_ERRORS])
    return said


def _told(error):
    """Pairs of field and what to do about it."""
    place = ".".join(str(part) for part in error.absolute_path)
    within = f"{place}." if place else ""
    if error.validator == "required":
        names = [name for name in error.validator_value if name not in error.instance]
        # One error for each missing name comes from the validator; its message begins with the name.
        name = next((each for each in names if error.message.startswith(repr(each))), names[0])
        yield f"{within}{name}", _("This is needed.")
    elif error.validator == "additionalProperties":
        known = set(error.schema.get("properties", {}))
        for name in sorted(set(error.instance) - known):
            yield f"{within}{name}"[:100], _("Leave this out: there is no such field.")
    else:
        yield place, _WORDS.get(error.validator, _other)(error)


def _other(error) -> str:
    return _("This does not fit: %(rule)s.") % {"rule": error.validator}


_WORDS = {
    "type": lambda error: _("Send this as %(kind)s.") % {"kind": error.validator_value},
    "enum": lambda error: (
        _("Choose one of: %(values)s.") % {"values": ", ".join(map(str, error.validator_value))}
    ),
    "format": lambda error: (
        _("Send a day such as 2026-12-01.")
        if error.validator_value == "date"
        else _("Send this as %(kind)s.") % {"kind": error.validator_value}
    ),
    "minLength": lambda error: _("Write something."),
    "maxLength": lambda error: (
        _("Shorten this to %(number)s characters.") % {"number": error.validator_value}
    ),
    "pattern": lambda error: _("Write words, without the NUL character."),
    "maxItems": lambda error: _("Send %(number)s at most.") % {"number": error.validator_value},
    "minItems": lambda error: _("Send at least %(number)s.") % {"number": error.validator_value},
}

_LONGEST_NAME = 255
_NAME = re.compile(rf"[\x21\x23-\x5b\x5d-\x7e]{{1,{_LONGEST_NAME}}}")


def idempotency_key(header: str) -> str:
    """The Idempotency-Key of a request, with or without the quotes of a structured field. Raises Refused."""
    text = header.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if not _NAME.fullmatch(text):
        raise Refused(
            "bad-body",
            _("Send an Idempotency-Key: 1 to %(number)s visible signs, such as a UUID, new for each act.")
            % {"number": _LONGEST_NAME},
            [{"field": "Idempotency-Key", "message": _("This is needed.")}],
        )
    return text


def version_seen(header: str, current: int) -> int:
    """The version that If-Match names, when it is the current one. Raises Refused when there is none, or an older one."""
    if not header.strip():
        raise Refused("version-needed", _("Say in If-Match which version you have seen."))
    tags = [tag.strip() for tag in header.split(",")]
    if "*" in tags or entity_tag(current) in tags:
        return current
    raise Refused(
        "changed-meanwhile", _("It has changed since you read it, so nothing was done. Read it again.")
    )


def entity_tag(version: int) -> str:
    """The ETag of a thing that has versions."""
    return f'"{version}"'
