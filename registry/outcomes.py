"""The one headline of a verification: which word stands for how it came out, and what that means."""

from typing import NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.models import Standing, Verdict


class Outcome(models.TextChoices):
    """The headline of a verification."""

    RECOGNISED = "recognised", _("Recognised on that date")
    SUSPENDED = "suspended", _("Suspended on that date")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    REFUSED = "refused", _("Recognition refused")
    CONTESTED = "contested", _("Contested by the partner")
    AWAITING = "awaiting_recognition", _("Designated, awaiting the partner's decision")
    RECOGNITION_NOT_ON_FILE = (
        "designated_recognition_not_on_file",
        _("Designated, recognition not on file"),
    )
    NOT_DESIGNATED = "not_designated", _("Not designated on that date")
    NOT_ACCREDITED = "not_accredited", _("Not accredited on that date as the text asks")
    NOT_COVERED = "not_covered", _("Not covered by the text on that date")
    TEXT_NOT_IN_FORCE = "text_not_in_force", _("The text was not in force on that date")
    CANNOT_BE_TOLD = "cannot_be_told", _("Cannot be told")
    NOT_ON_FILE_FOR_THIS = "not_on_file_for_this", _("In this register, but not for this")
    NO_TEXT = "no_text", _("No text on file for this")
    AT_HOME = "at_home", _("At home: no mutual recognition is needed")
    NOT_IN_REGISTER = "not_in_register", _("Not in this register")


OUTCOME_OF: dict[str, Outcome] = {
    Standing.RECOGNISED: Outcome.RECOGNISED,
    Standing.ANNEX_NOT_IN_FORCE: Outcome.TEXT_NOT_IN_FORCE,
    Standing.ANNEX_SUSPENDED: Outcome.TEXT_NOT_IN_FORCE,
    Standing.ANNEX_STATUS_UNKNOWN: Outcome.CANNOT_BE_TOLD,
    Standing.NO_UNDERTAKING: Outcome.NOT_COVERED,
    Standing.UNDERTAKING_UNVERIFIED: Outcome.CANNOT_BE_TOLD,
    Standing.SECTOR_NOT_NAMED: Outcome.CANNOT_BE_TOLD,
    Standing.REQUIREMENT_NOT_LISTED: Outcome.NOT_COVERED,
    Standing.REQUIREMENT_LIST_NOT_ON_FILE: Outcome.CANNOT_BE_TOLD,
    Standing.OUTSIDE_THE_PARTY: Outcome.NOT_COVERED,
    Standing.MEMBERSHIP_UNVERIFIED: Outcome.CANNOT_BE_TOLD,
    Standing.DESIGNATION_UNDATED: Outcome.CANNOT_BE_TOLD,
    Standing.NOT_DESIGNATED: Outcome.NOT_DESIGNATED,
    Standing.DESIGNATION_SUSPENDED: Outcome.SUSPENDED,
    Standing.DESIGNATION_WITHDRAWN: Outcome.WITHDRAWN,
    Standing.DESIGNATION_EXPIRED: Outcome.EXPIRED,
    Standing.RECOGNITION_NOT_ON_FILE: Outcome.RECOGNITION_NOT_ON_FILE,
    Standing.RECOGNITION_UNDATED: Outcome.CANNOT_BE_TOLD,
    Standing.AWAITING_RECOGNITION: Outcome.AWAITING,
    Standing.REFUSED: Outcome.REFUSED,
    Standing.CONTESTED: Outcome.CONTESTED,
    Standing.SUSPENDED: Outcome.SUSPENDED,
    Standing.WITHDRAWN: Outcome.WITHDRAWN,
    Standing.EXPIRED: Outcome.EXPIRED,
    Standing.ACCREDITATION_NOT_ON_FILE: Outcome.CANNOT_BE_TOLD,
    Standing.ACCREDITATION_SUSPENDED: Outcome.NOT_ACCREDITED,
    Standing.ACCREDITATION_ENDED: Outcome.NOT_ACCREDITED,
    Standing.NOT_THIRD_PARTY: Outcome.NOT_COVERED,
    Standing.THIRD_PARTY_NOT_ON_FILE: Outcome.CANNOT_BE_TOLD,
    Standing.AUTHORITY_NOT_RECOGNISED: Outcome.NOT_COVERED,
    Standing.AUTHORITY_RECOGNITION_NOT_ON_FILE: Outcome.CANNOT_BE_TOLD,
    Standing.AUTHORITY_SINCE_NOT_ON_FILE: Outcome.CANNOT_BE_TOLD,
    Standing.KIND_NOT_STATED: Outcome.CANNOT_BE_TOLD,
    Standing.REQUIREMENT_NOT_STATED: Outcome.CANNOT_BE_TOLD,
    Standing.OLDER_RESULTS_REFUSED: Outcome.WITHDRAWN,
}

_LIKELIEST_FIRST = list(Outcome)
_VERDICTS = (Verdict.ACCEPTED, Verdict.CANNOT_BE_TOLD, Verdict.NOT_ACCEPTED)


def rank(verdict: str, standing: str) -> tuple[int, int]:
    """Which of several scope lines gives the headline: the verdict that weighs most, then the word that says most."""
    return _VERDICTS.index(verdict), _LIKELIEST_FIRST.index(OUTCOME_OF[standing])


class Meaning(NamedTuple):
    """What a headline without a scope line says, and in which tone of verdict."""

    reason: Promise
    meaning: Promise


WITHOUT_LINE: dict[Outcome, Meaning] = {
    Outcome.NOT_IN_REGISTER: Meaning(
        _("No body with this number, name or address is on file."),
        _(
            "A body that is not in this register is not for that reason incompetent. Look at what the register covers, and ask the "
            "authority that would have designated it."
        ),
    ),
    Outcome.NOT_ON_FILE_FOR_THIS: Meaning(
        _("The body is in the register; no designation or recognition of it is on file for this."),
        _(
            "What is not on file may exist. Look at what the register covers, and ask the authority that would have designated it."
        ),
    ),
    Outcome.NO_TEXT: Meaning(
        _("No agreement in the catalogue obliges this partner to accept these results."),
        _("That the catalogue has none does not prove that there is none."),
    ),
    Outcome.AT_HOME: Meaning(
        _("The body works where the product is to be sold, so no mutual recognition stands between."),
        _("What it is appointed for at home is on its page."),
    ),
}
