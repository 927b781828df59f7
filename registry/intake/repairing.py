"""Names and numbers as they were meant: mis-decoded letters, stray blanks, lost leading zeros."""

import re

from registry.intake.reporting import Report

_NUMBER = re.compile(r"\d{1,4}|[A-Z]\d{3}")
_FORMER = re.compile(r"\bex\s+(\w+)", re.IGNORECASE)


class BadNumber(ValueError):
    """What stands in the number's column is no number of this register."""


def text(value) -> str:
    """The text with its letters and blanks repaired."""
    folded = " ".join(str(value or "").split())
    try:
        # UTF-8 that was once read as Windows-1252 turns back; properly read text does not and stays.
        return folded.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return folded


def cell(report: Report, row: int, column: str, value) -> str:
    """The repaired text of a cell; the repair is told."""
    repaired = text(value)
    if value and repaired != value:
        report.note("repaired", row, column, value, f"read as “{repaired}”")
        report.counts["cells repaired"] += 1
    return repaired


def numbers(value: str) -> tuple[list[str], list[str]]:
    """The four-character numbers in a cell: those that count, and former ones ("0120 (ex 0890)"). Raises BadNumber."""
    former = _FORMER.findall(value)
    current = [part for part in re.split(r"[,;\s]+", re.sub(r"\(.*?\)", "", value)) if part]
    for number in current + former:
        if not _NUMBER.fullmatch(number):
            raise BadNumber(number)
    return [_padded(number) for number in current], [_padded(number) for number in former]


def _padded(number: str) -> str:
    return number.zfill(4) if number.isdigit() else number


def number_cell(report: Report, row: int, column: str, value) -> tuple[list[str], list[str]]:
    """The numbers of a cell; restored zeros are told. Raises BadNumber."""
    current, former = numbers(value or "")
    if len(current) == 1 and current[0] != (value or "").strip() and not former:
        report.note("repaired", row, column, value, f"leading zeros restored: {current[0]}")
        report.counts["numbers repaired"] += 1
    return current, former
