"""What can be said of a row, by key: the words end the sentence "The cell …" and say what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAULTS: dict[str, Promise] = {
    "blank": _("is blank; this column is required"),
    "blank_too": _("is blank, and %(detail)s is filled in; fill in both"),
    "long": _("is longer than %(detail)s characters; shorten it"),
    "cells": _("stands to the right of the last column; take it out, or check the delimiters of the row"),
    "unreadable": _("%(detail)s"),
    "day": _("is no day; write it as 2026-03-31, or format the cell as a date"),
    "term": _("is not after the first day, %(detail)s; correct one of them"),
    "economy": _("is no economy in which your authority designates; enter one of: %(detail)s"),
    "third_party": _("is neither yes nor no"),
    "email": _("is no e-mail address"),
    "direction": _(
        "names no text under which your authority designates to this partner; see the list of your texts"
    ),
    "sector": _("is no sector on file; enter a code such as emc"),
    "requirement": _("is no requirement on the partner’s list; check the reference"),
    "kind": _("is no kind of result; enter one of: %(detail)s"),
    "what": _("is blank, and so is the requirement; enter one of them"),
    "edition": _("%(detail)s Enter the edition of the list."),
    "uncovered": _("%(detail)s Take the line out, or choose another kind or sector."),
    "body_id": _("is the address of no body that your authority looks after; check it, or leave it blank"),
    "body_name": _(
        "is not the name of the body with that address, which is %(detail)s; use its name on file"
    ),
    "several": _("is the name of several bodies; say which one in body_id"),
    "merged": _("was merged into another body, %(detail)s; use that one"),
    "number_taken": _("is on file for %(detail)s; correct the number, or name that body in body_id"),
    "differs": _("is another than in row %(detail)s; one body says the same in all of its rows"),
    "first_day": _("is another than in row %(detail)s; one file brings one term for a body and partner"),
    "twice": _("stands in row %(detail)s already, the whole row; take one of them out"),
    "site": _("is no location of the body on file; add its town or address"),
    "contact": _("is blank, and no contact of the body is on file; say whom the partner reaches"),
    "reach": _("cannot be reached; add an e-mail address or a telephone number"),
    "accreditor": _("is no accreditation body on file; enter its code"),
    "accreditor_tells": _("uses this portal itself and enters its accreditations; leave these columns blank"),
    "under_way": _("is in the file %(detail)s, which is not decided yet; wait for it, or take it back"),
    "state": _("does not fit what is on record: %(detail)s"),
    "many_lines": _("has more than %(detail)s lines for one partner; bring the rest in a second file"),
}
REMARKS: dict[str, Promise] = {
    "repaired": _("was mis-decoded and is read as “%(detail)s”; check it"),
    "similar": _("resembles %(detail)s; if it is the same body, put that name in all rows"),
    "on_file": _("is on file already; nothing comes of the row"),
}
WORDS = FAULTS | REMARKS


def words(reason: str, detail: str) -> str:
    """The words for a reader."""
    return str(WORDS[reason]) % {"detail": detail}


_LABELS: dict[str, Promise] = {
    "unreadable": _("is no value that can be read"),
    "uncovered": _("is not covered by the text"),
    "edition": _("is on the partner’s list in another edition"),
}


def label(reason: str) -> str:
    """The reason without its particulars, for a list of reasons."""
    return str(_LABELS.get(reason, WORDS[reason])).replace("%(detail)s", "…")
