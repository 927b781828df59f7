"""The rows of the table of rights that concern files of bodies and designations."""

from django.utils.translation import gettext_lazy as _

from agreements.rights import OPERATOR, OWN, WORKERS
from portal.permissions import ANYBODY, Rule, permit

RULES = (
    Rule(
        "import.write",
        OWN,
        WORKERS,
        _("check files of bodies and designations, make drafts of them and take these back"),
    ),
    Rule("import.see", OWN, WORKERS, _("read the authority's files of bodies and designations")),
    Rule("import.sweep", OPERATOR, ANYBODY, _("forget the rows of files that have ended")),
)


def register() -> None:
    """Put the rows into the table of rights."""
    permit(*RULES)
