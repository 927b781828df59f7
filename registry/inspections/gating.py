"""What stands between a receiver and a version: each gate in words, and whether it is open.

The words explain ``Release.objects.giving_access()``, which decides; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from agreements.models import Annex, AnnexPeriod, AnnexStatus, Authority
from portal import clock
from portal.files.models import Scan, State
from registry.inspections.models import Commitment, Information, Reception, Version


@dataclass(frozen=True)
class Gate:
    """One condition; ``words`` say what holds, or what is missing and who can change that."""

    words: str
    is_open: bool


def gates(version: Version, receiver: Authority | None, annex: Annex | None) -> list[Gate]:
    """All gates for a receiver (None: everybody) and an annex (None: released on the commitment alone), as of today."""
    day = clock.today()
    found = [_file(version)]
    if annex is not None:
        found.append(_annex(annex, day))
    if receiver is None:
        return [*found, _openness(version)]
    found.append(_commitment(version, receiver, day))
    if takes_only_scanned(receiver):
        found.append(_scan(version, receiver))
    return found


def missing(version: Version, receiver: Authority | None, annex: Annex | None) -> list[str]:
    """The words of the gates that are closed."""
    return [gate.words for gate in gates(version, receiver, annex) if not gate.is_open]


def takes_only_scanned(authority: Authority) -> bool:
    """Whether an authority takes only files that a virus scanner found clean."""
    return Reception.objects.filter(authority=authority, scanned_only=True).exists()


def classes_in_words(classes) -> str:
    """Classes of information, separated by commas."""
    return ", ".join(str(Information(each).label) for each in Information.values if each in set(classes))


def _file(version: Version) -> Gate:
    if version.stored.state == State.ACCEPTED:
        return Gate(_("The file has passed the checks."), True)
    if version.stored.state == State.REFUSED:
        return Gate(_("The checks have refused the file: file it anew as a further version."), False)
    return Gate(_("The file is still being checked. Wait until it is accepted."), False)


def _annex(annex: Annex, day: date) -> Gate:
    periods = AnnexPeriod.objects.known().in_force(day)
    if periods.filter(annex=annex, status__in=AnnexStatus.applying()).exists():
        return Gate(_("%(annex)s applies today.") % {"annex": annex.code}, True)
    return Gate(_("%(annex)s does not apply today.") % {"annex": annex.code}, False)


def _openness(version: Version) -> Gate:
    if not version.information:
        return Gate(_("The version is said to hold nothing that is not public."), True)
    words = _("It holds information that is not public (%(classes)s). Publish a redacted version instead.")
    return Gate(words % {"classes": classes_in_words(version.information)}, False)


def _commitment(version: Version, receiver: Authority, day: date) -> Gate:
    kept = list(Commitment.objects.in_force(day).filter(giver=version.authority_id, receiver=receiver))
    in_sector = [each for each in kept if not each.sector_codes or version.sector_code in each.sector_codes]
    needed = set(version.information)
    for commitment in in_sector:
        if needed <= set(commitment.information):
            words = _("%(receiver)s has promised confidentiality for it: %(citation)s.")
            return Gate(words % {"receiver": receiver.name, "citation": commitment.citation}, True)
    return Gate(_without_commitment(receiver, kept, in_sector, needed), False)


def _without_commitment(receiver: Authority, kept: list, in_sector: list, needed: set[str]) -> str:
    said = {"receiver": receiver.name}
    if not kept:
        words = _(
            "No confidentiality commitment of %(receiver)s to your authority is in force. Write it down under Commitments once it"
            " is given."
        )
    elif not in_sector:
        words = _("No commitment of %(receiver)s covers this sector. Agree with it on one that does.")
    else:
        nearest = min((needed - set(each.information) for each in in_sector), key=len)
        said["classes"] = classes_in_words(nearest)
        words = _(
            "No commitment of %(receiver)s covers %(classes)s. Agree with it on one that does, or release a redacted version."
        )
    return words % said


def _scan(version: Version, receiver: Authority) -> Gate:
    if version.stored.scan == Scan.CLEAN:
        words = _("A virus scanner has found the file clean, as %(receiver)s demands.")
        return Gate(words % {"receiver": receiver.name}, True)
    words = _(
        "%(receiver)s takes only files that a virus scanner has found clean, and this one was not scanned. The operator of the"
        " portal can set up a scanner; then file the version anew."
    )
    return Gate(words % {"receiver": receiver.name}, False)
