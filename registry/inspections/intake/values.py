"""What stands in one cell, as a value: days, numbers of facilities, words of a list, counts by grade."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from portal import clock

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_FINDING = re.compile(r"(?P<grade>[^:;]+?)\s*:\s*(?P<number>\d{1,4})")
_is_address = URLValidator(schemes=["https", "http"])


class BadValue(ValueError):
    """A cell holds no value of its column; the text says why, as the end of a sentence."""


class Repair(str):
    """A text that was read otherwise than it stands in the cell."""


def text(longest: int) -> Callable[[str], str]:
    """Reads a text of at most so many characters."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise BadValue(_("is longer than %(count)s characters") % {"count": longest})
        return cell

    return read


def day(cell: str) -> str:
    """A day as ISO 8601; a time of day beside it is left out."""
    found = _DAY.fullmatch(cell)
    if found is None:
        raise BadValue(_("is no day; write it as 2025-03-31, or format the cell as a date"))
    try:
        read = date(*map(int, found.groups())).isoformat()
    except ValueError:
        raise BadValue(_("is a day that no calendar has")) from None
    if read > clock.today().isoformat():
        raise BadValue(_("lies in the future; an inspection is recorded once it has ended"))
    return read if read == cell else Repair(read)


def digits(least: int, most: int) -> Callable[[str], str]:
    """Reads a number that names something: digits alone, with blanks, points and dashes between them taken out."""

    def read(cell: str) -> str:
        if _SHORTENED.fullmatch(cell):
            raise BadValue(
                _("was shortened by the spreadsheet; format the column as text and enter it again")
            )
        whole = re.sub(r"(?<=\d)\.0+$", "", cell)
        found = re.sub(r"[\s.\-–]", "", whole)
        if not found.isascii() or not found.isdigit() or not least <= len(found) <= most:
            raise BadValue(_words_of_length(least, most))
        return found if found == cell else Repair(found)

    return read


def _words_of_length(least: int, most: int) -> str:
    if least == most:
        return _("is no number of %(count)s digits") % {"count": least}
    return _("is no number of %(least)s to %(most)s digits") % {"least": least, "most": most}


def one_of(words: Iterable[str]) -> Callable[[str], str]:
    """Reads one word of a list, in any case."""
    known = {word.casefold(): word for word in words}

    def read(cell: str) -> str:
        try:
            return known[cell.casefold().replace("-", "_").replace(" ", "_")]
        except KeyError:
            raise BadValue(_("is none of %(words)s") % {"words": ", ".join(known.values())}) from None

    return read


def several(read: Callable[[str], str]) -> Callable[[str], list[str]]:
    """Reads words with a semicolon between them, each once, in the order of the alphabet."""

    def read_all(cell: str) -> list[str]:
        parts = [part.strip() for part in cell.split(";")]
        return sorted({str(read(part)) for part in parts if part})

    return read_all


def findings(cell: str) -> list[list]:
    """Counts by grade ("critical: 1; major: 2"), in the order in which they stand."""
    read = []
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        found = _FINDING.fullmatch(part)
        if found is None or len(found["grade"]) > 40:
            raise BadValue(_("is no count by grade; write it as “critical: 1; major: 2”"))
        read.append([found["grade"], int(found["number"])])
    if len({grade.casefold() for grade, _number in read}) < len(read):
        raise BadValue(_("names a grade twice"))
    return read


def address(cell: str) -> str:
    """An address on the web."""
    try:
        _is_address(cell)
    except ValidationError:
        raise BadValue(_("is no address that begins with https://")) from None
    return text(500)(cell)
