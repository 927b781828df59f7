"""The word and the tone of every status a page may show. A status is always a word; the tone only helps the eye."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Wording(NamedTuple):
    """How a status is shown."""

    text: Promise | str
    tone: str


STATUSES: dict[str, Wording] = {
    "accepted": Wording(_("Accepted"), "good"),
    "not_accepted": Wording(_("Not accepted"), "bad"),
    "cannot_be_told": Wording(_("Cannot be told"), "wait"),
    "recognised": Wording(_("Recognised"), "good"),
    "partly_recognised": Wording(_("Recognised in part"), "open"),
    "designated": Wording(_("Designated"), "open"),
    "awaiting_recognition": Wording(_("Awaiting recognition"), "wait"),
    "designated_recognition_not_on_file": Wording(_("Designated, recognition not on file"), "wait"),
    "contested": Wording(_("Contested"), "dispute"),
    "refused": Wording(_("Refused"), "bad"),
    "suspended": Wording(_("Suspended"), "wait"),
    "withdrawn": Wording(_("Withdrawn"), "past"),
    "expired": Wording(_("Expired"), "past"),
    "restricted": Wording(_("Restricted"), "wait"),
    "in_force": Wording(_("In force"), "good"),
    "provisionally_applied": Wording(_("Provisionally applied"), "open"),
    "not_in_force": Wording(_("Not in force"), "past"),
    "annex_not_in_force": Wording(_("Annex not in force"), "past"),
    "lapsed": Wording(_("Lapsed"), "past"),
    "terminated": Wording(_("Terminated"), "past"),
    "replaced": Wording(_("Replaced"), "past"),
    "unknown": Wording(pgettext_lazy("status", "Unknown"), "plain"),
    "unverified": Wording(_("Not verified"), "wait"),
    "sample": Wording(_("Sample"), "plain"),
    "sent": Wording(pgettext_lazy("request", "Sent"), "wait"),
    "acknowledged": Wording(pgettext_lazy("request", "Acknowledged"), "wait"),
    "agreed": Wording(pgettext_lazy("request", "Agreed"), "open"),
    "agreed_in_part": Wording(pgettext_lazy("request", "Agreed in part"), "open"),
    "shared": Wording(pgettext_lazy("request", "Shared"), "good"),
    "met": Wording(pgettext_lazy("step", "Met"), "good"),
    "not_met": Wording(pgettext_lazy("step", "Not met"), "bad"),
    "not_on_file": Wording(_("Not on file"), "wait"),
    "to_confirm": Wording(_("Awaiting the second person"), "wait"),
    "begins": Wording(_("Not yet in force"), "open"),
    "run_out": Wording(_("Run out"), "past"),
    "ended": Wording(_("Ended"), "past"),
    "alert_open": Wording(_("Open"), "open"),
    "alert_closed": Wording(_("Closed"), "past"),
    "alert_waiting": Wording(_("To acknowledge"), "wait"),
    "alert_acknowledged": Wording(_("Acknowledged"), "good"),
    "note": Wording(_("Note"), "plain"),
    "quarantined": Wording(_("Being checked"), "wait"),
    "superseded": Wording(_("Superseded"), "past"),
    "holds": Wording(_("Holds"), "good"),
    "missing": Wording(_("Missing"), "bad"),
    "proposed": Wording(_("Awaiting the second person"), "wait"),
    "released": Wording(_("Released"), "good"),
    "dropped": Wording(_("Given up"), "past"),
    "revoked": Wording(_("Revoked"), "past"),
    "asked": Wording(_("Asked"), "wait"),
}


def wording(code: str) -> Wording:
    """Return the wording of a status; a code without one is shown as its own words in a plain tone."""
    known = STATUSES.get(code)
    return known or Wording(code.replace("_", " ").capitalize(), "plain")
