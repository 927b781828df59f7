"""The rows of the table of rights that concern keys themselves."""

from django.utils.translation import gettext_lazy as _

from agreements.models import Role
from agreements.rights import MEMBERS, OWN
from portal.permissions import Rule, permit

_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR.value})

RULES = (
    Rule("keys.see", OWN, MEMBERS, _("see which programs have a key of the authority")),
    Rule("keys.change", OWN, _ADMINISTRATORS, _("make and revoke keys for programs"), recent=True),
)


def register() -> None:
    """Put the rows into the table of rights."""
    permit(*RULES)
