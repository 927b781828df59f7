"""The rows of the table of rights that concern an authority's own house. The table itself is ``portal.permissions``."""

from django.utils.translation import gettext_lazy as _

from agreements.models import Role
from portal.permissions import ANYBODY, Rule, permit

OWN, OPERATOR, NONE = "own authority", "operator", "no relation"

_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR.value})
WORKERS = frozenset({Role.EDITOR.value, Role.APPROVER.value})
MEMBERS = frozenset(Role.values)


def relation(by, authority) -> str:
    """In which relation somebody stands to an authority itself."""
    if by.is_operator:
        return OPERATOR
    return OWN if authority is not None and by.authority_id == authority.id else NONE


permit(
    Rule("members.see", OWN, MEMBERS, _("see who belongs to the authority and with which roles")),
    Rule("members.see", OPERATOR, ANYBODY, _("see who belongs to the authority and with which roles")),
    Rule("members.invite", OWN, _ADMINISTRATORS, _("invite people"), recent=True),
    Rule("members.invite", OPERATOR, ANYBODY, _("invite people"), recent=True),
    Rule("members.change", OWN, _ADMINISTRATORS, _("give and end roles, end memberships"), recent=True),
    Rule("members.change", OPERATOR, ANYBODY, _("give and end roles, end memberships"), recent=True),
    Rule(
        "roles.confirm",
        OWN,
        _ADMINISTRATORS,
        _("confirm a role that another administrator gave to somebody else"),
        hands=2,
        recent=True,
    ),
    Rule(
        "roles.confirm",
        OPERATOR,
        ANYBODY,
        _("confirm a role that an administrator gave"),
        hands=2,
        recent=True,
    ),
    Rule("audit.see", OWN, MEMBERS, _("see the authority's own audit entries")),
    Rule("audit.see", OPERATOR, ANYBODY, _("see all audit entries")),
    Rule("audit.export", OWN, WORKERS | _ADMINISTRATORS, _("export the authority's own audit entries")),
    Rule("audit.export", OPERATOR, ANYBODY, _("export audit entries")),
)
