"""Who may file, release and read, and whether the thing is in a fit state. ``check_may_x`` raises with the reason."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority, Capacity
from agreements.rights import OWN
from portal import permissions

NONE = "none"


def relation(by: Acting, authority_id: int | None) -> str:
    """In which relation the actor stands to what belongs to an authority."""
    return OWN if authority_id is not None and by.authority_id == authority_id else NONE


def check_may(by: Acting, action: str, authority_id: int | None) -> None:
    """Raises PermissionDenied unless the table of rights lets the actor do this to what belongs to the authority."""
    permissions.check(by, action, relation(by, authority_id))


def check_inspects(authority: Authority) -> None:
    """Raises PermissionDenied for an authority that neither inspects nor regulates."""
    if not {Capacity.INSPECTORATE, Capacity.REGULATORY} & set(authority.capacities):
        raise PermissionDenied(_("Only an inspectorate or a regulatory authority files official documents."))
