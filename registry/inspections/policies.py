"""Who may file, release and read, as the table of rights says it. ``check_may`` raises with the reason."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority, Capacity
from agreements.rights import NONE, OWN
from portal import permissions

_FILING = {Capacity.INSPECTORATE, Capacity.REGULATORY}


def may(by: Acting, action: str, authority_id: int | None) -> bool:
    """Whether the actor may do this to what belongs to the authority."""
    return permissions.may(by, action, _relation(by, authority_id))


def check_may(by: Acting, action: str, authority_id: int | None) -> None:
    """Raises PermissionDenied, in words, unless ``may``."""
    permissions.check(by, action, _relation(by, authority_id))


def check_inspects(authority: Authority) -> None:
    """Raises PermissionDenied for an authority that neither inspects nor regulates."""
    if not _FILING & set(authority.capacities):
        raise PermissionDenied(_("Only an inspectorate or a regulatory authority files official documents."))


def _relation(by: Acting, authority_id: int | None) -> str:
    return OWN if authority_id is not None and by.authority_id == authority_id else NONE
